"""Primary zones and feeders as a mixed-integer program on the choices that a better plan may use.

The arc model of the zones (:mod:`districting.solve.zones.arc_program`) with three more kinds of
columns: what a village does by arc and target, which target a primary feeds, and graduates beyond
the entry seats at either price. Contiguity of both stages is separated lazily; every solve is a
relaxation, so its bound holds for the choices in use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from districting.graph.parts import components
from districting.model.joint import JointProblem
from districting.model.zones import Bools, Ints
from districting.solve.feeders.joint_bound import excess_steps
from districting.solve.mip import Floats, solve_milp
from districting.solve.stop import Stop
from districting.solve.zones.arc_program import ArcProgram, add_cuts, arc_program
from districting.solve.zones.net import Net
from districting.solve.zones.separators import Cut, separate, separator


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

    def of_village(self, net: Net, v: int, t: int) -> Ints:
        """Return the columns in which village v goes to target t."""
        mine = self.column[net.start[v] : net.start[v + 1], t]
        return mine[mine >= 0]


@dataclass(eq=False)
class JointSearch:
    """A search on the program, and the separators that it has met.

    Parameters
    ----------
    problem : JointProblem
    net : Net
        Of its zones.
    form : int
        Of contiguity, as for :func:`arc_program`.
    offer : callable
        Takes the primary zones, shape (n,), of every plan found.
    stop : Stop
    seed : int
    """

    problem: JointProblem
    net: Net
    form: int
    offer: Callable[[Ints], None]
    stop: Stop
    seed: int
    cuts: list[Cut] = field(default_factory=list, kw_only=True)

    def solve(self, usable: Bools, start: tuple[Ints, Ints]) -> float:
        """Solve on the usable choices, shape (a, t), offer the plans, return the proven bound.

        Parameters
        ----------
        start : tuple of int array, shape (n,) and (m,)
            School of each village and target of each school in the best plan.
        """
        program = _program(self.problem, self.net, usable, self.form)
        add_cuts(program.arcs, self.cuts)
        hint, best = _values(self.net, program, *start), -np.inf
        while True:
            answer = solve_milp(program.arcs, self.stop, self.seed, hint, self.stop.gap / 2)
            if answer.infeasible:
                return float("inf")
            best = max(best, answer.whole_bound(program.arcs.offset))
            if answer.x is None or not self._cut(program, answer.x) or self.stop.due:
                return best

    def _cut(self, program: JointProgram, x: Floats) -> bool:
        """Offer the plan of a solution; cut off what hangs loose in it and tell if there was any.

        A plan whose junior zones come apart is offered too: other feeders may suit its zones.
        """
        net, model = self.net, program.arcs
        plan = net.school[model.arcs[x[: len(model.arcs)] > 0.5]]
        cuts = separate(net, plan) if self.form == 1 else []
        self.cuts += cuts
        add_cuts(model, cuts)
        if cuts:
            return True
        self.offer(plan)
        to = np.argmax(x[program.feeds], axis=1)[plan]
        rows = list(_loose(self.problem, net, program, to))
        for columns, values in rows:
            model.rows.add(columns, values, -np.inf, 1.0)
        return bool(rows)


def _program(problem: JointProblem, net: Net, usable: Bools, form: int) -> JointProgram:
    """Return the program on the usable choices."""
    some = np.asarray(usable.any(axis=1), bool)
    model = arc_program(problem.zones, net, some, form)
    first, t = len(model.cost), problem.targets
    arc, target = np.nonzero(usable)
    column = np.full(usable.shape, -1, np.int64)
    column[arc, target] = first + np.arange(len(arc))
    feeds = first + len(arc) + np.arange(net.m * t).reshape(net.m, t)
    prices, rooms = excess_steps(problem.elastic, problem.seats)
    _append(model, problem.feeding(net.origin)[arc, target], np.ones(len(arc)), whole=False)
    _append(model, np.zeros(feeds.size), np.ones(feeds.size), whole=True)
    _append(model, prices, rooms, whole=False)
    program = JointProgram(model, column, feeds)
    for a in model.arcs.tolist():
        mine = column[a][column[a] >= 0]
        values = np.append(np.ones(len(mine)), -1.0)
        model.rows.add(np.append(mine, model.at[a]), values, 0.0, 0.0)
    links = np.column_stack([column[arc, target], feeds[net.school[arc], target]])
    for pair in links:
        model.rows.add(pair, np.array([1.0, -1.0]), -np.inf, 0.0)
    for choices in feeds:
        model.rows.add(choices, 1.0, -np.inf, 1.0)
    _entry_seats(problem, net, program)
    _claims(problem, net, program)
    return program


def _append(model: ArcProgram, cost: Ints | Floats, upper: Floats, whole: bool) -> None:
    model.cost = np.append(model.cost, cost)
    model.lower = np.append(model.lower, np.zeros(len(cost)))
    model.upper = np.append(model.upper, upper)
    model.integer = np.append(model.integer, np.full(len(cost), whole))


def _entry_seats(problem: JointProblem, net: Net, program: JointProgram) -> None:
    """Keep every year's graduates within the entry seats, or pay for those beyond."""
    first = int(program.feeds[-1, -1]) + 1
    near, far = first + np.arange(2 * problem.seats.size).reshape(2, *problem.seats.shape)
    village = np.repeat(np.arange(net.n), np.diff(net.start))
    for t in range(problem.targets):
        arcs = np.flatnonzero(program.column[:, t] >= 0)
        for y, graduates in enumerate(problem.graduates):
            load, room = graduates[village[arcs]].astype(float), float(problem.seats[y, t])
            if load.sum() > room:
                columns = np.append(program.column[arcs, t], [near[y, t], far[y, t]])
                program.arcs.rows.add(columns, np.append(load, [-1.0, -1.0]), -np.inf, room)


