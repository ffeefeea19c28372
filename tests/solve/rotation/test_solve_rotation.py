"""The rotation solver against all plans, another solver, other threads, and its own bounds."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from random_rotation import announcing, best, random_problem

from districting.model.rotation import PRICES, Convex, RotationProblem, Rows
from districting.plan.record import Status
from districting.solve.rotation import find_conflict, smallest_repair, solve_rotation
from districting.solve.rotation.second import solve_by_cpsat
from districting.solve.rotation.solution import broken, misses, tier_value
from districting.solve.rotation.start import few_misses, greedy
from districting.solve.stop import Stop

SEEDS = range(8)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_plan_is_found_and_proven(seed: int) -> None:
    """Tier by tier and lot by lot the plan is the best of all; bounds hold."""
    problem = random_problem(seed)
    solution, truth = solve_rotation(problem, Stop(60)), best(problem)
    if truth is None:
        assert solution.status is Status.INFEASIBLE and solution.chosen is None
        return
    assert solution.status is Status.OPTIMAL and solution.chosen is not None
    assert [r.value for r in solution.tiers] == pytest.approx(truth[0], abs=1e-6)
    assert solution.chosen.tolist() == truth[1].tolist()
    for reached in solution.tiers:
        assert reached.bound <= reached.value + 1e-9
    assert solution.gap <= 1e-9


@pytest.mark.parametrize("tier", [PRICES - 1, PRICES + 1])
@pytest.mark.parametrize("seed", SEEDS)
def test_moves_announced_are_kept_before_or_after_exceptions(seed: int, tier: int) -> None:
    """An aim before the prices of principles, or next after them: the best plan of all again."""
    problem = announcing(random_problem(seed), tier, seed)
    solution, truth = solve_rotation(problem, Stop(60)), best(problem)
    if truth is None:
        assert solution.chosen is None
        return
    assert solution.status is Status.OPTIMAL and solution.chosen is not None
    assert [r.number for r in solution.tiers] == sorted({PRICES, *problem.tiers})
    assert [r.value for r in solution.tiers] == pytest.approx(truth[0], abs=1e-6)
    assert solution.chosen.tolist() == truth[1].tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_another_solver_and_two_threads_give_the_same_moves(seed: int) -> None:
    """CP-SAT on the whole program, one thread and two: one list of moves."""
    problem = random_problem(seed, agents=9)
    solution = solve_rotation(problem, Stop(60))
    again = solve_rotation(problem, Stop(60), threads=2)
    chosen, values, bounds = solve_by_cpsat(problem, Stop(60))
    if solution.chosen is None:
        assert chosen is None and again.chosen is None
        return
    assert chosen is not None and again.chosen is not None
    assert solution.chosen.tolist() == again.chosen.tolist() == chosen.tolist()
    assert values[:-1] == pytest.approx([r.value for r in solution.tiers], abs=5e-3)
    assert all(b <= v + 1e-6 for b, v in zip(bounds, values, strict=True))


def _asking(problem: RotationProblem, moves: float) -> RotationProblem:
    """Return the problem in which so many must move."""
    parts = [
        replace(p, low=np.array([moves])) if isinstance(p, Rows) and p.gate == "share" else p
        for p in problem.parts
    ]
    return replace(problem, parts=tuple(parts))


def _least_missed(problem: RotationProblem, gates: set[str]) -> float:
    """Return the least that rules `gates` must give way, all other musts kept, over all plans."""
    options = [[-1, *np.flatnonzero(problem.agent == a)] for a in np.unique(problem.agent)]
    musts = [p for p in problem.parts if isinstance(p, Rows) and p.price is None]
    least = np.inf
    for pick in product(*options):
        chosen = np.array([a for a in pick if a >= 0], dtype=np.int64)
        missed = {p.gate: float(misses(p, chosen).sum()) for p in musts}
        if not any(m for g, m in missed.items() if g not in gates):
            least = min(least, sum(missed.values()))
    return least


@pytest.mark.parametrize("seed", range(4))
def test_a_conflict_names_its_rules_and_the_smallest_repair(seed: int) -> None:
    """Nine moves of five agents: rules named are needed, repairs are the least of all plans."""
    problem = _asking(random_problem(seed), 9.0)
    assert solve_rotation(problem, Stop(60)).status is Status.INFEASIBLE
    conflict = find_conflict(problem, Stop(60))
    assert conflict.proven and "share" in conflict.gates and conflict.repair is not None
    assert conflict.repair.amount == pytest.approx(_least_missed(problem, {"share", "size"}))
    assert conflict.repair.bound == pytest.approx(conflict.repair.amount)
    for gate in conflict.gates:
        rest = tuple(p for p in problem.parts if not (isinstance(p, Rows) and p.gate == gate))
        assert solve_rotation(replace(problem, parts=rest), Stop(60)).status is Status.OPTIMAL
        alone = smallest_repair(problem, {gate}, Stop(60))
        least = _least_missed(problem, {gate})
        assert (alone.amount if alone else np.inf) == pytest.approx(least)


def test_a_broken_principle_is_no_conflict() -> None:
    """What may be broken at a price stands against no plan."""
    conflict = find_conflict(random_problem(0), Stop(60))
    assert conflict.gates == () and not conflict.proven and not conflict.gives


def test_a_ceiling_is_kept_or_priced() -> None:
    """A ceiling on a convex aim holds as a must; as a principle it costs what it exceeds."""
    problem = random_problem(1)
    free = solve_rotation(problem, Stop(60))
    assert free.chosen is not None
    (even,) = (p for p in problem.parts if isinstance(p, Convex) and p.gate == "even")
    reached = even.cost_of(even.counts(free.chosen))
    for ceiling, price in ((reached, None), (reached / 2, 7.0)):
        part = replace(even, ceiling=ceiling, price=price)
        parts = tuple(part if p is even else p for p in problem.parts)
        solution = solve_rotation(replace(problem, parts=parts), Stop(60))
        assert solution.chosen is not None
        assert not broken(replace(problem, parts=parts), solution.chosen)
        if price is not None:
            over = part.cost_of(part.counts(solution.chosen)) - ceiling
            soft = 5.0 * max(0, 3 - len(solution.chosen))
            assert solution.tiers[0].value == pytest.approx(7.0 * max(0.0, over) + soft)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_price_of_a_ceiling_is_the_least_there_is(seed: int) -> None:
    """Parts of a price's unit count: nothing is given away by rounding the price up."""
    problem = random_problem(seed)
    (even,) = (p for p in problem.parts if isinstance(p, Convex) and p.gate == "even")
    part = replace(even, marginal=even.marginal / 2000, ceiling=0.0, price=5000.0)
    problem = replace(problem, parts=tuple(part if p is even else p for p in problem.parts))
    solution, truth = solve_rotation(problem, Stop(60)), best(problem)
    assert (solution.chosen is None) == (truth is None)
    if truth is not None:
        assert solution.tiers[0].bound <= truth[0][0] + 1e-6
        assert solution.tiers[0].value == pytest.approx(truth[0][0], abs=1e-6)
        assert solution.chosen is not None and solution.chosen.tolist() == truth[1].tolist()


