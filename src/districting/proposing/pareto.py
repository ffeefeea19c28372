r"""The choice between aims: a handful of plans, each with a proven distance to the front.

With :math:`f_k` the measures of one or two rules and :math:`f_a` the rest of the objective, weights
:math:`\lambda` give a plan and a proven bound :math:`B(\lambda) \le \min f_a + \lambda \cdot f`. No
plan with :math:`f \le \varepsilon` then has :math:`f_a < \max_\lambda B(\lambda) -
\lambda\cdot\varepsilon`: the bound of the :math:`\varepsilon`-constraint problem, for every point
from all solves together.

Which weights to solve next: :math:`V(\lambda) = \min f_a + \lambda \cdot f` is concave. It lies
below the least cost of the plans found so far and above what interpolates its values at the
weights solved so far; the next weights are those where the two lie farthest apart (sandwich
algorithm). With one aim these are the weights of dichotomic search, at which two neighbouring plans
cost the same. Each solve is an ordinary proposal that starts from the plan found so far that is
best under its weights.

References
----------
Aneja, Nair (1979), Bicriteria transportation problem. Haimes, Lasdon, Wismer (1971), On a
bicriterion formulation (epsilon-constraint). Rote (1992), The convergence rate of the sandwich
algorithm for approximating convex functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import LinearNDInterpolator

from districting.county import County
from districting.errors import PolicyError
from districting.plan.plan import Plan
from districting.policy.policy import Policy
from districting.policy.rule import Rule, Strength
from districting.proposing.front import (
    CLOSE,
    LETTERS,
    Front,
    Point,
    Weights,
    undominated,
    with_names,
)
from districting.proposing.propose import propose
from districting.solve.stop import Stop
from districting.terms import say

FAR = 100.0
"""The ends of the front weigh an aim this many times more, and less, than the policy."""
KNOWN = 1e-3
"""A front is known when no plan can lie farther below it than this part of its extent."""
STEPS = {1: 801, 2: 61}
"""Candidate weights an aim, evenly in the logarithm, by the number of aims."""
Floats = NDArray[np.float64]


def pareto(
    county: County,
    policy: Policy,
    kind: str,
    over: str | Sequence[str],
    *,
    plans: int = 9,
    start: Plan | None = None,
    stop: Stop | None = None,
    seed: int = 0,
) -> Front:
    """Return plans between the rest of the policy's aims and one or two of them.

    Parameters
    ----------
    county : County
    policy : Policy
    kind : str
        Kind of plan.
    over : str or sequence of str
        Names of the one or two aims, or principles with a price, that are weighed against all
        others.
    plans : int
        Most plans of the front.
    start : Plan, optional
        Its locks hold.
    stop : Stop, optional
        For the whole front.
    seed : int

    Raises
    ------
    PolicyError
        If the policy has no such rule for this kind of plan or it is a must, the aims are not one
        or two, a principle's price is not one per unit, or no plan exists at all.
    """
    names = (over,) if isinstance(over, str) else tuple(over)
    if len(set(names)) != len(names) or len(names) not in STEPS:
        raise PolicyError(say("pareto.too_many", names="、".join(names)))
    rules = tuple(policy.rule(name, kind) for name in names)
    for rule in rules:
        if rule.elastic is None:
            raise PolicyError(say("pareto.must", title=rule.title))
    search = _Search(
        county, policy, kind, rules, start, stop or Stop(300), seed, min(plans, len(LETTERS))
    )
    search.run()
    kept = undominated(search.points)[: search.plans]
    bounded = [replace(p, bound=min(p.rest, search.least(p.aims))) for p in kept]
    proofs = tuple(sorted(search.bounds.items()))
    return Front(rules, with_names(bounded), search.current(), proofs)


@dataclass(frozen=True)
class _Search:
    county: County
    policy: Policy
    kind: str
    rules: tuple[Rule, ...]
    start: Plan | None
    stop: Stop
    seed: int
    plans: int
    points: list[Point] = field(default_factory=list)
    bounds: dict[Weights, float] = field(default_factory=dict)
    """Proven bound by weights, less a unit a village for prices rounded to whole units."""

    @property
    def own(self) -> Weights:
        """The policy's own weights."""
        return tuple(rule.elastic or 1.0 for rule in self.rules)

    def run(self) -> None:
        """Solve for the ends, then where least is known, until there are plans enough."""
        for far in product((1.0 / FAR, FAR), repeat=len(self.rules)):
            self.solve(tuple(float(w) for w in np.multiply(self.own, far)))
        axes = [w * np.geomspace(1 / FAR, FAR, STEPS[len(self.rules)]) for w in self.own]
        lattice = np.array(list(product(*axes)))
        while len(undominated(self.points)) < self.plans and not self.stop.due:
            weights = self.least_known(lattice)
            if weights is None:
                return
            self.solve(weights)

    def least_known(self, lattice: Floats) -> Weights | None:
        """Return the weights of `lattice` where a better plan may be farthest off; None if near."""
        solved = np.array(list(self.bounds))
        measures = np.array([p.measures for p in self.points])
        extent = np.maximum(np.ptp(measures, axis=0), CLOSE)

        def cheapest(weights: Floats) -> Floats:
            return np.asarray((measures[:, 0] + weights @ measures[:, 1:].T).min(axis=1))

        between = _interpolated(solved, cheapest(solved), lattice)
        apart = (cheapest(lattice) - between) / (extent[0] + lattice @ extent[1:])
        best = int(np.nanargmax(apart))
        return tuple(map(float, lattice[best])) if apart[best] > KNOWN else None

    def least(self, aims: Sequence[float]) -> float:
        """Return the least rest of any plan with aims at most `aims`, by all solves together."""
        return Front(self.rules, (), proofs=tuple(self.bounds.items())).least(*aims)

    def solve(self, weights: Weights) -> None:
        """Add the best plan under `weights`, measured exactly.

        Zone problems round every price to whole units; at small weights the aims are therefore
        measured anew at the policy's own, with everything locked.
        """
        near = min(self.points, key=lambda p: p.paid(weights), default=None)
        point = self.scored(weights, self.start if near is None else near.plan)
        if point is None:
            raise PolicyError(say("pareto.no_plan", kind=self.kind))
        if any(w < own for w, own in zip(weights, self.own, strict=True)):
            locked = point.plan.lock(self.county, everything=True)
            again = self.scored(self.own, locked, note=False)
            if again is not None:
                point = replace(point, rest=again.rest, aims=again.aims)
        self.points.append(point)

    def scored(self, weights: Weights, start: Plan | None, note: bool = True) -> Point | None:
        weighed = {id(r): _weighed(r, w) for r, w in zip(self.rules, weights, strict=True)}
        policy = replace(self.policy, rules=tuple(weighed.get(id(r), r) for r in self.policy.rules))
        share = self.stop.share(1.0 / max(2, self.plans - len(self.bounds)), self.stop.gap)
        found = propose(self.county, policy, self.kind, start=start, stop=share, seed=self.seed)
        record = None if found.plan is None else found.plan.solver
        if found.plan is None or record is None:
            return None
        if note:
            self.bounds[weights] = record.bound - len(self.county.villages)
        parts = [record.parts.get(rule.name) for rule in self.rules]
        for rule, part, weight in zip(self.rules, parts, weights, strict=True):
            if rule.strength is not Strength.PRINCIPLE or part is None:
                continue
            if not np.isclose(part.weight, weight):
                raise PolicyError(say("pareto.not_by_unit", title=rule.title))
        paid = [0.0 if part is None else part.value * part.weight for part in parts]
        aims = tuple(p / w for p, w in zip(paid, weights, strict=True))
        return Point(found.plan, record.objective - sum(paid), aims, weights)

    def current(self) -> Point | None:
        """Score the current plan by proposing with everything locked; None where that fails."""
        known = {"districts": self.county.current_plan, "zones": self.county.current_zones}
        now: Plan | None = known.get(self.kind)
        if now is None:
            return None
        return self.scored(self.own, now.lock(self.county, everything=True), note=False)


def _weighed(rule: Rule, weight: float) -> Rule:
    if rule.strength is Strength.PRINCIPLE:
        return replace(rule, price=weight)
    return replace(rule, weight=weight)


def _interpolated(places: Floats, values: Floats, at: Floats) -> Floats:
    """Return values between those at `places`: for a concave function a lower bound."""
    if places.shape[1] == 1:
        order = np.argsort(places[:, 0])
        return np.interp(at[:, 0], places[order, 0], values[order])
    return np.asarray(LinearNDInterpolator(places, values, rescale=True)(at))
