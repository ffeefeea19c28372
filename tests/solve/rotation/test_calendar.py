"""Calendars of moves against every calendar there is."""

from itertools import product

import numpy as np
import pytest

from districting.model.rotation import Ints
from districting.solve.rotation.calendar import Turns, least_share, make_calendar


def _random(seed: int, again: bool = False) -> Turns:
    rng = np.random.default_rng(seed)
    able = rng.random((5, 3)) < 0.6
    group = rng.integers(0, 2, 5)
    cap = rng.integers(0, 3, (2, 3))
    share = float(rng.choice([0.34, 0.5, 0.7, np.inf]))
    wanted = rng.random(5) < 0.8
    return Turns(able, group, cap, share, int(rng.integers(0, 2)), again, wanted)


def _holds(turns: Turns, period: Ints) -> bool:
    """Return whether a calendar keeps windows, caps and shares, counted one by one."""
    for member, now in enumerate(period):
        if now >= 0 and not (turns.able[member, now] and member in turns.rows):
            return False
    for now in range(turns.able.shape[1]):
        going = np.flatnonzero(period == now)
        for group in set(turns.group.tolist()):
            if (turns.group[going] == group).sum() > turns.cap[group, now]:
                return False
        before = (period >= 0) & (period < now) & (not turns.again)
        pool = int((turns.able[:, now] & ~before).sum())
        if np.isfinite(turns.share) and len(going) > int(turns.share * pool + 1e-9) + turns.spare:
            return False
    return True


@pytest.mark.parametrize("again", [False, True])
def test_calendars_hold_and_none_places_more_than_the_bound(again: bool) -> None:
    """On small cases every calendar is tried: the bound holds, and most are met exactly."""
    met = 0
    for seed in range(40):
        turns = _random(seed, again)
        found = make_calendar(turns)
        assert _holds(turns, found.period)
        assert found.placed == int((found.period >= 0).sum())
        ways = product(range(-1, 3), repeat=5)
        best = max(sum(k >= 0 for k in w) for w in ways if _holds(turns, np.array(w)))
        assert found.placed <= best <= found.bound
        met += found.placed == best
    assert met >= 36


def test_the_least_share_is_enough_and_less_is_not() -> None:
    """Four people, two years, all always able: two and then one of the other two go at one half."""
    able = np.ones((4, 2), dtype=bool)
    turns = Turns(able, np.zeros(4, dtype=np.int64), np.full((1, 2), 9), 0.1)
    share = least_share(turns, 3)
    assert share == pytest.approx(0.5, abs=0.002)
    assert np.isnan(least_share(Turns(able, turns.group, np.ones((1, 2), dtype=np.int64), 0.1), 3))
    nobody = make_calendar(Turns(~able, turns.group, turns.cap, 0.5))
    assert (nobody.placed, nobody.bound) == (0, 0)
