"""A zone plan (招生片区方案): village → school by stage, and primary → junior (对口)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, ClassVar, Self

import pandas as pd

from districting.county import TEACHES, County
from districting.errors import PlanFileError
from districting.plan.find import find_school, find_town, find_unit
from districting.plan.plan import Plan
from districting.plan.record import Lock
from districting.terms import say

STAGES = ("primary", "junior")
WAYS = ("direct", "lottery")
"""How graduates come to a junior school: 直升 (all of them), 派位 (by lot within a group)."""
FEEDER_COLUMNS = ("primary", "junior", "way", "from_year")


@dataclass(frozen=True, eq=False, kw_only=True)
class ZonePlan(Plan):
    """Which school each village belongs to by stage, and which junior school a primary feeds.

    Locks name in ``unit_kind`` what they hold: ``primary`` and ``junior`` a village's school of
    that stage, ``feeder`` the junior school of a primary.

    Parameters
    ----------
    zones : pandas.DataFrame
        Indexed by village code, sorted; columns ``primary``, ``junior`` hold school ids, ``""``
        where not yet assigned. Where schools share a zone, the leading school's id stands.
    feeders : pandas.DataFrame
        Sorted by ``primary`` and ``junior`` (school ids); ``way`` one of :data:`WAYS`;
        ``from_year`` (int) the autumn from which it holds. A primary that feeds one junior school
        has one row, by lottery one for each junior school it may lead to.
    groups : Mapping of str to str
        School id → id of the leading school whose zone it shares (多校划片), itself included;
        schools with a zone of their own do not appear.
    until : int
        Last school year that the one map is for, by its autumn; 0 where it is for `year` alone.
    entry_seats : Mapping of stage to Mapping of str to int
        Of a plan for the year's entrants only (老生老办法): seats that the grades moving up leave,
        by school id. They hang on the plans before, so the plan keeps them; empty otherwise.
    """

    kind: ClassVar[str] = "zones"

    zones: pd.DataFrame
    feeders: pd.DataFrame = field(default_factory=lambda: feeder_table([]))
    groups: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    until: int = 0
    entry_seats: Mapping[str, Mapping[str, int]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    @property
    def years(self) -> range:
        """School years that the plan is for, first first."""
        return range(self.year, max(self.year, self.until) + 1)

    def members(self, school: str) -> tuple[str, ...]:
        """Return the schools that share the zone of leading school `school`, sorted."""
        sharing = sorted(s for s, lead in self.groups.items() if lead == school)
        return tuple(sharing) or (school,)

    def feeds(self) -> dict[str, str]:
        """Return the junior school of every primary that feeds one directly, whatever the year."""
        direct = self.feeders[self.feeders["way"] == "direct"]
        return dict(zip(direct["primary"], direct["junior"], strict=True))

    def body(self) -> dict[str, Any]:
        """Return zones, feeders and groups as TOML tables."""
        zones = self.zones.sort_index()
        table = feeder_table(self.feeders.itertuples(index=False))
        seats = {stage: dict(sorted(left.items())) for stage, left in self.entry_seats.items()}
        return {stage: {str(v): str(s) for v, s in zones[stage].items()} for stage in STAGES} | {
            "feeder": [{**row, "from_year": int(row["from_year"])} for row in _rows(table)],
            "groups": {str(s): str(lead) for s, lead in sorted(self.groups.items())},
            **({"until": self.until} if self.until else {}),
            **({"entry_seats": seats} if seats else {}),
        }

    @classmethod
    def from_body(cls, head: Mapping[str, Any], document: Mapping[str, Any]) -> Self:
        """Return the plan of a parsed file."""
        rows = [tuple(row[c] for c in FEEDER_COLUMNS) for row in document["feeder"]]
        return cls(
            **head,
            zones=zone_table({stage: document[stage] for stage in STAGES}),
            feeders=feeder_table(rows),
            groups=MappingProxyType(dict(document.get("groups", {}))),
            until=int(document.get("until", 0)),
            entry_seats=MappingProxyType(dict(document.get("entry_seats", {}))),
        )

    def _locked(self) -> set[tuple[str, str]]:
        return {(k.unit_kind, k.unit) for k in self.locks if not k.forbid}

    def assign(
        self,
        county: County,
        units: str | list[str],
        to: str,
        reason: str = "",
        stages: Iterable[str] = STAGES,
    ) -> Self:
        """Return a child plan with `units` (codes, ids or names) going to school `to`.

        A village goes there for the stages that the school teaches, of those in `stages`; where its
        new primary school feeds a junior school directly, the village's junior zone follows unless
        it is locked. A primary school feeds `to` from then on, and its villages follow likewise.

        Raises
        ------
        PlanFileError
            If a unit or the school is unknown, a name is ambiguous, the school does not teach such
            a stage, or a unit is locked.
        """
        school = find_school(county, to)
        taught = [s for s in stages if county.schools["kind"][school] in TEACHES[s]]
        if not taught:
            raise PlanFileError(say("plan.no_such_stage", value=to))
        plan = self
        for text in [units] if isinstance(units, str) else units:
            kind, unit = find_unit(county, text)
            if kind == "school":
                plan = plan._fed(county, unit, school)
            else:
                plan = plan._moved(unit, school, taught)
        return replace(plan, parent=self.name, reason=reason, solver=None)

    def _moved(self, village: str, school: str, stages: list[str]) -> Self:
        zones = self.zones.copy()
        for stage in stages:
            if (stage, village) in self._locked():
                raise PlanFileError(say("plan.locked_unit", value=village))
            zones.loc[village, stage] = school
        next_school = self.feeds().get(school, "")
        if "junior" not in stages and next_school and ("junior", village) not in self._locked():
            zones.loc[village, "junior"] = next_school
        return replace(self, zones=zones)

    def _fed(self, county: County, primary: str, junior: str) -> Self:
        for school, stage in ((primary, "primary"), (junior, "junior")):
            if county.schools["kind"][school] not in TEACHES[stage]:
                raise PlanFileError(say("plan.no_such_stage", value=school))
        if ("feeder", primary) in self._locked():
            raise PlanFileError(say("plan.locked_unit", value=primary))
        kept = self.feeders[self.feeders["primary"] != primary].itertuples(index=False)
        feeders = feeder_table([*kept, (primary, junior, "direct", self.year)])
        held = {unit for kind, unit in self._locked() if kind == "junior"}
        follows = (self.zones["primary"] == primary) & ~self.zones.index.isin(held)
        zones = self.zones.assign(junior=self.zones["junior"].mask(follows, junior))
        return replace(self, zones=zones, feeders=feeders)

    def lock(
        self,
        county: County,
        *,
        units: list[str] | None = None,
        town: str | None = None,
        everything: bool = False,
        reason: str = "",
    ) -> Self:
        """Return a child plan in which villages keep their schools, and primaries their feeder.

        Raises
        ------
        PlanFileError
            If a unit or the town is unknown.
        """
        keys = [find_unit(county, u) for u in units or []]
        if town is not None or everything:
            code = None if everything or town is None else find_town(county, town)
            for kind, table in (("village", county.villages), ("school", county.schools)):
                here = table.index if code is None else table.index[table["town"] == code]
                keys += [(kind, str(unit)) for unit in here]
        new = [Lock(*now, reason) for kind, unit in keys for now in self._now(kind, unit)]
        return self._with_locks(new, reason)

    def _now(self, unit_kind: str, unit: str) -> list[tuple[str, str, str]]:
        """Return (unit_kind, unit, school) of what a village or school is assigned to."""
        if unit_kind == "school":
            own = self.feeders[self.feeders["primary"] == unit]
            return [("feeder", unit, str(own["junior"].iloc[0]))] if len(own) == 1 else []
        return [(s, unit, str(self.zones.loc[unit, s])) for s in STAGES if self.zones[s][unit]]

    def forbid(self, county: County, units: list[str], school: str, reason: str = "") -> Self:
        """Return a child plan whose villages `units` may go anywhere but to `school`.

        Raises
        ------
        PlanFileError
            If a unit or the school is unknown, or a unit is no village.
        """
        away = find_school(county, school)
        found = [find_unit(county, u) for u in units]
        if any(kind != "village" for kind, _ in found):
            raise PlanFileError(say("plan.villages_only"))
        taught = [s for s in STAGES if county.schools["kind"][away] in TEACHES[s]]
        new = [Lock(s, unit, away, reason, forbid=True) for _, unit in found for s in taught]
        return self._with_locks(new, reason)

    def _with_locks(self, new: list[Lock], reason: str) -> Self:
        held = {(k.unit_kind, k.unit, k.forbid, k.to if k.forbid else "") for k in self.locks}
        fresh = {
            k for k in new if (k.unit_kind, k.unit, k.forbid, k.to if k.forbid else "") not in held
        }
        locks = sorted((*self.locks, *fresh), key=lambda k: (k.unit_kind, k.unit, k.to))
        return replace(self, locks=tuple(locks), parent=self.name, reason=reason)

    def unlock(self, county: County, units: list[str] | None = None) -> Self:
        """Return a child plan without locks on `units` (all locks when None)."""
        gone = None if units is None else {find_unit(county, u)[1] for u in units}
        kept = tuple(k for k in self.locks if gone is not None and k.unit not in gone)
        return replace(self, locks=kept, parent=self.name)


def current_zones(county: County) -> ZonePlan | None:
    """Return the county's current zones and feeders as a plan; None when it has no zones."""
    zones, feeders = county.tables["zones"], county.tables["feeders"]
    if zones.empty:
        return None
    by_stage = {s: zones[zones["stage"] == s].set_index("village")["school"] for s in STAGES}
    rows = zip(feeders["primary"], feeders["junior"], strict=True)
    return ZonePlan(
        name=say("plan.current_name"),
        county=county.code,
        year=county.year,
        zones=zone_table(by_stage, county.villages.index),
        feeders=feeder_table((p, j, "direct", county.year) for p, j in rows),
        inputs=county.inputs,
    )


