"""Blocks of schools: their prices, plans and bounds against full enumeration."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from brute_zones import enumerate_best
from random_zones import random_problem
from zone_check import check_zones

from districting.solve.stop import Stop
from districting.solve.zones import blocks as blocks_file
from districting.solve.zones.blocks import (
    Blocks,
    bound_blocks,
    improve_blocks,
    reprice_blocks,
    split,
)
from districting.solve.zones.general import FORMS
from districting.solve.zones.lagrangian import evaluate
from districting.solve.zones.net import make_net
from districting.solve.zones.penalties import arc_penalties, shaped_penalties
from districting.solve.zones.prices import village_prices
from districting.solve.zones.search import excess_of, first_plan
from districting.solve.zones.shape import make_shape
from districting.solve.zones.solve import solve_zones

SEEDS = range(300, 360)


@pytest.fixture(scope="module")
def pool():
    with ThreadPoolExecutor(2) as threads:
        yield threads


def _started(seed, pool):
    """Return (problem, net, shape, dual, first plan, least cost), None where there is no plan."""
    problem = random_problem(seed, n=7, m=3, hard=False)
    best = enumerate_best(problem)
    if best is None:
        return None
    net = make_net(problem)
    form = FORMS[problem.contiguity]
    shape = make_shape(net, form)
    off = np.random.default_rng(seed).uniform(0.6, 1.4, net.n)
    dual = evaluate(net, shape, np.rint(village_prices(net) * off).astype(np.int64), pool)
    plan = first_plan(net, dual, form)
    return None if (plan < 0).any() else (problem, net, shape, dual, plan, best)


@pytest.mark.parametrize("size", [0, 99])
def test_blocks_never_claim_too_much(pool, size):
    """Prices, plans and bounds of blocks of any size agree with the least cost of all plans."""
    better = dearer = raised = several = 0
    for seed in SEEDS:
        started = _started(seed, pool)
        if started is None:
            continue
        problem, net, shape, dual, plan, best = started
        crews = split(net, np.arange(net.m), 1, size)
        assert sorted(np.concatenate(crews).tolist()) == list(range(net.m))
        several += len(crews) > 1
        blocks = Blocks(crews, plan, excess_of(net, dual, plan))
        priced = reprice_blocks(net, shape, dual, blocks, pool, Stop())
        assert dual.bound <= priced.bound <= best, seed
        dearer += priced.bound > dual.bound
        blocks = Blocks(crews, plan, excess_of(net, priced, plan))
        improved = improve_blocks(net, shape, priced, blocks, pool, Stop())
        old, new = (check_zones(problem, p)[0] for p in (plan, improved))
        assert not check_zones(problem, improved)[1], seed
        assert best <= new <= old, seed
        better += new < old
        blocks = Blocks(crews, improved, excess_of(net, priced, improved))
        gain, proven = bound_blocks(net, shape, priced, blocks, 0.0, pool, Stop())
        assert priced.bound + gain <= best, seed
        raised += gain > 0
        if size == 99:
            assert priced.bound + gain == best == check_zones(problem, proven)[0], seed
    assert min(dearer, raised) > 5
    assert several > 5 if size == 0 else better > 3


def test_blocks_that_do_not_come_apart_are_left(pool, monkeypatch):
    """Where too many zones matter and a block cannot be split, what it proves stands."""
    whole = []

    def spy(*args):
        parts = around(*args)
        whole.append(len(parts) == 1)
        return parts

    around = blocks_file._around
    monkeypatch.setattr(blocks_file, "_around", spy)
    monkeypatch.setattr(blocks_file, "LEAST", 0)
    monkeypatch.setattr(blocks_file, "BOUND_ZONES", 4)
    for seed in SEEDS[:20]:
        started = _started(seed, pool)
        if started is None:
            continue
        _, net, shape, dual, plan, best = started
        blocks = Blocks(split(net, np.arange(net.m)), plan, excess_of(net, dual, plan))
        gain, _ = bound_blocks(net, shape, dual, blocks, 0.0, pool, Stop())
        assert 0 <= gain <= best - dual.bound, seed
    assert any(whole)


def test_arcs_of_the_best_plan_are_never_penalised_too_much(pool):
    """A plan that uses an arc costs at least the bound plus the arc's penalty."""
    stronger = 0
    for seed in SEEDS:
        started = _started(seed, pool)
        if started is None:
            continue
        problem, net, shape, dual, _, best = started
        plain = arc_penalties(net, dual).of_arcs(net)
        shaped = shaped_penalties(net, shape, dual, 1 << 40).of_arcs(net)
        assert (shaped >= plain).all(), seed
        stronger += (shaped > plain).any()
        plan = solve_zones(problem).assignment
        village = np.repeat(np.arange(net.n), np.diff(net.start))
        used = (net.school == plan[village]) & ~net.single[village]
        assert (dual.bound + shaped[used] <= best).all(), seed
    assert stronger > 5
