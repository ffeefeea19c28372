"""What it would mean to move one village to another zone, everything else kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import networkx as nx
import numpy as np

from districting.model.zone_words import Shape, ZoneModel
from districting.model.zones import Bools, Contiguity, Ints
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


@dataclass(frozen=True, eq=False)
class Moves:
    """Single moves from one assignment; what they have in common is reckoned once.

    Parameters
    ----------
    model : ZoneModel
    assignment : int array, shape (n,)
        Complete: every village has a zone that it has an arc to.
    """

    model: ZoneModel
    assignment: Ints

    def of(self, village: int) -> list[Move]:
        """Return the moves of `village` to every other zone it has an arc to, nearest first."""
        view, own = self.model.view, int(self.assignment[village])
        arcs = np.arange(view.arc_start[village], view.arc_start[village + 1])
        here = int(arcs[view.arc_zone[arcs] == own][0])
        left = self._left(village)
        moves = []
        for arc in arcs[arcs != here].tolist():
            zone = int(view.arc_zone[arc])
            moved = self.assignment.copy()
            moved[village] = zone
            over = self.model.over(moved)
            moves.append(
                Move(
                    zone=zone,
                    metres=int(view.metres[arc]),
                    nearer=int(view.metres[here] - view.metres[arc]),
                    forbidden=tuple(gate for gate, shut in self._closed.items() if shut[arc]),
                    cut=tuple(sorted(left | self._joined(village, zone))) if self._whole else (),
                    change=self._change(village, here, arc, over),
                    over=max(int(view.children[moved == zone].sum() - view.seats[zone]), 0),
                )
            )
        return sorted(moves, key=lambda m: (m.metres, m.zone))

    def _change(self, village: int, here: int, arc: int, over: Ints) -> dict[str, int]:
        """Return what using `arc` in place of `here` changes by rule, where anything does."""
        change = {g: int(p[arc]) - int(p[here]) for g, p in self.model.arc_prices.items()}
        for gate, cost in self.model.seat_costs(over).items():
            change[gate] = change.get(gate, 0) + cost - self._seat_costs[gate]
        if self._condition_costs:
            used = self._used.copy()
            used[village] = arc
            for gate, cost in self.model.condition_costs(used).items():
                change[gate] = change.get(gate, 0) + cost - self._condition_costs[gate]
        return {gate: c for gate, c in change.items() if c}

    @cached_property
    def _seat_costs(self) -> dict[str, int]:
        return self.model.seat_costs(self.model.over(self.assignment))

    @cached_property
    def _used(self) -> Ints:
        view = self.model.view
        return np.flatnonzero(view.arc_zone == self.assignment[view.arc_village])

    @cached_property
    def _condition_costs(self) -> dict[str, int]:
        return self.model.condition_costs(self._used)

    @cached_property
    def _closed(self) -> dict[str, Bools]:
        return self.model.forbidding()

    @cached_property
    def _whole(self) -> bool:
        """Whether zones have to be in one piece."""
        shape = next((p.contiguity for p in self.model.parts if isinstance(p, Shape)), None)
        return shape not in (None, Contiguity.FREE)

    @cached_property
    def _graph(self) -> nx.Graph:
        graph = nx.Graph()
        graph.add_nodes_from(range(self.model.view.n))
        graph.add_edges_from(self.model.view.edges.tolist())
        return graph

    @cached_property
    def _off(self) -> list[set[int]]:
        """Villages of each zone that do not hang together with their school as things are."""
        return [self._apart(zone, self._inside(zone)) for zone in range(self.model.view.m)]

    def _inside(self, zone: int) -> set[int]:
        return set(np.flatnonzero(self.assignment == zone).tolist())

    def _apart(self, zone: int, inside: set[int]) -> set[int]:
        home = int(self.model.view.host[zone])
        there = self._graph.subgraph(inside | {home})
        off: set[int] = inside - nx.node_connected_component(there, home)
        return off

    def _joined(self, village: int, zone: int) -> set[int]:
        """Return the villages of `zone` that are cut off from its school once `village` joins."""
        inside = self._inside(zone)
        touching = inside | {int(self.model.view.host[zone])}
        if village not in touching and touching.isdisjoint(self._graph[village]):
            return self._off[zone] | {village}
        return self._apart(zone, inside | {village})

    def _left(self, village: int) -> set[int]:
        """Return those cut off where `village` leaves; a school's own village counts as cut."""
        view, own = self.model.view, int(self.assignment[village])
        off = self._apart(own, self._inside(own) - {village})
        return off | {village} if view.host[own] == village and view.seats[own] > 0 else off
