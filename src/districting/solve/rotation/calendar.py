"""Who goes in which period: a calendar that places as many as it can under yearly shares and caps.

Everyone has periods in which going is possible; members of a group share a cap in each period. The
pool of a period are those who could go then and have not gone before; at most a share of it goes.
Equal members of a group (same periods) are interchangeable, so the program counts them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from districting.model.rotation import Bools, Floats, Ints
from districting.solve.highs import solve_highs

HALVINGS = 10
"""Of the search for the least share that is enough: to a thousandth."""


@dataclass(frozen=True, eq=False)
class Turns:
    """Who could go when.

    Parameters
    ----------
    able : bool array, shape (n, periods)
    group : int array, shape (n,)
    cap : int array, shape (groups, periods)
    share : float
        Of a period's pool that goes, at most; infinite for no such limit.
    spare : int
        By how many a period may exceed its share: 1 to prove that nobody could round better.
    again : bool
        Whether who has gone counts in later pools all the same.
    wanted : bool array, shape (n,), optional
        Who is to be placed; the others only count in the pools. Everyone by default.
    """

    able: Bools
    group: Ints
    cap: Ints
    share: float
    spare: int = 0
    again: bool = False
    wanted: Bools | None = None

    @property
    def rows(self) -> Ints:
        """Members to be placed."""
        wanted = np.ones(len(self.able), dtype=bool) if self.wanted is None else self.wanted
        return np.flatnonzero(wanted & self.able.any(axis=1))


@dataclass(frozen=True, eq=False)
class Calendar:
    """A calendar and what is proven of it.

    Parameters
    ----------
    period : int array, shape (n,)
        Period of each member, -1 for none.
    placed, bound : int
        Members placed; no calendar places more than the bound.
    """

    period: Ints
    placed: int
    bound: int


def make_calendar(turns: Turns) -> Calendar:
    """Return a calendar that places as many as possible and keeps the busiest period small.

    Members whose last period is near go before others of their group wherever both can.

    Notes
    -----
    The linear program gives the bound and how many go in each period, rounded up. With whole
    numbers for the periods the rest is a flow, whose linear optimum is whole. Where the share of a
    pool is then exceeded the period is cut back to it, first periods first.
    """
    count, periods = turns.able.shape
    if not len(turns.rows):
        return Calendar(np.full(count, -1, dtype=np.int64), 0, 0)
    groups = _grouped(turns)
    first, bound, price = _linear(turns, groups)
    most = np.ceil(np.bincount(groups.when, first, minlength=periods) - 1e-6).astype(np.int64)
    while True:
        number, _, _ = _linear(turns, groups, most, price)
        period = np.full(count, -1, dtype=np.int64)
        period[turns.rows] = _handed_out(groups, np.rint(number).astype(np.int64))
        allowed = _allowed(turns, period)
        over = np.flatnonzero(np.bincount(period[period >= 0], minlength=periods) > allowed)
        if not len(over):
            break
        most[over[0]] = allowed[over[0]]
    placed = int((period >= 0).sum())
    return Calendar(period, placed, max(placed, min(len(turns.rows), bound)))


@dataclass(frozen=True, eq=False)
class _Groups:
    """Classes of equal members; one column for each class and period that is open to it."""

    of: Ints
    size: Ints
    open_to: Bools
    group: Ints
    which: Ints
    when: Ints


def _grouped(turns: Turns) -> _Groups:
    keys = np.c_[turns.group, turns.able.astype(np.int64)][turns.rows]
    classes, of = np.unique(keys, axis=0, return_inverse=True)
    open_to = classes[:, 1:].astype(bool)
    which, when = np.nonzero(open_to)
    size = np.bincount(of.ravel(), minlength=len(classes))
    return _Groups(of.ravel(), size, open_to, classes[which, 0], which, when)


def _linear(
    turns: Turns, groups: _Groups, most: Ints | None = None, price: Floats | None = None
) -> tuple[Floats, int, Floats]:
    """Return members by column, how many can be placed at most, and prices of the pools.

    Parameters
    ----------
    most : int array, shape (periods,), optional
        Caps of periods in place of shares of pools.
    price : float array, shape (periods,), optional
        What one member less in each pool costs, where pools themselves are not in the program.
    """
    count, periods = turns.able.shape
    # All wishes together weigh less than one member placed; the last column is the busiest period.
    last = periods - 1 - np.argmax(groups.open_to[:, ::-1], axis=1)
    wait = groups.when * (periods - last[groups.which]) / (4.0 * periods * periods * count)
    cost = np.r_[-2.0 + wait, (0.0 if most is not None else 1.0) / (count + 1)]
    if price is not None:
        later = np.arange(periods)[None] > groups.when[:, None]
        cost[:-1] += (later * groups.open_to[groups.which]) @ price
    upper = np.r_[groups.size[groups.which].astype(float), float(count)]
    matrix, high = _rows(turns, groups, most)
    answer = solve_highs(cost, upper, matrix, np.full(len(high), -np.inf), high)
    shrunk = np.zeros(periods)
    if most is None and np.isfinite(turns.share) and not turns.again:
        shrunk = -answer.dual[-periods:] * turns.share
    return answer.x[:-1], math.floor(-answer.value / 2 + 1.25 / 2 + 1e-6), shrunk


def _handed_out(groups: _Groups, number: Ints) -> Ints:
    """Return the period of each member; of equal ones those listed first go first."""
    period = np.full(len(groups.of), -1, dtype=np.int64)
    members = np.split(np.argsort(groups.of, kind="stable"), np.cumsum(groups.size)[:-1])
    taken = np.zeros(len(groups.size), dtype=np.int64)
    for row, now, many in zip(groups.which, groups.when, number, strict=True):
        period[members[row][taken[row] : taken[row] + many]] = now
        taken[row] += many
    return period


def _allowed(turns: Turns, period: Ints) -> Ints:
    """Return how many may go in each period, given who goes before."""
    periods = turns.able.shape[1]
    if not np.isfinite(turns.share):
        return np.full(periods, len(period), dtype=np.int64)
    here = [
        int((turns.able[:, now] & ((period < 0) | (period >= now) | turns.again)).sum())
        for now in range(periods)
    ]
    share = np.floor(np.round(turns.share * np.array(here), 9)).astype(np.int64)
    return share + turns.spare


def least_share(turns: Turns, wanted: int) -> float:
    """Return the least share, to a thousandth, under which `wanted` members find a period.

    NaN where no share helps.
    """
    if make_calendar(replace(turns, share=np.inf)).placed < wanted:
        return math.nan
    few, enough = turns.share, 1.0
    for _ in range(HALVINGS):
        middle = (few + enough) / 2
        reached = make_calendar(replace(turns, share=middle)).placed >= wanted
        few, enough = (few, middle) if reached else (middle, enough)
    return math.ceil(enough * 1000 - 1e-9) / 1000


def _rows(turns: Turns, groups: _Groups, most: Ints | None) -> tuple[sparse.csr_array, Floats]:
    """Return rows and their tops: members once, caps, busiest period, shares of pools or `most`."""
    periods, which, when = turns.able.shape[1], groups.which, groups.when
    at, columns = np.arange(len(which)), len(which) + 1
    used, cell = np.unique(groups.group * periods + when, return_inverse=True)
    shape = (len(groups.size) + len(used), columns)
    row = np.r_[which, len(groups.size) + cell]
    once = sparse.csr_array((np.ones(2 * len(at)), (row, np.r_[at, at])), shape=shape)
    tops = [groups.size.astype(float), turns.cap.ravel()[used].astype(float)]
    total = np.zeros((periods, columns))
    total[when, at] = 1.0
    busiest = total.copy()
    busiest[:, -1] = -1.0
    blocks = [once, sparse.csr_array(busiest)]
    tops.append(np.zeros(periods))
    if most is not None:
        blocks.append(sparse.csr_array(total))
        tops.append(most.astype(float))
    elif np.isfinite(turns.share):
        # Having gone before shrinks a pool that one could still be in.
        for period in range(periods):
            gone = (when < period) & groups.open_to[which, period] & (not turns.again)
            total[period, at[gone]] += turns.share
        blocks.append(sparse.csr_array(total))
        pool = turns.able.sum(axis=0).astype(float)
        tops.append(np.round(turns.share * pool, 9) + turns.spare)
    return sparse.csr_array(sparse.vstack(blocks)), np.concatenate(tops)
