"""The road network as arrays: nodes, lengths, and where villages and schools join it."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from districting.county import County
from districting.graph.remembered import remembered

DETOUR = 1.3
"""Road metres per straight metre on the way between a school or village and its road node."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """Undirected road graph in CSR form.

    Parameters
    ----------
    nodes : pandas.Index, length r
        Node names; village codes for nodes at villages.
    start : int array, shape (r + 1,)
    neighbour : int array, shape (2 * sections,)
    metres : float array, shape (2 * sections,)
    village_node : int array, shape (n,)
        Node of each village, in county order; -1 where no road node has a known place.
    village_access : float array, shape (n,)
        Metres from the village to its node; 0 where the node is the village.
    school_node, school_access : arrays, shape (s,)
        The same for schools, in county order.
    """

    nodes: pd.Index
    start: Ints
    neighbour: Ints
    metres: Floats
    village_node: Ints
    village_access: Floats
    school_node: Ints
    school_access: Floats


@remembered
def road_network(county: County) -> RoadNetwork:
    """Return the county's roads as a network that every village and school joins.

    A village that is a node joins there. Other villages join at the nearest node. A school joins at
    the node of the village it stands in; the way there is the straight line times :data:`DETOUR`.
    """
    roads, villages = county.roads, county.villages
    names = pd.Index(sorted({*roads["from_node"], *roads["to_node"]}), dtype="str")
    a, b = names.get_indexer(roads["from_node"]), names.get_indexer(roads["to_node"])
    start, neighbour, metres = _csr(len(names), a, b, roads["metres"].to_numpy(dtype=float))
    village_node = names.get_indexer(villages.index).astype(np.int64)
    access = np.zeros(len(villages))
    lost = np.flatnonzero(village_node < 0)
    points = _node_points(county, names)
    known = np.flatnonzero(np.isfinite(points[:, 0]))
    if len(lost) and len(known):
        away, nearest = cKDTree(points[known]).query(villages[["x", "y"]].to_numpy()[lost])
        village_node[lost] = known[nearest]
        access[lost] = away * DETOUR
    home = villages.index.get_indexer(county.schools["village"])
    here = county.schools[["x", "y"]].to_numpy() - villages[["x", "y"]].to_numpy()[home]
    return RoadNetwork(
        nodes=names,
        start=start,
        neighbour=neighbour,
        metres=metres,
        village_node=village_node,
        village_access=access,
        school_node=village_node[home],
        school_access=np.hypot(here[:, 0], here[:, 1]) * DETOUR + access[home],
    )


def road_graph(county: County) -> nx.Graph:
    """Return the roads for analysis.

    Nodes are node names, with ``x`` and ``y`` (metres) where known; edges carry ``road`` (id),
    ``metres`` and ``kind``. Of parallel sections the shortest is kept.
    """
    graph = nx.Graph(crs=county.crs)
    names = pd.Index(sorted({*county.roads["from_node"], *county.roads["to_node"]}), dtype="str")
    for name, (x, y) in zip(names, _node_points(county, names), strict=True):
        graph.add_node(name, **({"x": x, "y": y} if np.isfinite(x) else {}))
    for road, row in county.roads.sort_values("metres", ascending=False).iterrows():
        graph.add_edge(
            row["from_node"],
            row["to_node"],
            road=road,
            metres=float(row["metres"]),
            kind=row["kind"],
        )
    return graph


def _csr(count: int, a: Ints, b: Ints, metres: Floats) -> tuple[Ints, Ints, Floats]:
    tail, head = np.concatenate([a, b]), np.concatenate([b, a])
    length = np.concatenate([metres, metres])
    order = np.lexsort((length, head, tail))
    start = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(tail, minlength=count), out=start[1:])
    return start, head[order].astype(np.int64), length[order]


def _node_points(county: County, names: pd.Index) -> Floats:
    """Return x, y of each node: of the village it is, else of the end of a section; NaN if none."""
    points = np.full((len(names), 2), np.nan)
    lines = county.roads.geometry.to_numpy()
    drawn = np.flatnonzero(~shapely.is_missing(lines) & ~shapely.is_empty(lines))
    for column, place in (("from_node", 0), ("to_node", -1)):
        ends = shapely.get_point(lines[drawn], place)
        rows = names.get_indexer(county.roads[column].to_numpy()[drawn])
        points[rows] = np.column_stack([shapely.get_x(ends), shapely.get_y(ends)])
    at = county.villages.index.get_indexer(names)
    points[at >= 0] = county.villages[["x", "y"]].to_numpy()[at[at >= 0]]
    return points
