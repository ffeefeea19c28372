"""Checks that need no policy: is the plan whole, does it know its county, do its claims agree."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

from districting.county import TEACHES, County
from districting.plan.district_plan import DistrictPlan
from districting.plan.plan import Plan
from districting.plan.posts_plan import PostsPlan
from districting.plan.record import SolverRecord
from districting.plan.rotation_plan import RotationPlan, scopes_of
from districting.plan.teaching_plan import TeachingPlan
from districting.plan.zone_plan import STAGES, ZonePlan
from districting.policy.rule import Finding, Strength, Verdict
from districting.terms import say

NAME = "structure"
SHOWN = 8

Checked = tuple[Finding, Strength]


def structure(county: County, plan: Plan) -> Iterator[Checked]:
    """Yield findings about the plan as such, each with its strength.

    A foreign county, unknown ids and unknown districts break a must; unassigned units are
    incomplete; schools apart from their village, changed input files and solver claims that
    contradict each other are reported as worth a look.
    """
    yield found("county", [] if plan.county == county.code else [plan.county])
    yield from KINDS[plan.kind](county, plan)
    yield found("inputs", _changed(county, plan), Strength.AIM)
    if plan.solver is not None:
        yield found("solver", _contradictions(plan.solver), Strength.AIM)


def _districts(county: County, plan: DistrictPlan) -> Iterator[Checked]:
    villages = plan.villages.reindex(county.villages.index).fillna("")
    run_by_town = county.district_schools()
    schools = plan.schools.reindex(run_by_town.index).fillna("")
    yield found("unknown_villages", list(plan.villages.index.difference(county.villages.index)))
    yield found("unknown_schools", list(plan.schools.index.difference(run_by_town.index)))
    used = {*plan.villages, *plan.schools} - {""}
    yield found("unknown_districts", sorted(map(str, used - set(plan.districts.index))))
    yield unassigned("villages", villages, county.villages["name"])
    yield unassigned("schools", schools, run_by_town["name"])
    home = villages.reindex(run_by_town["village"]).fillna("").to_numpy()
    apart = (schools != "").to_numpy() & (home != "") & (schools.to_numpy() != home)
    yield found("apart", list(run_by_town["name"][apart]), Strength.AIM)


def _zones(county: County, plan: ZonePlan) -> Iterator[Checked]:
    kind, names = county.schools["kind"], county.villages["name"]
    yield found("unknown_villages", list(plan.zones.index.difference(names.index)))
    used = {
        *(s for stage in STAGES for s in plan.zones[stage]),
        *plan.feeders["primary"],
        *plan.feeders["junior"],
        *plan.groups,
        *plan.groups.values(),
    }
    yield found("unknown_zone_schools", sorted(used - set(kind.index) - {""}))
    for stage in STAGES:
        given = plan.zones[stage].reindex(names.index).fillna("")
        known = given[given.isin(kind.index)]
        wrong = sorted(set(known[~kind.reindex(known).isin(TEACHES[stage]).to_numpy()]))
        yield found(f"wrong_{stage}", [str(county.schools["name"][s]) for s in wrong])
        yield unassigned(f"{stage}_zones", given, names)
    if len(plan.feeders):
        primary = plan.zones["primary"].reindex(names.index).fillna("")
        unfed = sorted(set(primary) - set(plan.feeders["primary"]) - {""})
        unfed = [str(county.schools["name"].get(s, s)) for s in unfed]
        yield found("unfed", unfed, Strength.AIM)
        feeds = plan.feeds()
        due = primary.map(lambda school: feeds.get(school, ""))
        junior = plan.zones["junior"].reindex(names.index).fillna("")
        stray = (due != "") & (junior != "") & (due != junior)
        yield found("stray", list(map(str, names[stray])), Strength.AIM)


def _posts(county: County, plan: PostsPlan) -> Iterator[Checked]:
    known = set(county.tables["teachers"]["teacher"])
    yield found("unknown_teachers", sorted(set(plan.posts["teacher"]) - known))
    yield found("unknown_schools", list(plan.schools.index.difference(county.schools.index)))
    places = {place for _, place in plan.places()}
    yield found("unknown_districts", sorted(set(plan.posts["place"]) - places))
    home = plan.posts["teacher"].map(_school_of(county))
    elsewhere = home.notna() & (home != plan.posts["school"])
    yield found("holder_school", sorted(set(plan.posts["teacher"][elsewhere])))
    district = home.map(plan.schools)
    own = district.where(plan.posts["body"] == "district", district.map(plan.unions))
    outside = home.notna() & (own != plan.posts["place"])
    yield found("outside_holders", sorted(set(plan.posts["teacher"][outside])))


def _teaching(county: County, plan: TeachingPlan) -> Iterator[Checked]:
    known = set(county.tables["teachers"]["teacher"])
    named = {*plan.visits["teacher"], *plan.pairs["mentor"], *plan.pairs["mentee"]}
    named |= set(plan.reach["studio"])
    yield found("unknown_teachers", sorted(named - known))
    schools = {*plan.visits["school"], *plan.reach["school"]} - set(county.schools.index)
    yield found("unknown_schools", sorted(schools))


def _rotation(county: County, plan: RotationPlan) -> Iterator[Checked]:
    changes = county.tables.get("staff_changes")
    people = county.tables["teachers"][["teacher", "school", "stage"]]
    if changes is not None:
        people = pd.concat([people, changes.loc[changes["change"] == "enter", people.columns]])
    people = people.drop_duplicates("teacher").set_index("teacher")
    roster, moves = people["school"], plan.moves
    yield found("unknown_teachers", sorted(set(moves["teacher"]) - set(roster.index)))
    named = {*moves["from_school"], *moves["to_school"]}
    yield found("unknown_schools", sorted(named - set(county.schools.index)))
    first = moves[~moves["teacher"].duplicated()]
    elsewhere = first["teacher"].map(roster) != first["from_school"]
    idle = moves["from_school"] == moves["to_school"]
    wrong = {*first.loc[elsewhere, "teacher"], *moves.loc[idle, "teacher"]}
    yield found("not_there", sorted(map(str, wrong)))
    yield found("before_plan", sorted(set(moves["teacher"][moves["year"] < plan.year])))
    stage = moves["teacher"].map(people["stage"])
    other = stage.notna() & (stage != moves["stage"])
    yield found("move_stage", sorted(set(moves["teacher"][other])))
    other = (moves["scope"] != "") & (moves["scope"] != scopes_of(county, moves))
    yield found("move_scope", sorted(set(moves["teacher"][other])))


def _school_of(county: County) -> pd.Series:
    """Return the school of each teacher by id."""
    return county.tables["teachers"].set_index("teacher")["school"]


KINDS: Mapping[str, Callable[[County, Any], Iterator[Checked]]] = {
    "districts": _districts,
    "zones": _zones,
    "posts": _posts,
    "teaching": _teaching,
    "rotation": _rotation,
}
"""By kind of plan: are its ids known and is anything left unassigned."""


def explain_structure(finding: Finding) -> str:
    """Return a finding of :func:`structure` in a planner's words."""
    part = finding.details["part"]
    return say(
        f"evaluate.structure.{part}.{finding.verdict}",
        number=int(finding.number or 0),
        limit=int(finding.limit or 0),
        places=_few(finding.place),
    )


