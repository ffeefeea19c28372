"""曹县: real outline, names and codes; all else made up, where its towns lie too."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from arrange import Unit, arrange, divide, spread
from packages import read_outline, read_units
from scipy.optimize import linear_sum_assignment
from sources import caoxian_sources

from districting.county import County
from districting.sample.current_layout import member_table
from districting.sample.degrees import metres
from districting.sample.frames import (
    CRS,
    county_outline,
    main_table,
    other_tables,
    positions,
    road_table,
    side_table,
    town_table,
    village_table,
)
from districting.sample.people import SHARES, children_by_age, populate
from districting.sample.regions import even_points, pixels
from districting.sample.roads import road_sections
from districting.sample.school_sites import near_village, town_sites
from districting.sample.schools import classes_by_grade, fill_in, resources_by_stage

CODE, NAME, YEAR = "371721", "曹县", 2026
SEED = 371721
SEAT = (115.53, 34.83)
"""County seat, degrees."""
CORE = ("曹城街道", "磐石街道", "青菏街道")
STREETS = (*CORE, "郑庄街道", "倪集街道")
FAR = {"庄寨镇": (-0.70, 0.71, 45_000.0), "普连集镇": (0.0, 1.0, 13_000.0)}
"""Towns whose direction from the county seat is on record: east, north, metres."""
QUOTED_KM2 = {"庄寨镇": 147.3, "普连集镇": 75.3}
CORE_KM2 = 14.0
COUNTY_PEOPLE = 1_384_282.0
CORE_PEOPLE = 90_000.0
"""Residents of each street at the county seat, assumed."""
PUPILS = {"preschool": 47_000.0, "primary": 138_000.0, "junior": 69_000.0}
"""Children of each stage: a rough estimate from the county's share of under-14s."""
PUBLIC_PRESCHOOL = 0.15
JUNIORS, PRIMARIES = 39, 300
TEACHERS = 12_000
MERGED_SCHOOL = ("庄寨镇", "桃源前东街", "桃源集镇中学")
"""A junior school on record under the name of a town that has since been merged."""
LEAD_QUALITY = 78.0
PREFACE = """曹县：县界、26 个镇街与 807 个村居的名称和代码为真实资料，其余均为合成。
镇街在县界内的位置是编排出来的（演示布局），不是实际位置；学校、人口、师资均为合成。
详见 README.md。本文件由 data/geo/build.py 生成。"""
LAYOUT_NOTE = "演示布局：镇街位置为编排，非实际位置"


def build(packages: Path, folder: Path) -> County:
    """Return the county. Nothing is read from `folder`."""
    rng = np.random.default_rng(SEED)
    towns, villages = read_units(packages, CODE)
    villages = villages.assign(title=villages["town"].map(towns.set_index("town")["name"]))
    outline = read_outline(packages, CODE)
    points, cells, seats = _positions(rng, outline, towns, villages)
    frame = _village_frame(rng, towns, villages, points, cells)
    kinds = np.where(towns["name"].str.endswith("街道"), "street", "town")
    town_frame = town_table(
        {**towns, "kind": kinds, "name_q": "official", "zone_q": "synthetic"}, frame
    )
    roads = road_table(frame, *road_sections(rng, points, outline, seats, hub=int(seats[0])))
    schools = _school_frame(rng, frame, towns, villages, seats)
    tables = other_tables() | _current(frame, schools, towns)
    tables["children"] = children_by_age(rng, frame, YEAR)
    tables["classes"] = classes_by_grade(rng, schools, YEAR)
    tables["resources"] = resources_by_stage(rng, schools)
    main = {"towns": town_frame, "villages": frame, "schools": schools, "roads": roads}
    return County(
        code=CODE,
        name=NAME,
        year=YEAR,
        outline=county_outline(frame),
        towns=town_frame,
        villages=frame,
        schools=schools,
        roads=roads,
        tables=MappingProxyType(tables),
        provenance=caoxian_sources(main | tables),
        layout_note=LAYOUT_NOTE,
    )


