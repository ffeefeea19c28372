"""A synthetic county of any size, from a handful of villages to a province."""

from __future__ import annotations

from types import MappingProxyType

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from districting.county import County, Mark
from districting.sample.cells import village_cells
from districting.sample.current_layout import current_layout
from districting.sample.frames import (
    CRS,
    county_outline,
    main_table,
    mark_columns,
    other_tables,
    positions,
    road_table,
    town_table,
    village_table,
)
from districting.sample.layout import nearest_groups, neighbours
from districting.sample.naming import invented_names
from districting.sample.people import SHARES, children_by_age, populate
from districting.sample.regions import Floats, Ints, even_points, outline_shape, pixels
from districting.sample.roads import central, river_course, road_sections
from districting.sample.school_sites import WORDS, near_village, town_sites
from districting.sample.schools import classes_by_grade, fill_in, resources_by_stage

CENTRE = (500_000.0, 3_830_000.0)
"""Centre of the outline in EPSG:4548: 117° E, about 34.6° N."""
LARGE = 5000
"""Villages above which points are spread less carefully, to save time."""
TOWNS_WITH_COUNTY_SCHOOLS = 4
"""Towns from which the county runs a primary and a junior school of its own (区直)."""


def make_county(
    seed: int,
    towns: int = 6,
    villages: int = 200,
    *,
    people_per_village: float = 1400.0,
    villages_per_primary: float = 4.0,
    villages_per_junior: float = 30.0,
    villages_per_kindergarten: float = 25.0,
    square_km_per_village: float = 2.4,
    year: int = 2026,
    river: bool = False,
    records: bool = False,
    outline: shapely.Polygon | None = None,
) -> County:
    """Return a synthetic county; the same arguments give the same county.

    Parameters
    ----------
    seed : int
    towns, villages : int
        At least one village a town.
    people_per_village : float
        Mean residents of a village.
    villages_per_primary, villages_per_junior, villages_per_kindergarten : float
        How many villages share a primary school or teaching point, a junior school, a kindergarten;
        every town has at least one of each.
    square_km_per_village : float
        Ignored when `outline` is given.
    year : int
    river : bool
        Whether a river crosses the county that roads pass at few bridges only.
    records : bool
        Whether to add the tables children, classes and resources.
    outline : shapely.Polygon, optional
        Outline in EPSG:4548, metres; drawn at random when not given.

    Returns
    -------
    County
        Every column marked synthetic. Cells tile the outline, towns and current districts are in
        one piece. Seats total 1.15 per child in whole classes and are drawn independently of where
        children live, so that some schools overflow and others stand half empty. Counties of four
        or more towns have a primary and a junior school run by the county, outside the districts.
        What :func:`write_county` writes reads back equal.

    Raises
    ------
    ValueError
        If there are fewer villages than towns.
    """
    if not 1 <= towns <= villages:
        raise ValueError(f"{towns} towns need at least as many villages, not {villages}")
    rng = np.random.default_rng(seed)
    area = outline or outline_shape(rng, villages * square_km_per_village * 1e6, CENTRE)
    points, cells, town, edges = _layout(rng, area, towns, villages)
    people = _people(rng, town, towns, people_per_village * villages)
    frame = _villages(rng, points, cells, town, people)
    town_frame = _towns(rng, frame)
    seats = np.array([central(points, np.flatnonzero(town == t)) for t in range(towns)])
    per = (villages_per_junior, villages_per_primary, villages_per_kindergarten)
    schools = _schools(rng, frame, town_frame, town, seats, per)
    course = river_course(rng, area) if river else None
    roads = road_table(frame, *road_sections(rng, points, area, seats, course))
    tables = other_tables() | current_layout(frame, town_frame, schools, edges)
    if records:
        tables["children"] = children_by_age(rng, frame, year)
        tables["classes"] = classes_by_grade(rng, schools, year)
        tables["resources"] = resources_by_stage(rng, schools)
    main = {"towns": town_frame, "villages": frame, "schools": schools, "roads": roads}
    return County(
        code="990001",
        name="合成县",
        year=year,
        outline=county_outline(frame),
        towns=town_frame,
        villages=frame,
        schools=schools,
        roads=roads,
        tables=MappingProxyType(tables),
        provenance=mark_columns(main | tables, Mark("synthetic", "make_county")),
        crs=CRS,
        layout_note="合成数据",
    )


def _layout(
    rng: np.random.Generator, area: shapely.Polygon, towns: int, villages: int
) -> tuple[Floats, npt.NDArray[np.object_], Ints, Ints]:
    """Return points, cells and town of each village, sorted by town, and neighbouring pairs."""
    large = villages > LARGE
    grid = pixels(area, (12 if large else 60) * villages)
    points = np.round(even_points(rng, grid, villages, 4 if large else 20), 1)
    cells = village_cells(points, area)
    edges = neighbours(cells)
    town = _ordered(nearest_groups(rng, points, towns, edges), points)
    order = np.lexsort((points[:, 0], -points[:, 1], town))
    place = np.empty(villages, dtype=np.int64)
    place[order] = np.arange(villages)
    edges = np.sort(place[edges], axis=1)
    return points[order], cells[order], town[order], edges


