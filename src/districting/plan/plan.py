"""What plans of every kind have in common; each kind adds its assignments in a file of its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, ClassVar, Self

from districting.county import County
from districting.errors import PlanFileError
from districting.plan.record import Exemption, Lock, SolverRecord
from districting.terms import say


@dataclass(frozen=True, eq=False, kw_only=True)
class Plan(ABC):
    """Head of a plan. Plans are never changed: an edit returns a child that names its parent.

    Parameters
    ----------
    name : str
    county : str
        County code.
    year : int
        School year by its autumn.
    parent, reason : str
        Name of the plan this one was made from, and why.
    policy : str
        Name of the policy profile.
    locks : tuple of Lock
    exemptions : tuple of Exemption
    solver : SolverRecord or None
        None for plans that were drawn or edited by a person.
    inputs : Mapping of str to str
        SHA-256 of every input file by path relative to the county folder.
    """

    kind: ClassVar[str]

    name: str
    county: str
    year: int
    parent: str = ""
    reason: str = ""
    policy: str = ""
    locks: tuple[Lock, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    solver: SolverRecord | None = None
    inputs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @abstractmethod
    def body(self) -> dict[str, Any]:
        """Return the assignments as TOML tables, sorted, ids as text."""

    @classmethod
    @abstractmethod
    def from_body(cls, head: Mapping[str, Any], document: Mapping[str, Any]) -> Self:
        """Return the plan of a parsed file.

        Parameters
        ----------
        head : Mapping
            The fields of :class:`Plan` by name, already converted.
        document : Mapping
            The whole parsed file.

        Raises
        ------
        KeyError, TypeError, ValueError
            If a table is missing or malformed; :func:`~districting.plan.plan_file.read_plan` turns
            it into a message.
        """

    @abstractmethod
    def assign(self, county: County, units: str | list[str], to: str, reason: str = "") -> Self:
        """Return a child plan with `units` (codes, ids or names) assigned to `to`.

        Raises
        ------
        PlanFileError
            If a unit or `to` is unknown, a name is ambiguous, or a unit is locked.
        """

    @abstractmethod
    def lock(
        self,
        county: County,
        *,
        units: list[str] | None = None,
        town: str | None = None,
        everything: bool = False,
        reason: str = "",
    ) -> Self:
        """Return a child plan in which the named units, a town's units, or all units are locked.

        Raises
        ------
        PlanFileError
            If a unit or the town is unknown.
        """

    def forbid(self, county: County, units: list[str], away: str, reason: str = "") -> Self:
        """Return a child plan in which solvers may put `units` anywhere but `away`.

        Raises
        ------
        PlanFileError
            If plans of this kind know no such lock, or a name is unknown.
        """
        raise PlanFileError(say("plan.no_forbid", kind=self.kind))

    @abstractmethod
    def unlock(self, county: County, units: list[str] | None = None) -> Self:
        """Return a child plan without locks on `units` (all locks when None)."""

    def exempt(self, rule: str, places: list[str], reason: str) -> Self:
        """Return a child plan that records why principle `rule` is broken at `places`.

        Parameters
        ----------
        rule : str
            Name of the rule, as verification lists it.
        places : list of str
            Names of the districts, towns, schools or villages concerned, as verification prints
            them; ``"*"`` for all.
        reason : str
            Of an earlier exemption of the same place the reason is replaced.

        Raises
        ------
        PlanFileError
            If no reason is given: an exemption without one excuses nothing.
        """
        if not reason.strip():
            raise PlanFileError(say("plan.no_reason"))
        known = {(e.rule, e.place): e for e in self.exemptions}
        known |= {(rule, place): Exemption(rule, place, reason) for place in places}
        ordered = tuple(known[key] for key in sorted(known))
        return replace(self, exemptions=ordered, parent=self.name, reason=reason)
