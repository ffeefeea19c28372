"""Counties small enough to reckon by hand."""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from districting.county import County
from grid_codes import village_code

TEXTS = Path(__file__).parent / "texts"
ORIGIN = (500_000.0, 3_800_000.0)
SIDE = 1000.0
NO_TABLES = {
    "districts": ["district", "union", "town"],
    "members": ["unit_kind", "unit", "district", "zone_q"],
}


COMPILING = (
    "tests/solve/zones/test_solve_zones.py",
    "tests/solve/test_partition_objectives.py",
    "tests/solve/test_partition_ties.py",
    "tests/solve/test_partition_large.py",
    "tests/policy/test_model_equals_checker.py",
    "tests/solve/zones/test_settle.py",
)
"""Files to begin with: kernels of zones in one worker, of districts in the other."""

NO_ZONES = {
    "zones": pd.DataFrame(columns=["village", "stage", "school"]),
    "feeders": pd.DataFrame(columns=["primary", "junior"]),
}


def _villages(rows: int, columns: int, columns_of_values: dict[str, Any]) -> gpd.GeoDataFrame:
    at = [(i // columns, i % columns) for i in range(rows * columns)]
    west = np.array([ORIGIN[0] + c * SIDE for _, c in at])
    south = np.array([ORIGIN[1] + r * SIDE for r, _ in at])
    codes = pd.Index([village_code(i) for i in range(len(at))], name="village", dtype="str")
    table = {
        "name": [f"第{i}村委会" for i in range(len(at))],
        "town": "370999101",
        "kind": "village",
        "population": 1000,
        "children_preschool": 0,
        "children_primary": 10,
        "children_junior": 5,
        **columns_of_values,
        "x": west + SIDE / 2,
        "y": south + SIDE / 2,
    }
    cells = shapely.box(west, south, west + SIDE, south + SIDE)
    return gpd.GeoDataFrame(table, index=codes, geometry=cells, crs="EPSG:4548")


def _schools(rows: Sequence[dict[str, Any]], villages: gpd.GeoDataFrame) -> pd.DataFrame:
    standard = {
        "kind": "primary",
        "run_by": "town",
        "seats_preschool": 0,
        "seats_primary": 100,
        "seats_junior": 0,
        "pupils_preschool": 0,
        "pupils_primary": 80,
        "pupils_junior": 0,
        "teachers": 6,
        "backbone": 1,
        "lead": False,
        "central": False,
        "town_seat": False,
        "partner": "",
        "quality": 60.0,
    }
    full = []
    for i, row in enumerate(rows):
        here = villages.iloc[row["at"]]
        full.append(
            {
                "school": f"S{i}",
                "name": f"第{i}学校",
                **standard,
                "town": here["town"],
                "village": villages.index[row["at"]],
                "x": here["x"],
                "y": here["y"],
                **{k: v for k, v in row.items() if k != "at"},
            }
        )
    columns = ["school", "name", "town", "village", "x", "y", *standard]
    return pd.DataFrame(full, columns=columns).set_index("school").sort_index()


def _roads(sections: Sequence[tuple[Any, Any, float, str]]) -> gpd.GeoDataFrame:
    def node(end: Any) -> str:
        return end if isinstance(end, str) else village_code(end)

    rows = [(node(a), node(b), metres, kind) for a, b, metres, kind in sections]
    table = pd.DataFrame(rows, columns=["from_node", "to_node", "metres", "kind"])
    table.index = pd.Index([f"R{i:04d}" for i in range(len(rows))], name="road", dtype="str")
    return gpd.GeoDataFrame(table, geometry=[None] * len(rows), crs="EPSG:4548")


def _rook(rows: int, columns: int) -> list[tuple[int, int, float, str]]:
    sections = []
    for i in range(rows * columns):
        if i % columns < columns - 1:
            sections.append((i, i + 1, SIDE, "village"))
        if i // columns < rows - 1:
            sections.append((i, i + columns, SIDE, "village"))
    return sections


def _layout(
    labels: Sequence[str], villages: gpd.GeoDataFrame, schools: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Return the tables of a current layout; a school belongs where its village does."""
    if not labels:
        return {name: pd.DataFrame(columns=columns) for name, columns in NO_TABLES.items()}
    names = sorted(set(labels) - {""})
    of = dict(zip(villages.index, labels, strict=True))
    run = schools[schools["run_by"] == "town"]
    rows = [("village", v, d) for v, d in of.items() if d]
    rows += [("school", s, of[v]) for s, v in run["village"].items() if of[v]]
    districts = pd.DataFrame({"district": names, "union": "", "town": ""})
    members = pd.DataFrame(rows, columns=["unit_kind", "unit", "district"])
    return {"districts": districts, "members": members}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each kernel be compiled once, for all: in the order of paths both workers compiled it."""
    place = {path: at for at, path in enumerate(COMPILING)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(place)))


@pytest.fixture(scope="session")
def grid_county() -> Callable[..., County]:
    """Return a maker of counties of square villages, 1 km apart, numbered row by row from 0.

    ``grid_county(rows, columns, schools=[{"at": 0, "kind": "junior"}], labels=["甲", …],
    roads=[(0, 1, 1000.0, "village"), …], children_primary=[…])``; roads follow the grid unless
    given; `labels` gives the current district of each village.
    """

    def make(
        rows: int,
        columns: int,
        schools: Sequence[dict[str, Any]] = (),
        labels: Sequence[str] = (),
        roads: Sequence[tuple[Any, Any, float, str]] | None = None,
        **values: Any,
    ) -> County:
        villages = _villages(rows, columns, values)
        school_table = _schools(schools, villages)
        towns = sorted(set(villages["town"]))
        outline = villages.geometry.union_all()
        return County(
            code="370999",
            name="试验县",
            year=2026,
            outline=gpd.GeoSeries([outline], crs="EPSG:4548"),
            towns=gpd.GeoDataFrame(
                {"name": [f"{t[-3:]}镇" for t in towns], "kind": "town"},
                index=pd.Index(towns, name="town", dtype="str"),
                geometry=[villages.geometry[villages["town"] == t].union_all() for t in towns],
                crs="EPSG:4548",
            ),
            villages=villages,
            schools=school_table,
            roads=_roads(_rook(rows, columns) if roads is None else roads),
            tables=MappingProxyType(NO_ZONES | _layout(labels, villages, school_table)),
        )

    return make


@pytest.fixture(scope="session")
def annex_county(grid_county: Callable[..., County]) -> County:
    """Return a county with the schools, towns and districts of 台儿庄's annex on a made-up grid.

    Each town is a row of 14 villages; its schools stand in the first of them, district by district,
    and the villages without school belong to the last district.
    """
    annex = pd.read_csv(TEXTS / "annex_schools.csv")
    names = list(annex["town"].unique())
    codes = [f"3709991{i:02d}" for i in range(len(names))]
    width = 14
    rows, labels = [], [""] * (len(names) * width)
    for number, town in enumerate(names):
        here = annex[annex["town"] == town]
        start = number * width
        for column, school in enumerate(here.itertuples()):
            rows.append({"at": start + column, "name": school.school, "kind": school.kind})
            rows[-1]["lead"] = column == 0
            labels[start + column] = school.district
        rest = slice(start + len(here), start + width)
        labels[rest] = [here["district"].iloc[-1]] * (width - len(here))
    county = grid_county(
        len(names),
        width,
        schools=rows,
        labels=labels,
        town=[c for c in codes for _ in range(width)],
    )
    towns = county.towns.assign(name=names)
    districts = county.tables["districts"].copy()
    home = annex.drop_duplicates("district").set_index("district")["town"]
    districts["town"] = districts["district"].map(home).map(dict(zip(names, codes, strict=True)))
    several = districts["town"].map(districts["town"].value_counts()) > 1
    districts["union"] = (districts["district"].map(home) + "教育联区").where(several, "")
    return county.with_tables(towns=towns, districts=districts)
