"""Propose primary zones and feeders together, under one objective and one proven bound.

The bound is that of one relaxation of both (:mod:`districting.solve.feeders.joint_bound`). Its
prices and shares give the first plan; zones and feeders are then solved by turns, each for what the
other has become. At last a program on the choices that a better plan may use
(:mod:`districting.solve.feeders.joint_program`) finds that plan, or proves that there is none.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from districting.county import County
from districting.errors import PolicyError
from districting.model.joint import JointProblem
from districting.model.zone_words import ZoneModel
from districting.model.zones import NEVER, Ints, ZoneProblem
from districting.plan.plan import Plan
from districting.plan.record import Status
from districting.plan.zone_plan import ZonePlan
from districting.policy.feeder_build import feeder_rules
from districting.policy.joint_build import joint_problem
from districting.policy.policy import Policy
from districting.policy.zone_build import zone_model
from districting.proposing.feeders import Fed, explain_feeder_conflict, feed
from districting.proposing.proposal import Proposal, solver_record
from districting.proposing.zone_tiers import StageSolution, price_tiers, solve_tiers
from districting.proposing.zones import blank_plan, none, together, with_stage
from districting.solve.feeders.joint_bound import joint_bound
from districting.solve.feeders.joint_climb import Climbed, climb
from districting.solve.feeders.joint_program import JointSearch
from districting.solve.mip import TOLERANCE
from districting.solve.stop import Stop
from districting.solve.zones import solve_zones
from districting.solve.zones.general import FORMS
from districting.solve.zones.net import make_net
from districting.solve.zones.shape import make_shape
from districting.terms import say

ROUNDS = 6
TURN = 2e-4
"""Gap at which the zones of one turn are good enough."""
SHARES = (0.25, 1.0)
"""Shares of the gap up to which choices may cost more than the bound, one program each."""
MOST_CHOICES = 60_000
"""Choices of village, primary and junior that one program is given."""


@dataclass(frozen=True, eq=False)
class Both:
    """Primary zones with feeders on them."""

    primary: StageSolution
    fed: Fed

    @property
    def objective(self) -> float:
        """Child-metres of both stages."""
        return self.primary.objective + self.fed.solution.objective


def propose(
    county: County, policy: Policy, start: Plan | None, stop: Stop, seed: int, name: str
) -> Proposal:
    """Propose primary zones and feeders; see :func:`districting.proposing.propose.propose`.

    Never worse than the plan of one stage after the other, with which it begins. The bound holds
    for every plan of primary zones and feeders.

    Raises
    ------
    PolicyError
        If the policy has no feeder rules, or aims for primary zones in several tiers.
    """
    start = start or county.current_zones
    assert start is None or isinstance(start, ZonePlan)
    model = zone_model(county, policy, "primary", start)
    if model.view.m == 0 or not feeder_rules(policy):
        raise PolicyError(say("joint.no_feeders"))
    if len(price_tiers(model, policy)) > 1:
        raise PolicyError(say("joint.one_tier"))
    began = stop.elapsed
    with stop.on_ctrl_c():
        first = solve_tiers(model, policy, stop.share(0.25, stop.gap), seed)
        if first.assignment is None:
            return none(county, policy, start, "primary", first, stop)
        blank = blank_plan(county, policy, start, name)
        plan = with_stage(blank, model, "primary", first.assignment)
        fed = feed(county, policy, plan, stop.share(0.3, stop.gap), seed)
        if fed.plan is None:
            tell = partial(explain_feeder_conflict, fed, policy)
            return Proposal(None, fed.solution, bool(fed.conflict), tell)
        search = _Search(county, policy, model, blank, stop, seed, Both(first, fed), first.bound)
        search.run()
    whole = together((search.best.primary, search.best.fed.solution))
    proven = search.gap <= TOLERANCE * abs(whole.objective)
    status = Status.OPTIMAL if proven else Status.FEASIBLE
    whole = replace(whole, status=status, bound=search.bound, method="joint zones")
    assert search.best.fed.plan is not None
    record = solver_record(whole, seed, stop.elapsed - began)
    return Proposal(replace(search.best.fed.plan, solver=record), whole)


@dataclass(eq=False)
class _Search:
    """The best plan and the bound so far; `blank` has the locks and no primary zones."""

    county: County
    policy: Policy
    model: ZoneModel
    blank: ZonePlan
    stop: Stop
    seed: int
    best: Both
    bound: float

    @property
    def gap(self) -> float:
        return self.best.objective - self.bound

    @property
    def done(self) -> bool:
        return self.stop.due or self.gap <= self.stop.gap * abs(self.best.objective)

    def run(self) -> None:
        """Close in on both sides; feeders that may wait are bounded by the nearest ways alone."""
        problem = joint_problem(self.county, self.policy, self.model, self.blank)
        net = make_net(problem.zones)
        dual = joint_bound(problem, net, self.stop)
        self._turn(problem, dual.feeds.argmax(axis=1), dual.seats)
        if self.best.fed.problem.before is not None:
            self._raise_bound(self.bound + self.best.fed.view.least_travel)
            self._by_turns(problem, dual.seats)
            return
        constant = self.model.constant
        self._raise_bound(dual.bound + constant)
        form = FORMS[problem.zones.contiguity]
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            shape = make_shape(net, form)
            goal = self.best.objective - constant
            climbed = climb(problem, net, shape, dual, goal, pool, self.stop.share(0.4))
        self._raise_bound(climbed.bound + constant)
        if not self.done:
            self._turn(problem, climbed.target, dual.seats)
        self._by_turns(problem, dual.seats)
        if not self.done:
            search = JointSearch(problem, net, form, self._offer, self.stop, self.seed)
            self._close(search, climbed)

    def _by_turns(self, problem: JointProblem, seats: Ints) -> None:
        """Solve zones and feeders, each for what the other has become, while that helps."""
        for _ in range(ROUNDS):
            before = self.best
            for price in (seats, _paid(self.best.fed)):
                if not self.done:
                    self._turn(problem, self._targets(), price)
            if self.best is before or self.done:
                break

    def _raise_bound(self, bound: float) -> None:
        if bound > self.best.objective * (1 + TOLERANCE):
            raise AssertionError("the joint bound exceeds the plan's objective")
        self.bound = min(max(self.bound, bound), self.best.objective)
        self.stop.progress("joint", self.best.objective, self.bound)

    def _targets(self) -> Ints:
        """Return the junior zone that each primary feeds in the best plan, -1 without a zone."""
        view, target = self.best.fed.view, self.best.fed.solution.assignment
        assert target is not None
        to = np.full(self.model.view.m, -1)
        to[self.model.view.leads.get_indexer(view.primaries)] = target
        return to

    def _turn(self, problem: JointProblem, to: Ints, prices: Ints) -> None:
        """Solve the zones for the juniors that primaries feed, then the feeders."""
        priced = _for_targets(problem, to, prices)
        found = solve_zones(
            priced, self.stop.share(0.3, max(self.stop.gap, TURN), quiet=True), self.seed
        )
        if found.assignment is not None:
            self._offer(found.assignment)

    def _offer(self, assignment: Ints) -> None:
        """Take these primary zones, with the best feeders on them, where they are better."""
        parts = self.model.costs(assignment)
        objective = sum(p.value for p in parts.values())
        primary = replace(
            self.best.primary, assignment=assignment, objective=objective, parts=parts
        )
        plan = with_stage(self.blank, self.model, "primary", assignment)
        stop = self.stop.share(0.5, self.stop.gap, quiet=True)
        fed = feed(self.county, self.policy, plan, stop, self.seed)
        if fed.plan is not None:
            self.best = min(self.best, Both(primary, fed), key=lambda both: both.objective)

    def _close(self, search: JointSearch, climbed: Climbed) -> None:
        """Solve programs on the choices that a better plan may use, few of them first."""
        low = climbed.bound + self.model.constant
        for share in SHARES:
            limit = share * (self.best.objective - low)
            usable = climbed.penalty <= limit
            if self.done or usable.sum() > MOST_CHOICES:
                break
            assert self.best.primary.assignment is not None
            found = search.solve(usable, (self.best.primary.assignment, self._targets()))
            proven = min(found + self.model.constant, low + limit)
            self._raise_bound(min(proven, self.best.objective))


def _for_targets(problem: JointProblem, to: Ints, prices: Ints) -> ZoneProblem:
    """Return the zone problem in which every arc pays for feeding where its primary does.

    Each entry seat costs `prices`, shape (years, t). Primaries without a target feed where the
    village likes best. Arcs may not cost less than nothing, and none does.
    """
    zones = problem.zones
    cost = problem.feeding(np.arange(len(zones.arc_school)))
    cost = np.minimum(cost + (problem.graduates.T @ prices)[zones.arc_village], NEVER)
    own = to[zones.arc_school]
    paid = np.where(own >= 0, cost[np.arange(len(cost)), own], cost.min(axis=1))
    closed = paid >= NEVER
    forbidden = closed if zones.forbidden is None else closed | zones.forbidden
    extra: Ints = np.where(closed, 0, paid).astype(np.int64)
    if zones.arc_extra is not None:
        extra += zones.arc_extra
    return replace(zones, arc_extra=extra, forbidden=forbidden)


def _paid(fed: Fed) -> Ints:
    """Return what one graduate more would pay for a seat, shape (years, m)."""
    problem, target = fed.problem, fed.solution.assignment
    assert target is not None
    if problem.elastic is None:
        return np.zeros_like(problem.seats)
    at_once = replace(problem, before=None, before_travel=None, coverage=None)
    over = at_once.loads(target, np.zeros(problem.n, np.int64)) - problem.seats
    beyond = over > np.floor(problem.seats * problem.elastic.share)
    paid = np.where(beyond, problem.elastic.steep, problem.elastic.price)
    return np.where(over > 0, paid, 0)
