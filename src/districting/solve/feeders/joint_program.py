"""Primary zones and feeders as a mixed-integer program on the choices that a better plan may use.

The arc model of the zones (:mod:`districting.solve.zones.arc_program`) with three more kinds of
columns: what a village does by arc and target, which target a primary feeds, and graduates beyond
the entry seats at either price. Contiguity of both stages is separated lazily; every solve is a
relaxation, so its bound holds for the choices in use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from districting.model.joint import NEVER, JointProblem
from districting.model.zones import Bools, Elastic, Ints
from districting.solve.mip import Floats, solve_milp
from districting.solve.stop import Stop
from districting.solve.zones.arc_program import ArcProgram, add_cuts, arc_program, forbid
from districting.solve.zones.net import Net
from districting.solve.zones.separators import Cut, separate, separator

NUMERIC = 1e-6
"""Share of the objective by which bounds are lowered for rounding."""
Offer = Callable[[Ints], float]
"""Takes primary zones, shape (n,); returns the objective of the best plan so far."""


@dataclass(eq=False)
class JointProgram:
    """The program and where its columns are.

    Parameters
    ----------
    arcs : ArcProgram
        With all columns and rows.
    column : int array, shape (a, t)
        Of each live arc's choice, -1 where left out.
    feeds : int array, shape (m, t)
    """

    arcs: ArcProgram
    column: Ints
    feeds: Ints


@dataclass(eq=False)
class JointSearch:
    """What a search on the program knows so far.

    Parameters
    ----------
    problem : JointProblem
    net : Net
        Of its zones.
    form : int
        Of contiguity, as for :func:`arc_program`.
    offer : callable
    stop : Stop
    seed : int
    """

    problem: JointProblem
    net: Net
    form: int
    offer: Offer
    stop: Stop
    seed: int
    cuts: list[Cut] = field(default_factory=list)

    def solve(self, usable: Bools, start: tuple[Ints, Ints]) -> float:
        """Solve on the usable choices, shape (a, t), offer its plans, return its bound.

        Parameters
        ----------
        start : tuple of int array, shape (n,) and (m,)
            School of each village and target of each school of the best plan.
        nodes : int or None
            Each solve ends after so many nodes.
        """
        program = _program(self.problem, self.net, usable, self.form)
        add_cuts(program.arcs, self.cuts)
        best = -np.inf
        while True:
            hint = _values(self, program, *start)
            answer = solve_milp(
                program.arcs, self.stop, self.seed, hint, self.stop.gap / 2
            )
            if answer.infeasible:
                return float("inf")
            best = max(best, answer.bound - NUMERIC * abs(answer.bound))
            if answer.x is None or not self._cut(program, answer.x) or self.stop.due:
                return best

    def _cut(self, program: JointProgram, x: Floats) -> bool:
        """Offer the plan of a solution, or cut it off and return True."""
        net, model = self.net, program.arcs
        columns = np.flatnonzero(x[: len(model.arcs)] > 0.5)
        arcs = model.arcs[columns]
        plan = net.school[arcs]
        cuts = separate(net, plan) if self.form == 1 else []
        if cuts:
            self.cuts += cuts
            add_cuts(model, cuts)
            return True
        target = np.argmax(x[program.feeds], axis=1)
        loose = _loose(self.problem, net, program, plan, target)
        self.offer(plan)
        return loose


def _program(problem: JointProblem, net: Net, usable: Bools, form: int) -> JointProgram:
    """Return the program on the usable choices."""
    model = arc_program(problem.zones, net, usable.any(axis=1), form)
    count = len(model.cost)
    arc, target = np.nonzero(usable)
    column = np.full(usable.shape, -1, np.int64)
    column[arc, target] = count + np.arange(len(arc))
    t = problem.targets
    feeds = count + len(arc) + np.arange(net.m * t).reshape(net.m, t)
    entry = int(feeds[-1, -1]) + 1 + np.arange(2 * problem.seats.size)
    some, more = entry.reshape(2, *problem.seats.shape)
    cost = problem.feeding(net.origin)[arc, target]
    prices, rooms = _excess(problem.elastic, problem.seats)
    model.cost = np.concatenate([model.cost, cost, np.zeros(net.m * t), prices])
    model.lower = np.concatenate([model.lower, np.zeros(len(model.cost) - count)])
    model.upper = np.concatenate([model.upper, np.ones(len(arc) + net.m * t), rooms])
    model.integer = np.concatenate(
        [model.integer, np.zeros(len(arc), bool), np.ones(net.m * t, bool), np.zeros(len(rooms), bool)]
    )
    rows = model.rows
    for a in model.arcs.tolist():
        mine = column[a][column[a] >= 0]
        values = np.append(np.ones(len(mine)), -1.0)
        rows.add(np.append(mine, model.at[a]), values, 0.0, 0.0)
    for c, (a, to) in enumerate(zip(arc.tolist(), target.tolist(), strict=True)):
        pair = np.array([count + c, feeds[net.school[a], to]])
        rows.add(pair, np.array([1.0, -1.0]), -np.inf, 0.0)
    for p in range(net.m):
        rows.add(feeds[p], 1.0, -np.inf, 1.0)
    village = np.repeat(np.arange(net.n), np.diff(net.start))[arc]
    for to in range(t):
        mine = np.flatnonzero(target == to)
        for y, count_of in enumerate(problem.graduates):
            load = count_of[village[mine]].astype(float)
            room = float(problem.seats[y, to])
            if load.sum() > room:
                columns = np.append(count + mine, [some[y, to], more[y, to]])
                rows.add(columns, np.append(load, [-1.0, -1.0]), -np.inf, room)
    program = JointProgram(model, column, feeds)
    _claims(problem, net, program)
    return program


def _excess(elastic: Elastic | None, seats: Ints) -> tuple[Floats, Floats]:
    """Return price and room of the columns of graduates beyond the seats."""
    none = np.zeros(seats.size)
    if elastic is None:
        return np.concatenate([none, none]), np.concatenate([none, none])
    price = np.concatenate([none + elastic.price, none + elastic.steep])
    room = np.floor(seats * elastic.share).ravel()
    return price, np.concatenate([room, none + np.inf])


def _claims(problem: JointProblem, net: Net, program: JointProgram) -> None:
    """A zone that holds the home of a target with a claim feeds one whose home it holds."""
    claiming = np.flatnonzero(problem.claims)
    for t in claiming:
        h = int(problem.home[t])
        for a in range(net.start[h], net.start[h + 1]):
            p = int(net.school[a])
            if problem.locked[p]:
                continue
            for other in claiming:
                if problem.home[other] == h or program.column[a, other] < 0:
                    continue
                there = _choice(net, program, int(problem.home[other]), p, int(other))
                columns = np.array([program.column[a, other], *there])
                values = np.array([1.0] + [-1.0] * len(there))
                program.arcs.rows.add(columns, values, -np.inf, 0.0)


def _choice(net: Net, program: JointProgram, v: int, p: int, t: int) -> list[int]:
    """Return the column of village v in the zone of p feeding t, none where it is left out."""
    arcs = np.arange(net.start[v], net.start[v + 1])
    found = program.column[arcs[net.school[arcs] == p], t]
    return found[found >= 0].tolist()


def _loose(
    problem: JointProblem, net: Net, program: JointProgram, plan: Ints, target: Ints
) -> bool:
    """Cut off what feeds a target without hanging on the zone it stands in; tell if it could.

    A village of the piece feeds the target only with a village of a separator, while the zone in
    which the target stands feeds it too.
    """
    if not (problem.contiguous and net.contiguous):
        return False
    shared = _shared(net)
    to = target[plan]
    found = False
    for t in range(problem.targets):
        home = int(problem.home[t])
        if to[home] != t:
            continue
        piece = _apart(net, plan, np.flatnonzero(to == t), home, shared)
        if not piece.any():
            continue
        column = program.column[:, t]
        village = np.repeat(np.arange(net.n), np.diff(net.start))
        usable = np.zeros(net.n, bool)
        usable[village[column >= 0]] = True
        usable |= shared
        touching, wall = separator(
            piece, usable, np.array([home]), net.near_start, net.near
        )
        if touching or (wall & shared).any():
            continue
        sides = column[wall[village] & (column >= 0)]
        own = column[(village == home) & (column >= 0)]
        for v in np.flatnonzero(piece):
            mine = column[(village == v) & (column >= 0)]
            columns = np.concatenate([mine, own, sides])
            values = np.concatenate([np.ones(len(mine) + len(own)), -np.ones(len(sides))])
            program.arcs.rows.add(columns, values, -np.inf, 1.0)
        found = True
    return found


def _shared(net: Net) -> Bools:
    """Mark villages through which a zone may hang together that they are not in, shape (n,).

    They host a school and may belong to another.
    """
    shared = np.zeros(net.n, bool)
    count = np.diff(net.start)[net.host]
    only = net.school[net.start[net.host]] == np.arange(net.m)
    shared[net.host[(count > 1) | ~only]] = True
    return shared


def _apart(net: Net, plan: Ints, zone: Ints, home: int, shared: Bools) -> Bools:
    """Mark one piece of the villages `zone` that does not hang on `home`, shape (n,)."""
    left = np.zeros(net.n, bool)
    left[zone] = True
    passing = left | shared
    piece = _spread(net, passing, home)
    rest = np.flatnonzero(left & ~piece)
    if len(rest) == 0:
        return np.zeros(net.n, bool)
    return _spread(net, passing, int(rest[0])) & left


def _spread(net: Net, passing: Bools, start: int) -> Bools:
    """Mark the villages of `passing` that `start` reaches through them."""
    seen = np.zeros(net.n, bool)
    seen[start] = True
    stack = [start]
    while stack:
        v = stack.pop()
        for u in net.near[net.near_start[v] : net.near_start[v + 1]].tolist():
            if passing[u] and not seen[u]:
                seen[u] = True
                stack.append(u)
    return seen


def _values(
    search: JointSearch, program: JointProgram, plan: Ints, target: Ints
) -> Floats | None:
    """Return a plan as a starting point, None if it uses choices left out."""
    net, model = search.net, program.arcs
    village = np.repeat(np.arange(net.n), np.diff(net.start))
    arcs = np.flatnonzero(net.school == plan[village])
    columns = program.column[arcs, target[net.school[arcs]]]
    if (columns < 0).any():
        return None
    used = np.unique(plan)
    x = np.where(model.integer, 0.0, np.nan)
    x[program.column[program.column >= 0]] = 0.0
    x[model.at[arcs]] = x[columns] = 1.0
    x[program.feeds[used, target[used]]] = 1.0
    return x
