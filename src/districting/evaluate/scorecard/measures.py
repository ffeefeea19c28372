"""Numbers of a district that a scorecard computes, from its schools and villages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from districting.county import County
from districting.evaluate.balance.seven import seven
from districting.evaluate.balance.staff import due_to_rotate
from districting.evaluate.balance.standard import STAGES, Standard, read_standard
from districting.evaluate.held import held, of_year
from districting.evaluate.measures.ground import labels_of, numbers, survey
from districting.evaluate.measures.travel import WAYS, ways
from districting.evaluate.measures.variation import variation_coefficient
from districting.plan.district_plan import DistrictPlan

TENURE = "GOV-11"
"""Item of the standard that says after how many years teachers are due to rotate."""


@dataclass(frozen=True, eq=False)
class Facts:
    """Tables that all districts are measured on, made once.

    Parameters
    ----------
    schools : pandas.DataFrame
        As :func:`districting.evaluate.balance.seven.seven` returns it.
    standard : Standard
    ways : Mapping of stage to pandas.DataFrame
        Of :func:`districting.evaluate.measures.travel.ways`.
    classes : pandas.DataFrame
        This year's classes.
    staff : pandas.DataFrame
        Teachers, with bool columns ``due`` and ``moved`` (rotated this school year).
    facilities : pandas.DataFrame
    """

    county: County
    standard: Standard
    schools: pd.DataFrame
    ways: Mapping[str, pd.DataFrame]
    classes: pd.DataFrame
    staff: pd.DataFrame
    facilities: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Members:
    """Ids of the schools and codes of the villages of one district or union."""

    schools: pd.Index
    villages: pd.Index


def facts(county: County, plan: DistrictPlan) -> Facts:
    """Return what the measures of the districts of `plan` are computed from."""
    standard = read_standard()
    ground = survey(county)
    labels = labels_of(county, plan)
    return Facts(
        county=county,
        standard=standard,
        schools=seven(county, standard),
        ways={s: ways(ground, labels, s) for s in STAGES},
        classes=of_year(held(county, "classes"), county.year),
        staff=due_to_rotate(county, _tenure(standard)),
        facilities=held(county, "facilities"),
    )


def _tenure(standard: Standard) -> float:
    item = next((i for i in standard.item if i.id == TENURE), None)
    return 6.0 if item is None else item.limits["tenure"]


def near_school(known: Facts, of: Members) -> float:
    """Share of children within the time limit of a school of their stage in their district."""
    inside = children = 0.0
    for stage, table in known.ways.items():
        here = table.loc[of.villages]
        near = (here["needed"] == "own") & (here["metres"] <= WAYS[stage].metres + 1e-3)
        inside += float(here.loc[near, "children"].sum())
        children += float(here["children"].sum())
    return inside / children if children else float("nan")


def seats(known: Facts, of: Members) -> float:
    """Seats of the district's schools for its children, at most 1, the scarcer stage deciding."""
    found = []
    for stage in STAGES:
        children = float(known.county.villages.loc[of.villages, f"children_{stage}"].sum())
        places = float(known.county.schools.loc[of.schools, f"seats_{stage}"].sum())
        if children and places:
            found.append(min(places / children, 1.0))
    return min(found, default=float("nan"))


def _rows(known: Facts, of: Members) -> pd.DataFrame:
    table = known.schools
    return table[table["school"].isin(of.schools) & table["verdict"].isin(["pass", "fail"])]


def standard_met(known: Facts, of: Members) -> float:
    """Share of the seven indicators that schools meet, over all schools and stages."""
    rows = _rows(known, of)
    count = len(known.standard.indicator)
    return float(rows["met"].sum() / (count * len(rows))) if len(rows) else float("nan")


def spread(known: Facts, of: Members) -> float:
    """Mean pupil-weighted variation coefficient of the seven indicators between schools."""
    rows, found = _rows(known, of), []
    for stage in STAGES:
        here = rows[rows["stage"] == stage]
        if len(here) > 1:
            for indicator in known.standard.indicator:
                found.append(variation_coefficient(here[indicator.column], here["pupils"]))
    known_ones = [c for c in found if c == c]
    return float(np.mean(known_ones)) if known_ones else float("nan")


def backbone(known: Facts, of: Members) -> float:
    """Backbone teachers for 100 pupils."""
    rows = _rows(known, of)
    pupils = float(rows["pupils"].sum())
    return 100.0 * float(rows["teachers_backbone"].sum()) / pupils if pupils else float("nan")


def rotation(known: Facts, of: Members) -> float:
    """Teachers who rotated this school year, of those due to rotate."""
    here = known.staff[known.staff["school"].isin(of.schools)]
    due = int((here["due"] | here["moved"]).sum())
    return float(here["moved"].sum() / due) if due else float("nan")


def class_size(known: Facts, of: Members) -> float:
    """Share of grades whose classes, evenly divided, keep to the limit of the standard."""
    limits = next(i.limits for i in known.standard.item if i.how == "class_size")
    here = known.classes[known.classes["school"].isin(of.schools) & (known.classes["classes"] > 0)]
    if here.empty:
        return float("nan")
    largest = np.ceil(here["pupils"] / here["classes"])
    limit = np.where(here["grade"] <= 6, limits["primary"], limits["junior"])
    return float((largest <= limit).mean())


def shared_facilities(known: Facts, of: Members) -> float:
    """Share of the district's facilities that other schools may use."""
    here = known.facilities[known.facilities["school"].isin(of.schools)]
    if here.empty:
        return float("nan")
    open_ = (here["periods"].fillna(0) > 0) & (here["open_to"] != "school")
    return float(open_.mean())


def lead_reach(known: Facts, of: Members) -> float:
    """Share of pupils who attend a lead school or one with a named partner or lead in the unit."""
    here = known.county.schools.loc[of.schools]
    pupils = numbers(here, "pupils_primary") + numbers(here, "pupils_junior")
    led = bool(here["lead"].any())
    covered = pupils.sum() if led else pupils[(here["partner"] != "").to_numpy()].sum()
    return float(covered / pupils.sum()) if pupils.sum() else float("nan")


MEASURES: Mapping[str, Callable[[Facts, Members], float]] = MappingProxyType(
    {
        "near_school": near_school,
        "seats": seats,
        "standard_met": standard_met,
        "spread": spread,
        "backbone": backbone,
        "rotation": rotation,
        "class_size": class_size,
        "shared_facilities": shared_facilities,
        "lead_reach": lead_reach,
    }
)
"""Measures by the name a profile calls them by."""
