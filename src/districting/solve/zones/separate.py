"""The arc model in CP-SAT, whole or for a few schools, with contiguity separated lazily.

The fallback where zones are large or the graph is odd: every village of the schools in question is
free. Pieces that hang loose are cut off by their own borders and the model is solved again; each
solve is a relaxation, so its bound holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from districting.model.zones import Bools, Ints
from districting.solve.zones.net import Net

ROUNDS = 60
RANKED_ARCS = 1_200
PRICED_SEATS = 1 << 30


@dataclass(frozen=True, eq=False)
class Dealt:
    """What a model gave.

    Parameters
    ----------
    assignment : int array, shape (n,), or None
        The whole plan with the model's villages dealt out anew, in one piece; None if none better.
    bound : int
        No deal of these villages costs less; -1 where nothing is known.
    impossible : bool
        Proven that no deal exists.
    """

    assignment: Ints | None
    bound: int
    impossible: bool = False


@dataclass(eq=False)
class _Model:
    cp: cp_model.CpModel
    arcs: Ints
    take: list[cp_model.IntVar]
    at: dict[tuple[int, int], cp_model.IntVar]


def deal(
    net: Net, form: int, crew: Ints, assignment: Ints | None, effort: float, seconds: float,
    seed: int,
) -> Dealt:  # fmt: skip
    """Deal the villages of the schools `crew` out anew, at least cost.

    Parameters
    ----------
    assignment : int array, shape (n,), or None
        The plan to start from; None (with all schools as crew) for a problem without one.
    effort : float
        Deterministic time of one solve.
    seconds : float
        Clock limit of one solve, for interruption only.
    """
    inside = np.zeros(net.m, bool)
    inside[crew] = True
    mine = np.ones(net.n, bool) if assignment is None else inside[assignment]
    model = _build(net, form, inside, mine)
    hint, bound, best = assignment, -1, None
    for _ in range(ROUNDS):
        if hint is not None:
            _hint(net, model, hint)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = seed
        solver.parameters.max_deterministic_time = effort
        solver.parameters.max_time_in_seconds = max(seconds, 0.01)
        status = solver.solve(model.cp)
        if status == cp_model.INFEASIBLE:
            return Dealt(None, -1, True)
        bound = max(bound, int(np.ceil(solver.best_objective_bound - 1e-3)))
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            break
        dealt = _read(net, model, solver, assignment)
        if not _cut_loose(net, form, model, dealt, crew):
            best = dealt
            break
    return Dealt(best, bound)


def _build(net: Net, form: int, inside: Bools, mine: Bools) -> _Model:
    cp = cp_model.CpModel()
    village = np.repeat(np.arange(net.n), np.diff(net.start))
    arcs = np.flatnonzero(mine[village] & inside[net.school])
    take = [cp.new_bool_var("") for _ in arcs]
    pairs = zip(village[arcs].tolist(), net.school[arcs].tolist(), strict=True)
    at = dict(zip(pairs, take, strict=True))
    by_village: dict[int, list[cp_model.IntVar]] = {}
    by_school: dict[int, list[int]] = {}
    for k, (v, s) in enumerate(at):
        by_village.setdefault(v, []).append(take[k])
        by_school.setdefault(s, []).append(k)
    for choices in by_village.values():
        cp.add_exactly_one(choices)
    over, prices = _seats(net, cp, by_school, village[arcs], take)
    cp.minimize(cp_model.LinearExpr.weighted_sum(take + over, net.cost[arcs].tolist() + prices))
    model = _Model(cp, arcs, take, at)
    if form > 0:
        _local(net, form, model, village[arcs])
    if form == 1 and len(arcs) <= RANKED_ARCS:
        _ranked(net, model, sorted(by_village))
    return model


def _seats(
    net: Net, cp: cp_model.CpModel, by_school: dict[int, list[int]], village: Ints,
    take: list[cp_model.IntVar],
) -> tuple[list[cp_model.IntVar], list[int]]:  # fmt: skip
    over: list[cp_model.IntVar] = []
    prices: list[int] = []
    for s, mine in by_school.items():
        load = [int(net.weight[village[k]]) for k in mine]
        rows = [take[k] for k in mine]
        room = int(net.seats[s])
        if net.most[s] < PRICED_SEATS:
            cp.add(cp_model.LinearExpr.weighted_sum(rows, load) <= int(net.most[s]))
            continue
        if sum(load) <= room:
            continue
        some = cp.new_int_var(0, int(net.share[s] - net.seats[s]), "")
        more = cp.new_int_var(0, sum(load), "")
        cp.add(cp_model.LinearExpr.weighted_sum([*rows, some, more], [*load, -1, -1]) <= room)
        over += [some, more]
        prices += [int(net.price[s]), int(net.steep[s])]
    return over, prices


def _local(net: Net, form: int, model: _Model, village: Ints) -> None:
    """Ask for the parent (tree form) or at least one neighbour in the zone (exact form)."""
    for k, arc in enumerate(model.arcs.tolist()):
        v, s = int(village[k]), int(net.school[arc])
        host = int(net.host[s])
        around = net.near[net.near_start[v] : net.near_start[v + 1]].tolist()
        if form == 2:
            around = [int(net.parent[arc])]
        if v == host or host in around:
            continue
        steps = [model.at[u, s] for u in around if (u, s) in model.at]
        model.cp.add_bool_or([*steps, model.take[k].negated()])


def _ranked(net: Net, model: _Model, villages: list[int]) -> None:
    """Give every village a predecessor in its zone with a lower rank, or the host itself.

    Exact without separation; worth its size on small graphs, where loose pieces are many.
    """
    cp = model.cp
    rank = {v: cp.new_int_var(0, len(villages), "") for v in villages}
    schools: dict[int, list[int]] = {}
    for v, s in model.at:
        schools.setdefault(v, []).append(s)
    for v in villages:
        around = net.near[net.near_start[v] : net.near_start[v + 1]].tolist()
        root = cp.new_bool_var("")
        ways = [root]
        for s in schools[v]:
            if int(net.host[s]) != v and int(net.host[s]) not in around:
                cp.add_bool_or([root.negated(), model.at[v, s].negated()])
        for u in around:
            if u not in rank:
                continue
            way = cp.new_bool_var("")
            ways.append(way)
            cp.add(rank[v] >= rank[u] + 1).only_enforce_if(way)
            for s in schools[v]:
                there = [model.at[u, s]] if (u, s) in model.at else []
                cp.add_bool_or([*there, way.negated(), model.at[v, s].negated()])
        cp.add_exactly_one(ways)


def _hint(net: Net, model: _Model, plan: Ints) -> None:
    model.cp.clear_hints()
    for (v, s), variable in model.at.items():
        model.cp.add_hint(variable, bool(plan[v] == s))


def _read(net: Net, model: _Model, solver: cp_model.CpSolver, assignment: Ints | None) -> Ints:
    dealt = np.full(net.n, -1, np.int64) if assignment is None else assignment.copy()
    for (v, s), variable in model.at.items():
        if solver.boolean_value(variable):
            dealt[v] = s
    return dealt


def _cut_loose(net: Net, form: int, model: _Model, plan: Ints, crew: Ints) -> bool:
    """Add a cut for every loose piece; tell whether there was one. The tree form has none."""
    if form != 1:
        return False
    found = False
    for s in crew.tolist():
        zone = set(np.flatnonzero(plan == s).tolist())
        _spread(net, zone, int(net.host[s]), lambda u: None)
        while zone:
            start = zone.pop()
            border: set[int] = set()
            piece = _spread(net, zone, start, border.add) | {start}
            for t in crew.tolist():
                if int(net.host[t]) not in piece | border:
                    _fence(model, t, sorted(piece), sorted(border - piece))
            found = True
    return found


def _fence(model: _Model, s: int, piece: list[int], border: list[int]) -> None:
    """A village of `piece` joins the zone of a school outside only across the border."""
    steps = [model.at[u, s] for u in border if (u, s) in model.at]
    for v in piece:
        if (v, s) in model.at:
            model.cp.add_bool_or([*steps, model.at[v, s].negated()])


def _spread(net: Net, zone: set[int], start: int, touch: Callable[[int], None]) -> set[int]:
    """Take what hangs on `start` out of `zone` and return it; report every neighbour."""
    zone.discard(start)
    taken: set[int] = set()
    stack = [start]
    while stack:
        v = stack.pop()
        for u in net.near[net.near_start[v] : net.near_start[v + 1]].tolist():
            touch(u)
            if u in zone:
                zone.discard(u)
                taken.add(u)
                stack.append(u)
    return taken
