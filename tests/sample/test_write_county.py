"""A county folder holds all of a county: what was written reads back equal."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from districting.read import check_county, read_county
from districting.read.schema import tables
from districting.sample import make_county, write_county


@pytest.mark.parametrize(("towns", "villages"), [(1, 2), (2, 8), (5, 120)])
def test_a_written_county_reads_back_equal(tmp_path: Path, towns: int, villages: int) -> None:
    """Tables, shapes, marks and settings survive; the reader has nothing to complain of."""
    county = make_county(3, towns, villages, records=True, river=True)
    write_county(county, tmp_path / "county")
    assert [p for p in check_county(tmp_path / "county") if p.severity == "error"] == []
    back = read_county(tmp_path / "county")
    for name in tables():
        left, right = county.table(name), back.table(name)
        if isinstance(left, gpd.GeoDataFrame):
            assert left.geometry.geom_equals_exact(right.geometry, 1e-6).all()
            assert left.crs == right.crs
            left, right = left.drop(columns="geometry"), right.drop(columns="geometry")
        pd.testing.assert_frame_equal(pd.DataFrame(left), pd.DataFrame(right))
    assert county.outline.iloc[0].equals_exact(back.outline.iloc[0], 1e-6)
    assert dict(county.provenance) == dict(back.provenance)
    assert (county.code, county.name, county.year, county.layout_note) == (
        back.code,
        back.name,
        back.year,
        back.layout_note,
    )


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    """Neither the clock nor an earlier file leaves a trace."""
    for name in ("a", "b"):
        write_county(make_county(3, 2, 20), tmp_path / name)
    write_county(make_county(3, 2, 20), tmp_path / "b")
    files = {p.name: p.read_bytes() for p in (tmp_path / "a").iterdir()}
    assert files == {p.name: p.read_bytes() for p in (tmp_path / "b").iterdir()}


def test_tables_open_in_spreadsheets(tmp_path: Path) -> None:
    """CSV files bear the mark by which Excel knows UTF-8, and Chinese headers."""
    write_county(make_county(3, 2, 20), tmp_path)
    text = (tmp_path / "villages.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.decode("utf-8-sig").startswith("村居代码,村居名称,")
