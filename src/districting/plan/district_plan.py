"""A district plan (学区方案): school and village → 学区 → 联区."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import pandas as pd

from districting.county import County
from districting.errors import PlanFileError
from districting.plan.find import find_town, find_unit
from districting.plan.plan import Plan
from districting.plan.record import Lock
from districting.plan.zone_units import ZoneUnits
from districting.terms import say

COLUMNS = ("union", "town", "seat")


@dataclass(frozen=True, eq=False, kw_only=True)
class DistrictPlan(Plan):
    """Which village and which school belongs to which district. Edits return a new plan.

    Parameters
    ----------
    districts : pandas.DataFrame
        Indexed by district name (its id), sorted; columns ``union`` (name or ``""``), ``town``
        (town code, or ``""`` where the district crosses towns), ``seat`` (village code of the
        district's seat, or ``""``).
    villages, schools : pandas.Series
        District name by village code / school id, sorted by index; ``""`` where not yet assigned
        (an incomplete plan). Schools run by the county (区直) do not appear.
    units : ZoneUnits or None
        Attendance zones that the layout is made of; None where villages are the units.
    """

    kind: ClassVar[str] = "districts"

    districts: pd.DataFrame
    villages: pd.Series
    schools: pd.Series
    units: ZoneUnits | None = None

    def body(self) -> dict[str, Any]:
        """Return districts and members as TOML tables."""
        return {
            "district": [
                {"name": str(name), **{c: str(row[c]) for c in COLUMNS if row[c]}}
                for name, row in self.districts.sort_index().iterrows()
            ],
            "villages": {str(k): str(v) for k, v in self.villages.sort_index().items()},
            "schools": {str(k): str(v) for k, v in self.schools.sort_index().items()},
            **({} if self.units is None else {"units": self.units.table()}),
        }

    @classmethod
    def from_body(cls, head: Mapping[str, Any], document: Mapping[str, Any]) -> Self:
        """Return the plan of a parsed file."""
        rows = [
            {"district": r["name"], **{c: r.get(c, "") for c in COLUMNS}}
            for r in document["district"]
        ]
        table = pd.DataFrame(rows, columns=["district", *COLUMNS])
        plan = cls(
            **head,
            districts=table.set_index("district").sort_index(),
            villages=_series(document["villages"], "village"),
            schools=_series(document["schools"], "school"),
            units=ZoneUnits.from_table(document["units"]) if "units" in document else None,
        )
        named = set(plan.villages) | set(plan.schools)
        unknown = sorted(named - set(plan.districts.index) - {""})
        if unknown:
            raise ValueError(say("plan.undeclared_district", names="、".join(unknown)))
        return plan

    def _of(self, unit_kind: str) -> pd.Series:
        return self.villages if unit_kind == "village" else self.schools

    def _locked(self) -> set[tuple[str, str]]:
        return {(lock.unit_kind, lock.unit) for lock in self.locks if not lock.forbid}

    def _barred(self) -> set[tuple[str, str, str]]:
        return {(lock.unit_kind, lock.unit, lock.to) for lock in self.locks if lock.forbid}

    def assign(self, county: County, units: str | list[str], to: str, reason: str = "") -> Self:
        """Return a child plan with `units` (codes, ids or names) in district `to`.

        A village takes the town-run schools that stand in it along; a school moves alone.

        Raises
        ------
        PlanFileError
            If a unit or the district is unknown, a name is ambiguous, or a unit is locked or may
            not go there.
        """
        if to not in self.districts.index:
            raise PlanFileError(say("plan.unknown_district", value=to))
        villages, schools = self.villages.copy(), self.schools.copy()
        for text in [units] if isinstance(units, str) else units:
            unit_kind, unit = find_unit(county, text)
            moved = [(unit_kind, unit)]
            if unit_kind == "village":
                here = county.schools.index[county.schools["village"] == unit]
                moved += [("school", s) for s in here if s in schools.index]
            for key in moved:
                if key in self._locked():
                    raise PlanFileError(say("plan.locked_unit", value=key[1]))
                if (*key, to) in self._barred():
                    raise PlanFileError(say("plan.barred_unit", value=key[1], district=to))
                (villages if key[0] == "village" else schools)[key[1]] = to
        return replace(
            self, villages=villages, schools=schools, parent=self.name, reason=reason, solver=None
        )

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
        keys: list[tuple[str, str]] = [find_unit(county, u) for u in units or []]
        if town is not None:
            code = find_town(county, town)
            keys += [("village", v) for v in county.villages.index[county.villages["town"] == code]]
            keys += [
                ("school", s)
                for s in county.schools.index[county.schools["town"] == code]
                if s in self.schools.index
            ]
        if everything:
            keys += [("village", v) for v in self.villages.index]
            keys += [("school", s) for s in self.schools.index]
        new = {
            Lock(kind, unit, str(self._of(kind)[unit]), reason)
            for kind, unit in keys
            if (kind, unit) not in self._locked() and self._of(kind)[unit]
        }
        locks = tuple(sorted((*self.locks, *new), key=lambda k: (k.unit_kind, k.unit)))
        return replace(self, locks=locks, parent=self.name, reason=reason)

    def forbid(self, county: County, units: list[str], district: str, reason: str = "") -> Self:
        """Return a child plan in which solvers may put the named units anywhere but `district`.

        Raises
        ------
        PlanFileError
            If a unit or the district is unknown, or a unit lies in that district's own seat.
        """
        if district not in self.districts.index:
            raise PlanFileError(say("plan.unknown_district", value=district))
        new = []
        for kind, unit in (find_unit(county, u) for u in units):
            village = unit if kind == "village" else str(county.schools["village"][unit])
            if village == district_anchor(self, district):
                raise PlanFileError(say("plan.seat_unit", value=unit, district=district))
            new.append(Lock(kind, unit, district, reason, forbid=True))
        locks = {(k.unit_kind, k.unit, k.forbid, k.to): k for k in (*self.locks, *new)}
        held = tuple(lock for _, lock in sorted(locks.items()))
        return replace(self, locks=held, parent=self.name, reason=reason)

    def unlock(self, county: County, units: list[str] | None = None) -> Self:
        """Return a child plan without locks on `units` (all locks when None)."""
        gone = None if units is None else {find_unit(county, u) for u in units}
        kept = tuple(
            k for k in self.locks if gone is not None and (k.unit_kind, k.unit) not in gone
        )
        return replace(self, locks=kept, parent=self.name)


def district_anchor(plan: DistrictPlan, district: str) -> str:
    """Return the village that stands for a district: its seat, or its first village by code."""
    seat = str(plan.districts["seat"].get(district, "") or "")
    inside = plan.villages.index[plan.villages == district]
    return seat if seat in inside else str(min(inside, default=""))


def empty_plan(county: County) -> DistrictPlan:
    """Return a plan that assigns nothing yet."""
    return DistrictPlan(
        name="",
        county=county.code,
        year=county.year,
        districts=pd.DataFrame(columns=list(COLUMNS), index=pd.Index([], name="district")),
        villages=pd.Series("", county.villages.index, name="district"),
        schools=pd.Series("", county.district_schools().index, name="district"),
        inputs=county.inputs,
    )


def current_plan(county: County) -> DistrictPlan | None:
    """Return the county's current layout as a plan; None when the tables are empty."""
    districts, members = county.tables["districts"], county.tables["members"]
    if districts.empty or members.empty:
        return None
    table = districts.set_index("district").sort_index()
    table = table.reindex(columns=["union", "town"]).fillna("").assign(seat="")
    of = {
        kind: members[members["unit_kind"] == kind].set_index("unit")["district"]
        for kind in ("village", "school")
    }
    return DistrictPlan(
        name=say("plan.current_name"),
        county=county.code,
        year=county.year,
        districts=table,
        villages=of["village"].reindex(county.villages.index).fillna("").rename("district"),
        schools=of["school"].reindex(county.district_schools().index).fillna("").rename("district"),
        inputs=county.inputs,
    )


def _series(of: Mapping[str, str], kind: str) -> pd.Series:
    series = pd.Series(dict(of), dtype="str", name="district").sort_index()
    return series.rename_axis(kind)
