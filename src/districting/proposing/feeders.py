"""Propose feeders on given primary zones; junior zones become unions of primary ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from districting.county import County
from districting.model.feeder_view import FeederView, Ints
from districting.model.feeder_words import (
    FeederPart,
    ForbidPairs,
    OnePiece,
    PairPrice,
    VillagePrice,
    feeder_problem,
    pair_costs,
)
from districting.model.feeders import FeederProblem
from districting.plan.record import ObjectivePart
from districting.plan.zone_plan import ZonePlan, feeder_table, zone_table
from districting.policy.feeder_build import feeder_model
from districting.policy.policy import Policy
from districting.proposing.zone_tiers import StageSolution
from districting.solve.feeders import FeederSolution, solve_feeders
from districting.solve.stop import Stop
from districting.terms import say

GATES = {
    "seats": ("feeder_capacity",),
    "coverage": ("feeder_coverage",),
}
"""Rules behind what the solver calls a conflict."""


@dataclass(frozen=True, eq=False)
class Fed:
    """What came of asking for feeders.

    Parameters
    ----------
    plan : ZonePlan or None
    solution : StageSolution
        Its objective and bound are for feeders on the plan's primary zones.
    view : FeederView
    parts : tuple of FeederPart
    problem : FeederProblem
    found : FeederSolution
    """

    plan: ZonePlan | None
    solution: StageSolution
    view: FeederView
    parts: tuple[FeederPart, ...]
    problem: FeederProblem
    found: FeederSolution

    @property
    def conflict(self) -> tuple[str, ...]:
        """What cannot hold together, as the solver names it; empty where there is a plan."""
        return self.found.conflict


def feed(county: County, policy: Policy, plan: ZonePlan, stop: Stop, seed: int) -> Fed:
    """Return `plan` with the feeders that `policy` wants and junior zones that follow them.

    Every village's junior zone is the one that its primary feeds, from whatever year on; villages
    locked to a junior school keep it.
    """
    view, parts = feeder_model(county, policy, plan)
    problem = feeder_problem(view, parts)
    found = solve_feeders(problem, stop, seed)
    told = StageSolution(found.status, None, found.objective, found.bound)
    if found.target is None or found.start is None:
        return Fed(None, told, view, parts, problem, found)
    told = replace(
        told,
        assignment=found.target,
        parts=_parts(view, parts, problem, found),
        method="feeders",
    )
    fed = _with_feeders(view, plan, found.target, found.start)
    return Fed(fed, told, view, parts, problem, found)


def _parts(
    view: FeederView, parts: tuple[FeederPart, ...], problem: FeederProblem, found: FeederSolution
) -> Mapping[str, ObjectivePart]:
    """Return the objective by rule."""
    assert found.target is not None and found.start is not None
    costs = {"feeder_near": found.parts["travel"].value}
    if "overfull" in found.parts:
        costs["feeder_capacity"] = found.parts["overfull"].value
    held = found.start <= np.arange(problem.years)[:, None]
    table = np.full((view.n, view.m), -1)
    table[view.pair_primary, view.pair_junior] = np.arange(len(view.pair_primary))
    pair = table[np.arange(view.n), found.target]
    for part in parts:
        if isinstance(part, PairPrice | VillagePrice):
            paid = pair_costs(view, part)[:, pair][held]
            costs[part.gate] = costs.get(part.gate, 0.0) + float(paid.sum())
    return MappingProxyType({g: ObjectivePart(c, "child-metres", 1.0) for g, c in costs.items()})


def _with_feeders(view: FeederView, plan: ZonePlan, target: Ints, start: Ints) -> ZonePlan:
    rows = []
    for p, lead in enumerate(view.primaries):
        juniors = view.members[target[p]]
        way = "direct" if len(juniors) == 1 else "lottery"
        year = view.years[start[p]]
        rows += [(s, j, way, year) for s in plan.members(str(lead)) for j in juniors]
    leads = dict(zip(view.primaries, view.juniors[target], strict=True))
    junior = plan.zones["primary"].map(leads).fillna("")
    for lock in plan.locks:
        if lock.unit_kind == "junior" and not lock.forbid and lock.unit in junior.index:
            junior[lock.unit] = plan.groups.get(lock.to, lock.to)
    zones = zone_table({"primary": plan.zones["primary"], "junior": junior})
    return replace(plan, zones=zones, feeders=feeder_table(rows))


def explain_feeder_conflict(fed: Fed, policy: Policy) -> str:
    """Return which clauses on feeders cannot hold together, and how many seats would do."""
    rules = {r.name: r for r in policy.of("zones")}
    closing = [p.gate for p in fed.parts if isinstance(p, ForbidPairs) and p.pairs.any()]
    joining = [p.gate for p in fed.parts if isinstance(p, OnePiece)]
    gates = {"pairs": tuple(dict.fromkeys(closing)), "contiguous": tuple(joining), **GATES}
    names = fed.view.county.schools["name"]
    lines = [say("feeder_conflict.head" if fed.conflict else "feeder_conflict.not_found")]
    for gate in [g for word in fed.conflict for g in gates[word] if g in rules]:
        clause, title = rules[gate].clause, rules[gate].title
        lines.append(
            say("conflict.rule", clause=clause.number, title=title, text=clause.text, doubt="")
        )
    if "pairs" in fed.conflict:
        open_ = sorted(set(range(fed.view.n)) - set(fed.problem.pair_primary.tolist()))
        shown = "、".join(str(names[fed.view.primaries[p]]) for p in open_)
        lines.append(say("feeder_conflict.pairs", primaries=shown))
    if fed.found.extra is not None:
        lines += _missing_seats(fed, fed.found.extra)
    return "\n".join(lines)


def _missing_seats(fed: Fed, extra: Ints) -> list[str]:
    """Return what seats the best pattern found lacks, and how many any pattern does."""
    names = fed.view.county.schools["name"]
    lines = [say("feeder_conflict.seats", number=int(extra.sum()), least=fed.found.least)]
    for t in np.flatnonzero(extra):
        schools = "、".join(str(names[j]) for j in fed.view.members[t])
        lines.append(say("feeder_conflict.at", school=schools, number=int(extra[t])))
    return lines
