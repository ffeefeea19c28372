"""Tables of demand as planners read them, titled and headed in the current language."""

from __future__ import annotations

import pandas as pd

from districting.county import County
from districting.demand.catchment import Catchment
from districting.demand.cohort import Outlook
from districting.terms import say

SUMMED = ["entrants", "entry_seats", "entry_surplus", "pupils", "seats", "surplus"]
SUMMED_CLASSES = ["classes", "rooms", "class_surplus"]


def by_stage(balance: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of a seat balance by stage and year, with how many schools fall short."""
    return _summed(balance, ["stage", "year"])


def by_town(balance: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of a seat balance by stage, town and year."""
    return _summed(balance, ["stage", "town", "year"])


def _summed(balance: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    groups = balance.assign(short=balance["entry_surplus"] < 0).groupby(keys, sort=False)
    return groups[[*SUMMED, *SUMMED_CLASSES, "short"]].sum().reset_index()


def shortest(balance: pd.DataFrame, most: int = 10) -> pd.DataFrame:
    """Return the schools where most entrants find no seat, each in its worst year, worst first."""
    short = balance[balance["entry_surplus"] < 0].sort_values(
        ["entry_surplus", "year", "school"], kind="stable"
    )
    short = short.drop_duplicates(["school", "stage"])
    shown = ["name", "town", "stage", "year", "entrants", "entry_seats", "entry_surplus", "pupils"]
    return short.head(most)[[*shown, "seats"]].reset_index(drop=True)


def headed(table: pd.DataFrame) -> pd.DataFrame:
    """Return `table` with headings, stages, bases and marks in the current language."""
    shown = table.copy()
    if "stage" in shown:
        shown["stage"] = [say(f"terms.{s}") for s in shown["stage"]]
    if "basis" in shown:
        shown["basis"] = [say(f"demand.basis.{b}") for b in shown["basis"]]
    if "pop_q" in shown:
        shown["pop_q"] = [say(f"terms.{m}") if m else "" for m in shown["pop_q"]]
    if "large_class" in shown:
        shown["large_class"] = [say("demand.yes") if v else "" for v in shown["large_class"]]
    return shown.rename(columns={c: say(f"demand.column.{c}") for c in shown.columns})


def sheets(
    county: County,
    children: pd.DataFrame,
    enrolment: pd.DataFrame,
    balance: pd.DataFrame,
    notes: list[str],
) -> dict[str, pd.DataFrame]:
    """Return every table of demand by sheet title, for a workbook."""
    named = children.assign(
        town=children["village"].map(county.villages["town"]).map(county.towns["name"])
    )
    towns = named.groupby(["town", "year", "age", "basis", "pop_q"], sort=False)["count"].sum()
    villages = named.assign(name=named["village"].map(county.villages["name"]))
    grades = enrolment.assign(name=county.schools["name"].reindex(enrolment["school"]).to_numpy())[
        ["school", "name", "stage", "year", "grade", "pupils", "classes", "basis"]
    ]
    columns = ["village", "name", "town", "year", "age", "count", "basis", "pop_q"]
    return {
        say("demand.sheet.balance"): headed(balance),
        say("demand.sheet.towns"): headed(by_town(balance)),
        say("demand.sheet.grades"): headed(grades),
        say("demand.sheet.children"): headed(towns.reset_index()),
        say("demand.sheet.villages"): headed(villages[columns]),
        say("demand.sheet.method"): pd.DataFrame({say("demand.column.note"): notes}),
    }


def notes(children: pd.DataFrame, where: Catchment, outlook: Outlook) -> list[str]:
    """Return what the figures rest on: counts, method, assumptions of the variant, zones."""
    counted = children[children["basis"].isin(["counted", "spread"])]
    marks = sorted({say(f"terms.{m}") for m in children["pop_q"] if m})
    lines = [
        say("demand.note.counts", years="、".join(map(str, sorted(set(counted["year"]))))),
        say("demand.note.method"),
        say(
            "demand.note.variant",
            variant=say(f"demand.variant.{outlook.name}"),
            births=outlook.births,
            staying=outlook.staying,
        ),
        say("demand.note.marks", marks="、".join(marks)),
    ]
    if (children["basis"] == "spread").any():
        lines.append(say("demand.note.spread"))
    for stage in where.nearest.columns:
        if stage == "junior" and not where.feeders.empty:
            lines.append(say("demand.note.feeders", number=len(where.feeders)))
            continue
        count = int(where.nearest[stage].sum())
        if count:
            stage_name = say(f"terms.{stage}")
            lines.append(say("demand.note.nearest", stage=stage_name, number=count))
    return lines
