"""Items that the teachers' table decides: training, certificates, rotation (GOV-09, 11, 12)."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from districting.county import DAYS_A_YEAR, County
from districting.evaluate.balance.reading import Reading, places, share_reading
from districting.evaluate.balance.standard import Item, Standard
from districting.evaluate.held import held

COMPULSORY_STAGES = ("primary", "junior")


def _teachers(county: County) -> pd.DataFrame:
    table = held(county, "teachers")
    return table[table["stage"].isin(COMPULSORY_STAGES)]


def _short_of(county: County, teachers: pd.DataFrame, lacking: pd.Series) -> pd.DataFrame:
    """Return, school by school, how many of the teachers lack what is asked."""
    counts = lacking.groupby(teachers["school"]).agg(["sum", "size"])
    short = counts[counts["sum"] > 0]
    names = county.schools["name"].reindex(short.index)
    rows = zip(short.index, names, short["sum"], short["size"], strict=True)
    return places((s, name, "", 1 - n / of, 1.0, n) for s, name, n, of in rows)


def _with_credentials(county: County) -> pd.DataFrame:
    teachers = _teachers(county)[["teacher", "school"]]
    return teachers.merge(held(county, "credentials"), how="left", on="teacher")


def training_hours(county: County, item: Item, standard: Standard) -> Iterator[Reading]:
    """Yield the share of teachers with the hours of training asked for (GOV-09)."""
    teachers = _with_credentials(county)
    if teachers.empty or teachers["training_hours"].isna().any():
        yield Reading("incomplete", limit=item.limits["least"], note="no_hours")
        return
    enough = teachers["training_hours"] >= item.limits["hours"]
    where = _short_of(county, teachers, ~enough)
    yield share_reading(float(enough.mean()), item.limits["least"], places=where)


def certificates(county: County, item: Item, standard: Standard) -> Iterator[Reading]:
    """Yield the share of teachers who hold a certificate (GOV-12)."""
    teachers = _with_credentials(county)
    if teachers.empty or (teachers["certificate"].fillna("") == "").any():
        yield Reading("incomplete", limit=item.limits["least"], note="no_certificates")
        return
    has_one = teachers["certificate"] == "held"
    where = _short_of(county, teachers, ~has_one)
    yield share_reading(float(has_one.mean()), item.limits["least"], places=where)


def eligible(county: County, tenure: float) -> pd.DataFrame:
    """Return the teachers who are due to rotate: long enough at their school, in post, not exempt.

    Years are counted to 31 August of the county's school year, `tenure` of them make a teacher
    due; who joined at an unknown date is not due.
    """
    teachers = _teachers(county)
    day = pd.Timestamp(county.year, 8, 31)
    years = (day - teachers["joined"]).dt.days / DAYS_A_YEAR
    until = teachers["exempt_until"]
    exempt = (teachers["exempt"] != "") & (until.isna() | (until >= day))
    if "on_quota" in teachers:
        exempt |= teachers["on_quota"] == "no"
    due: pd.DataFrame = teachers[(years >= tenure - 1e-9) & ~exempt]
    return due


def due_to_rotate(county: County, tenure: float) -> pd.DataFrame:
    """Return the teachers with ``due`` and ``moved`` (rotated in the county's school year)."""
    teachers = _teachers(county)
    rotations = held(county, "rotations")
    year = pd.Timestamp(county.year, 8, 1), pd.Timestamp(county.year + 1, 7, 31)
    moved = set(rotations.loc[rotations["start"].between(*year), "teacher"])
    due = set(eligible(county, tenure)["teacher"])
    return teachers.assign(due=teachers["teacher"].isin(due), moved=teachers["teacher"].isin(moved))


def rotation(county: County, item: Item, standard: Standard) -> Iterator[Reading]:
    """Yield rotating teachers over those due, and backbone teachers over those rotating (GOV-11).

    Those who rotated this year count among the due, though their new school starts their years
    anew. Without a record of this year's rotations the two targets are given.
    """
    teachers = _teachers(county)
    if teachers.empty or teachers["joined"].isna().all():
        yield Reading("incomplete", limit=item.limits["least"], note="no_tenure")
        return
    teachers = due_to_rotate(county, item.limits["tenure"])
    moving = teachers[teachers["moved"]]
    due = int((teachers["due"] | teachers["moved"]).sum())
    target = math.ceil(item.limits["least"] * due - 1e-9)
    best = math.ceil(item.limits["backbone"] * target - 1e-9)
    if not len(moving):
        yield Reading("incomplete", limit=item.limits["least"], target=target, note="no_rotations")
        yield Reading(
            "incomplete",
            limit=item.limits["backbone"],
            part="backbone",
            target=best,
            note="no_rotations",
        )
        return
    yield share_reading(len(moving) / due, item.limits["least"], target=target)
    backbone = float(moving["honour"].isin(standard.rule.counting.honours).mean())
    yield share_reading(backbone, item.limits["backbone"], "backbone", target=best)