def test_what_a_tier_gives_away_is_bounded() -> None:
    """With a tolerance later tiers gain, and the tier stays within it."""
    problem = random_problem(2, agents=8)
    strict = solve_rotation(problem, Stop(60))
    parts = tuple(
        replace(p, tolerance=0.2) if isinstance(p, Convex) and p.gate == "even" else p
        for p in problem.parts
    )
    loose = solve_rotation(replace(problem, parts=parts), Stop(60))
    values = {r.number: r for r in loose.tiers}
    before = {r.number: r.value for r in strict.tiers}
    assert values[3].value <= before[3] * 1.2 + 1e-9
    assert values[4].value <= before[4] + 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_without_time_there_is_a_plan_and_its_bounds_hold(seed: int) -> None:
    """No second to spend: a plan that breaks no must, nothing claimed that is not so."""
    problem = random_problem(seed, agents=9)
    best_one = solve_rotation(problem, Stop(60))
    if best_one.chosen is None:
        return
    hurried = solve_rotation(problem, Stop(0.0))
    none = np.empty(0, dtype=np.int64)
    there = any(not broken(problem, plan) for plan in (none, greedy(problem)))
    assert (hurried.chosen is not None) == there
    if hurried.chosen is None:
        assert hurried.status is Status.UNKNOWN
        return
    assert hurried.status is Status.FEASIBLE and not broken(problem, hurried.chosen)
    assert [r.number for r in hurried.tiers] == [r.number for r in best_one.tiers]
    ahead = True
    for mine, true in zip(hurried.tiers, best_one.tiers, strict=True):
        assert mine.bound <= mine.value + 1e-9
        if ahead:  # bounds of later tiers are among plans that are best in the earlier ones
            assert mine.bound <= true.value + 1e-9
        ahead = ahead and mine.value <= true.value + 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_without_time_announced_moves_stand(seed: int) -> None:
    """Where the best plan is announced already, nothing worse is returned."""
    problem = random_problem(seed, agents=9)
    best_one = solve_rotation(problem, Stop(60))
    if best_one.chosen is None:
        return
    hurried = solve_rotation(replace(problem, announced=best_one.chosen), Stop(0.0))
    values, least = ([r.value for r in s.tiers] for s in (hurried, best_one))
    assert hurried.chosen is not None and values == pytest.approx(least)


def test_a_greedy_plan_exists_where_it_is_easy() -> None:
    """Most of the small problems have one."""
    problems = [random_problem(seed, agents=9) for seed in SEEDS]
    assert sum(not broken(problem, greedy(problem)) for problem in problems) >= 5


@pytest.mark.parametrize("seed", SEEDS)
def test_greedy_moves_miss_less_than_none(seed: int) -> None:
    """Nine moves asked of nine agents, every row at a price: half of what can be gained is."""
    firm = [p for p in _asking(random_problem(seed, agents=9), 9.0).parts if isinstance(p, Rows)]
    problem = random_problem(seed, agents=9)
    loose = replace(problem, parts=tuple(replace(p, price=1.0) for p in firm))
    found = tier_value(loose, -1, few_misses(loose))
    none = tier_value(loose, -1, np.empty(0, dtype=np.int64))
    least = solve_rotation(loose, Stop(60)).tiers[0].value
    assert least <= found <= least + 0.5 * (none - least)


def test_what_an_arc_alone_changes() -> None:
    """Against the cost of the numbers before and after."""
    for part in random_problem(3).parts:
        if isinstance(part, Convex):
            count = random_problem(3).arcs
            before = part.cost_of(part.base)
            truth = [part.cost_of(part.counts(np.array([arc]))) - before for arc in range(count)]
            assert part.alone(count) == pytest.approx(truth)
