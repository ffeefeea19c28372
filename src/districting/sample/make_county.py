"""A synthetic county of any size, from a handful of villages to a province."""

from __future__ import annotations

from types import MappingProxyType

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from districting.county import County, Mark
from districting.read.schema import MAIN_TABLES, empty_frame, tables
from districting.sample.cells import village_cells
from districting.sample.layout import halves, in_one_piece, nearest_groups
from districting.sample.naming import invented_names
from districting.sample.people import children_by_age, populate
from districting.sample.regions import Floats, Ints, even_points, outline_shape, pixels
from districting.sample.roads import road_sections
from districting.sample.schools import classes_by_grade, fill_in, resources_by_stage, spread_sites

CENTRE = (500_000.0, 3_830_000.0)
"""Centre of the outline in EPSG:4548: 117° E, about 34.6° N."""
MANY_SCHOOLS = 12
"""Town-run schools and kindergartens from which a town is a union of two districts."""


def make_county(
    seed: int,
    towns: int = 6,
    villages: int = 200,
    *,
    people_per_village: float = 1400.0,
    villages_per_primary: float = 4.0,
    villages_per_junior: float = 30.0,
    square_km_per_village: float = 2.4,
    year: int = 2026,
    records: bool = False,
) -> County:
    """Return a synthetic county; the same arguments give the same county.

    Parameters
    ----------
    seed : int
    towns, villages : int
        At least one village a town.
    people_per_village : float
        Mean residents of a village.
    villages_per_primary, villages_per_junior : float
        How many villages share a primary school or teaching point, and a junior school; every town
        has at least one of each.
    square_km_per_village : float
    year : int
    records : bool
        Whether to add the tables children, classes and resources.

    Returns
    -------
    County
        Every column marked synthetic. Seats total 1.15 per child and are drawn independently of
        where children live, so that some schools overflow and others stand half empty.

    Raises
    ------
    ValueError
        If there are fewer villages than towns.
    """
    if not 1 <= towns <= villages:
        raise ValueError(f"{towns} towns need at least as many villages, not {villages}")
    rng = np.random.default_rng(seed)
    outline = outline_shape(rng, villages * square_km_per_village * 1e6, CENTRE)
    grid = pixels(outline, max(40, 20 if villages > 5000 else 60) * villages)
    points = np.round(even_points(rng, grid, villages, 4 if villages > 5000 else 20), 1)
    cells = village_cells(points, outline)
    edges = _edges(cells)
    town = _ordered(nearest_groups(rng, points, towns, edges), points)
    order = np.lexsort((points[:, 0], -points[:, 1], town))
    points, cells, town = points[order], cells[order], town[order]
    frame = _village_table(rng, points, cells, town, people_per_village * villages)
    town_table = _town_table(rng, frame)
    first_of = np.searchsorted(town, np.arange(towns))
    seats = np.array([_central(points, np.flatnonzero(town == t)) for t in range(towns)])
    schools = _school_table(
        rng, frame, town_table, seats, villages_per_primary, villages_per_junior
    )
    sections, metres, trunk = road_sections(rng, points, outline, seats)
    roads = _road_table(frame, sections, metres, trunk)
    others = _other_tables() | _current(frame, town_table, schools, first_of)
    if records:
        others["children"] = children_by_age(rng, frame, year)
        others["classes"] = classes_by_grade(rng, schools, year)
        others["resources"] = resources_by_stage(rng, schools)
    return County(
        code="990001",
        name="合成县",
        year=year,
        outline=gpd.GeoSeries([shapely.unary_union(cells)], crs="EPSG:4548"),
        towns=town_table,
        villages=frame,
        schools=schools,
        roads=roads,
        tables=MappingProxyType(others),
        provenance=_all_synthetic(town_table, frame, schools, roads),
        layout_note="合成数据",
    )


def _other_tables() -> dict[str, pd.DataFrame]:
    return {name: empty_frame(name) for name in tables() if name not in MAIN_TABLES}


def _edges(cells: npt.NDArray[np.object_]) -> Ints:
    from districting.graph.adjacency import border_pairs

    pairs, border = border_pairs(cells, 0.1)
    return pairs[border >= 10.0]


def _ordered(town: Ints, points: Floats) -> Ints:
    """Renumber towns from the north-west, so that codes read across the map."""
    count = np.bincount(town)
    x, y = (np.bincount(town, weights=points[:, a]) / count for a in (0, 1))
    rank = np.empty(len(count), dtype=np.int64)
    rank[np.lexsort((x, -np.round(y, -4)))] = np.arange(len(count))
    return rank[town]


