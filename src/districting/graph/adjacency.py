"""Which villages are neighbours: a shared border between their cells, or a listed crossing."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
import numpy.typing as npt
import shapely

from districting.county import County
from districting.graph.remembered import remembered

CROSSINGS = ("bridge", "ferry")
"""Kinds of road that make the villages at their ends neighbours, touching cells or not."""


@dataclass(frozen=True, eq=False)
class Adjacency:
    """Neighbouring villages by position in ``county.villages``.

    Parameters
    ----------
    edges : int array, shape (e, 2)
        Each pair once, smaller position first, sorted.
    border : float array, shape (e,)
        Length of the shared border, metres; 0 for a crossing alone.
    kind : str array, shape (e,)
        ``"border"``, ``"bridge"`` or ``"ferry"``.
    """

    edges: npt.NDArray[np.int64]
    border: npt.NDArray[np.float64]
    kind: npt.NDArray[np.str_]


@remembered
def adjacency(county: County, least_border: float = 10.0, tolerance: float = 0.1) -> Adjacency:
    """Return the neighbour pairs of the county's villages.

    Parameters
    ----------
    county : County
    least_border : float
        Metres of common border from which two cells count as neighbours; cells that touch at a
        point only do not.
    tolerance : float
        Metres by which two outlines of one border may lie apart, as they do when cells were drawn
        or projected separately. Border lengths are right to about twice as much.

    Raises
    ------
    ValueError
        If `tolerance` is not above 0, or `least_border` is not above four times `tolerance`.
    """
    if tolerance <= 0 or least_border <= 4 * tolerance:
        raise ValueError(
            f"need 0 < tolerance and 4 * tolerance < least_border, got {tolerance}, {least_border}"
        )
    cells = county.villages.geometry.to_numpy()
    pairs, border = border_pairs(cells, tolerance)
    touching = border >= least_border
    edges, border = pairs[touching], border[touching]
    kind = np.full(len(edges), "border", dtype="<U6")
    known = {(int(a), int(b)) for a, b in edges}
    extra = [row for row in _crossings(county) if row[:2] not in known]
    if extra:
        edges = np.vstack([edges, np.array([row[:2] for row in extra], dtype=np.int64)])
        border = np.concatenate([border, np.zeros(len(extra))])
        kind = np.concatenate([kind, np.array([row[2] for row in extra], dtype="<U6")])
    order = np.lexsort((edges[:, 1], edges[:, 0]))
    return Adjacency(edges[order], border[order], kind[order])


def border_pairs(
    cells: npt.NDArray[np.object_], tolerance: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return cells that touch, and how much of the one's outline runs along or inside the other.

    Intersecting the cells themselves would be exact only where both outlines have the same corners:
    a corner of one in the middle of the other's side leaves nothing but points once projected.
    """
    usable = np.flatnonzero(~shapely.is_missing(cells) & ~shapely.is_empty(cells))
    tree = shapely.STRtree(cells[usable])
    left, right = tree.query(cells[usable], predicate="dwithin", distance=tolerance)
    once = left < right
    left, right = left[once], right[once]
    outline = shapely.boundary(cells[usable])
    grown = shapely.buffer(cells[usable], tolerance, quad_segs=1, join_style="mitre")
    metres = shapely.length(shapely.intersection(outline[left], grown[right]))
    return np.column_stack([usable[left], usable[right]]).astype(np.int64), metres


def _crossings(county: County) -> list[tuple[int, int, str]]:
    roads = county.roads[county.roads["kind"].isin(CROSSINGS)]
    position = {v: i for i, v in enumerate(county.villages.index)}
    rows: dict[tuple[int, int], str] = {}
    for start, end, kind in zip(roads["from_node"], roads["to_node"], roads["kind"], strict=True):
        if start in position and end in position and start != end:
            a, b = sorted((position[start], position[end]))
            rows[a, b] = min(str(kind), rows.get((a, b), str(kind)))
    return sorted((a, b, kind) for (a, b), kind in rows.items())


@remembered
def adjacency_graph(county: County, least_border: float = 10.0) -> nx.Graph:
    """Return the neighbour graph for analysis.

    Nodes are village codes with ``name``, ``town``, ``population``, ``x`` and ``y`` (metres); edges
    carry ``border`` (metres) and ``kind`` (``border``, ``bridge``, ``ferry``).
    """
    found = adjacency(county, least_border)
    codes = county.villages.index.to_numpy()
    graph = nx.Graph(crs=county.crs)
    columns = ["name", "town", "population", "x", "y"]
    graph.add_nodes_from(
        (code, dict(zip(columns, row, strict=True)))
        for code, row in zip(
            codes, county.villages[columns].itertuples(index=False, name=None), strict=True
        )
    )
    graph.add_edges_from(
        (codes[a], codes[b], {"border": float(metres), "kind": str(kind)})
        for (a, b), metres, kind in zip(found.edges, found.border, found.kind, strict=True)
    )
    return graph
