"""Divide an outline into units of given size, and give every village a point and a cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from placing import place_names
from scipy.spatial import cKDTree

from districting.sample.cells import village_cells
from districting.sample.frames import positions
from districting.sample.layout import in_one_piece
from districting.sample.regions import even_points, pixels, power_regions

PIXELS = 40_000


@dataclass(frozen=True, eq=False)
class Unit:
    """A town, or one of the two districts of a town: a run of villages that stays together.

    Parameters
    ----------
    town : str
        Town whose area it is part of.
    villages : int array
        Rows of the village table, in code order.
    towards : (float, float)
        Where in its town's bounding box it lies, fractions from the south-west; used where a town
        holds several units.
    """

    town: str
    villages: np.ndarray
    towards: tuple[float, float] = (0.5, 0.5)


def divide(outline: shapely.Polygon, seeds: np.ndarray, areas: np.ndarray) -> list[np.ndarray]:
    """Return the grid points of each town: a power diagram with the given areas (any unit).

    Where the outline cuts a piece off from a town, a neighbouring town takes it.
    """
    grid = pixels(outline, PIXELS)
    label = power_regions(grid, seeds, areas / areas.sum())
    step = np.sqrt(outline.area / PIXELS)
    edges = cKDTree(grid).query_pairs(1.1 * step, output_type="ndarray").astype(np.int64)
    label = in_one_piece(label, edges)
    return [grid[label == k] for k in range(len(seeds))]


def spread(
    rng: np.random.Generator, ground: dict[str, np.ndarray], units: list[Unit]
) -> list[np.ndarray]:
    """Return the points of each unit, spread evenly over its share of its town's ground."""
    points = []
    for unit in units:
        siblings = [u for u in units if u.town == unit.town]
        here = ground[unit.town]
        if len(siblings) > 1:
            low, size = here.min(axis=0), np.ptp(here, axis=0)
            seeds = np.array([low + size * u.towards for u in siblings])
            shares = np.array([len(u.villages) for u in siblings], dtype=float)
            label = power_regions(here, seeds, shares / shares.sum())
            here = here[label == siblings.index(unit)]
        points.append(even_points(rng, here, len(unit.villages), 40))
    return points


def arrange(
    rng: np.random.Generator,
    outline: shapely.Polygon,
    units: list[Unit],
    points: list[np.ndarray],
    stems: list[str],
    rural: np.ndarray,
    seats: dict[str, tuple[list[int], np.ndarray]],
) -> tuple[np.ndarray, np.ndarray]:
    """Return the point and the cell of each village.

    `seats` gives by town the rows of its seat villages and the place they belong near.
    """
    placed = np.zeros((len(stems), 2))
    for unit, here in zip(units, points, strict=True):
        rows, at = seats[unit.town]
        inside = [int(np.flatnonzero(unit.villages == r)[0]) for r in rows if r in unit.villages]
        order = place_names(
            rng, here, [stems[v] for v in unit.villages], rural[unit.villages], inside, at
        )
        placed[unit.villages] = here[order]
    known = positions(placed)
    exact = np.column_stack([known["x"], known["y"]])
    return exact, village_cells(exact, outline)
