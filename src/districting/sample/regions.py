"""Divide an area into regions of set sizes, and place points evenly in each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def outline_shape(
    rng: np.random.Generator, area: float, centre: tuple[float, float]
) -> shapely.Polygon:
    """Return a wavy closed outline of `area` square metres around `centre`."""
    angle = np.linspace(0.0, 2 * np.pi, 240, endpoint=False)
    radius = np.ones_like(angle)
    for wave in range(2, 9):
        phase, height = rng.uniform(0, 2 * np.pi), rng.normal(0, 0.22 / wave)
        radius += height * np.cos(wave * angle + phase)
    radius = np.clip(radius, 0.5, 1.6)
    ring = np.column_stack([1.15 * radius * np.cos(angle), radius * np.sin(angle) / 1.15])
    shape = shapely.Polygon(ring)
    ring *= np.sqrt(area / shape.area)
    return shapely.Polygon(ring + np.asarray(centre))


def pixels(outline: shapely.Geometry, count: int) -> Floats:
    """Return about `count` grid points inside `outline`, shape (count, 2)."""
    step = np.sqrt(outline.area / count)
    x0, y0, x1, y1 = outline.bounds
    x, y = np.meshgrid(np.arange(x0 + step / 2, x1, step), np.arange(y0 + step / 2, y1, step))
    shapely.prepare(outline)
    inside = shapely.contains_xy(outline, x.ravel(), y.ravel())
    return np.column_stack([x.ravel()[inside], y.ravel()[inside]])


def power_regions(points: Floats, seeds: Floats, shares: Floats, rounds: int = 600) -> Ints:
    """Give each point to a seed so that seed j receives about ``shares[j]`` of the points.

    A power diagram whose weights are raised until the sizes fit: regions are convex pieces of the
    area, hence in one piece wherever the area is.

    Parameters
    ----------
    points : float array, shape (p, 2)
    seeds : float array, shape (k, 2)
    shares : float array, shape (k,), positive, sum 1

    Returns
    -------
    int array, shape (p,)
        Seed of each point.

    References
    ----------
    Aurenhammer, Hoffmann, Aronov (1998), Minkowski-type theorems and least-squares clustering.
    """
    square = ((points[:, None, :] - seeds[None, :, :]) ** 2).sum(axis=2)
    weight = np.zeros(len(seeds))
    scale = np.ptp(points, axis=0).prod()
    step = 0.5 * scale
    label = np.zeros(len(points), dtype=np.int64)
    best, best_error = label, np.inf
    for _ in range(rounds):
        label = np.argmin(square - weight, axis=1)
        size = np.bincount(label, minlength=len(seeds)) / len(points)
        error = np.abs(size - shares).max()
        if error < best_error:
            best, best_error = label, error
        if error < 0.5 / len(points):
            break
        weight += step * (shares - size)
        step = max(step * 0.99, 0.02 * scale)
    return best.astype(np.int64)


def even_points(rng: np.random.Generator, area: Floats, count: int, rounds: int = 30) -> Floats:
    """Return `count` points spread evenly over the grid points `area` (Lloyd's method)."""
    if len(area) < count:
        raise ValueError(f"{count} points need at least as many grid points, not {len(area)}")
    points = area[np.sort(rng.choice(len(area), count, replace=False))].astype(float)
    for _ in range(rounds):
        near = cKDTree(points).query(area)[1]
        size = np.bincount(near, minlength=count)
        held = size > 0
        for axis in (0, 1):
            total = np.bincount(near, weights=area[:, axis], minlength=count)
            points[held, axis] = total[held] / size[held]
    step = np.sqrt(np.ptp(area, axis=0).prod() / len(area))
    spread: Floats = points + rng.uniform(-0.8, 0.8, points.shape) * step
    return spread
