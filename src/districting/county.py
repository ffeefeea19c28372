"""A county: frozen tables with documented columns, and where each column comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

if TYPE_CHECKING:
    from districting.plan.district_plan import DistrictPlan
    from districting.plan.zone_plan import ZonePlan

STAGES = ("preschool", "primary", "junior")
TEACHES = {
    "preschool": ("kindergarten",),
    "primary": ("primary", "teaching_point", "nine_year"),
    "junior": ("junior", "nine_year"),
}
DAYS_A_YEAR = 365.25
WITHHELD = ("results", "district_scores", "principal_scores", "evidence")
"""Tables that serve to judge and never to plan: no mark or score may steer who goes where."""


@dataclass(frozen=True)
class Mark:
    """Provenance of one column.

    Parameters
    ----------
    mark : {"official", "derived", "quoted", "assumed", "synthetic", "row"}
        ``"row"`` means that each row carries its own mark in the column named by `source`.
    source : str
        Where the values come from, in words; or the name of the marking column.
    """

    mark: str
    source: str = ""


@dataclass(frozen=True)
class County:
    """All that is known of one county. Tables are as ``columns.toml`` defines them.

    Parameters
    ----------
    code, name : str
        Six-digit code and name, e.g. ``"370405"``, ``"台儿庄区"``.
    year : int
        School year by its autumn.
    outline : geopandas.GeoSeries
        One polygon in `crs`.
    towns : geopandas.GeoDataFrame
        Indexed by town code; geometry in `crs`.
    villages : geopandas.GeoDataFrame
        Indexed by village code, sorted; columns as documented plus ``x``, ``y`` (metres in `crs`);
        geometry is the village's cell (polygon).
    schools : pandas.DataFrame
        Indexed by school id, sorted; columns as documented plus ``x``, ``y`` (metres in `crs`).
    roads : geopandas.GeoDataFrame
        Indexed by road id, sorted.
    tables : Mapping of str to pandas.DataFrame
        The other tables by name (``districts``, ``members``, ``zones``, ``feeders``, ``children``,
        ``classes``, ``teachers``, ``facilities``, ``resources``), unindexed and sorted by key;
        absent ones are empty frames with the documented columns.
    provenance : Mapping of (table, column) to Mark
    inputs : Mapping of str to str
        SHA-256 of every file read, by path relative to the county folder.
    crs : str
        Projected system used for computing, metres (``"EPSG:4548"``).
    approval : str
        Map approval number (审图号); empty while the maps are internal.
    layout_note : str
        A note that maps must print, e.g. ``"演示布局"``; empty for none.
    """

    code: str
    name: str
    year: int
    outline: gpd.GeoSeries
    towns: gpd.GeoDataFrame
    villages: gpd.GeoDataFrame
    schools: pd.DataFrame
    roads: gpd.GeoDataFrame
    tables: Mapping[str, pd.DataFrame]
    provenance: Mapping[tuple[str, str], Mark] = field(default_factory=lambda: MappingProxyType({}))
    inputs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    crs: str = "EPSG:4548"
    approval: str = ""
    layout_note: str = ""

    def table(self, name: str) -> pd.DataFrame:
        """Return table `name`, whichever field holds it."""
        if name in ("towns", "villages", "schools", "roads"):
            frame: pd.DataFrame = getattr(self, name)
            return frame
        return self.tables[name]

    def teaching(self, stage: str) -> pd.DataFrame:
        """Return the schools that teach `stage` (``preschool``, ``primary``, ``junior``)."""
        return self.schools[self.schools["kind"].isin(TEACHES[stage])]

    def district_schools(self) -> pd.DataFrame:
        """Return the schools that districts are made of: run by towns (镇街), not by the county."""
        return self.schools[self.schools["run_by"] == "town"]

    @property
    def current_plan(self) -> DistrictPlan | None:
        """The current layout as a plan, or None when the county has none."""
        from districting.plan.district_plan import current_plan

        return current_plan(self)

    @property
    def current_zones(self) -> ZonePlan | None:
        """The current attendance zones as a plan, or None when the county has none."""
        from districting.plan.zone_plan import current_zones

        return current_zones(self)

    @cached_property
    def school_titles(self) -> pd.Series:
        """Names of schools by id, with the town (or, there too, the id) where a name recurs."""
        names = self.schools["name"].astype(str)
        for more in (self.schools["town"].map(self.towns["name"]), names.index.to_series()):
            titles = names.where(~names.duplicated(keep=False), names + "（" + more + "）")
            if not titles.duplicated().any():
                break
        return titles

    @cached_property
    def rural_schools(self) -> pd.Series:
        """Whether a school is rural (乡村学校), by id: by 城乡类型, and every teaching point."""
        rural = self.schools["kind"] == "teaching_point"
        if "area_type" in self.schools:
            rural |= self.schools["area_type"] == "rural"
        return rural

    def for_planning(self) -> County:
        """Return the county without the tables that must not enter a model (:data:`WITHHELD`).

        The same one every time, so that what is made of it need not be made again.
        """
        return self._planned

    @cached_property
    def _planned(self) -> County:
        rest = {k: v for k, v in self.tables.items() if k not in WITHHELD}
        return replace(self, tables=MappingProxyType(rest))

    def with_tables(self, **tables: Any) -> County:
        """Return a county in which the named tables are replaced."""
        own = {k: v for k, v in tables.items() if k in ("towns", "villages", "schools", "roads")}
        rest = {k: v for k, v in tables.items() if k not in own}
        return replace(self, **own, tables=MappingProxyType({**self.tables, **rest}))
