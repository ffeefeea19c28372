"""Partition any weighted graph, so that instances from elsewhere run unchanged."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np

from districting.model.partition import (
    AssignCost,
    Band,
    Contiguous,
    DistrictCount,
    Floats,
    Ints,
    PartitionProblem,
)
from districting.solve.partition.solver import solve_partition
from districting.solve.result import PartitionSolution
from districting.solve.stop import Stop


@dataclass(frozen=True, eq=False)
class Partition:
    """Districts of a graph.

    Parameters
    ----------
    district : Mapping of node to node
        Centre of each node's district; empty where no partition was found.
    solution : PartitionSolution
        Status, objective, bound; indices are positions in the graph's node order.
    """

    district: Mapping[Hashable, Hashable]
    solution: PartitionSolution


def partition(
    graph: nx.Graph,
    k: int,
    *,
    weight: str = "weight",
    cost: Floats | None = None,
    coordinates: tuple[str, str] = ("x", "y"),
    lower: float = -np.inf,
    upper: float = np.inf,
    seats: Sequence[Hashable] | None = None,
    contiguous: bool = True,
    stop: Stop | None = None,
    seed: int = 0,
) -> Partition:
    """Divide the nodes into `k` districts of bounded weight, near their centres (Hess's model).

    Parameters
    ----------
    graph : networkx.Graph
        Undirected; edges are adjacency.
    k : int
        Number of districts.
    weight : str
        Node attribute, e.g. population.
    cost : float array, shape (n, m), optional
        Cost of each node (in node order) under each seat; by default weight times the squared
        distance of `coordinates`.
    coordinates : (str, str)
        Node attributes, used where `cost` is not given.
    lower, upper : float
        Bounds of each district's weight.
    seats : sequence of nodes, optional
        Possible centres, in node order; by default every node.
    contiguous : bool
    stop : Stop, optional
    seed : int

    Raises
    ------
    ValueError
        Where `k` is not between 1 and the number of seats, a node lacks an attribute, a seat is
        no node, or `cost` has the wrong shape.

    Examples
    --------
    >>> line = nx.path_graph(4)
    >>> nx.set_node_attributes(line, {v: {"weight": 1, "x": v, "y": 0} for v in line})
    >>> found = partition(line, 2, lower=2, upper=2)
    >>> found.district
    {0: 0, 1: 0, 2: 2, 3: 2}
    >>> found.solution.objective
    2.0
    """
    nodes = list(graph.nodes)
    position = {node: i for i, node in enumerate(nodes)}
    places = _places(position, nodes if seats is None else seats)
    if not 1 <= k <= len(places):
        raise ValueError(f"k must be between 1 and the number of seats, {len(places)}, not {k}")
    weights = _attribute(graph, nodes, weight)
    if cost is None:
        x, y = (_attribute(graph, nodes, name) for name in coordinates)
        cost = weights[:, None] * ((x[:, None] - x[places]) ** 2 + (y[:, None] - y[places]) ** 2)
    if cost.shape != (len(nodes), len(places)):
        raise ValueError(f"cost must have shape {(len(nodes), len(places))}, not {cost.shape}")
    problem = PartitionProblem(
        n=len(nodes),
        edges=_edges(graph, position),
        seats=places,
        parts=(
            *((Contiguous("contiguous"),) if contiguous else ()),
            DistrictCount("k", k, k),
            Band("weight", weight, weights, float(lower), float(upper), weight),
            AssignCost("cost", "cost", 1.0, np.asarray(cost, float)),
        ),
    )
    solution = solve_partition(problem, Stop() if stop is None else stop, seed)
    if solution.labels is None:
        return Partition({}, solution)
    centre = [nodes[i] for i in places[solution.seats]]
    return Partition({v: centre[c] for v, c in zip(nodes, solution.labels, strict=True)}, solution)


def _places(position: Mapping[Hashable, int], seats: Sequence[Hashable]) -> Ints:
    unknown = [s for s in seats if s not in position]
    if unknown:
        raise ValueError(f"seats that are no nodes of the graph: {unknown[:5]}")
    places = np.array([position[s] for s in seats], np.int64)
    if (np.diff(places) <= 0).any():
        raise ValueError("seats must be distinct and in the graph's node order")
    return places


def _attribute(graph: nx.Graph, nodes: list[Hashable], name: str) -> Floats:
    lacking = [v for v in nodes if name not in graph.nodes[v]]
    if lacking:
        raise ValueError(f"{len(lacking)} nodes lack {name!r}, e.g. {lacking[0]!r}")
    return np.array([graph.nodes[v][name] for v in nodes], float)


def _edges(graph: nx.Graph, position: Mapping[Hashable, int]) -> Ints:
    pairs = {tuple(sorted((position[u], position[v]))) for u, v in graph.edges if u != v}
    return np.array(sorted(pairs), np.int64).reshape(-1, 2)
