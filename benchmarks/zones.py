"""Measure the zone solver and its peers: one JSON object a line, medians at the end.

``python benchmarks/zones.py county --seeds 1 2 3`` · ``python benchmarks/zones.py public``

Several sizes, ``small county prefecture``, end with the curve of seconds by villages. Seconds
include the candidates (road distances and arcs), the bound, the plan and an independent check,
after one small solve for the compilation; not making the county, nor its neighbour graph.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from zone_check import check_zones
from zone_instances import SIZES, candidates, make_instance, make_zones
from zone_peers import PEERS, timed
from zone_public import folder, published, read_instance, row

from districting.solve.stop import Stop
from districting.solve.zones.solve import solve_zones

GAPS = {
    ("small", True): 0.0, ("small", False): 0.0,
    ("county", True): 2e-4, ("county", False): 5e-4,
    ("prefecture", True): 2e-4, ("prefecture", False): 5e-4,
    ("province", True): 5e-4, ("province", False): 5e-4,
}  # fmt: skip
TOO_FEW, TIGHT_SECONDS = 0.84, 3.0
"""Share of the seats that is less than the children, and seconds before the seats to add."""
WITH_PEERS = ("small", "county")


def measure(size, seed, hard, gap, seconds):
    """Return (line, problem) of one instance."""
    instance = make_instance(size, seed, hard)
    wall, work = time.perf_counter(), time.process_time()
    problem = candidates(instance, hard)
    listed = time.perf_counter() - wall
    found = solve_zones(problem, Stop(seconds=seconds, gap=gap), seed)
    solved = time.perf_counter() - wall - listed
    objective, wrong = check(problem, found.assignment)
    line = {
        "method": "districting", "size": size, "seed": seed,
        "seats": "hard" if hard else "elastic",
        "seconds": round(time.perf_counter() - wall, 3),
        "objective": found.objective, "bound": found.bound, "gap": found.gap,
        "verified": not wrong and objective == found.objective and found.bound <= found.objective,
        "status": str(found.status), "villages": problem.n, "schools": problem.m,
        "candidate_seconds": round(listed, 3), "solve_seconds": round(solved, 3),
        "cpu_seconds": round(time.process_time() - work, 3),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip
    return line | ({"wrong": wrong[:5]} if wrong else {}), problem


def tight(size, seed, share):
    """Return the line of an instance without enough room: what was proven, and seats to add.

    `share` None: the seats as drawn, hard; else that share of the seats of a hidden plan.
    """
    problem = make_zones(size, seed, share is not None)
    seats = problem.seats if share is None else np.floor(problem.seats * share).astype(np.int64)
    problem = replace(problem, seats=seats, elastic=None)
    wall, work = time.perf_counter(), time.process_time()
    found = solve_zones(problem, Stop(seconds=TIGHT_SECONDS, gap=2e-4), seed)
    short, more = found.shortage, found.relaxation
    return {
        "method": "districting", "size": size, "seed": seed,
        "seats": "as drawn, hard" if share is None else f"hard, cut to {share}",
        "children": int(problem.children.sum()), "seats_in_all": int(seats.sum()),
        "seconds": round(time.perf_counter() - wall, 3),
        "cpu_seconds": round(time.process_time() - work, 3), "status": str(found.status),
        "proven": None if short is None else
        f"{len(short.villages)} villages have {short.children} children,"
        f" their {len(short.schools)} schools {short.seats} seats",
        "seats_to_add": more and more.total, "at_least": more and more.least,
    }  # fmt: skip


def check(problem, plan):
    """Return (objective, violations) by the independent checker."""
    return (None, ["no plan"]) if plan is None else check_zones(problem, plan)


def peers(size, seed, hard, problem, seconds):
    """Print a line for every peer on the same problem."""
    for name in PEERS:
        plan, bound, used = timed(name, problem, seconds)
        objective, wrong = check(problem, plan)
        gap = None if objective is None or bound is None else (objective - bound) / objective
        show({
            "method": name, "size": size, "seed": seed, "seats": "hard" if hard else "elastic",
            "seconds": round(used, 3), "objective": objective, "bound": bound, "gap": gap,
            "verified": not wrong, "violations": len(wrong), "wrong": wrong[:3],
        })  # fmt: skip


def show(line):
    """Print one JSON object; what is not a number becomes null."""
    clean = {k: None if isinstance(v, float) and not np.isfinite(v) else v for k, v in line.items()}
    print(json.dumps(clean, ensure_ascii=False), flush=True)


def sizes(given):
    """Run the sizes one after the other: every seed, peers on the first, medians, the curve."""
    curve = {"hard": [], "elastic": []}
    for size in given.sizes:
        for hard in (True, False):
            lines = []
            for seed in given.seeds:
                gap = GAPS[size, hard] if given.gap is None else given.gap
                line, problem = measure(size, seed, hard, gap, given.seconds)
                lines.append(line)
                show(line)
                if seed == given.seeds[0] and size in WITH_PEERS and given.peer_seconds > 0:
                    peers(size, seed, hard, problem, given.peer_seconds)
            keys = ("seconds", "cpu_seconds", "gap", "megabytes")
            middle = {k: float(np.median([line[k] for line in lines])) for k in keys}
            seats, count = "hard" if hard else "elastic", SIZES[size][0]
            show({"median": size, "seats": seats, "villages": count, **middle})
            curve[seats].append((count, middle["seconds"], middle["cpu_seconds"]))
        if size == "county":
            for seed in given.seeds:
                show(tight(size, seed, TOO_FEW))
                show(tight(size, seed, None))
    for seats, points in curve.items():
        if points:
            show({"curve": seats, **_curve(sorted(points))})


def _curve(points):
    """Return seconds by size, and the growth of CPU seconds as a power of villages (1: linear)."""
    villages, seconds, cpu = np.array(points).T
    power = None
    if len(points) > 1:
        power = round(float(np.polyfit(np.log(villages), np.log(cpu), 1)[0]), 2)
    return {
        "villages": villages.astype(int).tolist(), "seconds": seconds.round(3).tolist(),
        "cpu_seconds": cpu.round(3).tolist(),
        "cpu_seconds_a_thousand": (1000 * cpu / villages).round(3).tolist(), "power": power,
    }  # fmt: skip


def public(given):
    """Run the public instances and print a table beside the published figures."""
    path = folder(given.public)
    known = published(path)
    lines = []
    for name in sorted(known):
        problem, far = read_instance(path, name)
        start, work = time.perf_counter(), time.process_time()
        found = solve_zones(problem, Stop(seconds=given.seconds, gap=0.0), 0)
        used, work = time.perf_counter() - start, time.process_time() - work
        objective, wrong = check(problem, found.assignment)
        verified = not wrong and objective == found.objective
        line = row(name, known[name], found, problem, far, used, verified)
        lines.append(line | {"cpu_seconds": round(work, 2)})
        show(lines[-1])
    heads = [
        "instance",
        "known",
        "ours",
        "above",
        "bound",
        "proven gap",
        "status",
        "s",
        "CPU s",
        "CPLEX s",
        "HGA+ best",
        "HGA+ mean",
    ]
    print("| " + " | ".join(heads) + " |")
    print("|---" * len(heads) + "|")
    for line in lines:
        ours = "none" if line["objective"] is None else f"{line['objective']:.2f}"
        above = "" if line["objective"] is None else f"{line['above_known']:.3%}"
        gap = "" if line["objective"] is None else f"{line['gap']:.3%}"
        print(
            f"| {line['name']} | {line['known']:.2f} | {ours} | {above} | {line['bound']:.2f}"
            f" | {gap} | {line['status']} | {line['seconds']:.1f} | {line['cpu_seconds']:.1f}"
            f" | {line['cplex_seconds']:.0f} | {line['hga_plus_best']:.2f}"
            f" | {line['hga_plus_mean']:.2f} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="+", choices=[*SIZES, "public"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3, 4, 5])
    parser.add_argument("--gap", type=float)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--peer-seconds", type=float, default=120.0)
    parser.add_argument("--public", help="folder of the service-area instances")
    given = parser.parse_args()
    for hard in (False, True):
        solve_zones(make_zones("small", 99, hard), Stop(seconds=30, gap=0.01), 0)
    if "public" in given.sizes:
        public(given)
        given.sizes.remove("public")
    sizes(given)


if __name__ == "__main__":
    main()
