"""What a diagram tells of single arcs, against all zones in one piece."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_zones import about, priced_net
from test_pieces import all_zones

from districting.solve.zones import diagram
from districting.solve.zones.fixing import free_loose
from districting.solve.zones.pieces import RUNNING


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