def _ordered(town: Ints, points: Floats) -> Ints:
    """Renumber towns from the north-west, so that codes read across the map."""
    count = np.bincount(town)
    x, y = (np.bincount(town, weights=points[:, a]) / count for a in (0, 1))
    rank = np.empty(len(count), dtype=np.int64)
    rank[np.lexsort((x, -np.round(y, -4)))] = np.arange(len(count))
    numbered: Ints = rank[town]
    return numbered


def _people(rng: np.random.Generator, town: Ints, towns: int, residents: float) -> pd.DataFrame:
    totals = residents * np.bincount(town, minlength=towns) / len(town)
    return populate(rng, totals, town, {s: totals * share for s, share in SHARES.items()})


def _villages(
    rng: np.random.Generator,
    points: Floats,
    cells: npt.NDArray[np.object_],
    town: Ints,
    people: pd.DataFrame,
) -> gpd.GeoDataFrame:
    codes = np.array([f"{990001 + t // 800}{100 + t % 800}" for t in range(town.max() + 1)])
    size = np.bincount(town)
    within = np.arange(len(town)) - np.concatenate([[0], np.cumsum(size)[:-1]])[town]
    columns = {
        "village": [f"{codes[t]}{200 + k:03d}" for t, k in zip(town, within, strict=True)],
        "name": [f"{n}村委会" for n in invented_names(rng, len(town))],
        "town": codes[town],
        "kind": "village",
        **people,
        **dict.fromkeys(("name_q", "pos_q", "pop_q", "zone_q"), "synthetic"),
    }
    return village_table(columns, points, cells)


def _towns(rng: np.random.Generator, villages: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    codes = villages["town"].unique()
    columns = {
        "town": codes,
        "name": [f"{n}镇" for n in invented_names(rng, len(codes))],
        "kind": "town",
        "name_q": "synthetic",
        "zone_q": "synthetic",
    }
    return town_table(columns, villages)


def _schools(
    rng: np.random.Generator,
    villages: gpd.GeoDataFrame,
    towns: gpd.GeoDataFrame,
    town: Ints,
    seats: Ints,
    per: tuple[float, float, float],
) -> pd.DataFrame:
    points = villages[["x", "y"]].to_numpy()
    residents = villages["population"].to_numpy(dtype=float)
    inside = np.split(np.arange(len(town)), np.cumsum(np.bincount(town))[:-1])
    parts = []
    for here, seat in zip(inside, seats, strict=True):
        numbers = (
            max(1, round(len(here) / per[0])),
            max(1, round(len(here) / per[1])),
            max(1, round(len(here) / per[2])),
        )
        parts.append(town_sites(points, residents, here, int(seat), numbers))
    table = pd.concat(parts, ignore_index=True).assign(run_by="town")
    if len(towns) >= TOWNS_WITH_COUNTY_SCHOOLS:
        table = pd.concat([table, _county_run(points, seats)], ignore_index=True)
    children = {s: float(villages[f"children_{s}"].sum()) for s in SHARES}
    table = _named(fill_in(rng, table, children), villages, towns)
    at = table["at"].to_numpy()
    places = near_village(rng, points, villages.geometry.to_numpy(), at)
    lead = (table["central"] & (table["kind"] == "primary")) | table["town_seat"]
    seated = (table["central"] | table["town_seat"]).to_numpy()
    frame: pd.DataFrame = main_table(
        "schools",
        {
            **table,
            **positions(places),
            "lead": lead,
            "weak": False,
            "partner": "",
            "area_type": np.where(seated, "seat", "rural"),
            **dict.fromkeys(("name_q", "pos_q", "pop_q"), "synthetic"),
        },
    )
    return frame


def _county_run(points: Floats, seats: Ints) -> pd.DataFrame:
    """Return the county's own schools, both at the most central town seat."""
    hub = int(seats[np.argmin(np.hypot(*(points[seats] - points.mean(axis=0)).T))])
    rows = [(hub, kind, False, False, 2.0, "county") for kind in ("primary", "junior")]
    return pd.DataFrame(rows, columns=["at", "kind", "central", "town_seat", "size", "run_by"])


def _named(
    table: pd.DataFrame, villages: gpd.GeoDataFrame, towns: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Return schools with village, town, name and identifier."""
    home = villages.iloc[table["at"].to_numpy()]
    table = table.assign(village=home.index.to_numpy(), town=home["town"].to_numpy())
    stems = home["name"].str.removesuffix("村委会").to_numpy()
    titles = towns["name"].reindex(table["town"]).to_numpy()
    names = []
    for row, stem, title in zip(table.itertuples(), stems, titles, strict=True):
        word = WORDS[str(row.kind)]
        if row.run_by == "county":
            names.append(f"合成县实验{word}")
        elif row.central:
            names.append(f"{title}中心{word}")
        else:
            names.append(f"{title}中学" if row.town_seat else f"{stem}{word}")
    serial = table.groupby("town").cumcount() + 1
    ids = [f"{t}{k:03d}" for t, k in zip(table["town"], serial, strict=True)]
    return table.assign(name=names, school=ids)