def zone_table(
    schools: Mapping[str, Mapping[str, str] | pd.Series], villages: pd.Index | None = None
) -> pd.DataFrame:
    """Return a plan's table of zones from school by village code for each stage.

    Parameters
    ----------
    schools : Mapping of stage to Mapping or Series
    villages : pandas.Index, optional
        The villages to list; by default those that either stage names.
    """
    columns = {s: pd.Series(dict(schools[s]), dtype="str") for s in STAGES}
    rows = columns["primary"].index.union(columns["junior"].index) if villages is None else villages
    filled = {s: c.reindex(rows).fillna("").astype("str") for s, c in columns.items()}
    return pd.DataFrame(filled).rename_axis("village").sort_index()


def feeder_table(rows: Iterable[Any]) -> pd.DataFrame:
    """Return a plan's table of feeders from rows (primary, junior, way, from_year).

    Raises
    ------
    ValueError
        If a way is none of :data:`WAYS`.
    """
    table = pd.DataFrame([tuple(r) for r in rows], columns=list(FEEDER_COLUMNS))
    unknown = sorted(set(table["way"]) - set(WAYS))
    if unknown:
        raise ValueError(say("plan.unknown_way", value=unknown[0], allowed="、".join(WAYS)))
    table = table.astype({"primary": "str", "junior": "str", "way": "str", "from_year": "int64"})
    return table.sort_values(["primary", "junior"], ignore_index=True)


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(FEEDER_COLUMNS, row, strict=True)) for row in table.itertuples(index=False)]
