"""What a set of moves comes to, worked out from the problem's parts and not from a program."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from districting.model.rotation import (
    PRICES,
    ArcCost,
    Convex,
    Floats,
    Ints,
    RotationProblem,
    Rows,
    Worst,
)
from districting.plan.record import ObjectivePart, Status

MISS = 1e-6


@dataclass(frozen=True)
class Reached:
    """What one tier came to.

    Parameters
    ----------
    number : int
        -1 for the prices of elastic rows.
    value : float
        Of the plan, in units of the tier.
    bound : float
        Proven: no plan within the caps of the earlier tiers is below it.
    cap : float
        What later tiers could not exceed.
    """

    number: int
    value: float
    bound: float
    cap: float

    @property
    def gap(self) -> float:
        """``(value - bound) / max(|value|, 1)``."""
        return (self.value - self.bound) / max(abs(self.value), 1.0)


@dataclass(frozen=True, eq=False)
class RotationSolution:
    """The moves found and what is proven of them.

    Parameters
    ----------
    status : Status
    chosen : int array or None
        Arcs used, sorted.
    tiers : tuple of Reached
        By tier, first first; the lottery's is not among them.
    parts : Mapping of str to ObjectivePart
        By rule; broken principles under their own name.
    method : str
    fixed : float
        Share of the arcs that reduced costs settled before whole numbers were asked for.
    """

    status: Status
    chosen: Ints | None
    tiers: tuple[Reached, ...]
    parts: dict[str, ObjectivePart] = field(default_factory=dict)
    method: str = ""
    fixed: float = 0.0

    @property
    def objective(self) -> float:
        """Value of the last tier; NaN without a plan."""
        return self.tiers[-1].value if self.tiers and self.chosen is not None else np.nan

    @property
    def bound(self) -> float:
        """Proven bound of the last tier."""
        return self.tiers[-1].bound if self.tiers else -np.inf

    @property
    def gap(self) -> float:
        """Proven relative gap of the last tier."""
        return (self.objective - self.bound) / max(abs(self.objective), 1.0)


def sums(part: Rows, chosen: Ints) -> Floats:
    """Return the sum of each row under the moves `chosen`, shape (r,)."""
    used = np.isin(part.arc, chosen)
    total = np.bincount(part.row[used], part.value[used], minlength=len(part.low))
    return total.astype(float)


def misses(part: Rows, chosen: Ints) -> Floats:
    """Return by how much each row misses its limits, shape (r,)."""
    total = sums(part, chosen)
    return np.maximum(0.0, np.maximum(part.low - total, total - part.high))


def excess(part: Convex, chosen: Ints) -> float:
    """Return by how much a convex part exceeds its ceiling; 0 without one."""
    if part.ceiling is None:
        return 0.0
    return max(0.0, part.cost_of(part.counts(chosen)) - part.ceiling)


def broken(problem: RotationProblem, chosen: Ints) -> list[str]:
    """Return the rules that the moves `chosen` break where nothing may be broken."""
    gates = set()
    for part in problem.parts:
        if isinstance(part, Rows) and part.price is None and (misses(part, chosen) > MISS).any():
            gates.add(part.gate)
        if isinstance(part, Convex) and part.price is None and excess(part, chosen) > MISS:
            gates.add(part.gate)
    if len(np.unique(problem.agent[chosen])) < len(chosen):
        gates.add("")
    return sorted(gates)


def tier_value(problem: RotationProblem, tier: int, chosen: Ints) -> float:
    """Return what the moves `chosen` come to in a tier."""
    if tier == PRICES:
        return sum(
            part.price * float(misses(part, chosen).sum())
            if isinstance(part, Rows)
            else part.price * excess(part, chosen)
            for part in problem.parts
            if isinstance(part, (Rows, Convex)) and part.price is not None
        )
    return sum(weighted(part, chosen) for part in problem.of_tier(tier))


def weighted(part: ArcCost | Worst | Convex, chosen: Ints) -> float:
    """Return an aim's share of its tier."""
    if isinstance(part, Worst):
        return float(part.level[chosen].max()) if len(chosen) else 0.0
    if isinstance(part, ArcCost):
        return part.weight * (part.constant + float(part.cost[chosen].sum()))
    return part.weight * part.cost_of(part.counts(chosen))


def objective_parts(problem: RotationProblem, chosen: Ints) -> dict[str, ObjectivePart]:
    """Return value, unit and weight by rule.

    Parts of the last tier bear their weights and add up to the objective; those of earlier tiers
    and broken principles were settled before it and bear weight 0.
    """
    last = problem.tiers[-1] if problem.tiers else PRICES
    found: dict[str, ObjectivePart] = {}
    for part in problem.parts:
        weight = 0.0
        if isinstance(part, Rows):
            if part.price is None:
                continue
            value, unit = float(misses(part, chosen).sum()), part.unit
        else:
            share, unit = weighted(part, chosen), part.unit
            own = 1.0 if isinstance(part, Worst) else part.weight
            value = share / own if own else 0.0
            weight = own if part.tier == last else 0.0
            if isinstance(part, Worst):
                value, weight = value * part.step, weight / part.step
        before = found.get(part.gate)
        found[part.gate] = ObjectivePart(value + (before.value if before else 0.0), unit, weight)
    return found
