"""Bounds by whole zones, arcs ruled out, and the proof for few large schools, by brute force."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from brute_zones import enumerate_best
from hypothesis import given, settings
from hypothesis import strategies as st
from random_zones import about, priced_net
from test_pieces import all_zones, least_value
from test_tight import grid, spread, walk_little
from zone_check import check_zones

from districting.plan.record import Status
from districting.solve.stop import Stop
from districting.solve.zones import diagram, tight, trust
from districting.solve.zones.fixing import free_loose
from districting.solve.zones.generate import relax
from districting.solve.zones.lagrangian import ascend, evaluate
from districting.solve.zones.master import Master, Zones
from districting.solve.zones.net import make_net
from districting.solve.zones.pieces import RUNNING, joinable, pack_pieces
from districting.solve.zones.prices import village_prices
from districting.solve.zones.settle import settle
from districting.solve.zones.shape import make_shape
from districting.solve.zones.solve import solve_zones
from districting.solve.zones.trust import first_width, raise_prices

NO_TRIPLES = np.empty((0, 3), np.int64)


@pytest.fixture
def pool():
    with ThreadPoolExecutor(2) as threads:
        yield threads


def tiny(seed):
    """Return (problem, net, its optimum) of a tight grid of eight villages, None if infeasible."""
    problem = grid(seed, 4, 2, 2 + seed % 2, 1.15)
    return problem, make_net(problem), enumerate_best(problem)


@pytest.mark.parametrize("most_labels", [1_000, 0])
def test_column_generation_never_passes_the_optimum_and_never_lowers_the_bound(
    pool, monkeypatch, most_labels
):
    """With schools priced along the frontier, and where that gives up."""
    monkeypatch.setattr(trust, "MOST_LABELS", most_labels)
    met = raised = 0
    for seed in range(16):
        _, net, best = tiny(seed)
        if best is None:
            continue
        shape, stop, net = make_shape(net, 0), Stop(60), free_loose(net)
        start = evaluate(net, shape, village_prices(net), pool, pack_pieces)
        zones, width = Zones(), first_width(start.prices)
        zones.add_chosen(net, start)
        master = Master(net, best, zones)
        found, _ = raise_prices(master, start.prices, width, best + 1, 0.0, 60, RUNNING, stop, pool)
        assert start.bound <= found.bound <= best, seed
        climbed = ascend(net, shape, start.prices, best, 80, pool, stop, pack=pack_pieces)
        assert found.bound >= climbed.bound - 2e-3 * best, seed
        met, raised = met + 1, raised + (found.bound > start.bound)
    assert met > 8
    assert raised > 4


def test_arcs_are_ruled_out_exactly_where_no_zone_is_worth_enough(pool):
    """Forcing a village in by making it free of charge shows the best zone that has it."""
    out = 0
    for seed in range(8):
        _, net, _ = tiny(seed)
        dual = evaluate(net, make_shape(net, 0), village_prices(net), pool, pack_pieces)
        limit, live = int(0.02 * net.cost.sum()), np.ones(len(net.arc), bool)
        for s in range(net.m):
            joinable(
                s, -dual.values[s] - limit, 10_000, RUNNING, net.back, net.village, net.arc,
                net.single, net.weight, net.cost, dual.prices, net.base, net.seats, net.host,
                net.near_start, net.near, NO_TRIPLES, NO_TRIPLES[:, 0], live,
            )  # fmt: skip
            for p in range(net.back[s], net.back[s + 1]):
                v = net.village[p]
                if net.single[v]:
                    assert live[net.arc[p]]
                    continue
                bribe = int(np.abs(dual.prices).sum() + net.cost.sum())
                lured = dual.prices.copy()
                lured[v] += bribe
                value = least_value(net, lured, s) + bribe
                assert live[net.arc[p]] == (value <= dual.values[s] + limit), (seed, s, v)
                out += not live[net.arc[p]]
    assert out > 10


def test_triples_raise_the_relaxation_and_never_beyond_the_optimum(pool):
    """Root bounds with and without triples, on more villages than a brute force could try."""
    raised = 0
    for seed in range(5):
        problem = grid(seed, 6, 5, 5, 1.1)
        net = make_net(problem)
        best = solve_zones(problem, Stop(60), seed).objective
        if not np.isfinite(best):
            continue
        zones, everything = Zones(), np.ones(len(net.school), bool)
        bounds = []
        for most in (0, 1_000):
            master = Master(net, best, zones)
            found = relax(master, everything, best + 1, True, RUNNING, Stop(60), pool, most)
            assert found.best.bound <= found.value + 1e-6 * best
            bounds.append(found.best.bound)
        little = 0.02 * (best - bounds[0])
        assert bounds[0] - little <= bounds[1] <= best, seed
        raised += bounds[1] > bounds[0] + little
    assert raised > 1


@pytest.mark.parametrize("large", [1, 100])
def test_the_proof_ends_at_the_optimum_from_any_plan(pool, monkeypatch, large):
    """Zones taken for large, and for small."""
    monkeypatch.setattr(tight, "LARGE", large)
    met = 0
    for seed in range(12):
        problem, net, best = tiny(seed)
        dual = evaluate(net, make_shape(net, 0), village_prices(net), pool)
        plan = spread(net)
        cost, wrong = check_zones(problem, plan)
        known = (None, float("inf")) if wrong else (plan, cost)
        found = settle(problem, net, dual, 1, known, Stop(60), seed, pool)
        if best is None:
            assert found.plan is None, seed
            assert np.isinf(found.bound), seed
            continue
        met += 1
        assert found.objective == best, seed
        assert best - 1 <= found.bound <= best, seed
        assert check_zones(problem, found.plan) == (best, []), seed
    assert met > 5


def test_a_tight_plan_of_few_large_schools_is_proven_best(monkeypatch):
    """Locking villages of the optimum to their schools changes nothing."""
    walk_little(monkeypatch)
    problem = grid(1, 13, 10, 2, 1.1)
    assert tight.is_tight(make_net(problem))
    found = solve_zones(problem, Stop(seconds=300), seed=5)
    assert found.status == Status.OPTIMAL
    assert found.objective - found.bound <= 1e-7 * found.objective
    assert check_zones(problem, found.assignment) == (found.objective, [])
    fixed = np.where(np.arange(problem.n) % 2 == 0, found.assignment, -1)
    again = solve_zones(replace(problem, fixed=fixed), Stop(seconds=300), seed=1)
    assert again.objective == found.objective


def worths_of(net, s, prices):
    """Return the school's zones, and what each is worth."""
    places = range(net.back[s], net.back[s + 1])
    gain = {int(net.village[p]): int(prices[net.village[p]] - net.cost[net.arc[p]]) for p in places}
    zones = all_zones(net, s)
    return zones, np.array([sum(gain[v] for v in zone) for zone in zones])


