"""Zones from the solver are checked by code that shares nothing with it."""

import numpy as np
import pytest
from brute_zones import enumerate_best
from random_zones import random_problem
from zone_check import check_zones
from zone_instances import make_zones

from districting.model.zones import Contiguity, Elastic, ZoneProblem
from districting.plan.record import Status
from districting.solve.stop import Stop
from districting.solve.zones import solve
from districting.solve.zones.net import make_net
from districting.solve.zones.prices import seats_lacking
from districting.solve.zones.shortage import seat_deficit
from districting.solve.zones.solution import Relaxation
from districting.solve.zones.solve import solve_zones


@pytest.mark.parametrize("block", range(8))
def test_tiny_problems_agree_with_full_enumeration(block):
    """Objective, status and bound match brute force on graphs and rules of every odd kind."""
    for seed in range(25 * block, 25 * block + 25):
        problem = random_problem(seed)
        best = enumerate_best(problem)
        found = solve_zones(problem, Stop(seconds=60))
        if best is None:
            assert found.status is Status.INFEASIBLE, seed
            assert found.assignment is None
            continue
        objective, wrong = check_zones(problem, found.assignment)
        assert not wrong, (seed, wrong)
        assert found.status is Status.OPTIMAL, seed
        assert objective == found.objective == found.bound == best, seed


@pytest.mark.parametrize("block", range(4))
def test_random_counties_pass_the_checker(block):
    """Every plan on 100 larger odd graphs is sound and its bound is below its cost."""
    for seed in range(1000 + 25 * block, 1025 + 25 * block):
        problem = random_problem(seed, n=24, m=5, hard=False, limit=30)
        found = solve_zones(problem, Stop(seconds=60, gap=1e-3))
        if found.assignment is None:
            assert found.status in (Status.INFEASIBLE, Status.UNKNOWN)
            assert found.status is Status.INFEASIBLE, seed
            continue
        objective, wrong = check_zones(problem, found.assignment)
        assert not wrong, (seed, wrong)
        assert found.bound <= found.objective == objective
        assert sum(p.weight * p.value for p in found.parts.values()) == objective


@pytest.mark.parametrize("hard", [False, True])
def test_a_county_is_solved_to_a_small_gap_and_repeats(hard):
    """A made-up county comes out near its bound, the same twice."""
    problem = make_zones("county", 1, hard)
    first, second = (solve_zones(problem, Stop(gap=5e-4), seed=3) for _ in range(2))
    objective, wrong = check_zones(problem, first.assignment)
    assert not wrong
    assert objective == first.objective
    assert 0 <= first.gap <= 5e-4
    assert (first.assignment == second.assignment).all()
    assert first.bound == second.bound


def test_elastic_never_costs_more_than_hard():
    """Relaxing the seats can only help."""
    problem = make_zones("small", 2, True)
    hard = solve_zones(problem)
    elastic = solve_zones(_with(problem, elastic=Elastic()))
    assert elastic.objective <= hard.objective


def test_contiguity_forms_are_nested():
    """Free costs least, the tree form most."""
    costs = []
    for form in (Contiguity.FREE, Contiguity.EXACT, Contiguity.TREE):
        problem = random_problem(5, n=30, m=6, contiguity=form, hard=False, limit=30)
        costs.append(solve_zones(problem).objective)
    assert costs == sorted(costs)


def test_too_few_seats_are_named():
    """Villages whose children exceed all seats within reach come back as the shortage."""
    problem = make_zones("small", 2, True)
    seats = problem.seats.copy()
    near = np.unique(problem.arc_school[problem.arc_start[10] : problem.arc_start[11]])
    seats[near] //= 8
    found = solve_zones(_with(problem, seats=seats))
    assert found.status is Status.INFEASIBLE
    assert found.shortage.children > found.shortage.seats
    reach = np.isin(problem.arc_village, found.shortage.villages)
    own = problem.arc_school[reach]
    assert found.shortage.seats == seats[found.shortage.schools].sum()
    assert set(found.shortage.schools) <= set(own.tolist())
    given = found.relaxation
    assert given.total >= given.least >= found.shortage.children - found.shortage.seats
    opened = _with(problem, seats=seats + given.extra)
    assert not check_zones(opened, given.assignment)[1]


def test_the_smallest_relaxation_agrees_with_full_enumeration():
    """Where hard seats do not do, the fewest further seats are found and proven."""
    met = 0
    for seed in range(7000, 7060):
        problem = random_problem(seed, hard=True)
        found = solve_zones(problem, Stop(seconds=60))
        if found.status is not Status.INFEASIBLE:
            assert found.relaxation is None
            continue
        met += 1
        price = Elastic(price=1, share=0.0, steep=1)
        free = _with(problem, elastic=price, arc_metres=0 * problem.arc_metres, arc_extra=None)
        best = enumerate_best(free)
        if best is None:
            assert found.relaxation.total is None
            continue
        assert found.relaxation.total == found.relaxation.least == best, seed
        assert found.relaxation.proven
        opened = _with(problem, seats=problem.seats + found.relaxation.extra, own=problem.owners)
        assert not check_zones(opened, found.relaxation.assignment)[1]
    assert met > 10


def test_a_search_cut_short_still_says_what_would_do():
    """With no time to fit everyone in, the best plan beyond the seats is kept."""
    whole = make_zones("small", 1, False)
    problem = _with(whole, elastic=None, seats=(0.88 * whole.seats).astype(np.int64))
    found = solve_zones(problem, Stop(seconds=0.0))
    given = found.relaxation
    assert found.assignment is None
    assert given.total >= given.least
    opened = _with(problem, seats=problem.seats + given.extra)
    assert not check_zones(opened, given.assignment)[1]


