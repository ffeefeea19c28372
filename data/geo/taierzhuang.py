"""台儿庄区: real outline, names, codes and annex; synthetic positions, cells, roads and people."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
from arrange import Unit, arrange, divide, spread
from packages import read_outline, read_units
from sources import taierzhuang_sources

from districting.county import County
from districting.read.annex import annex_rows
from districting.sample.current_layout import member_table
from districting.sample.frames import (
    county_outline,
    main_table,
    other_tables,
    positions,
    road_table,
    side_table,
    town_table,
    village_table,
)
from districting.sample.layout import in_one_piece, neighbours
from districting.sample.people import SHARES, children_by_age, populate
from districting.sample.roads import road_sections
from districting.sample.school_sites import near_village
from districting.sample.schools import classes_by_grade, fill_in, resources_by_stage

CODE, NAME, YEAR = "370405", "台儿庄区", 2026
SEED = 370405
SEEDS = {  # town: where in the county's bounding box, fractions from the south-west
    "运河街道": (0.815, 0.25),
    "邳庄镇": (0.93, 0.50),
    "马兰屯镇": (0.62, 0.50),
    "泥沟镇": (0.72, 0.83),
    "涧头集镇": (0.41, 0.22),
    "张山子镇": (0.13, 0.28),
}
"""Directions from gazetteer texts: 张山子 in the west, 涧头集 in the south next to it, 运河街道
south-east with 邳庄 to its east and north-east and 马兰屯 to its west and north-west."""
QUOTED_KM2 = {"运河街道": 16.8, "涧头集镇": 120.0, "张山子镇": 113.9}
QUOTED_PEOPLE = {"涧头集镇": 66_817.0, "张山子镇": 52_000.0}
COUNTY_PEOPLE, URBAN_PEOPLE = 305_100.0, 60_000.0
URBAN = "运河街道"
RURAL_CHILDREN = {"preschool": 774 / 52_000, "primary": 2231 / 52_000, "junior": 907 / 52_000}
"""Children a resident in rural towns, from the one town whose pupils are on record (张山子镇)."""
PUBLIC_PRESCHOOL = 0.4
"""Share of young children in public kindergartens; the annex lists no private ones."""
URBAN_PUPILS = {"preschool": 200.0, "primary": 1300.0, "junior": 0.0}
"""Children whom the annex's three urban institutions serve; the rest attend schools run by the
county, which the annex omits."""
SPLIT = {  # town: earlier codes, later codes, with the direction of each inside the town
    "涧头集镇": (("涧头学区", (0.30, 0.62)), ("薛庄学区", (0.70, 0.28))),
    "马兰屯镇": (("马兰学区", (0.32, 0.66)), ("彭楼学区", (0.74, 0.28))),
    "泥沟镇": (("泥沟学区", (0.50, 0.25)), ("兰城学区", (0.50, 0.78))),
}
SEAT_VILLAGES = {
    "运河街道": ("兴中",),
    "邳庄镇": ("邳庄",),
    "张山子镇": ("张山子西", "张山子前", "张山子东"),
    "泥沟镇": ("泥沟",),
    "涧头集镇": ("涧头",),
    "马兰屯镇": ("马兰",),
}
LEAD_QUALITY = 74.0
"""Index from which a central primary or a junior school counts as a lead school."""
PREFACE = """台儿庄区：县界、镇街与村居名称和代码、附件所列 59 所校（园）及其学区为真实资料；
村居位置、村界、镇界、道路、人口为合成，学位、在校生、教师、质量指数、带动校为假定。
附件不含区直学校，因此运河街道在数据中只有西关、张庄两所小学和一所幼儿园，
其适龄儿童的大部分没有对应学位：评价学位是否够用时应把运河街道除外，或补录区直学校。
详见 README.md。本文件由 data/geo/build.py 生成。"""
NOTE = "镇界、村居位置、村界、道路为合成，人口与办学数据为假定"


def build(packages: Path, folder: Path) -> County:
    """Return the county; `folder` holds ``annex.csv`` and ``school_places.csv``."""
    rng = np.random.default_rng(SEED)
    towns, villages = read_units(packages, CODE)
    annex = _annex(folder)
    villages = villages.assign(title=villages["town"].map(towns.set_index("town")["name"]))
    places = pd.read_csv(folder / "school_places.csv", dtype=str, keep_default_na=False)
    villages["district"] = _districts(villages, annex, places)
    outline = read_outline(packages, CODE)
    points, cells = _positions(rng, outline, villages)
    frame = _village_frame(rng, villages, points, cells)
    _in_one_piece(frame, villages)
    kinds = np.where(towns["name"].str.endswith("街道"), "street", "town")
    marks = {"name_q": "official", "zone_q": "synthetic"}
    town_frame = town_table({**towns, "kind": kinds, **marks}, frame)
    seats = np.array([np.flatnonzero(_seated(villages, t))[0] for t in towns["name"]])
    roads = road_table(frame, *road_sections(rng, points, outline, seats, hub=int(seats[0])))
    schools = _school_frame(rng, frame, villages, annex, places)
    tables = other_tables() | _current(frame, villages, schools, annex, towns)
    tables["children"] = children_by_age(rng, frame, YEAR)
    tables["classes"] = classes_by_grade(rng, schools, YEAR).assign(pop_q="assumed")
    tables["resources"] = resources_by_stage(rng, schools).assign(pop_q="assumed")
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
        provenance=taierzhuang_sources(main | tables),
        layout_note=NOTE,
    )


def _annex(folder: Path) -> pd.DataFrame:
    """Return one row a school: ``name``, ``district``, ``union``."""
    rows, union = [], ""
    for line in annex_rows(folder / "annex.csv"):
        union = line.union or (union if line.under_blank else "")
        rows += [(school, line.district, union) for school in line.schools]
    return pd.DataFrame(rows, columns=["name", "district", "union"])


def _districts(villages: pd.DataFrame, annex: pd.DataFrame, places: pd.DataFrame) -> pd.Series:
    """Return the district of each village, derived from the annex and the order of the codes.

    A town with one district is that district. Elsewhere one cut in the order of village codes
    separates the two, with the annex's schools on their sides; the later codes are the villages of
    the town merged in 2001. 林桥, a residents' committee, is the one school that the cut does not
    explain: 马兰屯's committees go to 彭楼学区 with it.

    Raises
    ------
    ValueError
        If no cut puts every school on its side.
    """
    of_school = annex.set_index("name")["district"]
    known = places[places["村居代码"] != ""]
    named = known.drop_duplicates("村居代码").set_index("村居代码")["学校名称"].map(of_school)
    district = pd.Series("", index=villages.index)
    for title, here in villages.groupby("title"):
        if title not in SPLIT:
            schools = places.loc[places["镇街名称"] == title, "学校名称"]
            district[here.index] = of_school[schools].unique().item()
            continue
        first, second = SPLIT[title][0][0], SPLIT[title][1][0]
        district[here.index] = _cut(here, named, first, second)
        if title == "马兰屯镇":
            district[here.index[here["kind"] == "community"]] = second
    return district


def _cut(here: pd.DataFrame, named: pd.Series, first: str, second: str) -> np.ndarray:
    rural = here[here["kind"] == "village"]
    side = rural["village"].map(named)
    rank = np.arange(len(rural))
    low, high = rank[side == first].max(), rank[side == second].min()
    if low >= high:
        raise ValueError(f"no cut separates {first} from {second}")
    start = rural["village"].iloc[(low + high + 1) // 2]
    return np.where(here["village"] < start, first, second)


def _seated(villages: pd.DataFrame, title: str) -> np.ndarray:
    return ((villages["title"] == title) & villages["stem"].isin(SEAT_VILLAGES[title])).to_numpy()


def _positions(
    rng: np.random.Generator, outline, villages: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    low = np.array(outline.bounds[:2])
    size = np.array(outline.bounds[2:]) - low
    titles = list(SEEDS)
    seeds = low + size * np.array([SEEDS[t] for t in titles])
    count = villages["title"].value_counts()
    rest = [t for t in titles if t not in QUOTED_KM2]
    left = outline.area / 1e6 - sum(QUOTED_KM2.values())
    areas = [QUOTED_KM2.get(t, left * count[t] / count[rest].sum()) for t in titles]
    ground = dict(zip(titles, divide(outline, seeds, np.array(areas)), strict=True))
    units = []
    for title in titles:
        for name, towards in SPLIT.get(title, ((None, (0.5, 0.5)),)):
            inside = villages["title"] == title
            if name is not None:
                inside &= villages["district"] == name
            units.append(Unit(title, np.flatnonzero(inside), towards))
    points = spread(rng, ground, units)
    # Town seats lie between the direction on record and the middle of the town.
    centre = {t: (seeds[k] + ground[t].mean(axis=0)) / 2 for k, t in enumerate(titles)}
    at = {t: (np.flatnonzero(_seated(villages, t)).tolist(), centre[t]) for t in titles}
    rural = (villages["kind"] == "village").to_numpy()
    return arrange(rng, outline, units, points, villages["stem"].tolist(), rural, at)


def _village_frame(
    rng: np.random.Generator, villages: pd.DataFrame, points: np.ndarray, cells: np.ndarray
) -> gpd.GeoDataFrame:
    titles = sorted(villages["title"].unique())
    number = villages["title"].map({t: k for k, t in enumerate(titles)}).to_numpy()
    count = np.bincount(number)
    people = {**QUOTED_PEOPLE, URBAN: URBAN_PEOPLE}
    rest = [k for k, t in enumerate(titles) if t not in people]
    left = COUNTY_PEOPLE - sum(people.values())
    totals = np.array(
        [people.get(t, left * count[k] / count[rest].sum()) for k, t in enumerate(titles)]
    )
    totals = np.round(totals)
    urban = np.array([t == URBAN for t in titles])
    children = {s: totals * np.where(urban, SHARES[s], RURAL_CHILDREN[s]) for s in SHARES}
    columns = {
        **villages[["village", "name", "town", "kind"]],
        **populate(rng, totals, number, children),
        "name_q": "official",
        "pos_q": "synthetic",
        "pop_q": "synthetic",
        "zone_q": "synthetic",
    }
    return village_table(columns, points, cells)


def _in_one_piece(frame: gpd.GeoDataFrame, villages: pd.DataFrame) -> None:
    label = pd.factorize(villages["district"])[0].astype(np.int64)
    edges = neighbours(frame.geometry.to_numpy())
    if (in_one_piece(label, edges) != label).any():
        raise ValueError("a district is in more than one piece; take another seed")


def _kind(name: str) -> str:
    if name.endswith("幼儿园"):
        return "kindergarten"
    return "primary" if name.endswith("小学") else "junior"


def _school_frame(
    rng: np.random.Generator,
    frame: gpd.GeoDataFrame,
    villages: pd.DataFrame,
    annex: pd.DataFrame,
    places: pd.DataFrame,
) -> pd.DataFrame:
    table = places.rename(columns={"学校名称": "name", "镇街名称": "title", "村居代码": "village"})
    table["kind"] = [_kind(n) for n in table["name"]]
    table["district"] = table["name"].map(annex.set_index("name")["district"])
    table["pos_q"] = table["认定"].map(
        {
            "同名": "derived",
            "近名": "derived",
            "驻地": "assumed",
            "片区驻地": "assumed",
            "无": "synthetic",
        }
    )
    table["village"] = _with_gaps_filled(frame, villages, table)
    seated = np.zeros(len(villages), dtype=bool)
    for title in SEAT_VILLAGES:
        seated |= _seated(villages, title)
    at = frame.index.get_indexer(table["village"])
    table["town"] = frame["town"].to_numpy()[at]
    table["town_seat"] = seated[at]
    table["central"] = table["name"].str.contains("镇中心|运办中心|泥沟中心")
    table["size"] = np.where(table["central"], 2.2, 1.0)
    table = _sized(rng, table, frame)
    table["lead"] = _leads(table, annex)
    table["weak"] = False
    spots = near_village(rng, frame[["x", "y"]].to_numpy(), frame.geometry.to_numpy(), at)
    urban = table["title"] == URBAN
    serial = table.groupby("town").cumcount() + 1
    order = {t: k + 1 for k, t in enumerate(sorted(frame["town"].unique()))}
    columns = {
        **table,
        **positions(spots),
        "school": [
            f"{CODE}{order[t]:02d}{k:02d}" for t, k in zip(table["town"], serial, strict=True)
        ],
        "run_by": "town",
        "partner": "",
        "area_type": np.where(urban, "urban", np.where(table["town_seat"], "seat", "rural")),
        "name_q": "official",
        "pop_q": "assumed",
    }
    return main_table("schools", columns)


def _with_gaps_filled(
    frame: gpd.GeoDataFrame, villages: pd.DataFrame, table: pd.DataFrame
) -> list[str]:
    """Return the village of each school, the largest gap of the district where none is known."""
    points = frame[["x", "y"]].to_numpy()
    chosen = table["village"].tolist()
    for row in table.index[table["village"] == ""]:
        taken = [v for v, k in zip(chosen, table["kind"], strict=True) if v and k == "primary"]
        used = points[frame.index.get_indexer(taken)]
        inside = np.flatnonzero(villages["district"] == table["district"].loc[row])
        gap = np.hypot(*(points[inside, None, :] - used[None, :, :]).transpose(2, 0, 1)).min(axis=1)
        chosen[row] = str(frame.index[inside[np.argmax(gap)]])
    return chosen


def _sized(rng: np.random.Generator, table: pd.DataFrame, frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the schools with seats and so on, town by town from the children who live there."""
    parts = []
    for town, here in table.groupby("town"):
        inside = frame["town"] == town
        children = {s: float(frame.loc[inside, f"children_{s}"].sum()) for s in SHARES}
        children["preschool"] *= PUBLIC_PRESCHOOL
        urban = (here["title"] == URBAN).all()
        parts.append(fill_in(rng, here, URBAN_PUPILS if urban else children, every_grade=True))
    return pd.concat(parts).sort_index()


