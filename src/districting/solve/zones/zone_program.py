"""One school's best zone as a whole-number program, where :mod:`pieces` gets lost.

Searches get lost where seats are plenty: nothing but the ways through other villages then limits a
zone. Programs are strong right there. Pieces that hang loose are cut off by the villages that
separate them from the school, seen from the piece and from the school.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import highspy
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from districting.model.zones import Bools, Ints
from districting.solve.highs import make_model
from districting.solve.stop import Stop
from districting.solve.zones.net import Net
from districting.solve.zones.reach import candidates, find_ties
from districting.solve.zones.separators import separator

Ties = tuple[Ints, Ints, Ints]
LARGEST = 1e3
"""Size of the largest gain in the program."""
NUMERIC = 1e-6
"""Share of all gains within which a bound in floating point is that of the zone found."""


def best_zone(
    net: Net, s: int, prices: Ints, live: Bools, triples: Ints, fines: Ints, stop: Stop
) -> tuple[int, Ints] | None:
    """Return what no zone of the school is worth more than, and the best zone's free villages.

    Parameters are those of :func:`districting.solve.zones.pieces.better_zones`. None where time ran
    out.
    """
    places, gain, size, start, to, root, room = candidates(
        s, net.back, net.village, net.arc, net.single, net.weight, net.cost, prices, net.base,
        net.seats, net.host, net.near_start, net.near, live,
    )  # fmt: skip
    k, villages = len(gain), net.village[places]
    if not k:
        return 0, villages
    scale = LARGEST / max(float(np.abs(gain).max()), 1.0)
    ties = find_ties(villages, net.n, triples, fines)
    h = _program(gain * scale, size, room, ties, scale)
    graph = _with_host(start, to, root)
    while True:
        if stop.due:
            return None
        h.setOptionValue("time_limit", stop.left)
        h.run()
        if h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        taken = np.array(h.getSolution().col_value)[:k] > 0.5
        walls = list(_walls(taken, graph))
        for piece, wall in walls:
            for i in piece.tolist():
                values = np.append(1.0, np.full(len(wall), -1.0))
                columns = np.append(i, wall).astype(np.int32)
                h.addRow(-highspy.kHighsInf, 0.0, len(columns), columns, values)
        if not walls:
            worth = int(gain[taken].sum()) - _due(taken, ties)
            most = -h.getInfo().mip_dual_bound / scale
            slack = NUMERIC * float(np.maximum(gain, 0).sum())
            return (worth if most <= worth + slack else int(np.ceil(most))), villages[taken]


def _program(gain: np.ndarray, size: Ints, room: int, ties: Ties, scale: float) -> highspy.Highs:
    """Return the program without contiguity: villages first, then whether a fine is due."""
    start, tie, fines = ties
    k, of = len(gain), np.repeat(np.arange(len(gain)), np.diff(start))
    rows, columns, values = [np.zeros(k, np.int64)], [np.arange(k)], [size.astype(float)]
    count = 1
    for r in range(len(fines)):
        for pair in combinations(of[tie == r].tolist(), 2):
            rows.append(np.full(3, count))
            columns.append(np.array([*pair, k + r]))
            values.append(np.array([1.0, 1.0, -1.0]))
            count += 1
    where = (np.concatenate(rows), np.concatenate(columns))
    matrix = csr_array((np.concatenate(values), where), shape=(count, k + len(fines)))
    cost, high = np.append(-gain, fines * scale), np.append(float(room), np.ones(count - 1))
    h = make_model(cost, None, np.ones(len(cost)), matrix, np.full(count, -np.inf), high)
    h.setOptionValue("mip_rel_gap", 0.0)
    h.setOptionValue("mip_abs_gap", 1e-6)
    kinds = np.full(k, highspy.HighsVarType.kInteger)
    h.changeColsIntegrality(k, np.arange(k, dtype=np.int32), kinds)
    return h


def _due(taken: Bools, ties: Ties) -> int:
    """Return the fines that a zone pays."""
    start, tie, fines = ties
    held = np.repeat(taken, np.diff(start))
    return int(fines[np.bincount(tie[held], minlength=len(fines)) >= 2].sum())


def _with_host(start: Ints, to: Ints, root: Bools) -> csr_array:
    """Return the neighbours as a matrix, with what the school has as one more village, the last."""
    k, at = len(root), np.flatnonzero(root)
    rows = np.concatenate([np.repeat(np.arange(k), np.diff(start)), np.full(len(at), k), at])
    columns = np.concatenate([to, at, np.full(len(at), k)])
    return csr_array((np.ones(len(rows), np.int8), (rows, columns)), shape=(k + 1, k + 1))


def _walls(taken: Bools, graph: csr_array) -> Iterator[tuple[Ints, Ints]]:
    """Give each loose piece with the villages that part it from the school: its side, the other."""
    inside = np.flatnonzero(np.append(taken, True))
    _, label = connected_components(graph[inside][:, inside], directed=False)
    joined = inside[label == label[-1]]
    for piece in range(label.max() + 1):
        if piece != label[-1]:
            mine = inside[label == piece]
            yield mine, _wall(graph, mine, joined)
            yield mine, _wall(graph, joined, mine)


def _wall(graph: csr_array, near: Ints, far: Ints) -> Ints:
    """Return the neighbours of `near` that a way from `far` meets first."""
    inside = np.zeros(graph.shape[0], bool)
    inside[near] = True
    usable = np.ones(len(inside), bool)
    return np.flatnonzero(separator(inside, usable, far, graph.indptr, graph.indices)[1])
