"""Many scenarios, in one process, in a pool or on a cluster: resumable, one table at the end."""

from __future__ import annotations

import csv
import io
import json
import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pandas as pd

from districting.errors import DistrictingError
from districting.proposing.scenario import Row, Scenario, keys_of, solve_scenario
from districting.terms import language, say

Progress = Callable[[int, int, Row], None]
"""Called with (rows done, rows in all, the row just done)."""
Done = Iterator[tuple[str, Row]]


class ScenarioError(DistrictingError):
    """A scenario that keeps losing its worker, or a file of scenarios with faults."""


def silent(done: int, total: int, row: Row) -> None:
    """Report nothing."""


def run_scenarios(
    scenarios: Sequence[Scenario],
    folder: str | Path,
    workers: Any = None,
    retries: int = 3,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Solve `scenarios` and write one row each, and all as ``scenarios.csv``.

    Each row is written into ``folder/rows`` under the scenario's key the moment it is known; a run
    that was cut short goes on where it stopped, and the table has the same bytes however it was
    run. Processes are started afresh (spawn), so that a script needs its
    ``if __name__ == "__main__":``.

    Parameters
    ----------
    scenarios : sequence of Scenario
    folder : str or Path
    workers : int or distributed.Client, optional
        Processes on this machine, as many as it has cores by default; 1 works in this process. A
        client of ``distributed`` works on its cluster, whose machines must see the county folders
        under the same paths.
    retries : int
        How often a scenario is tried again whose worker died.
    progress : Progress

    Returns
    -------
    pandas.DataFrame
        A row a scenario in the order given; see
        :func:`districting.proposing.scenario.solve_scenario`.

    Raises
    ------
    ScenarioError
        If a scenario lost its worker more than `retries` times; rows done by then are kept.
    ValueError
        If `workers` is less than 1.
    """
    rows = Path(folder) / "rows"
    rows.mkdir(parents=True, exist_ok=True)
    keys = keys_of(scenarios)
    known = {k: _read(rows / f"{k}.json") for k in keys if (rows / f"{k}.json").exists()}
    todo = {k: s for k, s in zip(keys, scenarios, strict=True) if k not in known}
    for key, row in _run(todo, workers, retries):
        _write(rows / f"{key}.json", json.dumps(row, ensure_ascii=False, indent=1) + "\n")
        known[key] = row
        progress(len(known), len(set(keys)), row)
    table = [known[key] for key in keys]
    _write(Path(folder) / "scenarios.csv", "\ufeff" + _csv(table))
    return pd.DataFrame(table)


def _run(todo: Mapping[str, Scenario], workers: Any, retries: int) -> Done:
    if hasattr(workers, "submit"):
        return _on_cluster(todo, workers, retries)
    count = (os.cpu_count() or 1) if workers is None else int(workers)
    if count < 1:
        raise ValueError("workers must be at least 1")
    return _here(todo) if count == 1 else _in_pool(todo, count, retries)


def _here(todo: Mapping[str, Scenario]) -> Done:
    for key, scenario in todo.items():
        yield key, solve_scenario(scenario, language())


def _in_pool(todo: Mapping[str, Scenario], workers: int, retries: int) -> Done:
    """Solve in pools; after a worker died its suspects run alone, so that blame is exact."""
    waiting, lost = dict(todo), Counter[str]()
    while waiting:
        suspects = [key for key in waiting if lost[key]][:1]
        batch = {key: waiting[key] for key in suspects or waiting}
        hit: set[str] = set()
        for key, row in _one_pool(batch, 1 if suspects else workers, hit):
            del waiting[key]
            yield key, row
        _count_lost(lost, hit, todo, retries)


def _one_pool(batch: Mapping[str, Scenario], workers: int, hit: set[str]) -> Done:
    """Solve `batch` with as many scenarios under way as workers; `hit` gets those a crash took."""
    left, running = iter(batch.items()), dict[Future[Row], str]()
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(workers, len(batch)), mp_context=context)
    try:
        while True:
            while len(running) < workers and (after := next(left, None)) is not None:
                running[pool.submit(solve_scenario, after[1], language())] = after[0]
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                key = running.pop(future)
                try:
                    row = future.result()
                except BrokenProcessPool:
                    hit.add(key)
                else:
                    yield key, row
            if hit:
                hit.update(running.values())
                return
    except BrokenProcessPool:  # died between two scenarios: seen by submit
        hit.update(running.values())
    finally:
        pool.shutdown(cancel_futures=True)


def _on_cluster(todo: Mapping[str, Scenario], client: Any, retries: int) -> Done:
    """Solve on a cluster of ``distributed``, which itself moves work off workers that died."""
    from distributed import KilledWorker, as_completed

    lost, names = Counter[str](), dict[str, str]()

    def submit(key: str) -> Any:
        future = client.submit(solve_scenario, todo[key], language(), pure=False)
        names[future.key] = key
        return future

    running = as_completed([submit(key) for key in todo])
    for future in running:
        key = names[future.key]
        try:
            row = future.result()
        except KilledWorker:
            _count_lost(lost, {key}, todo, retries)
            running.add(submit(key))
        else:
            yield key, row


def _count_lost(
    lost: Counter[str], hit: set[str], todo: Mapping[str, Scenario], retries: int
) -> None:
    lost.update(hit)
    gone = [str(todo[key]) for key in todo if key in hit and lost[key] > retries]
    if gone:
        raise ScenarioError(say("scenarios.lost", names="；".join(gone), times=retries + 1))


def _csv(rows: Sequence[Row]) -> str:
    text = io.StringIO()
    columns = list(dict.fromkeys(column for row in rows for column in row))
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _read(path: Path) -> Row:
    row: Row = json.loads(path.read_text(encoding="utf-8"))
    return row


def _write(path: Path, text: str) -> None:
    """Write under a temporary name first: a row is whole or is not there."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(text.encode("utf-8"))
    temporary.replace(path)
