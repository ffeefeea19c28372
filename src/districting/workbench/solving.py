"""Solves in a process of their own, so that the page stays alive; told to stop, they return."""

from __future__ import annotations

import multiprocessing
import threading
import time
import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from districting.errors import DistrictingError
from districting.plan.plan import Plan
from districting.plan.plan_file import plan_from, plan_text
from districting.policy import read_policy
from districting.proposing import propose
from districting.proposing.phases import phase_words
from districting.read import read_county
from districting.solve.stop import Stop
from districting.terms import language, say, using_language
from districting.workbench.desk import Desk

EVERY = 0.2
"""Seconds between two reports of progress."""
KEPT = 400
"""Reports that are kept for the curve of a solve."""


@dataclass(frozen=True)
class Order:
    """What to solve.

    Parameters
    ----------
    folder : Path
        County folder.
    policy : str
        Name or path of the profile.
    start : str
        Text of the plan to start from; its locks hold.
    inputs : tuple of (str, str)
        Files of the county as the desk knows them, with their SHA-256.
    seconds, gap : float
    seed : int
    language : str
    """

    folder: Path
    policy: str
    start: str
    inputs: tuple[tuple[str, str], ...]
    seconds: float
    gap: float
    seed: int
    language: str


def order_for(desk: Desk, policy: str, seconds: float, gap: float, seed: int) -> Order:
    """Return the order to solve on from the plan on `desk`, whose locks hold."""
    inputs = tuple(sorted(desk.county.inputs.items()))
    return Order(desk.folder, policy, plan_text(desk.plan), inputs, seconds, gap, seed, language())


class Solve:
    """One solve in a process of its own.

    Parameters
    ----------
    order : Order
    revision : int
        Revision of the desk that it starts from.
    """

    def __init__(self, order: Order, revision: int) -> None:
        self.revision = revision
        self.plan: Plan | None = None
        self._message = ""
        self._phase, self._stopping = "", False
        self._curve: list[tuple[float, float, float]] = []
        self._began, self._ended = time.monotonic(), 0.0
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(order, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self._reader = threading.Thread(target=self._read, name="solve-reader", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        try:
            while self._take(*self._pipe.recv()):
                pass
        except (EOFError, OSError):
            self._message = self._message or say("workbench.solve_died")
        self._ended = time.monotonic()

    def _take(self, what: str, content: Any) -> bool:
        """Take a report in; return whether more will come."""
        if what == "phase":
            self._phase = content
            return True
        if what == "progress":
            self._phase, seconds, objective, bound = content
            self._curve.append((seconds, objective, bound))
            if len(self._curve) > KEPT:
                del self._curve[1::2]
            return True
        if what == "plan":
            self.plan = plan_from(tomllib.loads(content))
        else:
            self._message = content
        return False

    @property
    def running(self) -> bool:
        """Whether the result is still to come."""
        return not self._ended

    def stop(self) -> None:
        """Ask for the best plan found so far; asked again, end without one."""
        if not self.running:
            return
        if self._stopping:
            self._message = say("workbench.ended")
            self.kill()
            return
        self._stopping = True
        with suppress(OSError):  # it has just ended by itself
            self._pipe.send("stop")

    def kill(self) -> None:
        """End the process at once; nothing comes of it."""
        self._process.kill()
        self._process.join()
        self._reader.join()

    def state(self) -> dict[str, Any]:
        """Return progress and result for the page: numbers that are not known are null."""
        record = self.plan.solver if self.plan else None
        last = self._curve[-1] if self._curve else (0.0, float("nan"), float("nan"))
        best, bound = (record.objective, record.bound) if record else last[1:]
        gap = (best - bound) / max(abs(best), 1.0)
        return {
            "running": self.running,
            "stopping": self._stopping and self.running,
            "revision": self.revision,
            "phase": self._phase,
            "seconds": round((self._ended or time.monotonic()) - self._began, 1),
            "objective": _known(best),
            "bound": _known(bound),
            "gap": _known(gap),
            "curve": [[_known(x) for x in point] for point in self._curve],
            "status": say(f"cli.status.{record.status}") if record else "",
            "found": self.plan is not None,
            "message": self._message,
        }


def _known(value: float) -> float | None:
    return float(value) if abs(value) < float("inf") else None


def _work(order: Order, pipe: Connection) -> None:
    """Solve `order` and send progress, then the plan or why there is none."""
    with using_language(order.language):
        try:
            told = _solved(order, pipe)
        except DistrictingError as error:
            told = ("none", str(error))
        with suppress(BrokenPipeError):  # the desk was closed meanwhile: nobody to tell
            pipe.send(told)


def _solved(order: Order, pipe: Connection) -> tuple[str, str]:
    pipe.send(("phase", say("workbench.phase.reading")))
    county, policy = read_county(order.folder), read_policy(order.policy)
    start = plan_from(tomllib.loads(order.start))
    if order.inputs and dict(order.inputs) != dict(county.inputs):
        raise DistrictingError(say("workbench.data_changed"))
    stop = Stop(order.seconds, order.gap, _teller(pipe))
    threading.Thread(target=_listen, args=(pipe, stop), daemon=True).start()
    pipe.send(("phase", say("workbench.phase.preparing")))
    proposal = propose(county, policy, start.kind, start=start, stop=stop, seed=order.seed)
    if proposal.plan is not None:
        return "plan", plan_text(proposal.plan)
    if not proposal.no_plan:
        return "none", say("cli.no_plan_yet")
    pipe.send(("phase", say("workbench.phase.explaining")))
    return "none", proposal.explain()


def _teller(pipe: Connection) -> Callable[[str, float, float], None]:
    """Return what sends progress, not more often than the page can show."""
    began, last = time.monotonic(), [float("-inf")]

    def tell(phase: str, objective: float, bound: float) -> None:
        now = time.monotonic()
        if now - last[0] >= EVERY:
            last[0] = now
            pipe.send(("progress", (phase_words(phase), now - began, objective, bound)))

    return tell


def _listen(pipe: Connection, stop: Stop) -> None:
    """Interrupt the solve when told to, or when the desk is gone."""
    with suppress(EOFError, OSError):
        pipe.recv()
    stop.interrupt()
