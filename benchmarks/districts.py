"""Measure the partition solver: one JSON object a line, medians over the seeds, peers beside it.

``python benchmarks/districts.py county --seeds 1 2 3 --seconds 60``

``--clock cpu`` counts the processor seconds of this process instead of the clock on the wall, for
machines that are busy with other work; the solver runs on one thread.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

import district_instances as instances
from district_check import cheapest_seats, judge
from district_peers import peers

from districting.model.partition import PartitionProblem
from districting.solve.partition import solve_partition
from districting.solve.partition.arrays import to_arrays
from districting.solve.partition.tighten import tightened
from districting.solve.stop import Stop

SIZES = ("town", "taierzhuang", "county", "county-fixed", "prefecture", "hess")
SECONDS = {
    "town": 60.0, "taierzhuang": 60.0, "county": 60.0, "county-fixed": 20.0, "prefecture": 120.0,
    "hess": 60.0,
}  # fmt: skip
GAPS = {"county": 0.0, "county-fixed": 1e-3, "prefecture": 0.0}
MARKS = (1, 3, 10, 30, 60, 120)
HESS = os.environ.get("DISTRICTING_HESS", str(instances.ROOT.parent / "shared/bench/hess_county"))


class CpuStop(Stop):
    """A stop by processor seconds."""

    @property
    def elapsed(self) -> float:
        """Processor seconds since the start."""
        if not hasattr(self, "_cpu"):
            self._cpu = time.process_time()
        return time.process_time() - self._cpu


def measure(
    size: str, seed: int, problem: PartitionProblem, seconds: float, gap: float, clock: str
) -> tuple[dict, np.ndarray | None, np.ndarray]:
    """Return the line of one solve, its labels and its seats."""
    wall, cpu = time.perf_counter(), time.process_time()
    trace: list[tuple[float, float, float]] = []

    def note(phase: str, objective: float, bound: float) -> None:
        trace.append((stop.elapsed, objective, bound))

    stop = (CpuStop if clock == "cpu" else Stop)(seconds, gap, note)
    found = solve_partition(problem, stop, seed)
    line = {
        "method": "districting", "size": size, "seed": seed, "units": problem.n,
        "candidates": len(problem.seats), "status": str(found.status),
        "seconds": round(time.perf_counter() - wall, 2),
        "cpu_seconds": round(time.process_time() - cpu, 2),
        "objective": found.objective, "bound": found.bound, "gap": found.gap,
        "gap_at": gaps_at(trace), "how": found.method, "verified": False,
    }  # fmt: skip
    if found.labels is not None:
        objective, broken = judge(problem, found.labels, found.seats)
        close = abs(objective - found.objective) <= 1e-6 * max(1.0, abs(objective))
        line["verified"] = not broken and close and found.bound <= found.objective
    return line, found.labels, found.seats


def gaps_at(trace: list[tuple[float, float, float]]) -> dict[str, float]:
    """Return the proven gap after so many seconds of the solve's own clock."""
    found = {}
    for mark in MARKS:
        plans = [o for t, o, _ in trace if t <= mark and np.isfinite(o)]
        if plans:
            bound = max(b for t, _, b in trace if t <= mark)
            found[str(mark)] = round((min(plans) - bound) / abs(min(plans)), 6)
    return found


def problems(size: str, seeds: list[int], folder: Path) -> Iterator[tuple[str, int, object]]:
    """Yield (name, seed, problem) of one size."""
    if size == "hess":
        paths = sorted(folder.glob("*.json"))
        if not paths:
            raise SystemExit(f"no instances in {folder}; name a folder by --folder")
        for path in paths:
            yield path.stem, 1, instances.hess(path)
        return
    makers = {
        "town": instances.town, "county": instances.county, "county-fixed": instances.county,
        "prefecture": instances.prefecture, "taierzhuang": lambda seed: instances.taierzhuang(),
    }  # fmt: skip
    for seed in seeds:
        yield size, seed, makers[size](seed)


def published(folder: Path) -> dict[str, dict[str, str]]:
    index = folder / "index.csv"
    if not index.exists():
        return {}
    with index.open(encoding="utf-8") as file:
        return {row["state"]: row for row in csv.DictReader(file)}


def beside(size: str, seed: int, problem: PartitionProblem, k: int, seconds: float) -> None:
    """Print a line for each peer."""
    cost = problem.parts[[type(p).__name__ for p in problem.parts].index("AssignCost")].cost
    xy = _coordinates(cost, problem.seats)
    for name, labels, taken in peers(problem, xy, k, seconds, seed):
        line: dict[str, object] = {
            "method": name, "size": size, "seed": seed, "seconds": round(taken, 2),
            "objective": None, "bound": None, "gap": None, "verified": False,
        }  # fmt: skip
        seats = None if labels is None else cheapest_seats(problem, labels)
        if labels is not None and seats is None:
            line["broken"] = {"seat": "a district without a junior school"}
        elif labels is not None and seats is not None:
            objective, broken = judge(problem, labels, seats)
            line |= {"objective": objective, "verified": not broken, "broken": broken}
        print(json.dumps(line), flush=True)


def _coordinates(cost: np.ndarray, seats: np.ndarray) -> np.ndarray:
    """Return plane coordinates from costs to the seats (classical scaling), for the peers."""
    size = np.maximum(1e-9, np.median(cost, axis=1, keepdims=True))
    square = np.where(np.isfinite(cost), cost / size, 1.0) ** 2
    centred = square - square.mean(axis=0) - square.mean(axis=1, keepdims=True) + square.mean()
    left, strength, _ = np.linalg.svd(-0.5 * centred, full_matrices=False)
    coordinates: np.ndarray = left[:, :2] * strength[:2]
    return coordinates


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="+", choices=SIZES)
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--gap", type=float)
    parser.add_argument("--folder", type=Path, default=Path(HESS))
    parser.add_argument("--only", nargs="+", help="names of outside instances")
    parser.add_argument("--peers", type=float, default=0.0, help="seconds for each peer")
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall")
    given = parser.parse_args()
    warm = instances.town(2)
    solve_partition(warm, Stop(30.0))  # compiles the kernels
    tightened(to_arrays(warm), Stop(30.0))
    for size in given.sizes:
        known = published(given.folder) if size == "hess" else {}
        seconds = SECONDS[size] if given.seconds is None else given.seconds
        gap = GAPS.get(size, 0.0) if given.gap is None else given.gap
        lines = []
        for name, seed, problem in problems(size, given.seeds, given.folder):
            if given.only and name not in given.only:
                continue
            if size == "county-fixed":
                seats = solve_partition(problem, Stop(given.seconds or 20.0, 0.01), seed).seats
                problem = instances.with_seats(problem, seats)
            line, labels, seats = measure(name, seed, problem, seconds, gap, given.clock)
            if row := known.get(name):
                line["published"] = float(row["opt_hess_contig"])
                line["gurobi_seconds"] = float(row["gurobi_lcut_s"])
            lines.append(line)
            print(json.dumps(line), flush=True)
            if given.peers and labels is not None:
                beside(name, seed, problem, len(seats), given.peers)
        if len(lines) > 1 and size != "hess":
            keys = ("seconds", "cpu_seconds", "gap")
            middle = {key: float(np.median([line[key] for line in lines])) for key in keys}
            print(json.dumps({"median": size, **middle}), flush=True)


if __name__ == "__main__":
    main()
