"""The feeder problem in CP-SAT: exact up to contiguity, which is separated lazily."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from districting.graph.parts import minimal_separator, neighbour_lists
from districting.model.feeders import FeederProblem, Ints

Variables = list[cp_model.IntVar]


@dataclass(eq=False)
class Program:
    """Variables of one model.

    Parameters
    ----------
    cp : cp_model.CpModel
    take : list of list of IntVar
        By pair and first year.
    feeds : list of IntVar
        By pair, whatever the year; the same variables as `take` where there is one year to begin.
    at : dict
        Pair of (primary, target).
    """

    cp: cp_model.CpModel
    take: list[Variables]
    feeds: Variables
    at: dict[tuple[int, int], int]


def build(problem: FeederProblem) -> Program:
    """Return the model with seats, coverage and the first contiguity cuts."""
    cp = cp_model.CpModel()
    take = [[cp.new_bool_var("") for _ in range(problem.starts)] for _ in problem.pair_primary]
    feeds = [row[0] for row in take]
    if problem.starts > 1:
        feeds = [cp.new_bool_var("") for _ in take]
        for row, whole in zip(take, feeds, strict=True):
            cp.add(sum(row) == whole)
    by_primary: list[Variables] = [[] for _ in range(problem.n)]
    for p, whole in zip(problem.pair_primary.tolist(), feeds, strict=True):
        by_primary[p].append(whole)
    for choices in by_primary:
        cp.add_exactly_one(choices)
    pairs = zip(problem.pair_primary.tolist(), problem.pair_target.tolist(), strict=True)
    program = Program(cp, take, feeds, {pair: a for a, pair in enumerate(pairs)})
    over, prices = _seats(problem, program)
    _coverage(problem, program)
    flat = [v for row in take for v in row]
    costs = problem.costs().ravel().tolist()
    cp.minimize(cp_model.LinearExpr.weighted_sum(flat + over, costs + prices))
    if problem.contiguous:
        _first_cuts(problem, program)
    return program


def _seats(problem: FeederProblem, program: Program) -> tuple[Variables, list[int]]:
    """Hold every year's load within the seats, or price what exceeds them."""
    over: Variables = []
    prices: list[int] = []
    for t in range(problem.m):
        for y in range(problem.years):
            terms, weights = _load_terms(problem, program, t, y)
            room = int(problem.seats[y, t])
            if sum(weights) <= room:
                continue
            load = cp_model.LinearExpr.weighted_sum(terms, weights)
            if problem.elastic is None:
                program.cp.add(load <= room)
                continue
            some = program.cp.new_int_var(0, int(np.floor(room * problem.elastic.share)), "")
            more = program.cp.new_int_var(0, sum(weights), "")
            program.cp.add(load - some - more <= room)
            over += [some, more]
            prices += [problem.elastic.price, problem.elastic.steep]
    return over, prices


def _load_terms(
    problem: FeederProblem, program: Program, t: int, y: int
) -> tuple[Variables, list[int]]:
    """Return what makes up the load of target t in year y: those fed, and those still waiting."""
    terms: Variables = []
    weights: list[int] = []
    for a, (p, to) in enumerate(program.at):
        count = int(problem.graduates[y, p])
        if count == 0:
            continue
        waits = problem.before is not None and int(problem.before[p]) == t
        for k, variable in enumerate(program.take[a]):
            if (to == t and k <= y) or (waits and k > y):
                terms.append(variable)
                weights.append(count)
    return terms, weights


def _coverage(problem: FeederProblem, program: Program) -> None:
    if problem.coverage is None:
        return
    for y, share in enumerate(problem.coverage.tolist()):
        need = least_covered(share, int(problem.graduates[y].sum()))
        terms: Variables = []
        weights: list[int] = []
        for a, (p, _) in enumerate(program.at):
            terms += program.take[a][: y + 1]
            weights += [int(problem.graduates[y, p])] * (y + 1)
        program.cp.add(cp_model.LinearExpr.weighted_sum(terms, weights) >= need)


def least_covered(share: float, graduates: int) -> int:
    """Return the least whole number of graduates that is `share` of them."""
    return int(np.ceil(share * graduates - 1e-9))


def _first_cuts(problem: FeederProblem, program: Program) -> None:
    """A primary that does not touch the host has a neighbour in the same zone."""
    start, near = neighbour_lists(problem.n, problem.edges)
    for (p, t), a in program.at.items():
        host = int(problem.host[t])
        around = near[start[p] : start[p + 1]].tolist()
        if host < 0 or p == host or host in around:
            continue
        steps = [program.feeds[program.at[u, t]] for u in around if (u, t) in program.at]
        program.cp.add_bool_or([*steps, program.feeds[a].negated()])


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
            steps = [program.feeds[program.at[u, t]] for u in parting if (u, t) in program.at]
            for p in piece.tolist():
                if (p, t) in program.at:
                    whole = program.feeds[program.at[p, t]]
                    program.cp.add_bool_or([*steps, whole.negated()])
