"""Items of government guarantee that tables of schools, classes and rooms decide (GOV-03…05,
GOV-13, ADM-16)."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from districting.county import County
from districting.evaluate.balance.reading import Reading, places, share_reading
from districting.evaluate.balance.standard import Item, Standard
from districting.evaluate.held import held, of_year
from districting.evaluate.measures.ground import numbers

COMPULSORY = ("primary", "teaching_point", "junior", "nine_year")


def _stage(grade: float) -> str:
    return "primary" if grade <= 6 else "junior"


def _facts(county: County) -> pd.DataFrame:
    """Return table ``conditions`` for every school of compulsory education."""
    here = county.schools.index[county.schools["kind"].isin(COMPULSORY)]
    return held(county, "conditions").set_index("school").reindex(here)


def special_rooms(county: County, item: Item, standard: Standard) -> Iterator[Reading]:
    """Yield music and art rooms against one of each for every so many classes (GOV-03).

    Rooms count where their area is enough for the year the school was built; a school of unknown
    year is held to the newer, larger area.
    """
    classes = of_year(held(county, "classes"), county.year).groupby("school")["classes"].sum()
    rooms = held(county, "facilities")
    if classes.empty or rooms.empty:
        yield Reading("incomplete", note="no_rooms" if rooms.empty else "no_classes")
        return
    built = _facts(county)["built"]
    for kind in ("music", "art"):
        own = rooms[rooms["kind"] == kind]
        old = own["school"].map(built).astype(float) < item.limits["before"]
        least = np.where(old, item.limits[f"{kind}_before"], item.limits[kind])
        large = own.loc[(own["area"] >= least).to_numpy()].groupby("school").size()
        need = np.ceil(classes[classes > 0] / item.limits["classes"])
        have = large.reindex(need.index).fillna(0)
        short = need[have < need].index
        yield Reading(
            "fail" if len(short) else "pass",
            float((need - have).clip(lower=0).sum()),
            0.0,
            float((need - have).clip(lower=0).sum()),
            part=kind,
            places=places(
                (s, county.schools["name"].get(s, s), "", have[s], need[s], need[s] - have[s])
                for s in short
            ),
        )


def school_size(county: County, item: Item, standard: Standard) -> Iterator[Reading]:
    """Yield the number of schools above the limit of pupils (GOV-04).

    Schools built before the year on record, or with mostly migrants' children, have a wider limit.
    """
    schools = county.schools[county.schools["kind"].isin(COMPULSORY)]
    pupils = numbers(schools, "pupils_primary") + numbers(schools, "pupils_junior")
    facts = _facts(county)
    old = (facts["built"].astype(float) < item.limits["before"]).to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        migrants = facts["migrants"].astype(float).to_numpy() / pupils
    relaxed = old | (migrants > item.limits["migrants"])
    nine = (schools["kind"] == "nine_year").to_numpy()
    limit = np.select(
        [relaxed & nine, relaxed, nine],
        [item.limits["relaxed_nine_year"], item.limits["relaxed"], item.limits["most_nine_year"]],
        item.limits["most"],
    )
    over = np.flatnonzero(pupils > limit).tolist()
    excess = pupils - limit
    ids, names = schools.index.to_list(), schools["name"].to_list()
    yield Reading(
        "fail" if len(over) else "pass",
        float(len(over)),
        0.0,
        float(excess[over].sum()),
        places=places((ids[i], names[i], "", pupils[i], limit[i], excess[i]) for i in over),
    )


def _largest(county: County) -> pd.DataFrame:
    """Return this year's grades with ``largest``, the pupils of the largest class.

    As evenly divided as can be; where the school's largest class is on record and larger, it is
    taken to be in the grade with the largest classes.
    """
    table = of_year(held(county, "classes"), county.year)
    table = table[table["classes"] > 0]
    table = table.assign(
        largest=np.ceil(table["pupils"] / table["classes"]), stage=table["grade"].map(_stage)
    )
    facts = held(county, "conditions").set_index("school")
    given = np.where(
        table["stage"] == "primary",
        table["school"].map(facts["largest_primary"].astype(float)),
        table["school"].map(facts["largest_junior"].astype(float)),
    )
    fullest = table.index.isin(table.groupby(["school", "stage"])["largest"].idxmax())
    known = np.where(fullest, np.nan_to_num(given), 0.0)
    table["largest"] = np.maximum(table["largest"], known)
    return table


def class_size(county: County, item: Item, standard: Standard) -> Iterator[Reading]:
    """Yield the grades with a class above the limit, and the classes that mend it (GOV-05)."""
    table = _largest(county)
    if table.empty:
        yield Reading("incomplete", note="no_classes")
        return
    facts = _facts(county)
    for stage in ("primary", "junior"):
        here, limit = table[table["stage"] == stage], item.limits[stage]
        if here.empty:
            continue
        over = here[here["largest"] > limit]
        even = facts[f"largest_{stage}"].reindex(here["school"].unique()).isna().any()
        needed = np.ceil(over["pupils"] / limit) - over["classes"]
        per_school = (
            over.assign(add=needed.clip(lower=0))
            .groupby("school")
            .agg(largest=("largest", "max"), add=("add", "sum"))
        )
        yield Reading(
            "fail" if len(over) else "pass",
            float(len(over)),
            0.0,
            float(per_school["add"].sum()),
            part=stage,
            note="even_classes" if even else "",
            places=places(
                (s, county.schools["name"].get(s, s), stage, row["largest"], limit, row["add"])
                for s, row in per_school.iterrows()
            ),
        )


def large_classes(county: County, item: Item, standard: Standard) -> Iterator[Reading]:
    """Yield the grades that have a large or a very large class (ADM-16)."""
    table = _largest(county)
    if table.empty:
        yield Reading("incomplete", note="no_classes")
        return
    for part in ("large", "very_large"):
        over = table[table["largest"] >= item.limits[part]]
        yield Reading(
            "fail" if len(over) else "pass",
            float(len(over)),
            0.0,
            float(len(over)),
            part=part,
            places=places(
                (s, county.schools["name"].get(s, s), stage, largest, item.limits[part], math.nan)
                for s, stage, largest in zip(
                    over["school"], over["stage"], over["largest"], strict=True
                )
            ),
        )


def near_home(county: County, item: Item, standard: Standard) -> Iterator[Reading]:
    """Yield the share of pupils, boarders left out, who live in their school's zone (GOV-13).

    Public schools in urban areas and town seats count. Without the numbers of table ``conditions``
    nothing is judged: that villages have a zone does not say who attends.
    """
    schools = county.schools
    area = schools["area_type"] if "area_type" in schools else pd.Series("", schools.index)
    public = (schools["run_by"] != "private") & area.isin(["urban", "seat"])
    facts = held(county, "conditions").set_index("school").reindex(schools.index)
    for stage in ("primary", "junior"):
        inside = facts[f"in_zone_{stage}"].astype(float)
        pupils = numbers(schools, f"pupils_{stage}")
        other = numbers(schools, "pupils_primary") + numbers(schools, "pupils_junior")
        with np.errstate(invalid="ignore", divide="ignore"):
            part = np.where(other > 0, pupils / other, 0.0)
        day = np.maximum(pupils - facts["boarders"].astype(float).fillna(0).to_numpy() * part, 0.0)
        counted = (public & (pupils > 0)).to_numpy()
        if not counted.any():
            continue
        known = counted & inside.notna().to_numpy()
        if (counted & ~known).any():
            yield Reading("incomplete", limit=item.limits[stage], part=stage, note="no_residence")
            continue
        limit = item.limits[stage]
        share = float(inside[known].sum() / day[known].sum())
        low = np.flatnonzero(known & (inside.to_numpy() < limit * day - 1e-9)).tolist()
        ids, names = schools.index.to_list(), schools["name"].to_list()
        yield share_reading(
            share,
            limit,
            stage,
            places=places(
                (
                    ids[i],
                    names[i],
                    stage,
                    inside.iloc[i] / day[i],
                    limit,
                    math.ceil(limit * day[i] - inside.iloc[i]),
                )
                for i in low
            ),
        )
