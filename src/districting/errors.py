"""What can go wrong, said so that the reader can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from districting.terms import say


@dataclass(frozen=True)
class Problem:
    """One fault in the input, with its place and how to mend it.

    Parameters
    ----------
    code : str
        Key of the fault in the message catalogue, e.g. ``"check.unknown_town"``. The catalogue
        holds ``<code>`` (what is wrong), ``<code>.allowed`` and ``<code>.mend``.
    file, sheet, row, column, value : str or int, optional
        Place in the user's file. ``row`` counts as the user's program does (header is row 1).
    severity : {"error", "warning"}
        An error stops the work; a warning is shown and the work goes on.
    details : tuple of (str, Any)
        Further values for the message.
    """

    code: str
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    severity: str = "error"
    details: tuple[tuple[str, Any], ...] = ()

    def _say(self, suffix: str) -> str:
        return say(self.code + suffix, column=self.column, value=self.value, **dict(self.details))

    @property
    def what(self) -> str:
        """What is wrong, in the current language."""
        return self._say("")

    @property
    def allowed(self) -> str:
        """What would be allowed there."""
        return self._say(".allowed")

    @property
    def mend(self) -> str:
        """How to mend it."""
        return self._say(".mend")


class DistrictingError(Exception):
    """Base of every error this package raises on purpose."""


class DataError(DistrictingError):
    """The county's tables have faults; ``problems`` lists all of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(
            "\n".join(p.what for p in self.problems[:20])
            + ("" if len(self.problems) <= 20 else f"\n… (+{len(self.problems) - 20})")
        )


class PolicyError(DistrictingError):
    """A policy profile cannot be read or does not fit the county."""


class InfeasibleError(DistrictingError):
    """No plan satisfies the policy; the message names the conflicting clauses."""


class PlanFileError(DistrictingError):
    """A plan file cannot be read, or does not belong to this county."""
