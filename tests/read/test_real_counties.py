"""The counties that come with the project are read without an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from districting.read import check_county, read_county

GEO = Path(__file__).parents[2] / "data" / "geo"


@pytest.mark.parametrize(("name", "code", "villages"), [
    ("taierzhuang", "370405", 217),
    ("caoxian", "371721", 807),
])  # fmt: skip
def test_a_shipped_county_is_sound(name: str, code: str, villages: int) -> None:
    """All villages, cells that fill the county, a current plan, and every column's provenance."""
    if not (GEO / name / "county.toml").is_file():
        pytest.skip(f"data/geo/{name} is not built")
    errors = [p for p in check_county(GEO / name) if p.severity == "error"]
    assert errors == []
    county = read_county(GEO / name)
    assert (county.code, len(county.villages)) == (code, villages)
    assert county.villages.area.sum() == pytest.approx(county.outline.area.sum(), rel=1e-3)
    assert county.current_plan is not None
    assert {"lon", "population", "geometry"} <= {c for t, c in county.provenance if t == "villages"}
