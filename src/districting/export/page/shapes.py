"""Geometry of the page: borders simplified without gaps, in whole units of an SVG."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from districting.county import County

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SPAN = 8000
"""Units along the longer side of the map: some metres each in a county."""
TOLERANCE = 12.0
"""How far simplified borders may stray [units]: about a pixel before zooming in."""


@dataclass(frozen=True)
class Grid:
    """The plane of the page: ``x`` to the right, ``y`` down, whole units from the north-west."""

    west: float
    north: float
    metres: float
    width: int
    height: int

    def place(self, xy: Floats) -> Ints:
        """Return metres of the county's system, shape (n, 2), as units."""
        units: Ints = np.rint((xy - (self.west, self.north)) / (self.metres, -self.metres)).astype(
            np.int64
        )
        return units

    def path(self, shape: shapely.Geometry | None) -> str:
        """Return the rings of a polygon, or the parts of a line, as data of an SVG path."""
        parts = shapely.get_parts(shape)
        polygon = shape is not None and shapely.get_dimensions(shape) == 2
        lines = shapely.get_rings(parts) if polygon else parts
        return "".join(self._line(shapely.get_coordinates(line), polygon) for line in lines)

    def _line(self, xy: Floats, closed: bool) -> str:
        points = self.place(xy)
        moves = np.diff(points, axis=0)
        moves = moves[moves.any(axis=1)]
        if closed:
            moves = moves[:-1]
        if not len(moves):
            return ""
        steps = "".join(f"{x}{y:+d} " if y < 0 else f"{x} {y} " for x, y in moves.tolist())
        return f"M{points[0][0]} {points[0][1]}l{steps.rstrip()}{'z' if closed else ''}"


def grid_of(county: County) -> Grid:
    """Return the plane that holds the cells of all villages of `county`, with a margin."""
    west, south, east, north = county.villages.total_bounds
    margin = 0.02 * max(east - west, north - south, 1.0)
    size = np.array([east - west, north - south]) + 2 * margin
    metres = float(size.max()) / SPAN
    width, height = np.ceil(size / metres).astype(int).tolist()
    return Grid(float(west - margin), float(north + margin), metres, width, height)


def simplified(county: County, grid: Grid) -> gpd.GeoDataFrame:
    """Return the cells of the villages with fewer vertices; neighbours keep their border."""
    cells = county.villages.geometry.to_numpy()
    # Visvalingam's tolerance is the side of the square as large as the triangle cut off.
    slim = shapely.coverage_simplify(cells, TOLERANCE * grid.metres)
    return gpd.GeoDataFrame(geometry=slim, index=county.villages.index, crs=county.crs)
