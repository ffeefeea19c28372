"""Rows over three villages, and zones that pay their fines, against all zones and all triples."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_zones import priced_net
from test_pieces import all_zones, hangs

from districting.solve.stop import Stop
from districting.solve.zones.pieces import RUNNING, better_zones
from districting.solve.zones.triples import BEYOND, violated
from districting.solve.zones.zone_program import best_zone


def fined(seed):
    """Return (net, prices, triples, fines, live arcs) at random."""
    net, prices, rng = priced_net(seed, 9)
    triples = np.array([np.sort(rng.choice(net.n, 3, replace=False)) for _ in range(4)])
    fines = rng.integers(0, 1 + int(prices.max()), 4).astype(np.int64)
    return net, prices, triples, fines, rng.random(len(net.school)) < 0.9


def most_worth(net, prices, triples, fines, live, s):
    """Return what the best zone of a school is worth, by trying all."""
    best = 0
    for zone in all_zones(net, s):
        arcs = [
            a for v in zone for a in range(net.start[v], net.start[v + 1]) if net.school[a] == s
        ]
        if all(live[arcs]):
            due = sum(int(f) for t, f in zip(triples, fines, strict=True) if len(zone & {*t}) >= 2)
            best = max(best, sum(int(prices[v]) for v in zone) - int(net.cost[arcs].sum()) - due)
    return best


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_searches_and_programs_find_the_zone_worth_most(seed):
    net, prices, triples, fines, live = fined(seed)
    for s in range(net.m):
        lone = {int(v) for v in np.flatnonzero(net.single) if net.school[net.start[v]] == s}
        if net.base[s] > net.seats[s] or not hangs(net, lone, int(net.host[s])):
            continue
        best = most_worth(net, prices, triples, fines, live, s)
        most, met, _, zones = better_zones(
            s, 0, 100_000, RUNNING, net.back, net.village, net.arc, net.single, net.weight,
            net.cost, prices, net.base, net.seats, net.host, net.near_start, net.near, live,
            triples, fines,
        )  # fmt: skip
        assert most == met == best
        assert (len(zones) > 0) == (best > 0)
        found, zone = best_zone(net, s, prices, live, triples, fines, Stop(60))
        assert found == best
        only = np.zeros(net.n, bool)
        only[zone] = True
        kept = live & only[np.repeat(np.arange(net.n), np.diff(net.start))]
        assert most_worth(net, prices, triples, fines, kept, s) == best


@pytest.mark.parametrize("seed", range(5))
def test_the_triples_found_are_those_used_more_than_once(seed):
    rng = np.random.default_rng(seed)
    holds, x = rng.random((12, 9)) < 0.35, rng.random(12) / 4
    x /= max(1.0, (holds.T @ x).max())
    wrong = {
        triple
        for triple in combinations(range(9), 3)
        if x[holds[:, triple].sum(axis=1) >= 2].sum() > 1 + BEYOND
    }
    found = {tuple(triple) for triple in violated(holds, x).tolist()}
    assert found <= wrong
    assert bool(found) == bool(wrong)
