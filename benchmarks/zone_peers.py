"""What others do with the same problem: spopt, CP-SAT with flows, the nearest school."""

from __future__ import annotations

import time

import numpy as np
from ortools.sat.python import cp_model

from districting.model.zones import Elastic


def nearest(problem, seconds):
    """Return (plan, bound): every village to its nearest school."""
    order = np.lexsort((problem.arc_metres, problem.arc_village))
    return problem.arc_school[order[problem.arc_start[:-1]]], None


def flows(problem, seconds):
    """Return (plan, bound) of the plain arc model in CP-SAT, contiguity by one flow a school."""
    cp, n = cp_model.CpModel(), problem.n
    village, school = problem.arc_village.tolist(), problem.arc_school.tolist()
    take = {(v, s): cp.new_bool_var("") for v, s in zip(village, school, strict=True)}
    for v in range(n):
        cp.add_exactly_one(
            take[v, s] for s in school[problem.arc_start[v] : problem.arc_start[v + 1]]
        )
    for v in set(problem.host[problem.owners].tolist()):
        owners = np.flatnonzero(problem.owners & (problem.host == v)).tolist()
        cp.add_exactly_one(take[v, s] for s in owners if (v, s) in take)
    cost = [(int(c), take[v, s]) for c, v, s in zip(problem.arc_cost, village, school, strict=True)]
    for s in range(problem.m):
        host, mine = int(problem.host[s]), [v for v, t in take if t == s]
        load = sum(int(problem.children[v]) * take[v, s] for v in mine)
        cost += _pay(cp, load, int(problem.seats[s]), problem.elastic, int(problem.children.sum()))
        _flow(cp, problem.edges, mine, host, {v: take[v, s] for v in mine})
    cp.minimize(sum(c * x for c, x in cost))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, solver.best_objective_bound
    plan = np.empty(n, np.int64)
    for (v, s), x in take.items():
        if solver.boolean_value(x):
            plan[v] = s
    return plan, solver.best_objective_bound


def _pay(cp, load, seats, elastic: Elastic | None, everyone):
    if elastic is None:
        cp.add(load <= seats)
        return []
    some = cp.new_int_var(0, int(seats * elastic.share), "")
    more = cp.new_int_var(0, everyone, "")
    cp.add(load - some - more <= seats)
    return [(elastic.price, some), (elastic.steep, more)]


def _flow(cp, edges, mine, host, inside):
    """Every village of the zone sends one unit to the host, through villages of the zone."""
    most, out, come = len(mine), {v: [] for v in mine}, {v: [] for v in mine}
    for a, b in edges.tolist():
        for v, u in ((a, b), (b, a)):
            if v in inside and (u in inside or u == host) and v != host:
                flow = cp.new_int_var(0, most, "")
                out[v].append(flow)
                cp.add(flow <= most * inside[v])
                if u != host:
                    cp.add(flow <= most * inside[u])
                    come[u].append(flow)
    for v in mine:
        if v != host:
            cp.add(sum(out[v]) - sum(come[v]) == inside[v])


def spopt_median(problem, seconds):
    """Return (plan, bound) of spopt's capacitated p-median with all facilities open, by CBC.

    It knows neither contiguity nor a price of seats: seats are hard and pieces may lie apart.
    """
    import pulp
    from spopt.locate import PMedian

    n, m = problem.n, problem.m
    far = np.full((n, m), float(problem.arc_metres.max()) * 20)
    far[problem.arc_village, problem.arc_school] = problem.arc_metres
    model = PMedian.from_cost_matrix(
        far, problem.children.astype(float), p_facilities=m,
        facility_capacities=problem.seats.astype(float),
    )  # fmt: skip
    model.problem.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=seconds, threads=2))
    chosen = {(v, s): pulp.value(model.cli_assgn_vars[v, s]) for v in range(n) for s in range(m)}
    plan = np.full(n, -1, np.int64)
    for (v, s), value in chosen.items():
        if value is not None and value > 0.5:
            plan[v] = s
    return (None if (plan < 0).any() else plan), None


PEERS = {"nearest": nearest, "cp-sat flows": flows, "spopt p-median (CBC)": spopt_median}


def timed(name, problem, seconds):
    """Return (plan, bound, seconds used) of a peer."""
    start = time.perf_counter()
    plan, bound = PEERS[name](problem, seconds)
    return plan, bound, time.perf_counter() - start
