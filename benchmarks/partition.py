"""Partition benchmark: one JSON line an instance.

``python benchmarks/partition.py --folder DIR`` solves every Hess instance in DIR: JSON files with
``n``, ``k``, ``L``, ``U``, ``nodes`` (``pop``), ``edges`` and ``dist_km``; the objective is
population times squared distance in thousands of kilometres. An ``index.csv`` beside them with the
columns ``state, opt_hess_contig, gurobi_lcut_s`` is quoted where it is there.

``python benchmarks/partition.py --villages 807 --seats 39 --districts 27`` draws random counties.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from pathlib import Path

import networkx as nx
import numpy as np

from districting.model.partition import (
    AssignCost,
    Band,
    Contiguous,
    DistrictCount,
    PartitionProblem,
    Unmixed,
)
from districting.solve.partition import solve_partition
from districting.solve.partition.value import evaluate
from districting.solve.result import PartitionSolution
from districting.solve.stop import Stop


def hess(path: Path) -> PartitionProblem:
    data = json.loads(path.read_text(encoding="utf-8"))
    population = np.array([node["pop"] for node in data["nodes"]], float)
    distance = np.array(data["dist_km"], float) / 1000.0
    edges = np.unique(np.sort(np.array(data["edges"], np.int64), axis=1), axis=0)
    parts = (
        Contiguous("contiguous"),
        DistrictCount("k", data["k"], data["k"]),
        Band("population", "population", population, data["L"], data["U"], "people"),
        AssignCost("hess", "people Mm2", 1.0, population[:, None] * distance**2),
    )
    return PartitionProblem(len(population), edges, np.arange(len(population)), parts)


def county(
    villages: int, seats: int, districts: int, towns: int, seed: int, tolerance: float
) -> PartitionProblem:
    """Return villages on a jittered Delaunay net, road-like distances, children within bounds."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra
    from scipy.spatial import Delaunay

    rng = np.random.default_rng(seed)
    xy = rng.random((villages, 2)) * np.sqrt(villages * 1.7e6)
    corners = Delaunay(xy).simplices
    sides = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    edges = np.unique(np.sort(sides, axis=1), axis=0).astype(np.int64)
    metres = np.hypot(*(xy[edges[:, 0]] - xy[edges[:, 1]]).T)
    near = metres < np.quantile(metres, 0.95)
    edges, metres = edges[near], metres[near]
    centres = xy[rng.choice(villages, towns, replace=False)]
    town = np.hypot(*(xy[:, None] - centres[None]).transpose(2, 0, 1)).argmin(axis=1)
    places = np.sort(rng.choice(villages, seats, replace=False)).astype(np.int64)
    road = metres * rng.uniform(1.05, 1.5, len(metres))
    graph = csr_matrix((road, (edges[:, 0], edges[:, 1])), (villages, villages))
    away = np.rint(dijkstra(graph, directed=False, indices=places).T)
    children = np.rint(rng.lognormal(4.5, 0.6, villages))
    share = children.sum() / districts
    lower, upper = np.ceil((1 - tolerance) * share), np.floor((1 + tolerance) * share)
    parts = (
        Contiguous("contiguous"),
        DistrictCount("k", districts, districts),
        Band("size", "children", children, lower, upper, "children"),
        AssignCost("travel", "child metres", 1.0, children[:, None] * away),
        Unmixed("town", town.astype(np.int64), price=15.0 * float(children.sum())),
    )
    return PartitionProblem(villages, edges, places, parts)


def verified(problem: PartitionProblem, solution: PartitionSolution) -> bool | None:
    """Whether the plan satisfies every must, pieces counted by networkx; None without a plan."""
    if solution.labels is None:
        return None
    graph = nx.Graph()
    graph.add_nodes_from(range(problem.n))
    labels = solution.labels
    graph.add_edges_from((u, v) for u, v in problem.edges.tolist() if labels[u] == labels[v])
    whole = nx.number_connected_components(graph) == len(solution.seats)
    return whole and evaluate(problem, labels, solution.seats).feasible


def run(name: str, problem: PartitionProblem, seconds: float, gap: float, seed: int) -> dict:
    begun = time.perf_counter()
    trace: list[tuple[float, float, float]] = []

    def note(phase: str, objective: float, bound: float) -> None:
        trace.append((round(time.perf_counter() - begun, 2), objective, bound))

    solution = solve_partition(problem, Stop(seconds, gap=gap, progress=note), seed=seed)
    return {
        "instance": name,
        "units": problem.n,
        "seats": len(problem.seats),
        "seed": seed,
        "status": str(solution.status),
        "objective": solution.objective,
        "bound": solution.bound,
        "gap": solution.gap,
        "seconds": round(time.perf_counter() - begun, 2),
        "verified": verified(problem, solution),
        "method": solution.method,
        "first_plan_seconds": next((t for t, o, _ in trace if np.isfinite(o)), None),
    }


def published(folder: Path) -> dict[str, dict[str, str]]:
    index = folder / "index.csv"
    if not index.exists():
        return {}
    with index.open(encoding="utf-8") as file:
        return {row["state"]: row for row in csv.DictReader(file)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", default="", help="comma-separated instance names")
    parser.add_argument("--villages", type=int)
    parser.add_argument("--seats", type=int, default=39)
    parser.add_argument("--districts", type=int, default=27)
    parser.add_argument("--towns", type=int, default=27)
    parser.add_argument("--tolerance", type=float, default=0.10)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--gap", type=float, default=0.0)
    options = parser.parse_args()
    if options.folder:
        known = published(options.folder)
        for path in sorted(options.folder.glob("*.json")):
            if options.only and path.stem not in options.only.split(","):
                continue
            line = run(path.stem, hess(path), options.seconds, options.gap, 0)
            row = known.get(path.stem)
            if row:
                line["known"] = float(row["opt_hess_contig"])
                line["gurobi_seconds"] = float(row["gurobi_lcut_s"])
            print(json.dumps(line), flush=True)
    if options.villages:
        for seed in range(1, options.seeds + 1):
            problem = county(
                options.villages,
                options.seats,
                options.districts,
                options.towns,
                seed,
                options.tolerance,
            )
            name = f"county-{options.villages}-{options.districts}"
            print(json.dumps(run(name, problem, options.seconds, options.gap, seed)), flush=True)
    if not options.folder and not options.villages:
        parser.print_help(sys.stderr)
        raise SystemExit(2)


if __name__ == "__main__":
    main()
