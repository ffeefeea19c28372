"""A clock that stands still while kernels are compiled.

Compilation happens once on a machine, in the first solve, and takes longer than many a solve. Were
it counted, the first plan would be cut short where the next, of the same input and seed, is not.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from numba.core import event


def _quiet() -> None:
    """Tell nobody."""


class _Compiling(event.Listener):  # type: ignore[misc]
    """Adds up the time of compilation. Numba compiles one kernel at a time, callees inside."""

    def __init__(self) -> None:
        self.tell: Callable[[], None] = _quiet
        self._depth, self._since, self._total = 0, 0.0, 0.0

    @property
    def seconds(self) -> float:
        return self._total + (time.monotonic() - self._since if self._depth else 0.0)

    def on_start(self, event: event.Event) -> None:
        self._depth += 1
        if self._depth == 1:
            self._since = time.monotonic()
            self.tell()
            self.tell = _quiet

    def on_end(self, event: event.Event) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._total += time.monotonic() - self._since


_compiling = _Compiling()
event.register("numba:compile", _compiling)


def now() -> float:
    """Return seconds since some moment, without those spent compiling."""
    return time.monotonic() - _compiling.seconds


def on_compiling(tell: Callable[[], None]) -> None:
    """Call `tell` when the next compilation begins, once."""
    _compiling.tell = tell
