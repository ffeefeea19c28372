"""Compare zone plans on one scale: what moves against the first, who gains and who loses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from districting.county import County
from districting.evaluate.compare import LISTED, Compared, distinct
from districting.evaluate.measure import printed
from districting.evaluate.measures.ground import survey
from districting.evaluate.measures.item import Item
from districting.evaluate.plan_years import in_plan_year, told_count
from districting.evaluate.text import table_text
from districting.evaluate.verify import verify
from districting.evaluate.zones.measure import ZoneMeasures, measure_zones
from districting.plan.zone_plan import STAGES, ZonePlan
from districting.policy.policy import Policy
from districting.terms import say

CHANGED = ("stage", "village", "name", "children", "before", "after")


@dataclass(frozen=True, eq=False)
class ZoneChanges:
    """What a plan moves against an earlier one.

    Parameters
    ----------
    moved : pandas.DataFrame
        A row a stage and village with another zone: ``stage``, ``village``, ``name``, ``children``,
        ``before``, ``after`` (names of schools), ``way_before``, ``way_after`` (metres).
    gains, losses : pandas.DataFrame
        Villages whose way becomes shorter, or longer, by more than `minutes` on foot: ``stage``,
        ``village``, ``name``, ``children``, ``before``, ``after`` (minutes).
    minutes : float
    """

    moved: pd.DataFrame
    gains: pd.DataFrame
    losses: pd.DataFrame
    minutes: float

    def items(self) -> list[Item]:
        """Return the numbers by stage."""
        found = []
        for stage in STAGES:
            for name, table, better in (
                ("zone_moved_villages", self.moved.assign(children=1), "lower"),
                ("zone_moved_children", self.moved, "lower"),
                ("zone_gain", self.gains, "higher"),
                ("zone_loss", self.losses, "lower"),
            ):
                number = float(table.loc[table["stage"] == stage, "children"].sum())
                unit = "villages" if name == "zone_moved_villages" else "children"
                found.append(Item(name, number, unit, better, stage, name != "zone_moved_villages"))
        return found


@dataclass(frozen=True, eq=False, kw_only=True)
class ZoneComparison(Compared):
    """What :func:`compare_zones` found.

    Parameters
    ----------
    measures : tuple of ZoneMeasures
        One a plan.
    changes : tuple of ZoneChanges
        One a plan from the second on, each against the first.
    counted : str
        Which later year's children all plans are measured on; empty for the county's own.
    """

    measures: tuple[ZoneMeasures, ...]
    changes: tuple[ZoneChanges, ...]
    counted: str = ""

    def numbers(self, place: int) -> list[Item]:
        """Return what was measured and what changed."""
        changed = self.changes[place - 1].items() if place else []
        return [*self.measures[place].items, *changed]

    def sheets(self) -> dict[str, pd.DataFrame]:
        """Return all tables with titles and headings in the current language, for a workbook."""
        sheets = {say("evaluate.sheet.measures"): printed(self.table())}
        for name, measures in zip(self.plans, self.measures, strict=True):
            sheets[say("zone_measure.sheet.zones", plan=name)] = measures.printed_zones()
            sheets[say("zone_measure.sheet.towns", plan=name)] = measures.printed_towns()
        for name, change in zip(self.plans[1:], self.changes, strict=True):
            for kind in ("moved", "gains", "losses"):
                title = say(f"zone_measure.sheet.{kind}", plan=name)
                table: pd.DataFrame = getattr(change, kind)
                named = table.assign(stage=[say(f"terms.{s}") for s in table["stage"]])
                sheets[title] = named.rename(columns=lambda c: say(f"zone_measure.column.{c}"))
        return sheets

    def __str__(self) -> str:
        lines = [*([self.counted] if self.counted else []), *self.told()]
        for name, change in zip(self.plans[1:], self.changes, strict=True):
            lines += [*_told(self.plans[0], name, change), ""]
        lines += [table_text(self.measures[-1].printed_towns())]
        return "\n".join(lines).rstrip()


def compare_zones(
    county: County,
    plans: Sequence[ZonePlan],
    policy: Policy | None = None,
    minutes: float = 10.0,
) -> ZoneComparison:
    """Measure `plans` on one scale and list what the others move against the first.

    Parameters
    ----------
    county : County
    plans : sequence of ZonePlan
        The first is the one to hold the others against: the current zones, or
        :func:`~districting.evaluate.zones.nearest.nearest_zones` where there are none.
    policy : Policy, optional
        Counts broken rules as well.
    minutes : float
        On foot, by which a way must change for its children to count as gaining or losing.

    Raises
    ------
    ValueError
        If there are no plans.

    Notes
    -----
    All are measured on the children of the latest plan's year (of several, the last listed), so
    that numbers differ by zones alone; verdicts are those of each plan's own years.
    """
    if not plans:
        raise ValueError("compare needs at least one plan")
    latest = max(reversed(plans), key=lambda p: p.year)
    here = in_plan_year(county, latest)
    ground = survey(here)
    measures = tuple(measure_zones(here, p, ground) for p in plans)
    return ZoneComparison(
        plans=distinct([p.name for p in plans]),
        measures=measures,
        changes=tuple(_changes(here, measures[0], m, minutes) for m in measures[1:]),
        counted=told_count(county, latest),
        reports=tuple(verify(county, p, policy) for p in plans) if policy else (),
    )


def _changes(
    county: County, before: ZoneMeasures, after: ZoneMeasures, minutes: float
) -> ZoneChanges:
    """Compare the ways of two plans; villages open in one of them count as neither."""
    keys = ["stage", "village"]
    kept = [*keys, "name", "children", "zone", "metres", "minutes"]
    both = before.ways[kept].merge(after.ways[[*keys, "zone", "metres", "minutes"]], on=keys)
    both = both[(both["zone_x"] != "") & (both["zone_y"] != "")]
    names = county.schools["name"]
    moved = both[both["zone_x"] != both["zone_y"]]
    table = pd.DataFrame(
        {
            **{c: moved[c] for c in (*keys, "name", "children")},
            "before": moved["zone_x"].map(lambda s: names.get(s, s)),
            "after": moved["zone_y"].map(lambda s: names.get(s, s)),
            "way_before": moved["metres_x"],
            "way_after": moved["metres_y"],
        }
    )
    with np.errstate(invalid="ignore"):
        longer = both["minutes_y"] - both["minutes_x"]
    ways = both.rename(columns={"minutes_x": "before", "minutes_y": "after"})[list(CHANGED)]
    some = ways["children"] > 0
    return ZoneChanges(
        table, ways[some & (longer < -minutes)], ways[some & (longer > minutes)], minutes
    )


def _told(first: str, name: str, change: ZoneChanges) -> list[str]:
    sums = {k: int(getattr(change, k)["children"].sum()) for k in ("moved", "gains", "losses")}
    head = say(
        "zone_measure.moved",
        first=first,
        plan=name,
        villages=len(change.moved),
        minutes=change.minutes,
        **sums,
    )
    lines = [head]
    most = change.moved.sort_values("children", ascending=False, kind="stable").head(LISTED)
    for row in most.to_dict("records"):
        stage, metres = say(f"terms.{row['stage']}"), row["way_after"] - row["way_before"]
        told = {k: row[k] for k in ("name", "children", "before", "after")}
        lines.append(say("zone_measure.moved_row", **(told | {"stage": stage, "metres": metres})))
    if len(change.moved) > LISTED:
        lines.append("  " + say("evaluate.more", count=len(change.moved) - LISTED))
    return lines