def _claims(problem: JointProblem, net: Net, program: JointProgram) -> None:
    """A zone that holds the home of a target with a claim feeds one whose home it holds."""
    claiming = np.flatnonzero(problem.claims)
    for h in np.unique(problem.home[claiming]).tolist():
        arcs = np.arange(net.start[h], net.start[h + 1])
        for a in arcs[~problem.locked[net.school[arcs]]].tolist():
            for t in claiming[problem.home[claiming] != h].tolist():
                if program.column[a, t] < 0:
                    continue
                there = np.arange(*net.start[problem.home[t] : problem.home[t] + 2])
                other = program.column[there[net.school[there] == net.school[a]], t]
                other = other[other >= 0]
                columns = np.append(other, program.column[a, t])
                values = np.append(-np.ones(len(other)), 1.0)
                program.arcs.rows.add(columns, values, -np.inf, 0.0)


def _loose(
    problem: JointProblem, net: Net, program: JointProgram, to: Ints
) -> Iterator[tuple[Ints, Floats]]:
    """Yield rows, at most 1 each, against villages that hang loose from the target they go `to`.

    They go there only with a village of a separator, as long as the target's own village does.
    """
    if not (problem.contiguous and net.contiguous):
        return
    shared = _shared(net)
    village = np.repeat(np.arange(net.n), np.diff(net.start))
    for t, home in enumerate(problem.home.tolist()):
        if to[home] != t:
            continue
        part = components(np.where((to == t) | shared, 1, 0), problem.zones.edges)
        off = np.flatnonzero((to == t) & (part != part[home]))
        if len(off) == 0:
            continue
        piece = (to == t) & (part == part[off[0]])
        usable = shared.copy()
        usable[village[program.column[:, t] >= 0]] = True
        touching, wall = separator(piece, usable, np.array([home]), net.near_start, net.near)
        if touching or (wall & shared).any():
            continue
        wide = program.column[wall[village], t]
        own = program.of_village(net, home, t)
        for v in np.flatnonzero(piece).tolist():
            mine = np.append(program.of_village(net, v, t), own)
            columns = np.concatenate([mine, wide[wide >= 0]])
            yield columns, np.where(np.arange(len(columns)) < len(mine), 1.0, -1.0)


def _shared(net: Net) -> Bools:
    """Mark villages through which a zone may hang together that they are not in, shape (n,).

    They host a school and may belong to another.
    """
    shared = np.zeros(net.n, bool)
    lone = net.single[net.host] & (net.school[net.start[net.host]] == np.arange(net.m))
    shared[net.host[~lone]] = True
    return shared


def _values(net: Net, program: JointProgram, plan: Ints, target: Ints) -> Floats | None:
    """Return a plan as a starting point, None if it uses choices left out."""
    model = program.arcs
    arcs = np.flatnonzero(net.school == np.repeat(plan, np.diff(net.start)))
    columns = program.column[arcs, target[net.school[arcs]]]
    if (columns < 0).any():
        return None
    used = np.unique(plan)
    x = np.where(model.integer, 0.0, np.nan)
    x[program.column[program.column >= 0]] = 0.0
    x[model.at[arcs]] = x[columns] = 1.0
    x[program.feeds[used, target[used]]] = 1.0
    return x