def marks(net, s, prices, best, floor, halt):
    """Return which villages any zone worth more than `floor` holds, and which all."""
    usable, sure = np.ones(len(net.arc), bool), np.zeros(len(net.arc), bool)
    given = about(net, prices, usable)[:-1]
    diagram.mark_use(s, best, floor, halt, *given, usable, sure)
    places = np.arange(net.back[s], net.back[s + 1])
    places = places[~net.single[net.village[places]]]
    return tuple(
        set(net.village[places[mark[net.arc[places]]]].tolist()) for mark in (usable, sure)
    )


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_diagram_knows_which_villages_good_zones_hold(seed):
    net, prices, _ = priced_net(seed, 10)
    net = free_loose(net)
    for s in np.flatnonzero(net.base <= net.seats).tolist():
        zones, worth = worths_of(net, s, prices)
        best = worth.max()
        for floor in (best // 2, best - 1):
            good = [zone for zone, value in zip(zones, worth, strict=True) if value > floor]
            usable, sure = marks(net, s, prices, best, floor, RUNNING)
            assert usable == set().union(*good)
            assert sure == usable.intersection(*good)


@pytest.mark.parametrize("seed", range(20))
def test_a_diagram_cut_short_leaves_what_good_zones_hold(seed):
    net, prices, _ = priced_net(seed, 10)
    net = free_loose(net)
    for s in np.flatnonzero(net.base <= net.seats).tolist():
        zones, worth = worths_of(net, s, prices)
        floor = worth.max() // 2
        good = [zone for zone, value in zip(zones, worth, strict=True) if value > floor]
        usable, sure = marks(net, s, prices, worth.max(), floor, np.ones(1, np.uint8))
        assert usable >= set().union(*good)
        assert not sure
