"""What it would mean to move one village to another zone, everything else kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import networkx as nx
import numpy as np

from districting.model.zone_words import Shape, ZoneModel
from districting.model.zones import Contiguity, Ints
from districting.plan.zone_plan import ZonePlan


@dataclass(frozen=True, eq=False)
class Move:
    """One village to one other zone.

    Parameters
    ----------
    zone : int
        Position in the view's zones.
    metres, nearer : int
        Way to the zone's schools, and by how much it is shorter than now.
    forbidden : tuple of str
        Rules that forbid it.
    cut : tuple of int
        Villages that would no longer hang together with their school, the moved one included.
    change : Mapping of str to int
        Child-metres more (or less) by rule, those that stay the same left out.
    over : int
        Children beyond the seats in the zone after the move.
    """

    zone: int
    metres: int
    nearer: int
    forbidden: tuple[str, ...]
    cut: tuple[int, ...]
    change: Mapping[str, int]
    over: int

    @property
    def total(self) -> int:
        """Child-metres more in all."""
        return sum(self.change.values())

    @property
    def allowed(self) -> bool:
        """Whether no rule stands against the move alone."""
        return not self.forbidden and not self.cut


def positions(model: ZoneModel, plan: ZonePlan) -> Ints:
    """Return the zone of every village as the model counts them, -1 where it has no such arc."""
    view = model.view
    school = plan.zones[view.stage].reindex(view.units).fillna("")
    zone = np.array([view.position(s) if s else -1 for s in school], dtype=np.int64)
    there = np.zeros(view.n, bool)
    there[view.arc_village[view.arc_zone == zone[view.arc_village]]] = True
    return np.where(there, zone, -1)


def moves_of(model: ZoneModel, assignment: Ints, village: int) -> list[Move]:
    """Return the moves of `village` to every other zone it has an arc to, nearest first.

    Parameters
    ----------
    model : ZoneModel
    assignment : int array, shape (n,)
        Complete: every village has a zone that it has an arc to.
    village : int
    """
    view = model.view
    before = {g: int(p.value) for g, p in model.costs(assignment).items()}
    arcs = np.arange(view.arc_start[village], view.arc_start[village + 1])
    way = {int(view.arc_zone[a]): int(view.metres[a]) for a in arcs}
    own = int(assignment[village])
    closed = model.forbidding()
    graph = nx.Graph()
    graph.add_nodes_from(range(view.n))
    graph.add_edges_from(view.edges.tolist())
    moves = []
    for arc in arcs[view.arc_zone[arcs] != own]:
        zone = int(view.arc_zone[arc])
        moved = assignment.copy()
        moved[village] = zone
        after = {g: int(p.value) for g, p in model.costs(moved).items()}
        load = int(view.children[moved == zone].sum())
        moves.append(
            Move(
                zone=zone,
                metres=way[zone],
                nearer=way[own] - way[zone],
                forbidden=tuple(gate for gate, shut in closed.items() if shut[arc]),
                cut=_cut(model, graph, moved, village, (zone, own)),
                change={g: after[g] - before[g] for g in after if after[g] != before[g]},
                over=max(load - int(view.seats[zone]), 0),
            )
        )
    return sorted(moves, key=lambda m: (m.metres, m.zone))


def _cut(
    model: ZoneModel, graph: nx.Graph, moved: Ints, village: int, zones: tuple[int, int]
) -> tuple[int, ...]:
    """Return the villages of two zones that do not hang together with their school.

    A school's own village that would leave it counts as cut.
    """
    shape = next((p.contiguity for p in model.parts if isinstance(p, Shape)), Contiguity.FREE)
    if shape is Contiguity.FREE:
        return ()
    view, off = model.view, set()
    for zone in zones:
        home = int(view.host[zone])
        inside = {int(v) for v in np.flatnonzero(moved == zone)} | {home}
        off |= inside - nx.node_connected_component(graph.subgraph(inside), home)
    left = zones[1]
    if view.host[left] == village and view.seats[left] > 0:
        off.add(village)
    return tuple(sorted(off))