def _central(points: Floats, inside: Ints) -> int:
    middle = points[inside].mean(axis=0)
    return int(inside[np.argmin(np.hypot(*(points[inside] - middle).T))])


def _town_codes(count: int) -> list[str]:
    return [f"{990001 + t // 800}{100 + t % 800}" for t in range(count)]


def _village_table(
    rng: np.random.Generator,
    points: Floats,
    cells: npt.NDArray[np.object_],
    town: Ints,
    residents: float,
) -> gpd.GeoDataFrame:
    codes = _town_codes(int(town.max()) + 1)
    size = np.bincount(town)
    within = np.arange(len(town)) - np.concatenate([[0], np.cumsum(size)[:-1]])[town]
    frame = populate(rng, residents * size / size.sum(), town)
    frame.insert(0, "name", [f"{n}村委会" for n in invented_names(rng, len(town))])
    frame.insert(1, "town", [codes[t] for t in town])
    frame.insert(2, "kind", "village")
    frame["x"], frame["y"] = points[:, 0], points[:, 1]
    frame = frame.assign(
        name_q="synthetic", pos_q="synthetic", pop_q="synthetic", zone_q="synthetic"
    )
    index = pd.Index(
        [f"{codes[t]}{200 + k:03d}" for t, k in zip(town, within, strict=True)], name="village"
    )
    return gpd.GeoDataFrame(frame.set_index(index), geometry=cells, crs="EPSG:4548")


