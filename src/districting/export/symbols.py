"""Point symbols of schools: shape and fill by kind, pushed apart where they would overlap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Symbol:
    """How one kind of school is drawn.

    Parameters
    ----------
    marker : str
        Matplotlib's name of the shape.
    fill : str
    size : float
        Width on an A3 sheet [mm].
    """

    marker: str
    fill: str
    size: float


SYMBOLS = {
    "junior": Symbol("s", "#a50f24", 2.7),
    "nine_year": Symbol("p", "#5e3c99", 3.1),
    "primary": Symbol("^", "#1f5fa8", 2.7),
    "teaching_point": Symbol("^", "#ffffff", 2.3),
    "special": Symbol("P", "#3d3d3d", 2.7),
    "kindergarten": Symbol("o", "#ffd54a", 2.0),
}
OUTSIDE_FILL = "#9aa0a6"
"""Fill of schools that belong to no district (run by the county, or private)."""
RING = 1.75
"""Diameter of the ring around a lead school, relative to its symbol."""


def spread(points: Floats, radii: Floats, limit: float, rounds: int = 60) -> Floats:
    """Return `points` moved as little as needed for circles of `radii` not to overlap.

    Parameters
    ----------
    points : float array, shape (n, 2)
    radii : float array, shape (n,)
    limit : float
        No point moves farther than this from where it belongs.
    """
    if len(points) < 2:
        return points.copy()
    # Points at one place leave it in different, fixed directions.
    angle = 2.399963 * np.arange(len(points))
    moved = points + 1e-3 * np.column_stack([np.cos(angle), np.sin(angle)])
    for _ in range(rounds):
        pairs = cKDTree(moved).query_pairs(2 * float(radii.max()), output_type="ndarray")
        gap = moved[pairs[:, 1]] - moved[pairs[:, 0]]
        apart = np.hypot(gap[:, 0], gap[:, 1])
        need = radii[pairs].sum(1) - apart
        close = need > 1e-6
        if not close.any():
            break
        push = gap[close] / apart[close, None] * (need[close, None] / 2)
        np.add.at(moved, pairs[close, 0], -push)
        np.add.at(moved, pairs[close, 1], push)
        away = moved - points
        far = np.hypot(away[:, 0], away[:, 1])
        moved = points + away * np.minimum(1.0, limit / np.maximum(far, 1e-12))[:, None]
    return moved
