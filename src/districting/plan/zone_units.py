"""Attendance zones as the units of a district plan, as the plan keeps them (``[units]``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import pandas as pd


@dataclass(frozen=True, eq=False)
class ZoneUnits:
    """The zones that a layout was made of; the plan keeps them, so that any check knows them.

    Parameters
    ----------
    stage : {"primary", "junior"}
    by_town : bool
        A zone in several towns is one unit in each of them.
    source : str
        Name of the zone plan.
    zone : pandas.Series
        School id by village code, sorted; villages without a zone are units of their own and do
        not appear.
    """

    stage: str
    by_town: bool
    source: str
    zone: pd.Series

    def table(self) -> dict[str, Any]:
        """Return the units as TOML tables."""
        return {
            "stage": self.stage,
            "by_town": self.by_town,
            "source": self.source,
            "zone": {str(v): str(s) for v, s in self.zone.sort_index().items()},
        }

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Self:
        """Return the units of a parsed file; a missing key raises KeyError."""
        zone = pd.Series(dict(table["zone"]), dtype="str", name="school").sort_index()
        return cls(str(table["stage"]), bool(table["by_town"]), str(table["source"]), zone)
