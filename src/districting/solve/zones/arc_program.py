"""The arc model as a mixed-integer program, on any subset of the arcs.

Exact contiguity is added as plans violate it: a village joins a zone from beyond a separator only
together with a village of the separator. Every solve is a relaxation, so its bound holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from districting.model.zone_parts import LinearSide
from districting.model.zones import Bools, Elastic, Ints, ZoneProblem
from districting.solve.mip import Floats, Rows
from districting.solve.zones.net import Net
from districting.solve.zones.separators import Cut


@dataclass
class ArcProgram:
    """Columns: the arcs in use, one price of seats and one overload for each school, and by how
    much each priced condition lies outside its limits.

    Parameters
    ----------
    arcs : int array, shape (k,)
        Arcs of the net.
    at : int array, shape (a,)
        Column of each arc of the net, -1 where left out.
    """

    arcs: Ints
    at: Ints
    cost: Floats
    lower: Floats
    upper: Floats
    integer: Bools
    offset: float
    rows: Rows = field(default_factory=Rows)


def arc_program(problem: ZoneProblem, net: Net, usable: Bools, form: int) -> ArcProgram:
    """Return the program on the arcs marked in `usable`, shape (a,) of the net.

    Costs are those of the problem, each village's least cost being part of the offset.
    """
    arcs = np.flatnonzero(usable)
    village = np.repeat(np.arange(net.n), np.diff(net.start))[arcs]
    school, k, m = net.school[arcs], len(arcs), net.m
    cost = problem.arc_cost[net.origin[arcs]]
    least = np.full(net.n, np.iinfo(np.int64).max)
    np.minimum.at(least, village, cost)
    priced, counted = problem.elastic is not None, any(side.overfull for side in problem.sides)
    at = np.full(len(usable), -1, np.int64)
    at[arcs] = np.arange(k)
    soft = np.full(m, np.inf if priced else 0.0)
    units = np.array([_scale(side) * side.price for side in problem.sides if side.price])
    columns = k + 2 * m + len(units)
    model = ArcProgram(
        arcs,
        at,
        np.concatenate(
            [cost - least[village], np.full(m, _unit(problem.elastic)), np.zeros(m), units]
        ),
        np.zeros(columns),
        np.concatenate(
            [
                np.ones(k),
                soft,
                np.full(m, np.inf if priced and counted else 0.0),
                np.full(len(units), np.inf),
            ]
        ),
        np.arange(columns) < k,
        float(least[np.bincount(village, minlength=net.n) > 0].sum()),
    )
    for v in range(net.n):
        model.rows.add(_columns(model, net, v), 1.0, 1.0, 1.0)
    _seats(problem, model, village, school)
    _sides(problem, net, model)
    if form > 0:
        _local(net, model, form, village, school)
    return model


def _columns(model: ArcProgram, net: Net, v: int) -> Ints:
    mine = model.at[net.start[v] : net.start[v + 1]]
    return mine[mine >= 0]


def _unit(elastic: Elastic | None) -> float:
    """Return the child-metres in which the price of seats is counted: one child's."""
    return 0.0 if elastic is None else float(elastic.price or elastic.steep)


def _seats(problem: ZoneProblem, model: ArcProgram, village: Ints, school: Ints) -> None:
    """Keep every year within the seats, or pay for its overload, whichever year is the worst."""
    k, m, elastic = len(model.arcs), problem.m, problem.elastic
    unit = _unit(elastic)
    order = np.argsort(school, kind="stable")
    first = np.searchsorted(school[order], np.arange(m + 1))
    for children, seats in problem.capacities:
        shares = problem.shares(seats)
        for s in range(m):
            mine = order[first[s] : first[s + 1]]
            load = children[village[mine]].astype(float)
            if load.sum() <= seats[s]:
                continue
            if elastic is None:
                model.rows.add(mine, load, -np.inf, float(seats[s]))
                continue
            columns = np.append(mine, k + m + s)
            if model.upper[k + m + s] > 0:
                model.rows.add(columns, np.append(load, -1.0), -np.inf, float(seats[s]))
            if unit == 0:
                continue
            columns = np.append(mine, k + s)
            low = elastic.price / unit
            if low > 0:
                model.rows.add(columns, np.append(load, -1 / low), -np.inf, float(seats[s]))
            if load.sum() > shares[s] and elastic.steep > elastic.price:
                high = elastic.steep / unit
                knee = float(seats[s]) + (1 - low / high) * float(shares[s] - seats[s])
                model.rows.add(columns, np.append(load, -1 / high), -np.inf, knee)


def _sides(problem: ZoneProblem, net: Net, model: ArcProgram) -> None:
    k, m = len(model.arcs), problem.m
    columns = np.concatenate([np.arange(k), np.arange(k + m, k + 2 * m)])
    slack = k + 2 * m
    for side in problem.sides:
        weight = side.weight[net.origin[model.arcs]].astype(float)
        values = np.concatenate([weight, np.full(m, float(side.overfull))])
        low = -np.inf if side.lower is None else float(side.lower)
        high = np.inf if side.upper is None else float(side.upper)
        scale, kept = _scale(side), values != 0
        where, what = columns[kept], values[kept] / scale
        if not side.price:
            model.rows.add(where, what, low / scale, high / scale)
            continue
        for sign, least, most in ((1.0, low / scale, np.inf), (-1.0, -np.inf, high / scale)):
            if np.isfinite(least) or np.isfinite(most):
                model.rows.add(np.append(where, slack), np.append(what, sign), least, most)
        slack += 1


def _scale(side: LinearSide) -> float:
    """Return what a condition's row is divided by."""
    return max(float(np.abs(side.weight).max(initial=0)), float(side.overfull), 1e3) / 1e3


def _local(net: Net, model: ArcProgram, form: int, village: Ints, school: Ints) -> None:
    """Ask for the parent (tree form) or at least one neighbour in the zone (exact form)."""
    column = {(int(v), int(s)): c for c, (v, s) in enumerate(zip(village, school, strict=True))}
    for (v, s), c in column.items():
        host = int(net.host[s])
        around = net.near[net.near_start[v] : net.near_start[v + 1]].tolist()
        if form == 2:
            around = [int(net.parent[model.arcs[c]])]
        if v != host and host not in around:
            _need(model, c, [column[u, s] for u in around if (u, s) in column])


def add_cuts(model: ArcProgram, cuts: list[Cut]) -> None:
    """Add the separators, as far as their arcs are in use."""
    for cut in cuts:
        column = int(model.at[cut.arc])
        if column >= 0:
            columns = model.at[cut.separator]
            _need(model, column, columns[columns >= 0].tolist())


def forbid(model: ArcProgram, columns: Ints) -> None:
    """Add the row that not all of these arcs are used together."""
    model.rows.add(columns, 1.0, -np.inf, float(len(columns) - 1))


def _need(model: ArcProgram, column: int, one_of: list[int]) -> None:
    values = np.concatenate([np.ones(len(one_of)), [-1.0]])
    model.rows.add(np.array([*one_of, column]), values, 0.0, np.inf)
