"""The portfolio: bound and plan from one run, closing in on each other."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from districting.model.zones import Ints, ZoneProblem
from districting.plan.record import Status
from districting.solve.mip import TOLERANCE
from districting.solve.stop import Stop
from districting.solve.zones.arc_search import ArcSearch
from districting.solve.zones.blocks import (
    bound_blocks,
    improve_blocks,
    provable,
    reprice_blocks,
    split,
)
from districting.solve.zones.exact import choose, list_pool, reprice
from districting.solve.zones.exchange import can_walk
from districting.solve.zones.general import FORMS, solve_general, widen
from districting.solve.zones.lagrangian import Dual, ascend, evaluate
from districting.solve.zones.net import make_net
from districting.solve.zones.penalties import shaped_penalties
from districting.solve.zones.prices import flow_prices, village_prices
from districting.solve.zones.relax import fewer_seats, relax
from districting.solve.zones.run import Run
from districting.solve.zones.search import first_plan, polish, redeal
from districting.solve.zones.separate import deal
from districting.solve.zones.settle import settle
from districting.solve.zones.shape import make_shape
from districting.solve.zones.shortage import find_shortage, seat_deficit
from districting.solve.zones.solution import (
    Relaxation,
    Shortage,
    ZoneSolution,
    overfull,
    price_parts,
    sum_parts,
)
from districting.solve.zones.tight import is_tight, search
from districting.solve.zones.within_seats import fewest_beyond, within_seats

FIRST_ROUNDS, SHAPED_ROUNDS, LATER_ROUNDS = 600, 300, 400
SMALL_LESS = 2
"""By how much fewer rounds a small problem takes: its linear programs are soon better."""
CYCLES = 4
WALKING = 0.93
TURNS, REPRICINGS, WORTH = 4, 6, 0.02
LOOSE = 0.01
"""Share of the objective from which a small problem's gap is wide."""
TRIAL, WIDEN = 1e-4, 4
WHOLE_EFFORT = 20.0
MOST_LEFT = 5_000
"""Arcs left that one program is given."""
GRACE = 2.0
"""Seconds, at most as many as before, for the seats to add once time ran out without a plan."""


def solve_zones(problem: ZoneProblem, stop: Stop | None = None, seed: int = 0) -> ZoneSolution:
    """Assign every village to a school at least cost, with a proven bound.

    Parameters
    ----------
    problem : ZoneProblem
    stop : Stop, optional
        ``stop.gap`` is the relative gap at which to stop; 0 asks for the optimum. Work ends by
        its own criteria; only a run cut short by the clock may differ from another.
    seed : int
        The same problem and seed give the same plan.

    Notes
    -----
    Problems with conditions on the plan as a whole, or with further years, are solved as a MIP on
    few arcs (see :mod:`general`), the others by pricing every school apart.

    Returns
    -------
    ZoneSolution
        Infeasible problems name their shortage of seats where there is one, and what would have
        to give.
    """
    stop = stop or Stop()
    route = _solve_apart if problem.decomposes else solve_general
    found = route(problem, stop, seed)
    nameless = found.assignment is None and found.relaxation is None
    if nameless and problem.elastic is None and not stop.due:
        found = replace(found, relaxation=relax(problem, solve_zones, stop, seed))
    elif found.assignment is None and found.relaxation is not None and not stop.interrupted:
        grace = Stop(seconds=min(GRACE, stop.elapsed))
        other = relax(problem, solve_zones, grace, seed)
        found = replace(found, relaxation=fewer_seats(found.relaxation, other))
    given = found.relaxation
    if found.status is Status.UNKNOWN and given is not None and given.assignment is not None:
        return _fitting(problem, found, given.assignment)
    return found


def _fitting(problem: ZoneProblem, found: ZoneSolution, plan: Ints) -> ZoneSolution:
    """Return the plan of a relaxation as that of the problem if it needs no further seat."""
    if overfull(problem, plan).any():
        return found
    parts = price_parts(problem, plan)
    objective = sum_parts(parts)
    return replace(
        found, status=Status.FEASIBLE, assignment=plan, objective=objective, parts=parts,
        bound=min(found.bound, objective), relaxation=None,
    )  # fmt: skip


def _solve_apart(problem: ZoneProblem, stop: Stop, seed: int) -> ZoneSolution:
    """Solve a problem whose schools can be priced apart."""
    net = make_net(problem)
    shortage = find_shortage(net, problem.elastic is None)
    if shortage is not None:
        return _infeasible(shortage)
    form = FORMS[problem.contiguity]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        rng = np.random.default_rng(seed)
        run = Run(problem, net, make_shape(net, form), form, stop, seed, rng, pool)
        run.tight = is_tight(net)
        dual = _approach(run)
        if not run.done and not stop.due and _finish(run, dual):
            return _infeasible(None)
    return _solution(run)


