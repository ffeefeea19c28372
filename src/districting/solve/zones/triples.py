"""Rows over three villages: of all zones that hold two or more of them, a plan uses one at most.

Added to the set-partitioning relaxation, such rows close most of its gap where zones hold few
villages (subset-row cuts: Jepsen, Petersen, Spoorendonk, Pisinger, Operations Research 2008).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from districting.model.zones import Bools, Ints

Floats = npt.NDArray[np.float64]
BEYOND = 0.02
"""How far the zones of a triple must exceed one."""
MOST, MOST_EACH = 60, 6
"""Triples added at a time, in all and with the same village."""


def violated(holds: Bools, x: Floats) -> Ints:
    """Return triples whose zones are used more than once, shape (r, 3), the worst first.

    Parameters
    ----------
    holds : bool array, shape (q, n)
        Villages of the zones in use.
    x : float array, shape (q,)
        How far each is used.
    """
    triples, excess = _list(holds, x, (holds.T * x) @ holds)
    chosen: list[int] = []
    times = np.zeros(holds.shape[1], np.int64)
    for r in np.argsort(-excess, kind="stable").tolist():
        if len(chosen) == MOST:
            break
        if (times[triples[r]] < MOST_EACH).all():
            chosen.append(r)
            times[triples[r]] += 1
    return np.asarray(triples[chosen], np.int64)


@njit(cache=True, nogil=True)
def _list(holds, x, pairs):  # type: ignore[no-untyped-def]
    """Return the violated triples and by how much; `pairs` says how far two villages go together.

    Two pairs of a violated triple go together, so that one village is tied to both others.
    """
    q, n = holds.shape
    triples, excess = [np.zeros(3, np.int64)], [0.0]
    for i in range(n):
        tied = np.flatnonzero(pairs[i] > 0)
        for a in range(len(tied)):
            j = tied[a]
            for b in range(a + 1, len(tied)):
                k = tied[b]
                if j == i or k == i or (pairs[j, k] > 0 and i > j):
                    continue
                used = pairs[i, j] + pairs[i, k] + pairs[j, k]
                if used <= 1 + BEYOND:
                    continue
                for z in range(q):
                    if holds[z, i] and holds[z, j] and holds[z, k]:
                        used -= 2 * x[z]
                if used > 1 + BEYOND:
                    triples.append(np.sort(np.array([i, j, k])))
                    excess.append(used - 1)
    found = np.empty((len(triples) - 1, 3), np.int64)
    for r in range(1, len(triples)):
        found[r - 1] = triples[r]
    return found, np.array(excess[1:])
