"""Solve a stage tier by tier: what an earlier tier reached is held while the next is served."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from districting.model.zone_parts import LinearSide
from districting.model.zone_words import ZoneModel, priced
from districting.model.zones import Elastic, Ints, ZoneProblem
from districting.plan.record import ObjectivePart, Status, TierRecord
from districting.policy.policy import Policy
from districting.policy.zones.base import ZoneRule
from districting.solve.stop import Stop
from districting.solve.zones import ZoneSolution, solve_zones
from districting.solve.zones.solution import Relaxation, overfull, price_parts, sum_parts

AHEAD = 10
"""How many times a tier counts in the search for a plan that looks at later tiers too."""


@dataclass(frozen=True, eq=False)
class StageSolution:
    """What came of one stage (or of all of them together).

    Parameters
    ----------
    status : Status
    assignment : int array, shape (n,), or None
        Zone of each village.
    objective, bound : float
        Child-metres. Of several tiers the last one's, all before it held at what they reached.
    parts : Mapping of str to ObjectivePart
        By rule; they add up to the objective.
    method : str
    tiers : tuple of TierRecord
        What each tier came to, where there are several.
    relaxation : Relaxation or None
        Without a plan: the seats with which there is one, as far as the search knows.
    """

    status: Status
    assignment: Ints | None
    objective: float
    bound: float
    parts: Mapping[str, ObjectivePart] = field(default_factory=lambda: MappingProxyType({}))
    method: str = "zones"
    tiers: tuple[TierRecord, ...] = ()
    relaxation: Relaxation | None = None

    @property
    def gap(self) -> float:
        """Proven relative gap, ``(objective - bound) / max(|objective|, 1)``."""
        return (self.objective - self.bound) / max(abs(self.objective), 1.0)


def solve_tiers(model: ZoneModel, policy: Policy, stop: Stop, seed: int) -> StageSolution:
    """Solve `model`, the tiers of the policy's rules one after another.

    Parameters
    ----------
    model : ZoneModel
    policy : Policy
        Says which rule is of which tier.
    stop : Stop
    seed : int

    Notes
    -----
    With one tier the problem goes to the solver as it is. With more, tier k is minimised alone
    under :math:`f_j \\le f_j^*` for every earlier tier j; the status is optimal only where every
    tier's was. The plan of the tier before keeps all that is held: it stands where a tier cut short
    finds none, or a worse one.
    """
    of = _tiers(policy)
    tiers = price_tiers(model, policy)
    sides: tuple[LinearSide, ...] = ()
    proven, found = True, None
    bounds: list[tuple[tuple[str, ...], float]] = []
    for place, tier in enumerate(tiers):
        last = place == len(tiers) - 1
        mine = replace(
            model, parts=tuple(p for p in model.parts if not priced(p) or of[p.gate] == tier)
        )
        problem = mine.problem()
        problem = replace(problem, sides=(*problem.sides, *sides))
        share = stop if last else stop.share(1.0 / (len(tiers) - place))
        if not last:
            found = _at_least(problem, _blended(model, problem, share.share(0.5), seed), found)
        found = _at_least(problem, solve_zones(problem, share, seed), found)
        if found.assignment is None:
            break
        proven = proven and found.status is Status.OPTIMAL
        gates = tuple(dict.fromkeys(p.gate for p in mine.parts if priced(p)))
        bounds.append((gates, found.bound + mine.constant))
        if last:
            solution = _solution(mine, found, proven)
            return replace(solution, tiers=_records(model, found.assignment, bounds))
        sides = (*sides, *_hold(problem, found, f"tier {tier}"))
    assert found is not None
    return StageSolution(
        found.status, None, found.objective, found.bound, relaxation=found.relaxation
    )


def _blended(model: ZoneModel, problem: ZoneProblem, stop: Stop, seed: int) -> ZoneSolution:
    """Return a plan for a tier that looks at the later ones too, without a bound for it.

    Among plans that a tier finds alike a search without any ways to go by loses itself: all aims
    count here, those of the tier :data:`AHEAD` times.
    """
    every = model.problem()
    ahead = replace(
        every,
        arc_extra=every.arc_cost + AHEAD * problem.arc_cost,
        arc_metres=np.zeros_like(every.arc_metres),
        elastic=_added(every.elastic, problem.elastic),
        sides=problem.sides,
    )
    found = solve_zones(ahead, stop, seed)
    if found.assignment is None:
        return replace(found, status=Status.UNKNOWN, bound=0.0)
    parts = price_parts(problem, found.assignment)
    return replace(
        found, status=Status.FEASIBLE, objective=sum_parts(parts), parts=parts, bound=0.0
    )


def _added(every: Elastic | None, tier: Elastic | None) -> Elastic | None:
    """Return the prices of excess with the tier's own :data:`AHEAD` times more."""
    if every is None or tier is None:
        return None
    price, steep = (
        own + AHEAD * more for own, more in ((every.price, tier.price), (every.steep, tier.steep))
    )
    return replace(every, price=price, steep=steep)


