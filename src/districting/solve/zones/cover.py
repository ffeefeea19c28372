"""Choose one listed zone for each school of a window so that every free village is in one.

Depth-first search over the schools, the one with fewest zones left first. At every node each
school keeps only the zones that still fit; their least excesses bound what is to come.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def cover(schools, first, masks, excess, everyone, best, work_limit, picks):  # type: ignore[no-untyped-def]
    """Return (least total excess below `best`, finished); leave the chosen zones in `picks`.

    Zones of school s are ``first[s]:first[s + 1]``, by increasing excess. `finished` is False
    where the search was cut off at `work_limit` comparisons.
    """
    total = first[schools]
    rows = np.empty((schools + 1, total), np.int64)
    begin = np.empty((schools + 1, schools), np.int64)
    end = np.empty((schools + 1, schools), np.int64)
    open_school = np.ones((schools + 1, schools), np.bool_)
    branch, cursor = np.empty(schools + 1, np.int64), np.empty(schools + 1, np.int64)
    spent, low = np.zeros(schools + 1, np.int64), np.zeros(schools + 1, np.int64)
    left = np.empty(schools + 1, np.int64)
    now = np.empty(schools, np.int64)
    left[0] = everyone
    for s in range(schools):
        if first[s] == first[s + 1]:
            return best, True
        begin[0, s], end[0, s] = first[s], first[s + 1]
        low[0] += excess[first[s]]
    for c in range(total):
        rows[0, c] = c
    work, depth = 0, np.int64(0)
    _choose(depth, schools, begin, end, open_school, rows, excess, branch)
    cursor[0] = begin[0, branch[0]]
    while depth >= 0:
        s = branch[depth]
        if cursor[depth] >= end[depth, s]:
            depth -= 1
            continue
        column = rows[depth, cursor[depth]]
        cursor[depth] += 1
        least = excess[rows[depth, begin[depth, s]]]
        if low[depth] - least + excess[column] >= best:
            depth -= 1
            continue
        now[s] = column
        following = depth + 1
        left[following] = left[depth] & ~masks[column]
        if following == schools:
            if left[following] == 0:
                best = spent[depth] + excess[column]
                picks[:] = now
            continue
        spent[following] = spent[depth] + excess[column]
        work += _filter(
            depth, s, masks[column], low[depth] - least + excess[column], best, schools, begin, end,
            open_school, rows, masks, excess, left, low, spent,
        )  # fmt: skip
        if work > work_limit:
            return best, False
        if low[following] < best:
            depth = following
            _choose(depth, schools, begin, end, open_school, rows, excess, branch)
            cursor[depth] = begin[depth, branch[depth]]
    return best, True


@njit(cache=True, nogil=True)
def _choose(depth, schools, begin, end, open_school, rows, excess, branch):  # type: ignore[no-untyped-def]
    fewest = np.int64(1) << 60
    for s in range(schools):
        if open_school[depth, s] and end[depth, s] - begin[depth, s] < fewest:
            fewest = end[depth, s] - begin[depth, s]
            branch[depth] = s


@njit(cache=True, nogil=True)
def _filter(  # type: ignore[no-untyped-def]
    depth, chosen, mask, floor, best, schools, begin, end, open_school, rows, masks, excess,
    left, low, spent,
):  # fmt: skip
    """Keep what fits beside `mask`; set the bound of the next depth, out of reach if none can."""
    to, work, union, out = depth + 1, 0, np.int64(0), 0
    low[to] = spent[to]
    for t in range(schools):
        open_school[to, t] = open_school[depth, t] and t != chosen
        if not open_school[to, t]:
            continue
        begin[to, t] = out
        least = excess[rows[depth, begin[depth, t]]]
        for r in range(begin[depth, t], end[depth, t]):
            column = rows[depth, r]
            work += 1
            if floor - least + excess[column] >= best:
                break
            if masks[column] & mask == 0:
                rows[to, out] = column
                union |= masks[column]
                out += 1
        end[to, t] = out
        if out == begin[to, t]:
            low[to] = best
            return work
        low[to] += excess[rows[to, begin[to, t]]]
    if union & left[to] != left[to]:
        low[to] = best
    return work
