"""Conditions on the whole plan and further years, against full enumeration."""

from dataclasses import replace

import numpy as np
import pytest
from brute_zones import enumerate_best
from random_zones import conditions, random_problem
from zone_check import check_zones
from zone_instances import make_zones

from districting.model.zone_parts import LinearSide, ZoneYears
from districting.plan.record import Status
from districting.solve.stop import Stop
from districting.solve.zones.solve import solve_zones


@pytest.mark.parametrize("block", range(4))
def test_tiny_problems_with_conditions_agree_with_full_enumeration(block):
    """Objective, status and bound match brute force, whatever the conditions."""
    for seed in range(5000 + 30 * block, 5030 + 30 * block):
        problem = conditions(seed, random_problem(seed))
        best = enumerate_best(problem)
        found = solve_zones(problem, Stop(seconds=60))
        if best is None:
            assert found.status is Status.INFEASIBLE, seed
            continue
        objective, wrong = check_zones(problem, found.assignment)
        assert not wrong, (seed, wrong)
        assert found.status is Status.OPTIMAL, seed
        assert objective == found.objective == best, seed
        assert 0 <= best - found.bound <= 1e-7 * best, seed


@pytest.mark.parametrize("hard", [False, True])
def test_a_county_keeps_its_conditions_at_a_proven_price(hard):
    """Fewer children away from their nearest school, and two more years, both to a small gap."""
    problem = make_zones("small", 1, hard)
    free = solve_zones(problem)
    weight = problem.children[problem.arc_village].copy()
    order = np.lexsort((problem.arc_metres, problem.arc_village))
    weight[order[problem.arc_start[:-1]]] = 0
    used = problem.arc_school == free.assignment[problem.arc_village]
    side = LinearSide("away from the nearest", weight, upper=int(0.95 * weight[used].sum()))
    rng = np.random.default_rng(3)
    later = np.rint(problem.children * rng.uniform(0.9, 1.05, (2, problem.n))).astype(np.int64)
    years = ZoneYears(("2027", "2028"), later, np.stack([problem.seats + 10, problem.seats + 20]))
    for changes in ({"sides": (side,)}, {"years": years}, {"sides": (side,), "years": years}):
        kept = replace(problem, **changes)
        shown = []
        stop = Stop(seconds=60, gap=1e-3, progress=lambda *given: shown.append(given))  # noqa: B023
        found = solve_zones(kept, stop)
        objective, wrong = check_zones(kept, found.assignment)
        assert not wrong
        assert hard or np.isfinite(shown[0][1]), "elastic seats have a plan before the model starts"
        assert found.bound <= objective == found.objective
        assert free.bound <= objective
        assert found.gap <= 1e-3


def test_the_dearer_a_condition_the_nearer_its_limit():
    """Priced low it is broken, priced dear it holds; the checker agrees on what it costs."""
    problem = make_zones("small", 2, hard=False)
    weight = problem.children[problem.arc_village] * (problem.arc_metres > 2_000)
    used = problem.arc_school == solve_zones(problem).assignment[problem.arc_village]
    limit, outside = int(0.98 * weight[used].sum()), []
    for price in (1, 100_000):
        priced = replace(problem, sides=(LinearSide("far", weight, upper=limit, price=price),))
        found = solve_zones(priced, Stop(seconds=20, gap=5e-3))
        objective, wrong = check_zones(priced, found.assignment)
        assert not wrong
        assert found.bound <= objective == found.objective
        chosen = problem.arc_school == found.assignment[problem.arc_village]
        outside.append(max(int(weight[chosen].sum()) - limit, 0))
    assert outside[0] > outside[1] == 0


def test_conditions_that_exclude_each_other_have_no_plan():
    """At least so much and less than that: infeasible, and said so."""
    problem = random_problem(5, hard=False)
    weight = np.ones(len(problem.arc_school), np.int64)
    sides = (
        LinearSide("few", weight, upper=problem.n - 1),
        LinearSide("many", weight, lower=problem.n),
    )
    assert solve_zones(replace(problem, sides=sides)).status is Status.INFEASIBLE


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"lower": 3, "upper": 2},
        {"overfull": 1, "lower": 0},
        {"overfull": -1, "upper": 4},
        {"upper": 4, "price": -1},
    ],
)
def test_unfit_conditions_are_refused(given):
    """A condition needs limits that make sense."""
    with pytest.raises(ValueError, match="some name"):
        LinearSide("some name", np.zeros(2, np.int64), **given)
