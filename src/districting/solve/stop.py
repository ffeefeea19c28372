"""When to stop: time, gap, no improvement, or Ctrl-C. All phases of a solve share one object."""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from districting.solve.clock import now

Progress = Callable[[str, float, float], None]
"""Called with (phase, best objective, proven bound); NaN where not known yet."""


def silent(phase: str, objective: float, bound: float) -> None:
    """Report nothing."""


@dataclass
class Stop:
    """Stop criteria and progress of one solve.

    Parameters
    ----------
    seconds : float
        Limit from the moment of creation, by a clock that stands still while kernels are compiled
        (:mod:`districting.solve.clock`). A plan cut short by the clock may differ from run to run;
        work that ends by its own criteria does not.
    gap : float
        Relative gap at which a plan counts as good enough.
    progress : Progress
    patience : float
        Seconds without a better plan after which the search ends; counted from the first plan.
    """

    seconds: float = 60.0
    gap: float = 0.0
    progress: Progress = silent
    patience: float = math.inf
    _start: float = field(default_factory=now)
    _interrupted: threading.Event = field(default_factory=threading.Event)
    _best: float = math.inf
    _improved: float = math.inf

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return now() - self._start

    @property
    def left(self) -> float:
        """Seconds left by the clock and by patience; 0 once interrupted."""
        if self.interrupted:
            return 0.0
        patient = self._improved + self.patience - now()
        return max(0.0, min(self.seconds - self.elapsed, patient))

    @property
    def interrupted(self) -> bool:
        """Whether the user asked to stop."""
        return self._interrupted.is_set()

    @property
    def due(self) -> bool:
        """Whether it is time to return the best so far."""
        return self.left <= 0.0

    def report(self, phase: str, objective: float, bound: float) -> None:
        """Tell the progress, and remember when the plan last became better."""
        if objective < self._best - 1e-9 * abs(objective):
            self._best, self._improved = objective, now()
        self.progress(phase, objective, bound)

    def share(self, part: float, gap: float = 0.0, quiet: bool = False, least: float = 0.0) -> Stop:
        """Return a stop for one of several solves: `part` of the time left, the same Ctrl-C.

        Its gap is at least `gap`; `quiet` where its objective is not that of the whole. It has
        `least` seconds even where less is left: for a solve without which there is no plan.
        """
        return type(self)(
            max(self.left * part, least),
            max(gap, self.gap),
            silent if quiet else self.progress,
            self.patience,
            _interrupted=self._interrupted,
        )

    def interrupt(self) -> None:
        """Ask the solve to return its best plan."""
        self._interrupted.set()

    @contextmanager
    def on_ctrl_c(self) -> Iterator[None]:
        """Turn Ctrl-C into :meth:`interrupt` inside the block; a second Ctrl-C raises as usual."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def handler(number: int, frame: FrameType | None) -> None:
            if self.interrupted:
                raise KeyboardInterrupt
            self.interrupt()

        before = signal.signal(signal.SIGINT, handler)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