def _at_least(
    problem: ZoneProblem, found: ZoneSolution, before: ZoneSolution | None
) -> ZoneSolution:
    """Return `found`, with the plan of the tier before where that is the better one."""
    if before is None or before.assignment is None or found.status is Status.INFEASIBLE:
        return found
    plan = before.assignment
    parts = price_parts(problem, plan)
    cost = sum_parts(parts)
    if found.assignment is not None and found.objective <= cost:
        return found
    return replace(
        found, status=Status.FEASIBLE, assignment=plan, objective=cost, parts=parts,
        bound=min(found.bound, cost),
    )  # fmt: skip


def _records(
    model: ZoneModel, assignment: Ints, bounds: Sequence[tuple[tuple[str, ...], float]]
) -> tuple[TierRecord, ...]:
    """Return what each tier comes to in the plan; none where there is one tier only."""
    if len(bounds) == 1:
        return ()
    paid = model.costs(assignment)
    values = [math.fsum(paid[g].value for g in gates if g in paid) for gates, _ in bounds]
    return tuple(
        TierRecord(gates, value, min(bound, value), stage=model.view.stage)
        for (gates, bound), value in zip(bounds, values, strict=True)
    )


def price_tiers(model: ZoneModel, policy: Policy) -> list[int]:
    """Return the tiers of the priced parts of `model`, ascending; one at least."""
    of = _tiers(policy)
    return sorted({of[p.gate] for p in model.parts if priced(p)}) or [1]


def _tiers(policy: Policy) -> dict[str, int]:
    return {r.name: r.tier for r in policy.of("zones") if isinstance(r, ZoneRule)}


def _hold(problem: ZoneProblem, found: ZoneSolution, name: str) -> list[LinearSide]:
    """Return the conditions that a later plan costs this tier no more than `found`.

    Children in excess count alike up to the share and beyond it, at the lower price: a condition is
    linear in them. Priced conditions are held one by one, each no further outside its limits.
    """
    assert found.assignment is not None
    weight = problem.arc_cost
    price = 0 if problem.elastic is None else problem.elastic.price
    arcs = np.flatnonzero(problem.arc_school == found.assignment[problem.arc_village])
    over = int(overfull(problem, found.assignment).sum())
    upper = int(weight[arcs].sum()) + price * over
    held = [LinearSide(name, weight, None, upper, price)]
    for side in problem.sides:
        if side.price:
            value = side.value(arcs, over)
            low = None if side.lower is None else min(side.lower, value)
            high = None if side.upper is None else max(side.upper, value)
            held.append(replace(side, lower=low, upper=high, price=0))
    return held


def _solution(model: ZoneModel, found: ZoneSolution, proven: bool) -> StageSolution:
    """Return the solver's answer with its price by rule; they must agree to the child-metre."""
    assert found.assignment is not None
    parts = model.costs(found.assignment)
    objective = sum(p.value for p in parts.values())
    if objective != found.objective + model.constant:
        raise AssertionError("the rules' prices disagree with the solver's objective")
    bound = min(found.bound + model.constant, objective)
    status = found.status
    if status is Status.OPTIMAL and not proven:
        status = Status.FEASIBLE
    return StageSolution(status, found.assignment, objective, bound, parts)
