"""Users to servers by slot: one mixed-integer program for each part that shares no server."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from districting.model.allotment import Allotment, AllotmentProblem
from districting.model.partition import Ints
from districting.plan.record import Status
from districting.solve.mip import Rows, solve_milp
from districting.solve.stop import Stop


@dataclass
class _Program:
    cost: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    integer: list[bool] = field(default_factory=list)
    offset: float = 0.0
    rows: Rows = field(default_factory=Rows)


def allot(problem: AllotmentProblem, stop: Stop, seed: int = 0) -> Allotment:
    """Return the sessions that serve most and travel least.

    Serving a session is always better than not, since every way is shorter than what a session
    not served counts as. Serving nothing is a plan, so there always is one.

    Parameters
    ----------
    problem : AllotmentProblem
    stop : Stop
    seed : int
    """
    sessions = np.zeros((len(problem.pair_demand), problem.open.shape[1]), np.int64)
    bound = float((problem.size * problem.demand).sum() * problem.lost)
    proven = True
    for pairs in _parts(problem):
        best, low, done = _solve_part(problem, pairs, stop, seed)
        sessions[pairs] = best
        bound += min(low, _objective(problem, best, pairs))
        proven = proven and done
        stop.progress("allotment", float("nan"), bound)
    objective = float((problem.size * problem.demand).sum() * problem.lost)
    objective += _objective(problem, sessions, np.arange(len(sessions)))
    proven = proven and objective - bound <= 1e-6 * max(1.0, abs(objective))
    return Allotment(
        Status.OPTIMAL if proven else Status.FEASIBLE,
        objective,
        objective if proven else min(bound, objective),
        sessions,
    )


def _objective(problem: AllotmentProblem, sessions: Ints, pairs: Ints) -> float:
    """Return person-minutes of `sessions` less what they would count as if not served."""
    saved = problem.lost - problem.minutes[pairs]
    weight = problem.size[problem.pair_demand[pairs]]
    return -float((sessions.sum(axis=1) * weight * saved).sum())


def _parts(problem: AllotmentProblem) -> list[Ints]:
    """Return the pairs of each part of users and servers that are joined by pairs."""
    users, servers = len(problem.groups), len(problem.capacity)
    user = problem.user[problem.pair_demand]
    ends = (user, users + problem.pair_server)
    graph = coo_matrix((np.ones(len(user)), ends), shape=(users + servers, users + servers))
    label = connected_components(graph, directed=False)[1][user]
    return [np.flatnonzero(label == part) for part in np.unique(label)]


def _solve_part(
    problem: AllotmentProblem, pairs: Ints, stop: Stop, seed: int
) -> tuple[Ints, float, bool]:
    """Return sessions of `pairs`, the proven bound on their objective, and whether it is met."""
    none = np.zeros((len(pairs), problem.open.shape[1]), np.int64)
    if not problem.open[problem.pair_server[pairs]].any():
        return none, 0.0, True
    model, pair, slot = _program(problem, pairs)
    answer = solve_milp(model, stop, seed)
    wanted = np.unique(problem.pair_demand[pairs])
    everything = (problem.size * problem.demand)[wanted].sum() * problem.lost
    low = max(answer.bound, -float(everything))
    if answer.x is None:
        return none, low, False
    found = none.copy()
    found[pair, slot] = np.round(answer.x).astype(np.int64)
    return found, low, answer.finished


def _program(problem: AllotmentProblem, pairs: Ints) -> tuple[_Program, Ints, Ints]:
    demand, server = problem.pair_demand[pairs], problem.pair_server[pairs]
    user, size = problem.user[demand], problem.size[demand]
    pair, slot = np.nonzero(problem.open[server])
    most = np.minimum(problem.capacity[server] // size, problem.groups[user])
    saved = size * (problem.lost - problem.minutes[pairs])
    model = _Program(
        cost=(-saved[pair]).tolist(),
        lower=[0.0] * len(pair),
        upper=most[pair].astype(float).tolist(),
        integer=[True] * len(pair),
    )
    for d in np.unique(demand):
        columns = np.flatnonzero(demand[pair] == d)
        model.rows.add(columns, 1.0, 0.0, float(problem.demand[d]))
    count = problem.open.shape[1]
    for key, weights, limits in (
        (server, size.astype(float), problem.capacity),
        (user, np.ones(len(size)), problem.groups),
    ):
        place = key[pair] * count + slot
        order = np.argsort(place, kind="stable")
        starts = np.flatnonzero(np.diff(place[order], prepend=-1))
        for columns in np.split(order, starts[1:]):
            limit = float(limits[key[pair[columns[0]]]])
            model.rows.add(columns, weights[pair[columns]], 0.0, limit)
    return model, pair, slot
