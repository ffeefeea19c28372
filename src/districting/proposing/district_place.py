"""Why a village lies in its district, what moving it would cost, and which rules bind a layout."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from districting.county import County
from districting.errors import PlanFileError
from districting.model.district_view import DistrictView
from districting.model.partition import Ints, PartitionProblem
from districting.plan.district_plan import DistrictPlan
from districting.plan.find import find_unit
from districting.plan.record import ObjectivePart
from districting.policy.build import district_problem
from districting.policy.policy import Policy
from districting.proposing.binding import Binding, binding
from districting.proposing.explain import told_unit
from districting.proposing.explaining import is_whole
from districting.solve.partition.value import Evaluation, best_seats, evaluate
from districting.solve.stop import Progress, Stop, silent
from districting.terms import say

SECONDS = 60.0
"""Time for the re-solves behind shadow prices."""
SHOWN = 5.0
"""Bounds that a district keeps clear of by more steps than this are not listed."""
SLIGHT = 0.5
"""Changes below this many objective units are not told."""


def explain(
    county: County, policy: Policy, plan: DistrictPlan, place: str, progress: Progress = silent
) -> str:
    """Explain a district plan; see :func:`districting.proposing.explaining.explain_place`.

    `place` may also be a district (its bounds, and how near it comes to them) or the county (which
    bounds bind, and what it is worth to loosen each).
    """
    problem, view = district_problem(county, policy, plan)
    labels = _complete(view, plan)
    names = sorted(set(plan.villages))
    if is_whole(county, place):
        stop = Stop(SECONDS, progress=progress)
        with stop.on_ctrl_c():
            found = binding(problem, labels, stop)
        return _told_bounds(policy, found, names, whole=True)
    if place in plan.districts.index:
        inside = names.index(place)
        near = (b for b in binding(problem, labels) if b.slack <= SHOWN)
        found = [b for b in near if b.district == inside]
        return _told_bounds(policy, found, names, whole=False)
    return _teller(view, problem, plan)(*find_unit(county, place))


def teller(county: County, policy: Policy, plan: DistrictPlan) -> Callable[[str, str], str]:
    """Return what tells of a place; see :func:`districting.proposing.explaining.explain_places`."""
    problem, view = district_problem(county, policy, plan)
    return _teller(view, problem, plan)


def _complete(view: DistrictView, plan: DistrictPlan) -> Ints:
    if view.start_labels is None:
        raise PlanFileError(say("ensemble.unfinished", plan=plan.name))
    return view.start_labels


def _teller(
    view: DistrictView, problem: PartitionProblem, plan: DistrictPlan
) -> Callable[[str, str], str]:
    labels, names = _complete(view, plan), sorted(set(plan.villages))
    seats = best_seats(problem, labels)
    now = evaluate(problem, labels, seats)
    members = _members(view, plan)

    def tell(kind: str, unit: str) -> str:
        village = unit if kind == "village" else str(view.county.schools["village"][unit])
        at = int(view.units.get_indexer(pd.Index([village]))[0])
        head = _head(view, problem, seats, labels, at, names)
        held = [*_locked(plan, village), *_unit(view, members[village])]
        return "\n".join(
            [head, *held, *_moves(view, problem, now, labels, members[village], names)]
        )

    return tell


def _members(view: DistrictView, plan: DistrictPlan) -> dict[str, Ints]:
    """Return the positions that change district with each village: its unit, in its district."""
    own = pd.Series(np.arange(view.n), view.units)
    if plan.units is None:
        return {str(v): np.array([at], np.int64) for v, at in own.items()}
    zone = plan.units.zone.reindex(view.units).fillna(pd.Series(view.units, view.units))
    town = view.county.villages["town"] if plan.units.by_town else ""
    unit = pd.DataFrame({"z": zone, "t": town, "d": plan.villages.reindex(view.units)})
    groups = own.groupby([unit["z"], unit["t"], unit["d"]])
    return {str(v): g.to_numpy() for _, g in groups for v in g.index}


def _unit(view: DistrictView, members: Ints) -> list[str]:
    """Return a line where more than the village itself would move."""
    if len(members) < 2:
        return []
    names = view.county.villages["name"].iloc[members]
    return [say("units.moves", count=len(members), villages="、".join(names))]


def _moves(
    view: DistrictView,
    problem: PartitionProblem,
    now: Evaluation,
    labels: Ints,
    members: Ints,
    names: list[str],
) -> list[str]:
    lines = []
    if now.violations:
        broken = _titles(dict.fromkeys(v.gate for v in now.violations))
        lines.append(say("explain.already_broken", rules=broken))
    touching = view.edges[np.isin(view.edges, members).any(axis=1)]
    others = sorted({int(labels[u]) for u in touching.ravel()} - {int(labels[members[0]])})
    if not others:
        lines.append(say("explain.inside"))
    for other in others:
        moved = labels.copy()
        moved[members] = other
        # Districts keep their numbers, so that an emptied one shows as a fault.
        then = evaluate(problem, moved, best_seats(problem, moved))
        lines.append(_move(now, then, names[other]))
    return lines


def _head(
    view: DistrictView,
    problem: PartitionProblem,
    seats: Ints,
    labels: Ints,
    at: int,
    names: list[str],
) -> str:
    villages, own = view.county.villages, int(labels[at])
    seat = int(seats[own])
    way = float(view.distance[at, seat]) if seat >= 0 else float("inf")
    children = float(view.schooling(("primary", "junior"))[at])
    return say(
        "explain.in_district",
        village=villages["name"].iloc[at],
        district=names[own],
        seat=villages["name"].iloc[int(problem.seats[seat])] if seat >= 0 else "—",
        way=say("explain.metres", metres=way) if np.isfinite(way) else say("explain.no_way"),
        children=children,
    )


def _locked(plan: DistrictPlan, village: str) -> list[str]:
    return [
        say(
            "explain.barred" if lock.forbid else "explain.held",
            district=lock.to,
            reason=lock.reason or "—",
        )
        for lock in plan.locks
        if lock.unit == village
    ]


def _move(now: Evaluation, then: Evaluation, district: str) -> str:
    """Return what moving to `district` changes and which musts it breaks beyond those of today."""
    had = {(v.gate, v.name): v.amount for v in now.violations}
    gates = dict.fromkeys(
        v.gate for v in then.violations if v.amount > had.get((v.gate, v.name), 0.0) + 1e-9
    )
    broken = say("explain.breaks", rules=_titles(gates)) if gates else ""
    if not np.isfinite(then.objective):
        return say("explain.move_forbidden", district=district, broken=broken)
    key = "explain.move_better" if then.objective < now.objective - SLIGHT else "explain.move"
    return say(
        key,
        district=district,
        total=then.objective - now.objective,
        parts=_changes(now.parts, then.parts),
        broken=broken or say("explain.breaks_nothing"),
    )


def _changes(now: Mapping[str, ObjectivePart], then: Mapping[str, ObjectivePart]) -> str:
    """Return the changes of the objective's parts, largest first."""
    worth = {
        gate: sum(p[gate].value * p[gate].weight * sign for p, sign in ((then, 1), (now, -1)))
        for gate in then
    }
    told = [
        say("explain.part", rule=_title(gate), change=change)
        for gate, change in sorted(worth.items(), key=lambda p: (-abs(p[1]), p[0]))
        if abs(change) >= SLIGHT
    ]
    return "；".join(told) or say("explain.none_changes")