def test_a_plan_that_needs_no_further_seat_is_the_plan(monkeypatch):
    """Met as a relaxation once time is up, it fits all the same."""
    problem = make_zones("small", 1, True)
    whole = Relaxation(np.zeros(problem.m, np.int64), 0, solve_zones(problem).assignment)
    monkeypatch.setattr(solve, "relax", lambda *_: whole)
    found = solve_zones(problem, Stop(seconds=0.0))
    assert found.status is Status.FEASIBLE
    assert found.relaxation is None
    assert check_zones(problem, found.assignment) == (found.objective, [])
    assert found.bound <= found.objective == sum(p.value for p in found.parts.values())


def test_villages_larger_than_schools_raise_the_seats_to_add():
    """A village of 90 has two schools of 50 seats: split it fits, whole it lacks 40 seats."""
    problem = ZoneProblem(
        children=np.array([90, 0, 0]),
        host=np.array([1, 2]),
        seats=np.array([50, 50]),
        arc_start=np.array([0, 2, 3, 4]),
        arc_school=np.array([0, 1, 0, 1]),
        arc_metres=np.array([500, 700, 0, 0]),
        edges=np.array([[0, 1], [0, 2]]),
        elastic=None,
    )
    net = make_net(problem)
    assert (seat_deficit(net), seats_lacking(net, 10.0)) == (0, 40)
    given = solve_zones(problem).relaxation
    assert (given.total, given.least) == (40, 40)


def test_seats_alone_are_walked_to():
    """Without ways to go by windows end far beyond the seats; walks leave one in 100."""
    whole = make_zones("small", 1, False)
    seats = (0.9 * whole.seats).astype(np.int64)
    problem = _with(whole, arc_metres=0 * whole.arc_metres, elastic=Elastic(1, 0.0, 1), seats=seats)
    found = solve_zones(problem, Stop(seconds=5.0))
    assert found.bound <= found.objective <= problem.children.sum() / 100
    assert check_zones(problem, found.assignment) == (found.objective, [])


def test_seats_lacking_are_a_bound():
    """No assignment has fewer children beyond the seats; prices of two steps bound likewise."""
    higher = 0
    for seed in range(8000, 8020):
        problem = random_problem(seed, hard=False)
        one = Elastic(price=1, share=0.0, steep=1)
        free = _with(problem, elastic=one, arc_metres=0 * problem.arc_metres, arc_extra=None)
        best = enumerate_best(free)
        if best is None:
            continue
        net = make_net(free)
        assert seat_deficit(net) <= seats_lacking(net, 10.0) <= best, seed
        higher += seats_lacking(net, 10.0) > seat_deficit(net)
        steps = _with(free, elastic=Elastic(price=3, share=0.3, steep=8))
        assert solve_zones(steps).objective == enumerate_best(steps), seed
    assert higher


def test_a_village_out_of_reach_names_its_nearest_school():
    """Its only arcs are forbidden: the nearest of them says by how far."""
    problem = random_problem(3, n=6, m=2, contiguity=Contiguity.FREE, hard=True)
    closed = problem.arc_village == 4
    found = solve_zones(_with(problem, forbidden=closed, fixed=None, own=np.zeros(2, bool)))
    nearest = found.relaxation.nearest
    assert found.status is Status.INFEASIBLE
    assert nearest.villages.tolist() == [4]
    assert nearest.metres.tolist() == [problem.arc_metres[closed].min()]


def test_large_zones_with_few_schools():
    """A handful of schools with hundreds of candidates each still give sound plans and bounds."""
    problem = _few_schools()
    found = solve_zones(problem, Stop(seconds=120, gap=0.01))
    objective, wrong = check_zones(problem, found.assignment)
    assert not wrong
    assert found.bound <= objective == found.objective
    assert found.gap < 0.02


def _few_schools():
    side, hosts = 16, np.array([20, 60, 130, 200, 250])
    n = side * side
    rng = np.random.default_rng(4)
    x, y = np.arange(n) % side, np.arange(n) // side
    edges = [(v, v + 1) for v in range(n) if x[v] < side - 1]
    edges += [(v, v + side) for v in range(n - side)]
    metres = 500 * (abs(x[:, None] - x[hosts]) + abs(y[:, None] - y[hosts]))
    children = rng.integers(5, 60, n)
    return ZoneProblem(
        children=children,
        host=hosts,
        seats=np.full(5, int(1.1 * children.sum() / 5)),
        arc_start=np.arange(n + 1) * 5,
        arc_school=np.tile(np.arange(5), n),
        arc_metres=metres.ravel(),
        edges=np.array(edges),
    )


def _with(problem, **changes):
    from dataclasses import replace

    return replace(problem, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"seats": np.array([-1])},
        {"arc_metres": np.array([1, 2, 3])},
        {"contiguity": Contiguity.TREE},
        {"elastic": Elastic(price=10, steep=5)},
        {"arc_school": np.array([0, -1])},
    ],
)
def test_unfit_problems_are_refused(changes):
    """Arrays that do not fit raise at once."""
    given = {
        "children": np.array([3, 4]),
        "host": np.array([0]),
        "seats": np.array([9]),
        "arc_start": np.array([0, 1, 2]),
        "arc_school": np.array([0, 0]),
        "arc_metres": np.array([0, 5]),
        "edges": np.array([[0, 1]]),
    }
    ZoneProblem(**given)
    with pytest.raises(ValueError, match=r"."):
        ZoneProblem(**(given | changes))
