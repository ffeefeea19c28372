"""A solve's time is its own: compiling kernels, which only the first run does, does not count."""

from __future__ import annotations

import pytest
from numba.core import event

from districting.solve import clock
from districting.solve.stop import Stop


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the time that the clock reads, to be set."""
    reads = [100.0]
    monkeypatch.setattr(clock.time, "monotonic", lambda: reads[0])
    return reads


def test_compilation_is_not_counted(seconds: list[float]) -> None:
    stop = Stop(seconds=10.0)
    seconds[0] += 1.0
    event.start_event("numba:compile")
    seconds[0] += 15.0
    event.start_event("numba:compile")
    seconds[0] += 5.0
    assert not stop.due and stop.elapsed == pytest.approx(1.0)
    event.end_event("numba:compile")
    seconds[0] += 10.0
    event.end_event("numba:compile")
    assert stop.left == pytest.approx(9.0)
    seconds[0] += 9.5
    assert stop.due


def test_compilation_is_told_once(seconds: list[float]) -> None:
    told: list[str] = []
    clock.on_compiling(lambda: told.append("compiling"))
    for _ in range(2):
        event.start_event("numba:compile")
        event.end_event("numba:compile")
    assert told == ["compiling"]
