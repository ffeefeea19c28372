"""Compare plans on one scale, and list what each moves against the first."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from districting.county import County
from districting.evaluate.measure import Measures, item_rows, measure_districts, printed
from districting.evaluate.measures.change import Changes, changes
from districting.evaluate.measures.ground import survey
from districting.evaluate.measures.item import Item
from districting.evaluate.text import table_text
from districting.evaluate.verify import Outcome, Report, verify
from districting.plan.district_plan import DistrictPlan
from districting.policy.policy import Policy
from districting.terms import say

LISTED = 20
"""Moved villages and schools that the printed comparison names; the tables name all."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Compared(ABC):
    """Plans of one kind on one scale; the first is the one the others are held against.

    Parameters
    ----------
    plans : tuple of str
        Names; of two plans with one name the later is numbered.
    reports : tuple of Report
        One a plan; empty when compared without a policy.
    """

    plans: tuple[str, ...]
    reports: tuple[Report, ...] = ()

    @abstractmethod
    def numbers(self, place: int) -> Iterable[Item]:
        """Return the numbers of the plan at `place`, beside its verdicts."""

    def table(self) -> pd.DataFrame:
        """Return one row a measure.

        Returns
        -------
        pandas.DataFrame
            ``measure`` (key), ``stage``, ``title``, ``unit`` (key), ``better`` (``lower``,
            ``higher`` or empty) and a column for each plan; NaN where a plan has no such number.
        """
        return item_rows(self._items())

    def summary(self) -> pd.DataFrame:
        """Return the leading measures with headings and units in the current language."""
        return printed(item_rows(self._items(), leading=True))

    def told(self) -> list[str]:
        """Return the table as printed lines under a heading."""
        head = say("evaluate.compared", plans="、".join(self.plans))
        return [head, table_text(printed(self.table())), ""]

    def _items(self) -> dict[str, list[Item]]:
        verdicts = [verdict_items(r) for r in self.reports] or [[] for _ in self.plans]
        return {
            name: [*verdicts[place], *self.numbers(place)] for place, name in enumerate(self.plans)
        }


@dataclass(frozen=True, eq=False, kw_only=True)
class Comparison(Compared):
    """What :func:`compare_districts` found.

    Parameters
    ----------
    measures : tuple of Measures
        One a plan.
    changes : tuple of Changes
        One a plan from the second on, each against the first.
    """

    measures: tuple[Measures, ...]
    changes: tuple[Changes, ...]

    def numbers(self, place: int) -> list[Item]:
        """Return what was measured and what changed."""
        items = [*self.measures[place].items]
        if place and self.changes:
            items += _change_items(self.changes[place - 1], self.measures[place])
        return items

    def sheets(self) -> dict[str, pd.DataFrame]:
        """Return all tables with titles and headings in the current language, for a workbook."""
        sheets = {say("evaluate.sheet.measures"): printed(self.table())}
        for name, measures in zip(self.plans, self.measures, strict=True):
            title = say("evaluate.sheet.districts", plan=name)
            sheets[title] = measures.printed_districts()
        for name, change in zip(self.plans[1:], self.changes, strict=True):
            for kind, frame in _change_frames(change).items():
                sheets[say(f"evaluate.sheet.{kind}", plan=name)] = frame
        return sheets

    def __str__(self) -> str:
        lines = self.told()
        if self.changes:
            lines += [say("evaluate.against", plan=self.plans[0]), ""]
        for name, change in zip(self.plans[1:], self.changes, strict=True):
            lines += [_moved_line(name, change), *_named(change), ""]
        return "\n".join(lines).rstrip()


def compare_districts(
    county: County,
    plans: Sequence[DistrictPlan],
    policy: Policy | None = None,
    further_m: float = 1000.0,
) -> Comparison:
    """Measure `plans` on one scale and list what the others move against the first.

    Parameters
    ----------
    county : County
    plans : sequence of DistrictPlan
        The first is the one to hold the others against, as a rule the current layout.
    policy : Policy, optional
        Counts broken rules as well.
    further_m : float
        Metres by which a way to school must change for its children to count as better or worse
        off.

    Raises
    ------
    ValueError
        If there are no plans.
    """
    if not plans:
        raise ValueError("compare needs at least one plan")
    ground = survey(county)
    return Comparison(
        plans=distinct([p.name for p in plans]),
        measures=tuple(measure_districts(county, p, ground) for p in plans),
        changes=tuple(changes(ground, plans[0], p, further_m) for p in plans[1:]),
        reports=tuple(verify(county, p, policy) for p in plans) if policy else (),
    )


def distinct(names: list[str]) -> tuple[str, ...]:
    """Return `names`, of several alike the later ones numbered."""
    distinct: list[str] = []
    for name in names:
        numbered, number = name, 1
        while numbered in distinct:
            number += 1
            numbered = f"{name} ({number})"
        distinct.append(numbered)
    return tuple(distinct)


def verdict_items(report: Report) -> list[Item]:
    """Return how many findings of each worse kind a report has."""
    counts = report.counts
    return [
        Item(f"verdict_{o}", float(counts[o]), "findings", "lower", leading=o is Outcome.FAIL)
        for o in (Outcome.FAIL, Outcome.UNEXCUSED, Outcome.EXEMPT, Outcome.INCOMPLETE)
    ]


def _change_items(change: Changes, measures: Measures) -> list[Item]:
    items = [
        Item("villages_moved", float(len(change.villages)), "villages", "lower", leading=True),
        Item("schools_moved", float(len(change.schools)), "schools", "lower"),
        Item("children_moved", change.children, "children", "lower", leading=True),
        Item("children_moved_share", change.share, "percent", "lower"),
    ]
    for stage in map(str, measures.travel.index):
        further, nearer = change.children_further(stage), change.children_nearer(stage)
        items.append(Item("children_further", further, "children", "lower", stage))
        items.append(Item("children_nearer", nearer, "children", "higher", stage))
    return items


def _moved_line(name: str, change: Changes) -> str:
    stages = ("primary", "junior")
    return say(
        "evaluate.moved",
        plan=name,
        villages=len(change.villages),
        schools=len(change.schools),
        children=round(change.children),
        share=change.share,
        further=round(sum(change.children_further(s) for s in stages)),
        nearer=round(sum(change.children_nearer(s) for s in stages)),
        metres=round(change.further_m),
    )


def _named(change: Changes) -> list[str]:
    lines = []
    for kind in ("villages", "schools"):
        table: pd.DataFrame = getattr(change, kind)
        for row in table.head(LISTED).itertuples():
            lines.append(f"  {row.name}：{row.before} → {row.after}")
        if len(table) > LISTED:
            lines.append("  " + say("evaluate.more", count=len(table) - LISTED))
    return lines


def _change_frames(change: Changes) -> dict[str, pd.DataFrame]:
    frames = {"villages_moved": change.villages, "schools_moved": change.schools}
    frames = {kind: frame.reset_index(names="code") for kind, frame in frames.items()}
    ways = change.ways.rename(columns={"village": "code"})
    ways[["before", "after"]] = ways[["before", "after"]].replace(np.inf, np.nan)
    ways["stage"] = [say(f"terms.{s}") for s in ways["stage"]]
    frames["ways_changed"] = ways.rename(columns={"before": "way_before", "after": "way_after"})
    return {
        kind: frame.rename(columns={c: say(f"evaluate.moved_column.{c}") for c in frame.columns})
        for kind, frame in frames.items()
    }
