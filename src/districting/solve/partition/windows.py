"""Better plans by solving neighbouring districts anew, the others left as they are.

A window is a few touching districts: their units, their seat candidates, their number of
districts. It is a partition problem of its own, small enough for the narrowed Hess model, seats
free. Windows whose districts have not changed since they were last solved are skipped.
"""

from __future__ import annotations

import numpy as np

from districting.model.partition import Ints
from districting.solve.partition.arrays import Arrays, to_arrays
from districting.solve.partition.bound import fix, lagrangian, narrowed
from districting.solve.partition.exact import Found, judged, solve_exact
from districting.solve.partition.restrict import restricted
from districting.solve.stop import Stop

NODES = 200
GAP = 1e-4


def improve_windows(
    arrays: Arrays,
    found: Found,
    stop: Stop,
    seed: int,
    width: int = 3,
    arcs: int = 1_200,
    seated: bool = False,
) -> Found:
    """Return a plan that no window of `width` districts improves (up to its gap and node limit).

    Parameters
    ----------
    arcs : int
        Assignments beyond which a narrowed window is passed over.
    seated : bool
        Whether the seats stay as they are, which is several times faster.
    """
    assert found.labels is not None
    if arrays.quotas:
        return found
    done: set[bytes] = set()
    improved = True
    while improved and not stop.due:
        improved = False
        for window in _windows(arrays, found.labels, width):
            units = np.flatnonzero(np.isin(found.labels, window))
            key = found.labels[units].tobytes() + units.tobytes()
            if key in done or stop.due:
                continue
            done.add(key)
            usable = found.seats[window] if seated else None
            small = to_arrays(restricted(arrays.problem, units, "window", len(window), usable))
            better = _resolved(arrays, found, small, units, window, stop, seed, arcs)
            if better is not None:
                found, improved = better, True
                stop.report("windows", found.objective, found.bound)
    return found


def _windows(arrays: Arrays, labels: Ints, width: int) -> list[Ints]:
    """Return for each district itself and those it shares most edges with, `width` in all."""
    edges = labels[arrays.problem.edges]
    count = int(labels.max()) + 1
    shared = np.zeros((count, count), np.int64)
    np.add.at(shared, (edges[:, 0], edges[:, 1]), 1)
    shared += shared.T
    np.fill_diagonal(shared, 0)
    found: dict[tuple[int, ...], None] = {}
    for k in range(count):
        near = np.flatnonzero(shared[k])
        ranked = near[np.argsort(-shared[k, near], kind="stable")]
        for first in range(max(1, len(ranked) - width + 2)):
            picked = ranked[first : first + width - 1]
            found[tuple(sorted([k, *picked.tolist()]))] = None
    return [np.array(w, np.int64) for w in found if len(w) > 1]


def _resolved(
    arrays: Arrays,
    found: Found,
    small: Arrays,
    units: Ints,
    window: Ints,
    stop: Stop,
    seed: int,
    arcs: int,
) -> Found | None:
    """Return the plan with one window solved anew, or None where that is no better."""
    assert found.labels is not None
    own = np.searchsorted(window, found.labels[units])
    objective, seats, feasible = judged(small, own)
    if not feasible:
        return None
    start = Found(own, seats, objective, 0.0)
    bound = lagrangian(small, stop, objective, iterations=300)
    if objective - bound.value <= GAP * objective:
        return None
    small = narrowed(small, fix(small, bound, objective))
    if int(small.allowed.sum()) > arcs:
        return None
    part = solve_exact(small, stop, seed, start, nodes=NODES, gap=max(GAP, stop.gap))
    if part.labels is None or part.objective >= objective * (1 - 1e-9):
        return None
    return put_back(arrays, found, units, window[part.labels])


def put_back(arrays: Arrays, found: Found, units: Ints, labels: Ints) -> Found | None:
    """Return the plan with the labels of `units` replaced, None where it is not better."""
    assert found.labels is not None
    whole = found.labels.copy()
    whole[units] = labels
    worth, chosen, feasible = judged(arrays, whole)
    if not feasible or worth >= found.objective:
        return None
    return Found(whole, chosen, worth, found.bound)
