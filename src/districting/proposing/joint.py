"""Propose primary zones and feeders together, under one objective and one proven bound.

Primary zones and feeders are solved by turns: the next primary zones pay for the way and the prices
to the junior that each primary feeds. The bound comes from one relaxation of both: every village
pays for its primary at least its price there and the floor under its share of any feeder
(:mod:`districting.solve.feeders.floor`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from districting.county import County
from districting.demand.graduates import graduates_by_village
from districting.errors import PolicyError
from districting.model.feeder_view import FeederView, Floats, village_ways, way_weight
from districting.model.feeder_words import PairPrice
from districting.model.zone_words import ZoneModel
from districting.model.zones import Ints, ZoneProblem
from districting.plan.plan import Plan
from districting.plan.record import Status
from districting.plan.zone_plan import ZonePlan
from districting.policy.feeder_build import feeder_rules, village_prices
from districting.policy.policy import Policy
from districting.policy.zone_build import zone_model
from districting.proposing.feeders import Fed, explain_feeder_conflict, feed
from districting.proposing.proposal import Proposal, solver_record
from districting.proposing.zone_tiers import StageSolution, price_tiers, solve_tiers
from districting.proposing.zones import blank_plan, none, together, with_stage
from districting.solve.feeders.floor import Floor, ratio_range, seat_prices
from districting.solve.stop import Stop
from districting.solve.zones import solve_zones
from districting.terms import say

ROUNDS = 6
FIXED = ("feeder_inside_district", "feeder_stability")
"""Feeder rules whose price of a pair hangs on its two schools alone, whatever the zones."""


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
        first = solve_tiers(model, policy, stop.share(0.35, stop.gap), seed)
        if first.assignment is None:
            return none(county, policy, start, "primary", first, stop)
        plan = blank_plan(county, policy, start, name)
        plan = with_stage(plan, model, "primary", first.assignment)
        fed = feed(county, policy, plan, stop.share(0.4, stop.gap), seed)
        if fed.plan is None:
            tell = partial(explain_feeder_conflict, fed, policy, stop)
            return Proposal(None, fed.solution, False, tell)
        best, bound = _by_turns(county, policy, model, Both(first, fed), stop, seed)
    whole = together((best.primary, best.fed.solution))
    bound = min(bound, whole.objective)
    status = Status.OPTIMAL if bound >= whole.objective else Status.FEASIBLE
    whole = replace(whole, status=status, bound=bound, method="joint zones")
    assert best.fed.plan is not None
    record = solver_record(whole, seed, stop.elapsed - began)
    return Proposal(replace(best.fed.plan, solver=record), whole)


def _by_turns(
    county: County, policy: Policy, model: ZoneModel, first: Both, stop: Stop, seed: int
) -> tuple[Both, float]:
    """Return the best of all turns, and the bound.

    The first turn solves the relaxation: its bound holds for every plan, and its primary zones are
    tried. Later turns price feeders as the best plan has them, seats twice over: by the relaxation
    and by what one graduate more would pay there.
    """
    floor, slack = _floor(county, policy, model, first.fed)
    place = _places(model, floor)
    problem = model.problem()
    prices = seat_prices(floor, problem.arc_cost[place].astype(float))
    bound = first.primary.bound
    extra = np.zeros(len(problem.arc_village), np.int64)
    extra[place] = np.floor(floor.arcs(prices))
    priced, least = _with_extra(problem, extra)
    found = solve_zones(priced, stop.share(0.4, stop.gap, quiet=True), seed)
    both = found.bound + least + model.constant - floor.constant(prices)
    bound = max(bound, _sure(both, slack))
    turn = _fed(county, policy, model, first, found.assignment, stop, seed)
    best = min(first, turn or first, key=lambda both: both.objective)
    for _ in range(ROUNDS):
        before = best
        for price in (prices, _paid(before.fed)):
            if stop.due:
                break
            priced, _ = _with_extra(problem, _to_fed(model, floor, before, price))
            found = solve_zones(priced, stop.share(0.3, stop.gap, quiet=True), seed)
            turn = _fed(county, policy, model, first, found.assignment, stop, seed)
            best = min(best, turn or best, key=lambda both: both.objective)
        stop.progress("joint", best.objective, bound)
        if best is before:
            break
    if bound > best.objective:
        raise AssertionError("the joint bound exceeds the plan's objective")
    return best, bound


def _sure(value: float, slack: float) -> float:
    """Return a whole number below `value` less what rounding may have added to it."""
    return float(np.floor(value - slack - 1e-9 * abs(value)))


def _fed(
    county: County,
    policy: Policy,
    model: ZoneModel,
    first: Both,
    assignment: Ints | None,
    stop: Stop,
    seed: int,
) -> Both | None:
    """Return feeders on the primary zones of `assignment`, None where none was found."""
    if assignment is None:
        return None
    parts = model.costs(assignment)
    objective = sum(p.value for p in parts.values())
    primary = replace(first.primary, assignment=assignment, objective=objective, parts=parts)
    plan = with_stage(first.fed.view.start, model, "primary", assignment)
    fed = feed(county, policy, plan, stop.share(0.5, stop.gap), seed)
    return None if fed.plan is None else Both(primary, fed)


def _paid(fed: Fed) -> Floats:
    """Return what one graduate more would pay for a seat, shape (years, m)."""
    problem, target = fed.problem, fed.solution.assignment
    assert target is not None
    if problem.elastic is None:
        return np.zeros(problem.seats.shape)
    at_once = replace(problem, before=None, before_metres=None, coverage=None)
    over = at_once.loads(target, np.zeros(problem.n, np.int64)) - problem.seats
    beyond = over > np.floor(problem.seats * problem.elastic.share)
    paid = np.where(beyond, problem.elastic.steep, problem.elastic.price)
    return np.where(over > 0, paid, 0).astype(float)


def _floor(county: County, policy: Policy, model: ZoneModel, fed: Fed) -> tuple[Floor, float]:
    """Return the floor's data, and the child-metres by which rounding may undercut it.

    Ways and the prices of villages count by the same weight, so they are one way; each is rounded
    pair by pair, by half a metre at most. While feeders may wait (coverage), nothing is known of
    their ways without the zones: the floor is 0.
    """
    view, problem = fed.view, fed.problem
    weight = way_weight(county)
    table, gates = village_prices(county, policy, view.start, view)
    ways = village_ways(county, tuple(view.members)) + table / weight[:, None]
    graduates = graduates_by_village(county, range(view.years[0], view.years[-1] + 1)).to_numpy()
    zones = model.problem()
    allowed = np.ones(len(model.view.arc_zone), bool)
    if zones.forbidden is not None:
        allowed &= ~zones.forbidden
    village, primary = model.view.arc_village[allowed], model.view.arc_zone[allowed]
    if problem.before is not None:
        graduates = np.zeros_like(graduates)
    total = graduates.sum(axis=0)
    floor = Floor(
        arc_village=village,
        arc_primary=primary,
        graduates=graduates,
        weight=weight,
        ways=ways,
        centre=model.view.host,
        ratio=ratio_range(village, primary, total, weight, model.view.m),
        extra=_fixed(model, view, fed, ways),
        seats=problem.seats,
        elastic=problem.elastic,
    )
    return floor, 0.5 * (1 + gates) * float(floor.graduates.sum())


def _fixed(model: ZoneModel, view: FeederView, fed: Fed, ways: Floats) -> Floats:
    """Return what pairs cost whatever the zones, shape (primaries, m); 0 where that is unknown."""
    table = np.zeros((model.view.m, view.m))
    if not np.isfinite(ways).all():
        return table
    place = model.view.leads.get_indexer(view.primaries)[view.pair_primary]
    for part in fed.parts:
        if isinstance(part, PairPrice) and part.gate in FIXED:
            table[place, view.pair_junior] += np.rint(part.weight * part.amount)
    return table


def _places(model: ZoneModel, floor: Floor) -> Ints:
    """Return where the floor's arcs are among those of the model; the others are closed."""
    key = model.view.arc_village * model.view.m + model.view.arc_zone
    wanted = floor.arc_village * model.view.m + floor.arc_primary
    places: Ints = np.searchsorted(key, wanted).astype(np.int64)
    return places


