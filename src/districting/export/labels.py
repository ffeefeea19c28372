"""Where names go: no two overlap, the important ones first, and the rest are counted.

All lengths are millimetres on paper. A label offers candidate positions with a cost each; labels
are placed in order of rank, each at its cheapest free position. A label that finds none may push
one other label to a free position of its own; failing that it is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Shapes = npt.NDArray[Any]

CROSSING = 1.0
"""Cost of a label that lies across a border."""


@dataclass(frozen=True, eq=False)
class Label:
    """One name to place.

    Parameters
    ----------
    key : str
        Tells labels apart, e.g. ``"school:3704050103"``.
    text : str
    size : float
        Font size, points.
    rank : int
        Lower ranks are placed first.
    width, height : float
        Box, mm.
    corners : float array, shape (c, 2)
        Lower left corner of the box at each candidate position.
    costs : float array, shape (c,)
        Preference among the candidates; lower is better.
    cover : float
        Largest share of any one symbol that the label may cover.
    """

    key: str
    text: str
    size: float
    rank: int
    width: float
    height: float
    corners: Floats
    costs: Floats
    cover: float = 0.05

    @property
    def boxes(self) -> Floats:
        """Candidate boxes (x0, y0, x1, y1), shape (c, 4)."""
        return np.hstack([self.corners, np.add(self.corners, (self.width, self.height))])


def around(x: float, y: float, width: float, height: float, gap: float) -> tuple[Floats, Floats]:
    """Return candidate corners around a point symbol of half-width `gap`, and their costs."""
    near = gap + 0.3
    diagonal = 0.75 * gap + 0.1
    middle, centre = -height / 2, -width / 2
    offsets = [
        (near, middle, 0.0),
        (centre, near, 0.6),
        (-near - width, middle, 0.8),
        (centre, -near - height, 0.7),
        (diagonal, diagonal, 0.3),
        (diagonal, -diagonal - height, 0.4),
        (-diagonal - width, diagonal, 1.0),
        (-diagonal - width, -diagonal - height, 1.1),
    ]
    offsets += [(near, middle + s * height * 0.4, 0.5) for s in (-1, 1)]
    offsets += [(-near - width, middle + s * height * 0.4, 1.2) for s in (-1, 1)]
    offsets += [(centre + s * width * 0.25, near, 0.9) for s in (-1, 1)]
    offsets += [(centre + s * width * 0.25, -near - height, 1.0) for s in (-1, 1)]
    table = np.array(offsets)
    return table[:, :2] + (x, y), table[:, 2]


def overlaps(boxes: Floats, others: Floats) -> Floats:
    """Return the overlap area of each of `boxes` (a, 4) with each of `others` (b, 4), (a, b)."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    sides = np.clip(high - low, 0.0, None)
    area: Floats = sides[..., 0] * sides[..., 1]
    return area


def _nearby(boxes: Floats, others: Floats) -> Ints:
    """Return positions of `others` that meet the hull of `boxes`: the only ones to look at."""
    low, high = boxes[:, :2].min(0), boxes[:, 2:].max(0)
    meets = (others[:, :2] < high).all(1) & (others[:, 2:] > low).all(1)
    return np.flatnonzero(meets)