def _town_table(rng: np.random.Generator, villages: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    shapes = villages[["town", "geometry"]].dissolve("town", method="coverage")
    frame = gpd.GeoDataFrame(
        {
            "name": [f"{n}镇" for n in invented_names(rng, len(shapes))],
            "kind": "town",
            "name_q": "synthetic",
            "zone_q": "synthetic",
        },
        index=pd.Index(shapes.index, name="town"),
        geometry=shapes.geometry.to_numpy(),
        crs="EPSG:4548",
    )
    return frame.sort_index()


def _school_table(
    rng: np.random.Generator,
    villages: gpd.GeoDataFrame,
    towns: gpd.GeoDataFrame,
    seats: Ints,
    per_primary: float,
    per_junior: float,
) -> pd.DataFrame:
    points = villages[["x", "y"]].to_numpy()
    weight = villages["population"].to_numpy(dtype=float)
    number = towns.index.get_indexer(villages["town"])
    rows: list[tuple[int, str, bool, bool, float]] = []
    for t, seat in enumerate(seats):
        inside = np.flatnonzero(number == t)
        at = int(np.flatnonzero(inside == seat)[0])
        juniors = max(1, round(len(inside) / per_junior))
        primaries = max(2, round(len(inside) / per_primary))
        for k, site in enumerate(spread_sites(points[inside], weight[inside], at, juniors)):
            rows.append((int(inside[site]), "junior", False, k == 0, 2.0 if k == 0 else 1.0))
        for k, site in enumerate(spread_sites(points[inside], weight[inside], at, primaries)):
            home = int(inside[site])
            point = k > 0 and weight[home] < 900 and k % 3 == 0
            size = 3.0 if k == 0 else weight[home] / 1400
            rows.append((home, "teaching_point" if point else "primary", k == 0, False, size))
        for k, site in enumerate(
            spread_sites(points[inside], weight[inside], at, 1 + len(inside) // 40)
        ):
            rows.append((int(inside[site]), "kindergarten", k == 0, False, 2.0 if k == 0 else 1.0))
    return _finish_schools(rng, villages, towns, rows)


def _finish_schools(
    rng: np.random.Generator,
    villages: gpd.GeoDataFrame,
    towns: gpd.GeoDataFrame,
    rows: list[tuple[int, str, bool, bool, float]],
) -> pd.DataFrame:
    home = np.array([r[0] for r in rows])
    table = pd.DataFrame(
        {
            "kind": [r[1] for r in rows],
            "central": [r[2] for r in rows],
            "town_seat": [r[3] for r in rows],
            "size": [r[4] for r in rows],
            "town": villages["town"].to_numpy()[home],
            "village": villages.index.to_numpy()[home],
        }
    )
    stem = villages["name"].str.removesuffix("村委会").to_numpy()[home]
    town_name = towns["name"].reindex(table["town"]).to_numpy()
    words = {
        "kindergarten": "幼儿园",
        "teaching_point": "教学点",
        "primary": "小学",
        "junior": "中学",
    }
    table["name"] = [
        (f"{t}中心{words[k]}" if central else f"{t}中学" if seat else f"{s}{words[k]}")
        for t, s, k, central, seat in zip(
            town_name, stem, table["kind"], table["central"], table["town_seat"], strict=True
        )
    ]
    angle, far = rng.uniform(0, 2 * np.pi, len(rows)), rng.uniform(60, 180, len(rows))
    table["x"] = np.round(villages["x"].to_numpy()[home] + far * np.cos(angle), 1)
    table["y"] = np.round(villages["y"].to_numpy()[home] + far * np.sin(angle), 1)
    table["run_by"], table["partner"] = "town", ""
    table["area_type"] = np.where(table["central"] | table["town_seat"], "seat", "rural")
    children = {
        s: float(villages[f"children_{s}"].sum()) for s in ("preschool", "primary", "junior")
    }
    table = fill_in(rng, table, children)
    table["lead"] = table["central"] & (table["kind"] == "primary") | table["town_seat"]
    table = table.assign(name_q="synthetic", pos_q="synthetic", pop_q="synthetic")
    serial = table.groupby("town").cumcount() + 1
    table.index = pd.Index(
        [f"{t}{k:03d}" for t, k in zip(table["town"], serial, strict=True)], name="school"
    )
    return table.sort_index()


def _road_table(
    villages: gpd.GeoDataFrame, sections: Ints, metres: Floats, trunk: npt.NDArray[np.bool_]
) -> gpd.GeoDataFrame:
    points, codes = villages[["x", "y"]].to_numpy(), villages.index.to_numpy()
    return gpd.GeoDataFrame(
        {
            "from_node": codes[sections[:, 0]],
            "to_node": codes[sections[:, 1]],
            "metres": metres,
            "kind": np.where(trunk, "trunk", "village"),
            "pos_q": "synthetic",
        },
        index=pd.Index([f"R{k:06d}" for k in range(len(sections))], name="road"),
        geometry=shapely.linestrings(points[sections]),
        crs="EPSG:4548",
    )


def _current(
    villages: gpd.GeoDataFrame, towns: gpd.GeoDataFrame, schools: pd.DataFrame, first_of: Ints
) -> dict[str, pd.DataFrame]:
    """Return the current layout: one district a town, two in a union where schools are many."""
    size = schools.groupby("town").size().reindex(towns.index, fill_value=0).to_numpy()
    number = towns.index.get_indexer(villages["town"])
    points = villages[["x", "y"]].to_numpy()
    split = np.zeros(len(villages), dtype=np.int64)
    counts = np.bincount(number, minlength=len(towns))
    for t in np.flatnonzero((size >= MANY_SCHOOLS) & (counts >= 4)):
        inside = slice(first_of[t], first_of[t] + counts[t])
        split[inside] = halves(points[inside])
    label = number * 2 + split
    label = in_one_piece(label, _edges(villages.geometry.to_numpy()), within=number)
    names, rows = {}, []
    for value in np.unique(label):
        town = str(towns.index[value // 2])
        title = str(towns.at[town, "name"])
        double = bool((label // 2 == value // 2).sum() > (label == value).sum())
        side = ("东部" if value % 2 else "西部") if double else ""
        names[int(value)] = f"{title}{side}学区"
        rows.append((names[int(value)], f"{title}教育联区" if double else "", town))
    districts = pd.DataFrame(rows, columns=["district", "union", "town"])
    of_village = pd.Series([names[int(v)] for v in label], index=villages.index)
    members = pd.concat(
        [
            pd.DataFrame(
                {
                    "unit_kind": "school",
                    "unit": schools.index,
                    "district": of_village.reindex(schools["village"]).to_numpy(),
                }
            ),
            pd.DataFrame(
                {"unit_kind": "village", "unit": villages.index, "district": of_village.to_numpy()}
            ),
        ]
    ).assign(zone_q="synthetic")
    return {
        "districts": districts.sort_values("district", ignore_index=True),
        "members": members.sort_values(["unit_kind", "unit"], ignore_index=True),
    }


def _all_synthetic(*tables: pd.DataFrame) -> MappingProxyType[tuple[str, str], Mark]:
    names = ("towns", "villages", "schools", "roads")
    marks = {
        (name, column): Mark("synthetic", "make_county")
        for name, table in zip(names, tables, strict=True)
        for column in table.columns
        if column != "geometry" and not column.endswith("_q")
    }
    return MappingProxyType(marks)
