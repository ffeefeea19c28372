"""Graphs of a county: neighbouring villages, roads, travel, connected parts.

networkx graphs at the public edge (:func:`adjacency_graph`, :func:`road_graph`), arrays inside.
"""

from districting.graph.adjacency import Adjacency, adjacency, adjacency_graph
from districting.graph.nearest import nearest_distances
from districting.graph.parts import (
    components,
    is_contiguous,
    minimal_separator,
    neighbour_lists,
    part_counts,
)
from districting.graph.roads import RoadNetwork, road_graph, road_network
from districting.graph.travel import (
    MODES,
    Mode,
    Pairs,
    between_schools,
    school_distances,
    village_distances,
)
from districting.graph.ways import next_villages

__all__ = [
    "MODES",
    "Adjacency",
    "Mode",
    "Pairs",
    "RoadNetwork",
    "adjacency",
    "adjacency_graph",
    "between_schools",
    "components",
    "is_contiguous",
    "minimal_separator",
    "nearest_distances",
    "neighbour_lists",
    "next_villages",
    "part_counts",
    "road_graph",
    "road_network",
    "school_distances",
    "village_distances",
]