def _with_extra(problem: ZoneProblem, extra: Ints) -> tuple[ZoneProblem, int]:
    """Return `problem` with `extra` on its arcs, and what has to be added to what it then costs.

    Arcs may not cost less than nothing: each village pays a sum more wherever it goes.
    """
    assert problem.arc_extra is not None
    whole = problem.arc_extra + extra
    below = np.zeros(problem.n, np.int64)
    np.minimum.at(below, problem.arc_village, whole)
    return replace(problem, arc_extra=whole - below[problem.arc_village]), int(below.sum())


def _to_fed(model: ZoneModel, floor: Floor, both: Both, prices: Floats) -> Ints:
    """Return what each arc costs by way of the junior that its primary feeds, shape (a,).

    A primary without a zone feeds where the village likes best.
    """
    total = floor.graduates.sum(axis=0).astype(float)
    far = float(floor.ways[np.isfinite(floor.ways)].max(initial=0.0))
    cost = total[:, None] * np.minimum(floor.ways, far) + floor.graduates.T @ prices
    view, target = both.fed.view, both.fed.solution.assignment
    assert target is not None
    to = np.full(model.view.m, -1)
    to[model.view.leads.get_indexer(view.primaries)] = target
    village, primary = model.view.arc_village, model.view.arc_zone
    fixed = total[village] * floor.extra[primary, to[primary]]
    known = cost[village, to[primary]] + fixed
    paid = np.where(to[primary] >= 0, known, cost.min(axis=1)[village])
    whole: Ints = np.rint(paid).astype(np.int64)
    return whole
