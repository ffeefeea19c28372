"""An assessment as planners read it: headings, figures and remarks in the current language."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from districting.terms import say

SHOWN = 6
"""Schools that a printed line names; the tables name all."""


def printed_spread(spreads: pd.DataFrame) -> pd.DataFrame:
    """Return the variation coefficients with headings as a planner reads them."""
    table = spreads.copy()
    table["stage"] = [say(f"terms.{s}") for s in table["stage"]]
    table["verdict"] = [say(f"terms.{v}") for v in table["verdict"]]
    table["flips"] = [say("balance.note.flips") if f else "" for f in table["flips"]]
    rounded = {"mean": 2, "deviation": 4, "weighted": 4, "unweighted": 4}
    shown = ["stage", "id", "title", "schools", "least", "mean", "met", "deviation", "weighted"]
    shown += ["ceiling", "verdict", "unweighted", "flips"]
    return headed(table.round(rounded)[shown])


def printed_items(table: pd.DataFrame) -> pd.DataFrame:
    """Return :meth:`Assessment.table` with headings and words as a planner reads them."""
    places = [
        "、".join(p[:SHOWN]) + (say("balance.and_more", number=len(p)) if len(p) > SHOWN else "")
        for p in table["places"]
    ]
    return headed(
        pd.DataFrame(
            {
                "id": table["id"],
                "group": [say(f"balance.group.{g}") for g in table["group"]],
                "title": [
                    title + (f"（{say(f'balance.part.{part}')}）" if part else "")
                    for title, part in zip(table["title"], table["part"], strict=True)
                ],
                "number": _figures(table, "number"),
                "limit": _figures(table, "limit"),
                "gap": _figures(table, "gap"),
                "unit": [say(f"balance.unit.{u}") if u else "" for u in table["unit"]],
                "verdict": [say(f"terms.{v}") for v in table["verdict"]],
                "note": [_remark(row) for row in table.to_dict("records")],
                "places": places,
            }
        )
    )


def _figures(table: pd.DataFrame, column: str) -> list[str]:
    shown = []
    for value, unit in zip(table[column], table["unit"], strict=True):
        if value != value:
            shown.append("—")
        elif unit == "percent":
            shown.append(f"{value:.1%}")
        elif unit == "ratio":
            shown.append(f"{value:.4f}")
        else:
            shown.append(f"{value:,.0f}")
    return shown


def _remark(row: Mapping[Hashable, Any]) -> str:
    parts = [say(f"balance.note.{row['note']}")] if row["note"] else []
    if row["target"] == row["target"]:
        parts.append(say("balance.target", number=int(row["target"])))
    return "；".join(parts)


def headed(table: pd.DataFrame) -> pd.DataFrame:
    """Return `table` with its columns named in the current language."""
    return table.rename(columns={c: say(f"balance.column.{c}") for c in table.columns})
