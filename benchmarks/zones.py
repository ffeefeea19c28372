"""Measure the zone solver: one JSON object a line.

``python benchmarks/zones.py county prefecture --seeds 1 2 3 --gap 0.0002``
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from zone_check import check_zones
from zone_instances import SIZES, make_zones

from districting.solve.stop import Stop
from districting.solve.zones.solve import solve_zones

GAPS = {
    ("small", True): 0.0, ("small", False): 0.0,
    ("county", True): 2e-4, ("county", False): 5e-4,
    ("prefecture", True): 2e-4, ("prefecture", False): 5e-4,
    ("junior", True): 5e-4, ("junior", False): 5e-4,
    ("province", True): 5e-4, ("province", False): 5e-4,
}  # fmt: skip


def measure(size: str, seed: int, hard: bool, gap: float, seconds: float) -> dict[str, object]:
    problem = make_zones(size, seed, hard)
    wall, work = time.perf_counter(), time.process_time()
    found = solve_zones(problem, Stop(seconds=seconds, gap=gap), seed)
    solved = time.perf_counter() - wall
    objective, wrong = (
        (None, ["no plan"]) if found.assignment is None else check_zones(problem, found.assignment)
    )
    line = {
        "method": "districting", "size": size, "seed": seed,
        "seats": "hard" if hard else "elastic", "status": str(found.status),
        "seconds": round(time.perf_counter() - wall, 3), "solve_seconds": round(solved, 3),
        "cpu_seconds": round(time.process_time() - work, 3),
        "objective": found.objective, "bound": found.bound, "gap": found.gap,
        "verified": not wrong and objective == found.objective and found.bound <= found.objective,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip
    if wrong:
        line["wrong"] = wrong[:5]
    return line


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="+", choices=SIZES)
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3, 4, 5])
    parser.add_argument("--gap", type=float)
    parser.add_argument("--seconds", type=float, default=300.0)
    given = parser.parse_args()
    for hard in (False, True):
        solve_zones(make_zones("small", 99, hard), Stop(seconds=120), 0)
    for size in given.sizes:
        for hard in (False, True):
            lines = []
            for seed in given.seeds:
                gap = GAPS[size, hard] if given.gap is None else given.gap
                lines.append(measure(size, seed, hard, gap, given.seconds))
                print(json.dumps(lines[-1]), flush=True)
            middle = {
                k: float(np.median([line[k] for line in lines]))
                for k in ("seconds", "solve_seconds", "cpu_seconds", "gap", "megabytes")
            }
            seats = "hard" if hard else "elastic"
            print(json.dumps({"median": size, "seats": seats, **middle}), flush=True)


if __name__ == "__main__":
    main()
