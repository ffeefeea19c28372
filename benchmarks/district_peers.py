"""Other tools on the same problems. They aim at something else: read their objectives as context.

spopt's region heuristics and GerryChain know neither our objective nor quality bands; what they
break is shown. The plain CP-SAT model states the whole problem, contiguity as a flow to the seat.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator
from functools import partial

import networkx as nx
import numpy as np
from ortools.sat.python import cp_model

from districting.model.partition import (
    AssignCost,
    Band,
    Contiguous,
    Deviation,
    DistrictCount,
    DistrictsPerGroup,
    PairCut,
    PartitionProblem,
    Unmixed,
)

LIBRARIES = ("geopandas", "libpysal.weights", "spopt.region", "gerrychain")


def peers(
    problem: PartitionProblem, xy: np.ndarray, k: int, seconds: float, seed: int
) -> Iterator[tuple[str, np.ndarray | None, float]]:
    """Yield (tool, labels, seconds) one by one; labels are None where there is no answer."""
    tools: list[tuple[str, Callable[[], np.ndarray | None]]] = [
        ("spopt Skater", partial(skater, problem, xy, k)),
        ("spopt RegionKMeans", partial(region_kmeans, problem, xy, k, seed)),
        ("spopt MaxP", partial(max_p, problem, xy)),
        ("GerryChain ReCom", partial(recom, problem, k, seconds, seed)),
        ("CP-SAT flow", partial(cp_sat_flow, problem, k, seconds, seed)),
    ]
    for library in LIBRARIES:
        importlib.import_module(library)  # loading takes seconds that are not the tool's
    for name, tool in tools:
        if name == "spopt MaxP" and problem.n > 300:
            continue  # hours at county size
        begun = time.perf_counter()
        yield name, tool(), time.perf_counter() - begun


def _frame(problem: PartitionProblem, xy: np.ndarray):
    import geopandas as gpd
    from libpysal.weights import W

    near: dict[int, list[int]] = {u: [] for u in range(problem.n)}
    for u, v in problem.edges.tolist():
        near[u].append(v)
        near[v].append(u)
    frame = gpd.GeoDataFrame(
        {"x": xy[:, 0], "y": xy[:, 1], "size": _size(problem)},
        geometry=gpd.points_from_xy(xy[:, 0], xy[:, 1]),
    )
    return frame, W(near, silence_warnings=True)


def _size(problem: PartitionProblem) -> np.ndarray:
    return next(b.weights for b in problem.of(Band) if b.price is None)


def skater(problem: PartitionProblem, xy: np.ndarray, k: int) -> np.ndarray:
    from spopt.region import Skater

    frame, w = _frame(problem, xy)
    model = Skater(frame, w, attrs_name=["x", "y"], n_clusters=k, floor=1)
    model.solve()
    return np.asarray(model.labels_)


def region_kmeans(problem: PartitionProblem, xy: np.ndarray, k: int, seed: int) -> np.ndarray:
    from spopt.region import RegionKMeansHeuristic

    _, w = _frame(problem, xy)
    np.random.seed(seed)  # noqa: NPY002  (spopt draws from numpy's global state)
    model = RegionKMeansHeuristic(xy, k, w)
    model.solve()
    return np.asarray(model.labels_)


def max_p(problem: PartitionProblem, xy: np.ndarray) -> np.ndarray:
    from spopt.region import MaxPHeuristic

    frame, w = _frame(problem, xy)
    floor = next(b.lower for b in problem.of(Band) if b.price is None)
    model = MaxPHeuristic(frame, w, ["x", "y"], "size", float(floor), top_n=2)
    model.solve()
    return np.unique(np.asarray(model.labels_), return_inverse=True)[1]


def recom(problem: PartitionProblem, k: int, seconds: float, seed: int) -> np.ndarray | None:
    """Return the best plan, by travel to the seat, of a chain within the size tolerance."""
    import random

    from district_check import cheapest_seats, judge
    from gerrychain import Graph, MarkovChain, Partition, accept, constraints
    from gerrychain.proposals import recom as step
    from gerrychain.tree import recursive_tree_part
    from gerrychain.updaters import Tally

    random.seed(seed)
    plain = nx.Graph()
    plain.add_nodes_from(range(problem.n))  # GerryChain numbers nodes in the order they come
    plain.add_edges_from(problem.edges.tolist())
    nx.set_node_attributes(plain, dict(enumerate(_size(problem).tolist())), "size")
    graph = Graph.from_networkx(plain)
    ideal = float(_size(problem).sum()) / k
    parts = recursive_tree_part(graph, range(k), ideal, "size", 0.1)
    start = Partition(graph, parts, {"size": Tally("size", alias="size")})
    chain = MarkovChain(
        partial(step, pop_col="size", pop_target=ideal, epsilon=0.1, node_repeats=2),
        constraints.within_percent_of_ideal_population(start, 0.1, "size"),
        accept.always_accept,
        start,
        10**9,
    )
    begun, best, kept = time.perf_counter(), np.inf, None
    for state in chain:
        labels = np.array([state.assignment[u] for u in range(problem.n)])
        seats = cheapest_seats(problem, labels)
        if seats is not None and (worth := judge(problem, labels, seats)[0]) < best:
            best, kept = worth, labels
        if time.perf_counter() - begun > seconds:
            break
    return None if kept is None else np.unique(kept, return_inverse=True)[1]


def cp_sat_flow(problem: PartitionProblem, k: int, seconds: float, seed: int) -> np.ndarray | None:
    """Solve the whole model at once: x[u, j], and one unit of flow from every unit to its seat."""
    model = cp_model.CpModel()
    n, m = problem.n, len(problem.seats)
    x = [[model.new_bool_var("") for _ in range(m)] for _ in range(n)]
    for u in range(n):
        model.add_exactly_one(x[u])
    y = [x[problem.seats[j]][j] for j in range(m)]
    model.add(sum(y) == k)
    for u in range(n):
        for j in range(m):
            model.add_implication(x[u][j], y[j])
    out: dict[int, list] = {u: [] for u in range(n)}
    into: dict[int, list] = {u: [] for u in range(n)}
    for u, v in problem.edges.tolist():
        same = model.new_bool_var("")
        for j in range(m):
            model.add_bool_or(same.Not(), x[u][j].Not(), x[v][j])
            model.add_bool_or(same.Not(), x[v][j].Not(), x[u][j])
        for a, b in ((u, v), (v, u)):
            flow = model.new_int_var(0, n, "")
            model.add(flow <= n * same)
            out[a].append(flow)
            into[b].append(flow)
    seat_of = {int(s): j for j, s in enumerate(problem.seats)}
    for u in range(n):
        balance = sum(out[u]) - sum(into[u])
        model.add(balance == 1) if u not in seat_of else model.add(balance == 1).only_enforce_if(
            y[seat_of[u]].Not()
        )
    model.minimize(_priced(model, problem, x, y))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    solver.parameters.random_seed = seed
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen = [next(j for j in range(m) if solver.value(x[u][j])) for u in range(n)]
    return np.unique(chosen, return_inverse=True)[1]


def _priced(model: cp_model.CpModel, problem: PartitionProblem, x: list, y: list):
    """Add bands and mixes; return the objective. Sums are scaled to whole numbers."""
    terms: list = []
    for part in problem.parts:
        if isinstance(part, AssignCost):
            whole = np.rint(part.weight * part.cost).astype(int)
            terms += [int(c) * x[u][j] for (u, j), c in np.ndenumerate(whole)]
        elif isinstance(part, Band):
            terms += _band(model, part, x, y)
        elif isinstance(part, Unmixed) and part.price is not None:
            terms += _mixes(model, part, x)
        elif isinstance(part, PairCut):
            terms += _cuts(model, part, x)
        elif isinstance(part, Deviation):
            terms += _deviations(model, part, problem.seats, x, y)
        elif not isinstance(part, Contiguous | DistrictCount | DistrictsPerGroup | Unmixed):
            raise TypeError(f"the plain model does not know {type(part).__name__}")
    return sum(terms)


def _load(weights: np.ndarray, x: list, j: int):
    whole = np.rint(weights).astype(int)
    return sum(int(whole[u]) * x[u][j] for u in np.flatnonzero(whole))


def _band(model: cp_model.CpModel, part: Band, x: list, y: list) -> list:
    terms = []
    most = int(np.abs(part.weights).sum()) + 1
    for j in range(len(y)):
        for end, sign in ((part.lower, 1), (part.upper, -1)):
            if not np.isfinite(end):
                continue
            slack = 0
            if part.price is not None:
                slack = model.new_int_var(0, most, "")
                terms.append(int(part.price) * slack)
            edge = int(np.ceil(end) if sign > 0 else np.floor(end))
            model.add(sign * _load(part.weights, x, j) + slack >= sign * edge * y[j])
    return terms


def _mixes(model: cp_model.CpModel, part: Unmixed, x: list) -> list:
    terms, groups = [], np.unique(part.groups)
    for j in range(len(x[0])):
        for g in groups:
            met = model.new_bool_var("")
            for u in np.flatnonzero(part.groups == g):
                model.add_implication(x[u][j], met)
            terms.append(int(part.price) * met)
    return [*terms, -int(part.price) * len(groups)]


def _cuts(model: cp_model.CpModel, part: PairCut, x: list) -> list:
    terms = []
    for (u, v), cost in zip(part.pairs.tolist(), part.cost, strict=True):
        apart = model.new_bool_var("")
        for here, there in zip(x[u], x[v], strict=True):
            model.add_bool_or(apart, here.Not(), there)
        terms.append(round(part.weight * cost) * apart)
    return terms


def _deviations(
    model: cp_model.CpModel, part: Deviation, seats: np.ndarray, x: list, y: list
) -> list:
    terms, most = [], int(np.abs(part.weights).sum() + np.abs(part.targets).max()) + 1
    for j, seat in enumerate(seats):
        off, goal = model.new_int_var(0, most, ""), round(part.targets[seat])
        model.add(off >= _load(part.weights, x, j) - goal * y[j])
        model.add(off >= goal * y[j] - _load(part.weights, x, j))
        terms.append(round(part.weight) * off)
    return terms
