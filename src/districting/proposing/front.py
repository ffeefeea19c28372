"""A Pareto front: plans between one or two aims and the rest of the policy, with their proofs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from districting.plan.plan import Plan
from districting.policy.rule import Rule
from districting.terms import say

CLOSE = 1e-6
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
Weights = tuple[float, ...]


@dataclass(frozen=True)
class Point:
    """One plan of the front.

    Parameters
    ----------
    plan : Plan
    rest : float
        The objective without the weighed aims, in its units.
    aims : tuple of float
        The weighed aims, each in its rule's own unit.
    weights : tuple of float
        Weights of the aims under which the plan was found.
    bound : float
        Least possible `rest` of any plan whose aims are no worse, proven.
    knee : bool
        The best bargain; see :func:`with_names`.
    """

    plan: Plan
    rest: float
    aims: tuple[float, ...]
    weights: Weights
    bound: float = float("-inf")
    knee: bool = False

    @property
    def gap(self) -> float:
        """Proven relative gap of `rest`, ``(rest - bound) / max(|rest|, 1)``."""
        return max(0.0, (self.rest - self.bound) / max(abs(self.rest), 1.0))

    @property
    def measures(self) -> tuple[float, ...]:
        """`rest` and the aims."""
        return (self.rest, *self.aims)

    def paid(self, weights: Sequence[float]) -> float:
        """Return the objective of the plan under `weights`."""
        return self.rest + float(np.dot(weights, self.aims))

    def dominates(self, other: Point) -> bool:
        """Whether this plan is no worse than `other` in any measure and better in one."""
        less = np.subtract(self.measures, other.measures)
        return bool((less <= CLOSE).all() and (less < -CLOSE).any())


@dataclass(frozen=True, eq=False)
class Front:
    """What :func:`districting.pareto` found.

    Parameters
    ----------
    rules : tuple of Rule
        The weighed aims, one or two.
    points : tuple of Point
        From least `rest` on.
    current : Point or None
        The current plan on the same scales; None where it cannot be scored.
    proofs : tuple of (tuple of float, float)
        Weights and proven bound of every solve.
    """

    rules: tuple[Rule, ...]
    points: tuple[Point, ...]
    current: Point | None = None
    proofs: tuple[tuple[Weights, float], ...] = ()

    @property
    def title(self) -> str:
        """The names of the aims."""
        return say("pareto.and").join(rule.title for rule in self.rules)

    def least(self, *aims: float) -> float:
        """Return the least `rest` of any plan whose aims are at most `aims`, proven."""
        return max(bound - float(np.dot(weights, aims)) for weights, bound in self.proofs)

    @property
    def dominated_by(self) -> Point | None:
        """The first point that is no worse than the current plan in all and better in one."""
        now = self.current
        return None if now is None else next((p for p in self.points if p.dominates(now)), None)

    @cached_property
    def more(self) -> list[float]:
        """How much `rest` of each point lies above that of the first [%]."""
        first = self.points[0].rest
        return [100.0 * (p.rest - first) / max(abs(first), 1.0) for p in self.points]

    def table(self) -> pd.DataFrame:
        """Return one row a plan, named by what it gives up.

        Returns
        -------
        pandas.DataFrame
            ``plan``; for every aim a column named like its rule and one with ``_less`` behind (%
            below the first plan); ``rest``, ``rest_more`` (% above the first), ``bound``, ``gap``,
            ``knee``, ``told`` (in words).
        """
        rows = []
        for p, more in zip(self.points, self.more, strict=True):
            first = self.points[0]
            row: dict[str, object] = {"plan": p.plan.name}
            gains = []
            for rule, was, now in zip(self.rules, first.aims, p.aims, strict=True):
                less = 100.0 * (was - now) / max(abs(was), 1e-9)
                row |= {rule.name: now, f"{rule.name}_less": less}
                key = "less" if less >= 0.0 else "worse"
                gains.append(say(f"pareto.{key}", title=rule.title, part=abs(less)))
            key = "knee" if p.knee else "first" if p is first else "gives"
            told = say(f"pareto.{key}", gains=say("pareto.comma").join(gains), more=more)
            row |= {"rest": p.rest, "rest_more": more, "bound": p.bound, "gap": p.gap}
            rows.append(row | {"knee": p.knee, "told": told})
        return pd.DataFrame(rows)

    def __str__(self) -> str:
        lines = [say("pareto.head", title=self.title)]
        for p, told in zip(self.points, self.table()["told"], strict=True):
            numbers = {"aims": _listed(p), "rest": p.rest, "gap": p.gap}
            lines.append(say("pareto.line", plan=p.plan.name, told=told, **numbers))
        if self.current is not None:
            better = self.dominated_by
            numbers = {"aims": _listed(self.current), "rest": self.current.rest}
            key = "dominated" if better else "undominated"
            lines.append(say(f"pareto.{key}", plan=better.plan.name if better else "", **numbers))
        return "\n".join(lines)


def _listed(point: Point) -> str:
    return say("pareto.comma").join(f"{aim:,.0f}" for aim in point.aims)


def undominated(points: Sequence[Point]) -> list[Point]:
    """Return the points that no other dominates, each place once, from least `rest` on."""
    kept: list[Point] = []
    for p in sorted(points, key=lambda q: q.measures):
        same = any(np.allclose(p.measures, q.measures, rtol=0.0, atol=CLOSE) for q in kept)
        if not same and not any(q.dominates(p) for q in points):
            kept.append(p)
    return kept


def with_names(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return the points named A, B …, the knee marked.

    With every measure scaled from its best to its worst on the front, the knee is the plan of the
    least sum: with one aim the point farthest below the line between the ends. A plan that is the
    best in one measure is no bargain between them and no knee.
    """
    measures = np.array([p.measures for p in points])
    low, high = measures.min(axis=0), measures.max(axis=0)
    scaled = (measures - low) / np.maximum(high - low, CLOSE)
    depth = scaled.sum(axis=1)
    inside = ~(scaled <= CLOSE).any(axis=1) & (depth < 1.0 - CLOSE)
    knee = int(np.where(inside, depth, np.inf).argmin()) if inside.any() else -1
    return tuple(
        replace(p, plan=replace(p.plan, name=LETTERS[i]), knee=i == knee)
        for i, p in enumerate(points)
    )