def _positions(
    rng: np.random.Generator, outline: shapely.Polygon, towns: pd.DataFrame, villages: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return points and cells of the villages, and the row of each town's seat village."""
    titles = towns["name"].tolist()
    count = villages["title"].value_counts()
    fixed = QUOTED_KM2 | dict.fromkeys(CORE, CORE_KM2)
    rest = [t for t in titles if t not in fixed]
    left = outline.area / 1e6 - sum(fixed.values())
    areas = np.array([fixed.get(t, left * count[t] / count[rest].sum()) for t in titles])
    seeds = _town_places(rng, outline, titles)
    ground = dict(zip(titles, divide(outline, seeds, areas), strict=True))
    units = [Unit(t, np.flatnonzero(villages["title"] == t)) for t in titles]
    rows = {t: _seat_rows(villages, t) for t in titles}
    at = {t: (rows[t], ground[t].mean(axis=0)) for t in titles}
    rural = (villages["kind"] == "village").to_numpy()
    points, cells = arrange(
        rng, outline, units, spread(rng, ground, units), villages["stem"].tolist(), rural, at
    )
    seats = []
    for title in titles:
        inside = np.flatnonzero(villages["title"] == title)
        middle = at[title][1]
        nearest = int(inside[np.argmin(np.hypot(*(points[inside] - middle).T))])
        seats.append(rows[title][0] if rows[title] else nearest)
    return points, cells, np.array(seats)


def _town_places(
    rng: np.random.Generator, outline: shapely.Polygon, titles: list[str]
) -> np.ndarray:
    """Return a place for each town: those on record near it, the rest invented.

    Places are spread evenly; towns on record take the nearest, the streets those round the county
    seat, and the others follow in the order of their codes from the north-west.
    """
    seat = np.array(metres(np.array([SEAT[0]]), np.array([SEAT[1]]), CRS)).T[0]
    grid = pixels(outline, 12_000)
    outer = [t for t in titles if t not in CORE]
    away = np.hypot(*(grid - seat).T)
    places = even_points(rng, grid[away > 4_500.0], len(outer), 60)
    wanted = {t: seat + np.array(d[:2]) * d[2] for t, d in FAR.items()}
    wanted |= {
        t: seat + np.array(d) * 8_000.0 for t, d in zip(STREETS[3:], ((-1, 0), (1, 0)), strict=True)
    }
    cost = np.zeros((len(outer), len(outer)))
    for k, title in enumerate(outer):
        if title in wanted:
            cost[k] = 1e3 * np.hypot(*(places - wanted[title]).T)
        else:
            rank = np.argsort(np.lexsort((places[:, 0], -np.round(places[:, 1], -4))))
            cost[k] = np.abs(rank - k)
    chosen = linear_sum_assignment(cost)[1]
    ring = np.array([[0.0, -1.0], [-0.87, 0.5], [0.87, 0.5]]) * 2_200.0
    found = dict(zip(outer, places[chosen], strict=True)) | dict(
        zip(CORE, seat + ring, strict=True)
    )
    return np.array([found[t] for t in titles])


def _seat_rows(villages: pd.DataFrame, title: str) -> list[int]:
    """Return the village that bears the town's name, if any."""
    bare = title.removesuffix("镇").removesuffix("街道")
    here = (villages["title"] == title) & villages["stem"].isin([bare, bare + "街"])
    return np.flatnonzero(here).tolist()[:1]


def _village_frame(
    rng: np.random.Generator,
    towns: pd.DataFrame,
    villages: pd.DataFrame,
    points: np.ndarray,
    cells: np.ndarray,
) -> gpd.GeoDataFrame:
    titles = towns["name"].tolist()
    number = villages["title"].map({t: k for k, t in enumerate(titles)}).to_numpy()
    count = np.bincount(number)
    core = np.array([t in CORE for t in titles])
    left = COUNTY_PEOPLE - CORE_PEOPLE * core.sum()
    totals = np.where(core, CORE_PEOPLE, np.round(left * count / count[~core].sum()))
    totals[-1] += COUNTY_PEOPLE - totals.sum()
    children = {s: n * totals / COUNTY_PEOPLE for s, n in PUPILS.items()}
    columns = {
        **villages[["village", "name", "town", "kind"]],
        **populate(rng, totals, number, children),
        "name_q": "official",
        "pos_q": "synthetic",
        "pop_q": "synthetic",
        "zone_q": "synthetic",
    }
    return village_table(columns, points, cells)


def _numbers(villages: pd.DataFrame, titles: list[str]) -> list[tuple[int, int, int]]:
    """Return junior schools, primary schools and kindergartens of each town, adding up as asked."""
    count = villages["title"].value_counts()[titles].to_numpy(dtype=float)
    extra = np.floor(count * (JUNIORS - len(titles)) / count.sum()).astype(int)
    spare = JUNIORS - len(titles) - int(extra.sum())
    extra[np.argsort(-count, kind="stable")[:spare]] += 1
    primaries = np.floor(count * PRIMARIES / count.sum()).astype(int)
    short = PRIMARIES - int(primaries.sum())
    primaries[np.argsort(-count, kind="stable")[:short]] += 1
    return [(1 + int(e), int(p), 1) for e, p in zip(extra, primaries, strict=True)]


def _school_frame(
    rng: np.random.Generator,
    frame: gpd.GeoDataFrame,
    towns: pd.DataFrame,
    villages: pd.DataFrame,
    seats: np.ndarray,
) -> pd.DataFrame:
    points = frame[["x", "y"]].to_numpy()
    people = frame["population"].to_numpy(dtype=float)
    parts = []
    titles = towns["name"].tolist()
    for title, seat, numbers in zip(titles, seats, _numbers(villages, titles), strict=True):
        inside = np.flatnonzero(villages["title"] == title)
        part = town_sites(points, people, inside, int(seat), numbers).assign(title=title)
        # The town's central kindergarten, primary and junior school stand at its seat.
        parts.append(part.replace({"kind": {"nine_year": "junior"}}))
    table = _named(pd.concat(parts, ignore_index=True), villages)
    at = table["at"].to_numpy()
    children = {s: float(frame[f"children_{s}"].sum()) for s in SHARES}
    children["preschool"] *= PUBLIC_PRESCHOOL
    table = _staffed(fill_in(rng, table, children))
    spots = near_village(rng, points, frame.geometry.to_numpy(), at)
    table["town"] = frame["town"].to_numpy()[at]
    serial = table.groupby("town").cumcount() + 1
    order = {t: k + 1 for k, t in enumerate(towns["town"])}
    able = (table["central"] & (table["kind"] == "primary")) | table["town_seat"]
    lead = able & (table["quality"] >= LEAD_QUALITY)
    for _, here in table[able].groupby("title"):
        lead[here["quality"].idxmax()] = True
    urban, seated = table["title"].isin(STREETS), table["central"] | table["town_seat"]
    columns = {
        **table,
        **positions(spots),
        "school": [
            f"{CODE}{order[t]:02d}{k:02d}" for t, k in zip(table["town"], serial, strict=True)
        ],
        "village": frame.index.to_numpy()[at],
        "lead": lead,
        "weak": False,
        "run_by": "town",
        "partner": "",
        "area_type": np.where(urban, "urban", np.where(seated, "seat", "rural")),
        "pos_q": "synthetic",
        "pop_q": "synthetic",
    }
    return main_table("schools", columns)


def _named(table: pd.DataFrame, villages: pd.DataFrame) -> pd.DataFrame:
    """Return the schools with names; the one junior school on record replaces an invented one."""
    stems = villages["stem"].to_numpy()[table["at"].to_numpy()]
    seen: dict[tuple[str, str], int] = {}
    names = []
    for row, stem in zip(table.itertuples(), stems, strict=True):
        if row.kind == "junior":
            number = seen[row.title, "junior"] = seen.get((row.title, "junior"), 0) + 1
            names.append(f"{row.title}{('', '第二', '第三', '第四', '第五')[number - 1]}中学")
        elif row.central:
            names.append(f"{row.title}中心{'小学' if row.kind == 'primary' else '幼儿园'}")
        else:
            names.append(f"{stem}{'小学' if row.kind == 'primary' else '教学点'}")
    table = table.assign(name=names, name_q="synthetic")
    title, village, name = MERGED_SCHOOL
    last = table.index[(table["title"] == title) & (table["kind"] == "junior")][-1]
    table.loc[last, ["at", "name", "name_q"]] = [
        int(np.flatnonzero((villages["title"] == title) & (villages["stem"] == village))[0]),
        name,
        "quoted",
    ]
    return table.astype({"at": int})


def _staffed(table: pd.DataFrame) -> pd.DataFrame:
    """Return the schools with teachers that total :data:`TEACHERS` outside kindergartens."""
    here = (table["kind"] != "kindergarten").to_numpy()
    old = table["teachers"].to_numpy()
    new = np.where(here, np.maximum(2, np.round(old * TEACHERS / old[here].sum())), old)
    largest = int(np.argmax(np.where(here, new, 0)))
    new[largest] += TEACHERS - new[here].sum()
    backbone = np.round(table["backbone"].to_numpy() * new / old)
    return table.assign(teachers=new.astype(np.int64), backbone=backbone.astype(np.int64))


def _current(
    frame: gpd.GeoDataFrame, schools: pd.DataFrame, towns: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    name = towns.set_index("town")["name"] + "学区"
    districts = pd.DataFrame({"district": name.to_numpy(), "union": "", "town": towns["town"]})
    districts["order"] = range(1, len(districts) + 1)
    return {
        "districts": side_table("districts", districts),
        "members": member_table(
            frame["town"].map(name), schools["town"].map(name), ("derived", "synthetic")
        ),
    }
