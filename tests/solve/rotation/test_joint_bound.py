"""The joint program of all periods against every way to move there is."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from districting.model.rotation import Floats, Ints
from districting.solve.rotation.joint import Joint
from districting.solve.rotation.joint_solve import solve_joint
from districting.solve.stop import Stop

PERIODS, CELLS, CLASSES = 3, 3, 3


def _random(seed: int, limited: bool, placed: bool = False) -> Joint:
    """Three cells; where `placed`, the first two are subjects of one place with limits."""
    rng = np.random.default_rng(seed)
    at = np.repeat(rng.integers(0, CELLS, (CLASSES, 1)), PERIODS, axis=1)
    at[0, 2] = -1  # the first class leaves
    size = np.array([1, 2, 1])
    moves = [
        (c, to, k)
        for c in range(CLASSES)
        for k in range(PERIODS)
        for to in range(CELLS)
        if at[c, k] not in (-1, to) and rng.random() < 0.8
    ]
    which, to, when = np.array(moves, dtype=np.int64).reshape(-1, 3).T
    have = np.stack([np.bincount(a[a >= 0], size[a >= 0], CELLS) for a in at.T]).astype(np.int64)
    have += rng.integers(0, 2, CELLS)
    floor = rng.integers(0, 3, CELLS).astype(float) if limited else np.full(CELLS, -np.inf)
    ceiling = floor + rng.integers(0, 2, CELLS) if limited else np.full(CELLS, np.inf)
    share = 0.5 if limited else 1.0
    need, load = rng.integers(0, 35, CELLS).astype(float), np.array([10.0, 14.0, 10.0])
    weight = np.array([1.0, 2.0, 3.0])
    lasting = int(rng.integers(1, 4))
    place = np.array([0, 0, 1])
    spare, room = (np.full((PERIODS, 2), np.inf) for _ in range(2))
    if placed:
        staff = np.c_[have[:, 0] + have[:, 1], have[:, 2]]
        least = rng.integers(0, 4, (PERIODS, 2))
        spare, room = (
            staff - least.astype(float),
            least + rng.integers(0, 2, 2) - staff.astype(float),
        )
    return Joint(
        at, size, which, to, when, have, need, load, weight, floor, ceiling, share, lasting,
        place, spare, room,
    )  # fmt: skip


def _best(joint: Joint) -> float:
    """Return the least cost over all that single agents can do, counted agent by agent."""
    agents = np.repeat(np.arange(len(joint.size)), joint.size).tolist()
    ways = [[-1, *np.flatnonzero(joint.which == c).tolist()] for c in agents]
    costs = [np.inf]
    for chosen in product(*ways):
        number = _numbers(joint, agents, chosen)
        if number is not None:
            lacking = np.maximum(0, joint.need - joint.load * number)
            costs.append(float((joint.weight * lacking).sum()))
    return min(costs)


def _numbers(joint: Joint, agents: list[int], chosen: tuple[int, ...]) -> Floats | None:
    """Return numbers by period and cell; None where a period's moves break a limit."""
    after = joint.have.astype(float)
    for now in range(PERIODS):
        moving, leaving = np.zeros(CELLS), np.zeros(CELLS)
        for c, m in zip(agents, chosen, strict=True):
            if m < 0 or joint.when[m] > now or joint.home[c, now] < 0:
                continue
            if now < joint.when[m] + joint.lasting:
                change: Ints = np.bincount([joint.to[m]], minlength=CELLS)
                change = change - np.bincount([joint.home[c, now]], minlength=CELLS)
                after[now] += change
                moving += change if joint.when[m] == now else 0
                leaving[joint.home[c, now]] += joint.when[m] == now
        before = after[now] - moving
        low, high = np.minimum(before, joint.floor), np.maximum(before, joint.ceiling)
        most = np.maximum(1, np.floor(joint.share * before)) if joint.share < 1 else np.inf
        if ((after[now] < low) | (after[now] > high) | (leaving > most)).any():
            return None
        # Whole places likewise; their least and most are told as margins of nobody's moving.
        still, then, there = (
            np.bincount(joint.place, n) for n in (joint.have[now], after[now] - moving, after[now])
        )
        low = np.minimum(then, still - joint.spare[now])
        if ((there < low) | (there > np.maximum(then, still + joint.room[now]))).any():
            return None
    return after


@pytest.mark.parametrize("limited", [False, True])
def test_no_way_to_move_costs_less_than_the_bound(limited: bool) -> None:
    """The bound holds always, and is the best there is where no limit is looked at."""
    met = 0
    for seed in range(30 if limited else 12):
        joint = _random(seed, limited)
        found, best = solve_joint(joint, Stop(60)), _best(joint)
        assert found.bound <= best + 1e-6
        assert found.bound == pytest.approx(found.value)
        met += abs(found.bound - best) < 1e-6
    assert met >= (15 if limited else 12)


def test_the_bound_holds_with_limits_of_whole_places() -> None:
    """Cells of a place share its least and most; the bound knows of them, and is often met."""
    met = higher = 0
    for seed in range(40):
        joint = _random(seed, seed % 2 == 0, True)
        free = np.full_like(joint.spare, np.inf)
        found, best = solve_joint(joint, Stop(60)), _best(joint)
        assert found.bound <= best + 1e-6
        met += abs(found.bound - best) < 1e-6
        higher += found.bound > solve_joint(replace(joint, spare=free, room=free), Stop(60)).bound
    assert met >= 20
    assert higher >= 5


def test_the_moves_are_those_of_the_value_and_none_is_in_vain() -> None:
    """Numbers are counted member by member; without any one move more is uncovered."""
    moved = 0
    for seed in range(12):
        joint = _random(seed, False)
        found = solve_joint(joint, Stop(60))
        agents = np.repeat(np.arange(len(joint.size)), joint.size).tolist()
        chosen = [-1] * len(agents)
        for move in np.repeat(np.arange(len(joint.to)), found.moving).tolist():
            free = [i for i, c in enumerate(agents) if c == joint.which[move] and chosen[i] < 0]
            chosen[free[0]] = move
        number = _numbers(joint, agents, tuple(chosen))
        assert number is not None
        assert joint.missing(number).sum() == pytest.approx(found.value)
        for move in np.flatnonzero(found.moving):
            fewer = found.moving.copy()
            fewer[move] -= 1
            assert joint.missing(joint.numbers(fewer)).sum() > found.value + 1e-6
        moved += int(found.moving.sum())
    assert moved > 10


def test_a_proof_given_up_claims_nothing() -> None:
    """Interrupted, no number is left that could pass for a bound, and nobody moves."""
    stop = Stop(60)
    stop.interrupt()
    found = solve_joint(_random(0, True), stop)
    assert found.bound == -np.inf and not found.moving.any()