def _title(gate: str) -> str:
    """Return the rule's title; the two faults that no rule names have words of their own."""
    name = gate.split("#")[0]
    return say(f"explain.fault.{name}") if name in ("seat", "labels") else say(f"rule.{name}.title")


def _titles(gates: Mapping[str, None]) -> str:
    return "、".join(_title(g) for g in gates)


def _told_bounds(policy: Policy, found: list[Binding], names: list[str], whole: bool) -> str:
    clauses = {rule.name: rule.clause.number for rule in policy.of("districts")}
    lines = [say("explain.binding" if whole else "explain.bounds")]
    for bound in found:
        line = say(
            "explain.bound",
            district=names[bound.district] if bound.district >= 0 else say("explain.whole"),
            clause=clauses.get(bound.gate, ""),
            rule=_title(bound.gate),
            side=say(f"explain.side.{'upper' if bound.upper else 'lower'}"),
            load=bound.load,
            end=bound.end,
            unit=told_unit(bound.unit),
        )
        lines.append(line + _told_price(bound, whole))
    if not found:
        lines.append(say("explain.none_binds" if whole else "explain.no_bounds"))
    elif whole:
        lines.append(say("explain.price_note"))
    return "\n".join(lines)


def _told_price(bound: Binding, whole: bool) -> str:
    if not whole:
        return ""
    if bound.saving is None:
        return say("explain.price_unknown")
    key = "explain.price" if bound.saving >= SLIGHT else "explain.price_none"
    return say(key, step=bound.step, saving=bound.saving, each=bound.saving / bound.step)