class _Board:
    """The labels placed so far; positions are kept as candidate numbers, −1 for none."""

    def __init__(
        self,
        labels: Sequence[Label],
        symbols: Floats,
        frame: Floats,
        borders: Shapes,
        taken: Floats,
    ) -> None:
        self.labels = labels
        tree = shapely.STRtree(borders)
        self.chosen = np.full(len(labels), -1, dtype=np.int64)
        self.box = np.full((len(labels), 4), np.inf)
        self.costs = [self._cost(label, symbols, frame, tree) for label in labels]
        for label, cost in zip(labels, self.costs, strict=True):
            near = taken[_nearby(label.boxes, taken)]
            cost[(overlaps(label.boxes, near) > 0.0).any(1)] = np.inf

    @staticmethod
    def _cost(label: Label, symbols: Floats, frame: Floats, borders: shapely.STRtree) -> Floats:
        boxes = label.boxes
        cost = label.costs.copy()
        crossing = borders.query(shapely.box(*boxes.T), predicate="intersects")[0]
        cost[np.unique(crossing)] += CROSSING
        outside = (boxes[:, :2] < frame[:2]).any(1) | (boxes[:, 2:] > frame[2:]).any(1)
        cost[outside] = np.inf
        symbols = symbols[_nearby(boxes, symbols)]
        if len(symbols):
            hidden = overlaps(boxes, symbols)
            share = hidden / ((symbols[:, 2] - symbols[:, 0]) * (symbols[:, 3] - symbols[:, 1]))
            cost = cost + 4.0 * share.sum(1)
            cost[share.max(1) > label.cover] = np.inf
        return cost

    def blockers(self, i: int) -> tuple[npt.NDArray[np.bool_], Ints]:
        """Return which placed labels each candidate of label `i` overlaps.

        Returns
        -------
        hit : bool array, shape (candidates of i, b)
        others : int array, shape (b,)
            The labels that the columns of `hit` stand for; label `i` itself is not among them.
        """
        boxes = self.labels[i].boxes
        others = _nearby(boxes, self.box)
        others = others[others != i]
        return overlaps(boxes, self.box[others]) > 0.0, others

    def set(self, i: int, candidate: int) -> None:
        self.chosen[i] = candidate
        self.box[i] = self.labels[i].boxes[candidate]

    def settle(self, i: int) -> bool:
        """Put label `i` at its cheapest free position."""
        cost = np.where(self.blockers(i)[0].any(1), np.inf, self.costs[i])
        best = int(np.argmin(cost))
        if not np.isfinite(cost[best]):
            return False
        self.set(i, best)
        return True

    def push(self, i: int) -> bool:
        """Place label `i` by moving one label out of its way, if that label has room elsewhere."""
        hit, others = self.blockers(i)
        alone = (hit.sum(1) == 1) & np.isfinite(self.costs[i])
        for candidate in np.flatnonzero(alone)[np.argsort(self.costs[i][alone], kind="stable")]:
            other = int(others[np.flatnonzero(hit[candidate])[0]])
            wanted = self.labels[i].boxes[candidate : candidate + 1]
            taken = self.blockers(other)[0].any(1) | (
                overlaps(self.labels[other].boxes, wanted)[:, 0] > 0.0
            )
            cost = np.where(taken, np.inf, self.costs[other])
            best = int(np.argmin(cost))
            if np.isfinite(cost[best]):
                self.set(other, best)
                self.set(i, int(candidate))
                return True
        return False


def place(
    labels: Sequence[Label],
    symbols: Floats,
    frame: Floats,
    borders: Shapes | None = None,
    taken: Floats | None = None,
) -> Ints:
    """Return the candidate number chosen for each label, −1 where it was left out.

    Parameters
    ----------
    labels : sequence of Label
    symbols : float array, shape (s, 4)
        Boxes of point symbols, which labels should not cover.
    frame : float array, shape (4,)
        The map frame (x0, y0, x1, y1); labels stay inside.
    borders : array of geometries, optional
        Lines that labels should rather not cross.
    taken : float array, shape (t, 4), optional
        Boxes that labels must not touch.
    """
    lines = np.array([], dtype=object) if borders is None else borders
    board = _Board(labels, symbols, frame, lines, np.empty((0, 4)) if taken is None else taken)
    order = sorted(range(len(labels)), key=lambda i: (labels[i].rank, labels[i].key))
    late = [i for i in order if not board.settle(i)]
    for i in late:
        if not board.settle(i):
            board.push(i)
    for i in order:
        if board.chosen[i] >= 0:
            board.settle(i)
    return board.chosen