def _approach(run: Run) -> Dual:
    """Climb, plan, and climb again towards the plan's cost while that helps."""
    net, stop = run.net, run.stop
    free = make_shape(net, 0)
    start = village_prices(net) if net.cost.any() else flow_prices(net)
    low = evaluate(net, free, start, run.pool).bound
    less = SMALL_LESS if run.small else 1
    dual = ascend(net, free, start, _above(low, 0.02), FIRST_ROUNDS // less, run.pool, stop)
    if run.tight:
        return _walk(run, dual)
    if net.cost.any():
        rounds, goal = SHAPED_ROUNDS // less, _above(dual.bound, 0.002)
        dual = ascend(net, run.shape, dual.prices, goal, rounds, run.pool, stop, 0.3)
    elif can_walk(net):
        _seat(run, dual)
    _plan(run, dual, "start")
    if run.hard and run.plan is None and run.draft is not None and can_walk(net):
        _fit(run, dual)
        if not run.small:
            run.tight = True
            return _walk(run, dual)
    for _ in range(0 if run.small else CYCLES):
        if run.done or stop.due or (run.masked and run.plan is not None):
            break
        before = (run.objective, run.bound)
        goal = run.objective if run.plan is not None else _above(dual.bound, 0.01)
        climbed = ascend(net, run.shape, dual.prices, goal, LATER_ROUNDS, run.pool, stop, 1.0)
        dual = climbed if climbed.bound >= dual.bound else dual
        _plan(run, climbed, "improve")
        if (run.objective, run.bound) == before:
            break
    return _close(run, dual) if run.masked else dual


def _close(run: Run, dual: Dual) -> Dual:
    """Better prices and plans block by block, then what the blocks prove; twice at most.

    Where the gap of a small problem is wide, so many zones matter that they are left to one model
    of all arcs.
    """
    for turn in range(TURNS):
        if run.plan is None or run.done or run.stop.due:
            break
        varied = run.excess(dual) * run.rng.uniform(0.3, 1.0, run.net.m)
        crews = split(run.net, varied.astype(np.int64))
        dual = _reprice(run, dual, crews)
        at_once = not run.done and provable(run.net, run.shape, dual, run.blocks(crews, dual))
        if run.small and not at_once and run.objective - run.bound > LOOSE * run.objective:
            break
        if not run.done and not at_once:
            blocks = run.blocks(crews, dual)
            run.offer(improve_blocks(run.net, run.shape, dual, blocks, run.pool, run.stop), dual)
        run.note("blocks")
        if not run.done and (at_once or turn % 2 == 1):
            _prove(run, dual)
        if at_once:
            break
    return dual


def _reprice(run: Run, dual: Dual, crews: list[Ints]) -> Dual:
    """Raise the bound by better prices, as long as that is worth it."""
    for _ in range(REPRICINGS):
        low = dual.bound
        blocks = run.blocks(crews, dual)
        dual = reprice_blocks(run.net, run.shape, dual, blocks, run.pool, run.stop)
        run.raise_bound(float(dual.bound))
        if run.done or dual.bound - low < WORTH * (run.objective - low):
            break
    return dual


def _prove(run: Run, dual: Dual) -> None:
    """Raise the bound by what blocks around the excess prove; offer a plan they find."""
    crews = split(run.net, run.excess(dual))
    share = run.enough / (run.objective - dual.bound) / (1 if len(crews) == 1 else 4)
    blocks = run.blocks(crews, dual)
    gain, plan = bound_blocks(run.net, run.shape, dual, blocks, share, run.pool, run.stop)
    run.offer(plan, dual)
    run.raise_bound(float(dual.bound + gain))
    run.note("prove")


def _seat(run: Run, dual: Dual) -> None:
    """Walk towards the seats where they are all that costs: prices and windows tell too little."""
    start = first_plan(run.net, dual, run.form)
    if (start >= 0).all():
        seed = int(run.rng.integers(1 << 30))
        run.offer(fewest_beyond(run.net, start, 0, run.stop, seed, run.pool), dual)
        run.note("within seats")


def _fit(run: Run, dual: Dual) -> None:
    """Bring the best plan within hard seats where windows could not."""
    assert run.draft is not None
    seed = int(run.rng.integers(1 << 30))
    run.offer(within_seats(run.net, run.draft, run.stop, seed, run.pool), dual)
    _plan(run, dual, "within seats")


def _walk(run: Run, dual: Dual) -> Dual:
    """Anneal plans whose seats are tight, and put together what they got right."""
    run.raise_bound(float(dual.bound))
    start, low = run.draft, float(dual.bound)
    if start is None:
        start = first_plan(run.net, dual, run.form)
    seed, stop = int(run.rng.integers(1 << 30)), run.stop.share(WALKING)
    if (start >= 0).all():
        for plan in search(run.problem, run.net, low, start, stop, seed, run.pool):
            run.offer(plan, dual)
            run.note("improve")
            if run.done:
                break
    return dual


def _above(value: int, share: float) -> float:
    return value + share * max(abs(value), 1.0)


def _plan(run: Run, dual: Dual, phase: str) -> None:
    """Raise the bound, then seek plans from the votes and from the best plan so far."""
    run.raise_bound(float(dual.bound))
    soft = run.soften(dual)
    starts = [] if run.draft is None else [run.draft]
    if run.draft is None or run.net.cost.any():
        starts.insert(0, first_plan(run.net, dual, run.form))
    for start in starts:
        if (start < 0).any() or run.done:
            continue
        enough = int(run.stop.gap * dual.bound) if dual.bound > 0 else 0
        run.offer(polish(soft, dual, run.form, start, enough, run.stop, run.rng, run.pool), dual)
    run.raise_bound(run.bound)
    run.note(phase)


def _finish(run: Run, dual: Dual) -> bool:
    """Close what is left of the gap; True if it turns out that no plan exists."""
    if run.tight:
        return _settle(run, dual)
    if run.small:
        whole = deal(
            run.net, run.form, np.arange(run.net.m), run.plan, WHOLE_EFFORT, run.stop.left, 1
        )
        if whole.impossible:
            return True
        if whole.assignment is not None:
            run.offer(whole.assignment, dual)
        run.raise_bound(float(whole.bound))
        run.note("certify")
    if run.done or run.stop.due:
        return False
    dual, empty = _certify(run, dual)
    if empty or run.done or run.stop.due or run.draft is None or run.masked:
        return empty
    if run.plan is not None and _narrow(run, dual):
        return False
    enough = int(run.enough)
    run.offer(
        redeal(run.soften(dual), dual, run.form, run.draft, enough, run.stop, run.rng, run.pool),
        dual,
    )
    run.note("redeal")
    return False


def _narrow(run: Run, dual: Dual) -> bool:
    """Settle zones too large to list on the arcs that a better plan may use; False if too many."""
    limit = int(run.objective - dual.bound)
    penalty = shaped_penalties(run.net, run.shape, dual, limit).of_arcs(run.net)
    if (penalty <= limit).sum() > MOST_LEFT:
        return False
    search = ArcSearch(
        run.problem, run.net, run.form, run.stop, run.seed, plan=run.plan, objective=run.objective
    )
    search.raise_bound(float(dual.bound))
    widen(search, penalty)
    _take_over(run, search, dual)
    return True


def _take_over(run: Run, found: ArcSearch, dual: Dual) -> None:
    """Take plan and bound of a program in floating point."""
    assert found.plan is not None
    run.offer(found.plan, dual)
    run.raise_bound(found.bound)
    run.rounding = TOLERANCE
    run.trace += found.trace


def _settle(run: Run, dual: Dual) -> bool:
    """Close the gap where seats are tight; True if no plan exists."""
    best = (run.plan, run.objective)
    found = settle(run.problem, run.net, dual, run.form, best, run.stop, run.seed, run.pool)
    if found.plan is None:
        return bool(np.isinf(found.bound))
    _take_over(run, found, dual)
    return False


def _certify(run: Run, dual: Dual) -> tuple[Dual, bool]:
    """Settle the rest by listing every useful zone; True if that proves that no plan exists.

    Without a plan the zones are listed to a trial excess that widens until a plan turns up or
    the list grows too long.
    """
    worst = float(np.abs(run.net.cost).sum() + np.abs(dual.prices).sum())
    limit = max(1.0, TRIAL * abs(dual.bound))
    while not run.stop.due:
        within = run.objective - dual.bound if run.plan is not None else min(limit, worst)
        zones = list_pool(run.net, run.shape, dual, int(within))
        if zones is None:
            break
        better = reprice(run.net, run.shape, dual, zones, run.pool)
        if better.bound > dual.bound:
            within -= better.bound - dual.bound
            dual = better
            run.raise_bound(float(dual.bound))
            fewer = list_pool(run.net, run.shape, dual, int(within))
            if fewer is None:
                break
            zones = fewer
        plan, low = choose(run.net, zones, run.stop)
        if plan is not None:
            run.offer(plan, dual)
        run.raise_bound(dual.bound + min(np.ceil(low - 1e-3), int(within) + 1))
        run.note("certify")
        if run.plan is not None or within >= worst:
            return dual, run.plan is None and low >= worst
        limit *= WIDEN
    return dual, False


def _infeasible(shortage: Shortage | None) -> ZoneSolution:
    return ZoneSolution(
        Status.INFEASIBLE, None, float("nan"), float("inf"), shortage=shortage, method="zones"
    )


def _solution(run: Run) -> ZoneSolution:
    trace = np.array(run.trace).reshape(-1, 3)
    if run.plan is None:
        given = None
        if run.hard and run.draft is not None:
            extra = overfull(run.problem, run.draft)
            given = Relaxation(extra, seat_deficit(run.net), run.draft)
        return ZoneSolution(
            Status.UNKNOWN, None, float("nan"), run.bound, relaxation=given, method="zones",
            trace=trace,
        )  # fmt: skip
    parts = price_parts(run.problem, run.plan)
    objective = sum_parts(parts)
    if objective != run.objective or run.bound > objective:
        raise AssertionError("objective or bound disagree with the plan")
    proven = objective - run.bound <= run.rounding * abs(objective)
    status = Status.OPTIMAL if proven else Status.FEASIBLE
    return ZoneSolution(status, run.plan, objective, run.bound, parts, method="zones", trace=trace)
