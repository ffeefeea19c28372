"""Scorecards as planners read them: headings, words and a ranking with its confidence."""

from __future__ import annotations

import pandas as pd

from districting.evaluate.text import table_text
from districting.terms import say


def printed(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of a scorecard with headings and words in the current language."""
    shown = table.copy()
    for column, area in (("unit_kind", "kind"), ("kind", "kind"), ("how", "how")):
        if column in shown:
            shown[column] = [say(f"scorecard.{area}.{v}") for v in shown[column]]
    numbers = shown.select_dtypes("number").columns
    shown[numbers] = shown[numbers].round(2)
    for column in numbers:
        if (shown[column] == shown[column].round()).all():
            shown[column] = shown[column].astype("int64")
    if "rank_best" in shown:
        shown["confidence"] = [_confidence(row) for row in table.to_dict("records")]
        shown = shown.drop(columns=["rank_best", "rank_worst", "tiny"])
    return shown.rename(columns={c: say(f"scorecard.column.{c}") for c in shown.columns})


def _confidence(row: dict[object, object]) -> str:
    """Say how far the rank depends on tiny schools and on points not settled yet."""
    notes = []
    if row["tiny"]:
        best, worst = row["rank_best"], row["rank_worst"]
        same = best == worst
        key = "scorecard.tiny_same" if same else "scorecard.tiny_span"
        notes.append(say(key, tiny=row["tiny"], best=f"{best:.0f}", worst=f"{worst:.0f}"))
    unsettled = 100.0 - float(str(row["settled"]))
    if unsettled > 1e-9:
        notes.append(say("scorecard.unsettled", points=f"{unsettled:g}"))
    return "；".join(notes)


def report(label: str, year: int, units: pd.DataFrame, commended: pd.DataFrame) -> str:
    """Return ranking and commendations as text."""
    lines = [say("scorecard.report", label=label, year=year)]
    for kind in units["unit_kind"].unique():
        here = units[units["unit_kind"] == kind]
        lines += ["", table_text(printed(here), most=60)]
    lines += ["", say("scorecard.commended")]
    lines.append(table_text(printed(commended)) if len(commended) else say("scorecard.nobody"))
    return "\n".join(lines)