def _leads(table: pd.DataFrame, annex: pd.DataFrame) -> np.ndarray:
    """Return which schools lead: good central or junior schools, one at least a union or town."""
    union = table["name"].map(annex.set_index("name")["union"])
    group = union.where(union != "", table["district"])
    able = (table["kind"] == "junior") | (table["central"] & (table["kind"] == "primary"))
    able |= table["name"].isin(["西关小学"])
    lead = able & (table["quality"] >= LEAD_QUALITY)
    for _, here in table[able].groupby(group[able]):
        lead[here["quality"].idxmax()] = True
    return lead.to_numpy()


def _current(
    frame: gpd.GeoDataFrame,
    villages: pd.DataFrame,
    schools: pd.DataFrame,
    annex: pd.DataFrame,
    towns: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    town_of = villages.groupby("district")["town"].first()
    districts = annex[["district", "union"]].drop_duplicates()
    districts = districts.assign(
        town=districts["district"].map(town_of), order=range(1, len(districts) + 1)
    )
    of_village = pd.Series(villages["district"].to_numpy(), index=frame.index)
    of_school = schools["name"].map(annex.set_index("name")["district"])
    if (of_village[schools["village"]].to_numpy() != of_school.to_numpy()).any():
        raise ValueError("a school stands outside its district")
    return {
        "districts": side_table("districts", districts),
        "members": member_table(of_village, of_school, ("derived", "official")),
    }
