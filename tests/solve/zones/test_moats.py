"""Gains shared along ways and the villages left out by them, against all zones in one piece."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_zones import about, priced_net
from test_pieces import all_zones

from districting.solve.zones.fixing import free_loose
from districting.solve.zones.moats import shared_gains
from districting.solve.zones.reach import candidates
from districting.solve.zones.sweep import in_sweep


def shared_of(net, s, prices, floor):
    """Return (villages, gains, shared gains) of a school."""
    places, gain, size, start, to, root, room = candidates(
        s, *about(net, prices, np.ones(len(net.arc), bool))
    )
    return net.village[places], gain, shared_gains(gain, size, start, to, root, room, floor)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_no_zone_in_one_piece_loses_and_no_good_one_is_left_out(seed):
    net, prices, _ = priced_net(seed, 10)
    net = free_loose(net)
    for s in np.flatnonzero(net.base <= net.seats).tolist():
        mine = range(net.back[s], net.back[s + 1])
        at = {int(net.village[p]): int(net.cost[net.arc[p]]) for p in mine}
        zones = all_zones(net, s)
        worth = [sum(int(prices[v]) - at[v] for v in zone) for zone in zones]
        best = max([0, *worth])
        villages, gain, shared = shared_of(net, s, prices, best)
        for zone in zones:
            held = np.isin(villages, list(zone))
            assert shared[held].sum() >= gain[held].sum()
        floor, live = best // 2, np.ones(len(net.arc), bool)
        left = in_sweep(s, floor, best, *about(net, prices, live))[0]
        for zone, value in zip(zones, worth, strict=True):
            assert value <= floor or zone <= set(left.tolist())


@pytest.mark.parametrize("seed", range(3))
def test_what_lies_behind_others_pays_for_the_way(seed):
    """A rich village behind a chain of poor ones: the knapsack takes it alone, shared gains not."""
    rng = np.random.default_rng(seed)
    k = 6
    gain = np.append(-rng.integers(10, 50, k - 1), 100).astype(np.int64)
    size, root = np.ones(k, np.int64), np.arange(k) == 0
    start = np.concatenate([[0], np.cumsum([1, *[2] * (k - 2), 1])])
    to = np.array([j for i in range(k) for j in (i - 1, i + 1) if 0 <= j < k])
    best = max(0, int(gain.sum()))
    shared = shared_gains(gain, size, start, to, root, k, best)
    assert np.maximum(gain, 0).sum() == 100
    assert best <= np.maximum(shared, 0).sum() <= best + 5
