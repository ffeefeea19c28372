"""What came of a request for a plan, whatever its kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from types import MappingProxyType
from typing import Any

from districting.plan.plan import Plan
from districting.plan.record import SolverRecord, TierRecord


@dataclass(frozen=True, eq=False)
class Proposal:
    """What came of a request for a plan.

    Parameters
    ----------
    plan : Plan or None
        None when there is no plan; :attr:`why_none` then says why.
    solution : object
        The solver's own record, with its trace.
    no_plan : bool
        Whether it is proven that no plan exists; False as well where the search was cut short.
    why_none : callable, optional
        Returns the clauses that cannot hold together and the smallest relaxation found, as text in
        the current language; of a search cut short what it would take, if that is known.
    """

    plan: Plan | None
    solution: Any
    no_plan: bool = False
    why_none: Callable[[], str] | None = None

    def explain(self) -> str:
        """Return why there is no plan, in a planner's words; empty where there is one."""
        return self.why_none() if self.plan is None and self.why_none is not None else ""


def solver_record(
    solution: Any, seed: int, seconds: float, tiers: Sequence[TierRecord] = ()
) -> SolverRecord:
    """Return the record that a plan keeps of its solve.

    Parameters
    ----------
    solution : object
        Anything with ``status``, ``objective``, ``bound``, ``gap``, ``parts`` and ``method``.
    tiers : sequence of TierRecord
        Of a lexicographic objective.
    """
    versions = {p: version(p) for p in ("districting", "numpy", "ortools")}
    return SolverRecord(
        status=solution.status,
        objective=solution.objective,
        bound=solution.bound,
        gap=solution.gap,
        parts=solution.parts,
        seed=seed,
        seconds=seconds,
        versions=MappingProxyType(versions),
        method=solution.method,
        tiers=tuple(tiers),
    )
