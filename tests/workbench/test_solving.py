"""Solves in a process of their own: progress, locks held, stopped, taken over, undone."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from small import Bench, small_folder


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    opened = Bench(small_folder(tmp_path_factory.mktemp("county") / "county"))
    yield opened
    opened.close()


def _finished(bench: Bench) -> dict[str, Any]:
    while (told := bench.get("solve"))["running"]:
        time.sleep(0.1)
    return dict(told)


def test_a_solve_keeps_the_locks_and_is_taken_over_as_one_step(bench: Bench) -> None:
    """The plan on the desk changes only when the result is taken over; undo takes it back."""
    bench.post("lock", units=["v4"])
    held, before = bench.area(4), bench.state["layers"]
    told = bench.post("solve", seconds=60, gap=0.05)
    assert told["running"] and "正在求解" in bench.post("solve", 400, seconds=5)["error"]
    told = _finished(bench)
    assert told["found"] and told["bound"] <= told["objective"] and told["status"]
    assert bench.get("state")["layers"] == before
    bench.post("take")
    plan = bench.service.desk.plan
    assert plan.solver is not None and plan.solver.objective == told["objective"]
    assert bench.area(4) == held and set(bench.state["locks"]) == {"v4"}
    bench.post("undo")
    assert bench.state["layers"] == before


def test_a_solve_that_is_ended_leaves_the_desk_as_it_was(bench: Bench) -> None:
    """Asked twice to stop, the process ends at once; a result of an older solve is not offered."""
    before = bench.state["layers"]
    bench.post("solve", seconds=600)
    bench.post("stop")
    bench.post("stop")
    told = _finished(bench)
    assert not told["found"] and told["message"]
    assert bench.post("take", 400)["error"]
    assert bench.get("state")["layers"] == before


def test_changed_data_are_told_instead_of_solved(tmp_path: Path) -> None:
    """When the county's files are no longer those on the desk, the solve says so."""
    opened = Bench(small_folder(tmp_path / "county"))
    try:
        villages = next((tmp_path / "county").glob("villages*"))
        villages.write_bytes(villages.read_bytes() + b"\n")
        opened.post("solve", seconds=5)
        told = _finished(opened)
        assert not told["found"] and "重新启动" in told["message"]
    finally:
        opened.close()
