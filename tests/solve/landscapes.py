"""Random planar landscapes of villages: Delaunay neighbours, straight distances."""

from __future__ import annotations

import numpy as np
from scipy.spatial import Delaunay

from districting.model.partition import (
    AssignCost,
    Band,
    Contiguous,
    DistrictCount,
    PartitionProblem,
    Unmixed,
)


def landscape(
    n: int, m: int, k: int, seed: int = 0, tolerance: float = 0.15, towns: int = 0
) -> PartitionProblem:
    """Return a county-like problem; with `towns`, splitting one has a price."""
    rng = np.random.default_rng(seed)
    xy = rng.random((n, 2)) * 1000 * np.sqrt(n)
    corners = Delaunay(xy).simplices
    sides = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    edges = np.unique(np.sort(sides, axis=1), axis=0).astype(np.int64)
    length = np.hypot(*(xy[edges[:, 0]] - xy[edges[:, 1]]).T)
    edges = edges[length < np.quantile(length, 0.96)]
    seats = np.sort(rng.choice(n, m, replace=False)).astype(np.int64)
    metres = np.hypot(*(xy[:, None] - xy[seats][None]).transpose(2, 0, 1)).round()
    children = np.rint(rng.lognormal(4.0, 0.6, n))
    share = children.sum() / k
    parts: list[object] = [
        Contiguous("contiguous"),
        DistrictCount("count", k, k),
        Band("size", "children", children, (1 - tolerance) * share, (1 + tolerance) * share, "p"),
        AssignCost("travel", "child metres", 1.0, children[:, None] * metres),
    ]
    if towns:
        centre = xy[rng.choice(n, towns, replace=False)]
        town = np.hypot(*(xy[:, None] - centre[None]).transpose(2, 0, 1)).argmin(axis=1)
        parts.append(Unmixed("town", town.astype(np.int64), price=float(children.sum() * 20)))
    return PartitionProblem(n, edges, seats, tuple(parts))  # type: ignore[arg-type]
