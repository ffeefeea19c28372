"""Why a novice has this mentor or none, and which studios serve a school."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from districting.county import County
from districting.model.mentoring import Pairing, candidate_pairs
from districting.plan.teaching_plan import TeachingPlan
from districting.terms import say


def pair_lines(county: County, plan: TeachingPlan, parts: Iterable[Any], teacher: str) -> list[str]:
    """Return whom a teacher guides, or who guides a novice and who would be next."""
    lines = []
    for pairing in (p for p in parts if isinstance(p, Pairing)):
        staff = pairing.staff["teacher"]
        able, young = (set(staff[mask]) for mask in (pairing.able, pairing.young))
        if teacher not in able | young:
            continue
        candidates = candidate_pairs(county, pairing)
        taken = plan.pairs["mentor"].value_counts()
        if teacher in able:
            lines += _mentor(county, plan, candidates, pairing, teacher)
        else:
            full = set(taken.index[taken >= pairing.most])
            lines += _novice(county, plan, candidates, full, teacher)
    return lines


def _mentor(
    county: County, plan: TeachingPlan, candidates: pd.DataFrame, pairing: Pairing, teacher: str
) -> list[str]:
    mine = plan.pairs.loc[plan.pairs["mentor"] == teacher, "mentee"]
    told = "、".join(person_words(county, t) for t in mine) or "—"
    near = int((candidates["mentor"] == teacher).sum())
    return [say("teaching.why.guides", novices=told, near=near, most=pairing.most)]


def _novice(
    county: County, plan: TeachingPlan, candidates: pd.DataFrame, full: set[str], teacher: str
) -> list[str]:
    """Return the mentor with the way, and the nearest other, who may be full."""
    near = candidates[candidates["mentee"] == teacher].sort_values(["cost", "mentor"])
    now = plan.pairs.loc[plan.pairs["mentee"] == teacher, "mentor"].tolist()
    lines = []
    for mentor in now:
        metres = near.loc[near["mentor"] == mentor, "metres"].tolist()
        way = f"{metres[0] / 1000:.1f}" if metres else "—"
        lines.append(say("teaching.why.guided", mentor=person_words(county, mentor), km=way))
    others = near[~near["mentor"].isin(now)]
    free = others[~others["mentor"].isin(full)]
    if len(free):
        best = free.iloc[0]
        words = {"mentor": person_words(county, best["mentor"]), "km": best["metres"] / 1000}
        lines.append(say("teaching.why.next_mentor", **words))
    else:
        lines.append(say("teaching.why.no_mentor", number=len(others)))
    return lines


def reach_lines(county: County, plan: TeachingPlan, school: str) -> list[str]:
    """Return the studios that serve a school."""
    rows = plan.reach[plan.reach["school"] == school].to_dict("records")
    return [
        say("teaching.why.studio", subject=r["subject"], studio=person_words(county, r["studio"]))
        for r in rows
    ]


def person_words(county: County, teacher: str) -> str:
    """Return id and school of a teacher, as planners read them."""
    teachers = county.tables["teachers"]
    school = teachers.loc[teachers["teacher"] == teacher, "school"].iloc[0]
    return say("teaching.why.person", teacher=teacher, school=county.school_titles[school])
