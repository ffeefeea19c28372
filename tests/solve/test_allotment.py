"""Sessions by slot: tiny problems against all tables, and every limit kept."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.model.allotment import AllotmentProblem
from districting.plan.record import Status
from districting.solve.allotment import allot
from districting.solve.stop import Stop


def problem(demand, user, size, groups, capacity, opening, pairs, minutes, lost=31.0):
    first, second = zip(*pairs, strict=True) if pairs else ((), ())
    return AllotmentProblem(
        demand=np.array(demand, np.int64),
        user=np.array(user, np.int64),
        size=np.array(size, np.int64),
        groups=np.array(groups, np.int64),
        capacity=np.array(capacity, np.int64),
        open=np.array(opening, bool),
        pair_demand=np.array(first, np.int64),
        pair_server=np.array(second, np.int64),
        minutes=np.array(minutes, float),
        lost=lost,
    )


def worth(p, sessions):
    """Return the objective of a table, or None where it breaks a limit."""
    served = np.zeros(len(p.demand), int)
    np.add.at(served, p.pair_demand, sessions.sum(axis=1))
    if (served > p.demand).any() or (sessions[~p.open[p.pair_server]] > 0).any():
        return None
    slots = p.open.shape[1]
    held, sent = np.zeros((len(p.capacity), slots)), np.zeros((len(p.groups), slots))
    np.add.at(held, p.pair_server, sessions * p.size[p.pair_demand][:, None])
    np.add.at(sent, p.user[p.pair_demand], sessions)
    if (held > p.capacity[:, None]).any() or (sent > p.groups[:, None]).any():
        return None
    weight = p.size[p.pair_demand]
    travelled = (sessions.sum(axis=1) * weight * p.minutes).sum()
    return travelled + ((p.demand - served) * p.size).sum() * p.lost


@given(
    st.lists(st.integers(1, 3), min_size=3, max_size=3),
    st.lists(st.integers(20, 40), min_size=3, max_size=3),
    st.lists(st.integers(1, 2), min_size=2, max_size=2),
    st.lists(st.sampled_from([20, 40, 60]), min_size=2, max_size=2),
    st.lists(st.booleans(), min_size=4, max_size=4),
    st.lists(st.integers(1, 30), min_size=3, max_size=3),
)
@settings(max_examples=15, deadline=None)
def test_no_table_is_better(demand, size, groups, capacity, opening, minutes):
    pairs = [(0, 0), (1, 0), (2, 1)]
    p = problem(
        demand,
        [0, 1, 1],
        size,
        groups,
        capacity,
        np.array(opening).reshape(2, 2),
        pairs,
        minutes,
    )
    found = allot(p, Stop(20))
    assert found.status is Status.OPTIMAL
    assert worth(p, found.sessions) == pytest.approx(found.objective)
    tables = itertools.product(range(3), repeat=6)
    values = (worth(p, np.array(t).reshape(3, 2)) for t in tables)
    assert found.objective == pytest.approx(min(v for v in values if v is not None))
    assert found.bound <= found.objective + 1e-6


def test_a_group_is_in_one_place_at_a_time():
    """One class wants two kinds of room that are open in one common slot only."""
    p = problem([1, 1], [0, 0], [30, 30], [1], [40, 40], [[1], [1]], [(0, 0), (1, 1)], [5, 9])
    found = allot(p, Stop(20))
    assert found.sessions.sum() == 1
    assert found.sessions[0, 0] == 1
    assert found.objective == pytest.approx(30 * 5 + 30 * 31)


def test_without_pairs_nothing_is_served():
    p = problem([2], [0], [30], [1], [], np.zeros((0, 3)), [], [])
    found = allot(p, Stop(20))
    assert found.objective == found.bound == 2 * 30 * 31
    assert found.status is Status.OPTIMAL


def test_stopped_at_once_the_bound_still_holds():
    stop = Stop(20)
    stop.interrupt()
    p = problem([1], [0], [30], [1], [40], [[1]], [(0, 0)], [5])
    found = allot(p, stop)
    assert found.bound <= 30 * 5
    assert worth(p, found.sessions) == pytest.approx(found.objective)
