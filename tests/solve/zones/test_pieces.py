"""A school's best zone in one piece, against all its zones."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_zones import about, priced_net

from districting.solve.zones.fixing import free_loose
from districting.solve.zones.frontier import grow_zone
from districting.solve.zones.lagrangian import evaluate
from districting.solve.zones.pieces import RUNNING, pack_pieces
from districting.solve.zones.shape import make_shape


def all_zones(net, s):
    """Return the free villages of every zone of the school within its seats, in one piece."""
    places = np.arange(net.back[s], net.back[s + 1])
    lone = {int(v) for v in net.village[places] if net.single[v]}
    free = [int(v) for v in net.village[places] if not net.single[v]]
    sets = chain.from_iterable(combinations(free, k) for k in range(len(free) + 1))
    return [
        zone
        for zone in map(set, sets)
        if int(net.base[s]) + sum(int(net.weight[v]) for v in zone) <= net.seats[s]
        and hangs(net, zone | lone, int(net.host[s]))
    ]


def least_value(net, prices, s):
    """Return the least price of any zone of the school within its seats, in one piece."""
    places = np.arange(net.back[s], net.back[s + 1])
    worth = dict(
        zip(
            net.village[places],
            net.cost[net.arc[places]] - prices[net.village[places]],
            strict=True,
        )
    )
    return min([0, *(sum(worth[v] for v in zone) for zone in all_zones(net, s))])


def hangs(net, zone, host):
    """Whether every village of the zone reaches the host through it."""
    seen, queue = {host}, [host]
    for v in queue:
        for u in net.near[net.near_start[v] : net.near_start[v + 1]].tolist():
            if u in zone and u not in seen:
                seen.add(u)
                queue.append(u)
    return zone <= seen


@pytest.mark.parametrize(("nodes", "halted"), [(1_000, 0), (3, 0), (1_000, 1)])
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_values_agree_with_all_zones_and_hold_when_cut_short(nodes, halted, seed):
    """Searched to the end the value is the least one; cut short it is never above it."""
    net, prices, _ = priced_net(seed, 9)
    pack = partial(pack_pieces, most_nodes=nodes, halt=np.array([halted], np.uint8))
    with ThreadPoolExecutor(1) as pool:
        dual = evaluate(net, make_shape(net, 0), prices, pool, pack)
    for s in range(net.m):
        if net.base[s] > net.seats[s]:
            continue
        lone = {int(v) for v in np.flatnonzero(net.single) if net.school[net.start[v]] == s}
        exact = hangs(net, lone, int(net.host[s])) and nodes > 3 and not halted
        least = least_value(net, prices, s)
        assert dual.values[s] <= least
        if exact:
            assert dual.values[s] == least


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_frontier_finds_the_best_of_all_zones(seed):
    net, prices, _ = priced_net(seed, 10)
    net = free_loose(net)

    def grow(s, floor, labels):
        live = np.ones(len(net.arc), bool)
        return grow_zone(s, floor, labels, RUNNING, *about(net, prices, live))

    for s in np.flatnonzero(net.base <= net.seats).tolist():
        best = -least_value(net, prices, s)
        through, worth, met = grow(s, 0, 10_000)
        assert (through, worth) == (True, best)
        assert grow(s, best, 10_000)[:2] == (True, best)
        if best > 0:
            zone = set(met[-1].tolist())
            assert zone in all_zones(net, s)
            costs = {
                int(net.village[p]): int(net.cost[net.arc[p]])
                for p in range(net.back[s], net.back[s + 1])
            }
            assert sum(int(prices[v]) - costs[v] for v in zone) == best
            assert not grow(s, 0, 0)[0]
