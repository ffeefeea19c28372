"""Which villages are neighbours: a shared border between their cells, or a listed crossing."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
import numpy.typing as npt
import shapely

from districting.county import County

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


def adjacency(county: County, least_border: float = 10.0) -> Adjacency:
    """Return the neighbour pairs of the county's villages.

    Parameters
    ----------
    county : County
    least_border : float
        Metres of common border from which two cells count as neighbours; cells that touch at a
        point only do not.
    """
    cells = county.villages.geometry.to_numpy()
    pairs, border = _border_pairs(cells)
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


def _border_pairs(
    cells: npt.NDArray[np.object_],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    usable = np.flatnonzero(~shapely.is_missing(cells) & ~shapely.is_empty(cells))
    tree = shapely.STRtree(cells[usable])
    left, right = tree.query(cells[usable], predicate="intersects")
    left, right = usable[left], usable[right]
    once = left < right
    left, right = left[once], right[once]
    shared = shapely.intersection(cells[left], cells[right])
    # A common border comes out as a line; an overlap (a fault reported by the checks) as a polygon
    # whose perimeter is about twice the border.
    metres = shapely.length(shared)
    metres = np.where(shapely.area(shared) > 0, metres / 2, metres)
    return np.column_stack([left, right]).astype(np.int64), metres


def _crossings(county: County) -> list[tuple[int, int, str]]:
    roads = county.roads[county.roads["kind"].isin(CROSSINGS)]
    position = {v: i for i, v in enumerate(county.villages.index)}
    rows = set()
    for start, end, kind in zip(roads["from_node"], roads["to_node"], roads["kind"], strict=True):
        if start in position and end in position and start != end:
            a, b = sorted((position[start], position[end]))
            rows.add((a, b, str(kind)))
    return sorted(rows)


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
