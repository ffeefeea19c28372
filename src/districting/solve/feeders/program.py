"""The feeder problem as a mixed-integer program: exact up to contiguity, which is separated lazily.

A column for every pair and first year, and two for the graduates beyond the seats of a target in a
year, one a price.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from districting.graph.parts import minimal_separator, neighbour_lists
from districting.model.feeders import FeederProblem, Ints
from districting.solve.mip import Columns


@dataclass(eq=False)
class Program:
    """The program and where its columns are.

    Parameters
    ----------
    columns : Columns
        Costs are those beyond the cheapest pair of each primary; these are its offset.
    take : int array, shape (a, starts)
    at : dict
        Pair of (primary, target).
    """

    columns: Columns
    take: Ints
    at: dict[tuple[int, int], int]

    def needs(self, pair: int, one_of: list[int]) -> None:
        """A pair is used, from whatever year on, only with one of these."""
        mine, others = self.take[pair], self.take[one_of].ravel()
        values = np.append(np.ones(len(others)), -np.ones(len(mine)))
        self.columns.rows.add(np.append(others, mine), values, 0.0, np.inf)


def build(problem: FeederProblem) -> Program:
    """Return the program with seats, coverage and the first contiguity cuts."""
    costs = problem.costs()
    least = np.full(problem.n, np.iinfo(np.int64).max)
    np.minimum.at(least, problem.pair_primary, costs.min(axis=1))
    columns = Columns(offset=float(least.sum()))
    for cost in (costs - least[problem.pair_primary, None]).ravel().tolist():
        columns.add(float(cost), 1.0)
    take = np.arange(costs.size).reshape(costs.shape)
    pairs = zip(problem.pair_primary.tolist(), problem.pair_target.tolist(), strict=True)
    program = Program(columns, take, {pair: a for a, pair in enumerate(pairs)})
    for p in range(problem.n):
        columns.rows.add(take[problem.pair_primary == p].ravel(), 1.0, 1.0, 1.0)
    for t in range(problem.m):
        for y in range(problem.years):
            _seats(problem, program, t, y)
    _coverage(problem, program)
    if problem.contiguous:
        _first_cuts(problem, program)
    return program


def _seats(problem: FeederProblem, program: Program, t: int, y: int) -> None:
    """Hold the load of a target in a year within its seats, or price what exceeds them.

    It takes those who are fed, and those who still wait where they go there now.
    """
    begun = np.arange(problem.starts) <= y
    mine = (problem.pair_target == t)[:, None] & begun
    if problem.before is not None:
        mine |= (problem.before == t)[problem.pair_primary, None] & ~begun
    count = np.broadcast_to(problem.graduates[y, problem.pair_primary, None], mine.shape)
    used = mine & (count > 0)
    load, room = count[used].astype(float), float(problem.seats[y, t])
    if load.sum() <= room:
        return
    where = program.take[used]
    if problem.elastic is not None:
        share = float(np.floor(room * problem.elastic.share))
        some = program.columns.add(problem.elastic.price, share, integer=False)
        more = program.columns.add(problem.elastic.steep, integer=False)
        where, load = np.append(where, [some, more]), np.append(load, [-1.0, -1.0])
    program.columns.rows.add(where, load, -np.inf, room)


def _coverage(problem: FeederProblem, program: Program) -> None:
    if problem.coverage is None:
        return
    for y, share in enumerate(problem.coverage.tolist()):
        need = least_covered(share, int(problem.graduates[y].sum()))
        count = np.repeat(problem.graduates[y, problem.pair_primary], y + 1).astype(float)
        program.columns.rows.add(program.take[:, : y + 1].ravel(), count, float(need), np.inf)


def least_covered(share: float, graduates: int) -> int:
    """Return the least whole number of graduates that is `share` of them."""
    return int(np.ceil(share * graduates - 1e-9))


def _first_cuts(problem: FeederProblem, program: Program) -> None:
    """A primary that does not touch the host has a neighbour in the same zone."""
    start, near = neighbour_lists(problem.n, problem.edges)
    for (p, t), a in program.at.items():
        host = int(problem.host[t])
        around = near[start[p] : start[p + 1]].tolist()
        if host >= 0 and p != host and host not in around:
            program.needs(a, [program.at[u, t] for u in around if (u, t) in program.at])


def cut_loose(problem: FeederProblem, program: Program, pieces: list[tuple[int, Ints]]) -> None:
    """A primary of a loose piece joins the zone only with one of those that part it from the host.

    A piece that one target leaves loose is likely to be tried with the next, so its primaries get
    the separators of every target.
    """
    start, near = neighbour_lists(problem.n, problem.edges)
    for _, piece in pieces:
        inside = np.zeros(problem.n, bool)
        inside[piece] = True
        touched = set(np.concatenate([near[start[p] : start[p + 1]] for p in piece]).tolist())
        for t in range(problem.m):
            host = int(problem.host[t])
            if host < 0 or inside[host] or host in touched:
                continue
            parting = minimal_separator(start, near, inside, host).tolist()
            steps = [program.at[u, t] for u in parting if (u, t) in program.at]
            for p in piece.tolist():
                if (p, t) in program.at:
                    program.needs(program.at[p, t], steps)
