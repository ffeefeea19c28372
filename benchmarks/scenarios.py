"""Scenario runner benchmark: one process, a pool, and a local cluster of as many workers.

``python benchmarks/scenarios.py [--counties 136] [--villages 800] [--workers 2] [--kind zones]``
solves one plan for each synthetic county three times, each time into a fresh folder, and prints one
JSON line a way of running: wall seconds with the start of the workers, counties a minute, statuses.
In the pool and on the cluster one worker is killed in the middle of its work. Ends with an error
unless all rows and tables have the same bytes.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import signal
import tempfile
import time
from pathlib import Path

from distributed import Client, LocalCluster

from districting.proposing.scenario import Recipe, Row, Scenario, combine
from districting.proposing.scenarios import run_scenarios

TOWN = 60
"""Villages a town."""


def measured(name: str, scenarios: list[Scenario], folder: Path, workers: object) -> None:
    began, killed = time.perf_counter(), []

    def strike(done: int, total: int, row: Row) -> None:
        """Kill a worker once, when half the rows are there and it is at the next."""
        crew = sorted(workers_of(workers))
        if crew and not killed and done >= total / 2:
            os.kill(crew[0], signal.SIGKILL)
            killed.append(crew[0])

    table = run_scenarios(scenarios, folder, workers, progress=strike)
    seconds = time.perf_counter() - began
    line = {
        "way": name,
        "counties": len(scenarios),
        "wall_seconds": round(seconds, 1),
        "counties_a_minute": round(60 * len(scenarios) / seconds, 1),
        "statuses": table["status"].value_counts().to_dict(),
        "worst_gap": float(table["gap"].max()),
        "killed": len(killed),
    }
    print(json.dumps(line), flush=True)


def workers_of(workers: object) -> list[int]:
    """Return the process ids of a pool's or a cluster's workers; none in this process."""
    if isinstance(workers, Client):
        return list(workers.run(os.getpid).values())
    return [p.pid for p in multiprocessing.active_children() if p.pid]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counties", type=int, default=136)
    parser.add_argument("--villages", type=int, default=800)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kind", default="zones", choices=["zones", "districts"])
    given = parser.parse_args()
    towns = max(1, given.villages // TOWN)
    recipes = [Recipe(seed, towns, given.villages) for seed in range(given.counties)]
    scenarios = combine(recipes, ["starter"], [given.kind])
    with tempfile.TemporaryDirectory() as place:
        folders = {way: Path(place) / way for way in ("serial", "pool", "cluster")}
        measured("serial", scenarios, folders["serial"], 1)
        measured("pool", scenarios, folders["pool"], given.workers)
        with (
            LocalCluster(
                n_workers=given.workers, threads_per_worker=1, dashboard_address=":0"
            ) as cluster,
            Client(cluster) as client,
        ):
            measured("cluster", scenarios, folders["cluster"], client)
        serial, *others = map(contents, folders.values())
        same = all(other == serial for other in others)
    print(json.dumps({"files": len(serial), "same_bytes": same}))
    if not same:
        raise SystemExit("the bytes differ")


if __name__ == "__main__":
    main()