def _few(places: tuple[str, ...]) -> str:
    return "、".join(places[:SHOWN]) + ("……" if len(places) > SHOWN else "")


def found(part: str, faults: list[str], strength: Strength = Strength.MUST) -> Checked:
    """Return the finding that there are no such `faults`."""
    verdict = Verdict.FAIL if faults else Verdict.PASS
    number, details = float(len(faults)), {"part": part}
    return Finding(NAME, verdict, tuple(faults), number, details=details), strength


def unassigned(part: str, given: pd.Series, names: pd.Series) -> Checked:
    """Return the finding that no unit is without assignment (``""`` in `given`)."""
    missing = tuple(map(str, names[given == ""]))
    verdict = Verdict.INCOMPLETE if missing else Verdict.PASS
    number, whole = float(len(missing)), float(len(given))
    finding = Finding(NAME, verdict, missing, number, whole, details={"part": part})
    return finding, Strength.MUST


def _changed(county: County, plan: Plan) -> list[str]:
    """Return the input files that are not what they were when the plan was made."""
    if not plan.inputs or not county.inputs:
        return []
    files = sorted({*plan.inputs, *county.inputs})
    return [f for f in files if plan.inputs.get(f) != county.inputs.get(f)]


def _contradictions(record: SolverRecord) -> list[str]:
    slack = 1e-6 * max(1.0, abs(record.objective))
    faults = []
    if record.bound > record.objective + slack:
        faults.append(say("evaluate.solver.bound"))
    gap = (record.objective - record.bound) / max(abs(record.objective), 1.0)
    if math.isfinite(record.gap) and abs(gap - record.gap) > 1e-6:
        faults.append(say("evaluate.solver.gap"))
    if any(t.bound > t.value + 1e-6 * max(1.0, abs(t.value)) for t in record.tiers):
        faults.append(say("evaluate.solver.bound"))
    for tier in record.tiers:
        known = [record.parts[g].value for g in tier.gates if g in record.parts]
        if tier.weights and len(known) == len(tier.weights):
            told = sum(w * v for w, v in zip(tier.weights, known, strict=True))
            if abs(told - tier.value) > 1e-6 * max(1.0, abs(tier.value)):
                faults.append(say("evaluate.solver.parts"))
    parts = sum(p.weight * p.value for p in record.parts.values())
    if record.parts and abs(parts - record.objective) > slack:
        faults.append(say("evaluate.solver.parts"))
    return faults
