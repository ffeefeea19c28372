"""What one solve of zones knows so far: its best plan and its bound."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from districting.model.zones import Ints, ZoneProblem
from districting.solve.stop import Stop
from districting.solve.zones.blocks import Blocks
from districting.solve.zones.lagrangian import Dual
from districting.solve.zones.net import Net
from districting.solve.zones.search import excess_of, soft_net
from districting.solve.zones.shape import MOST_BITS, Shape

WHOLE_ARCS = 1_200
"""Arcs up to which one model of all of them is worth a try."""


@dataclass(eq=False)
class Run:
    """Plan, bound and tools of one solve.

    `rounding` is the share of the objective by which the bound of an optimum may fall short: none
    but where a program in floating point has the last word. `tight` where seats leave windows no
    room: plans then come from walks, bounds from prices of whole zones.
    """

    problem: ZoneProblem
    net: Net
    shape: Shape
    form: int
    stop: Stop
    seed: int
    rng: np.random.Generator
    pool: ThreadPoolExecutor
    plan: Ints | None = None
    objective: float = float("inf")
    draft: Ints | None = None
    draft_cost: float = float("inf")
    soft: Net | None = None
    bound: float = 0.0
    tight: bool = False
    rounding: float = 0.0
    trace: list[tuple[float, float, float]] = field(default_factory=list)

    @property
    def hard(self) -> bool:
        """Whether seats may not be exceeded."""
        return self.problem.elastic is None

    @property
    def enough(self) -> float:
        """Difference between objective and bound that counts as good enough."""
        return self.stop.gap * self.bound if self.bound > 0 else 0.0

    @property
    def small(self) -> bool:
        """Whether one model of all arcs is worth a try."""
        return len(self.net.school) <= WHOLE_ARCS

    @property
    def masked(self) -> bool:
        """Whether every school's candidates fit into a mask, so that zones can be listed."""
        return bool((np.diff(self.net.back) <= MOST_BITS).all())

    @property
    def done(self) -> bool:
        """Whether the gap is closed as far as was asked for."""
        return self.objective - self.bound <= self.enough

    def note(self, phase: str) -> None:
        """Tell the progress."""
        shown = self.objective if np.isfinite(self.objective) else float("nan")
        self.trace.append((self.stop.elapsed, shown, self.bound))
        self.stop.progress(phase, shown, self.bound)

    def raise_bound(self, bound: float) -> None:
        """Take a better bound, never above the objective."""
        self.bound = float(min(max(self.bound, bound), self.objective))

    def offer(self, plan: Ints, dual: Dual) -> None:
        """Take a complete plan if it is better; as a draft only where seats are exceeded."""
        soft = self.soften(dual)
        cost = float(dual.bound + int(excess_of(soft, dual, plan).sum()))
        if cost < self.draft_cost:
            self.draft, self.draft_cost = plan, cost
        load = np.zeros(self.net.m, np.int64)
        np.add.at(load, plan, self.net.weight)
        if cost < self.objective and not (load > self.net.most).any():
            self.plan, self.objective = plan, cost

    def blocks(self, crews: list[Ints], dual: Dual) -> Blocks:
        """Return the best plan, to be improved in the blocks `crews`."""
        assert self.plan is not None
        return Blocks(crews, self.plan, self.excess(dual))

    def excess(self, dual: Dual) -> Ints:
        """Return the excess of each zone of the best plan, shape (m,)."""
        assert self.plan is not None
        return excess_of(self.soften(dual), dual, self.plan)

    def soften(self, dual: Dual) -> Net:
        """Return the net for the search, the same throughout the run."""
        if self.soft is None:
            self.soft = soft_net(self.net, dual, self.hard)
        return self.soft
