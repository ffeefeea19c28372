"""The tables of the page: every row one place, every cell escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

import numpy as np
import pandas as pd

from districting.county import County
from districting.export.page.layers import Layer
from districting.plan.plan import Plan
from districting.terms import say


def village_table(county: County, layers: Sequence[Layer]) -> pd.DataFrame:
    """Return one row a village: name, town, children, and for each layer area and ways [km]."""
    villages = county.villages
    rows = pd.DataFrame(index=villages.index)
    rows[say("export.column.village_name")] = villages["name"]
    rows[say("terms.town")] = _town_names(county, villages)
    for stage in ("primary", "junior"):
        rows[say(f"export.column.children_{stage}")] = villages[f"children_{stage}"]
    for layer in layers:
        rows[_apart(layer.title, rows)] = layer.villages.reindex(rows.index).fillna("")
        for stage, metres in layer.ways.items():
            head = say("page.way", plan=layer.title, stage=say(f"terms.{stage}"))
            rows[_apart(head, rows)] = (metres.reindex(rows.index) / 1000.0).round(2)
    return rows


def school_table(county: County, layers: Sequence[Layer]) -> pd.DataFrame:
    """Return one row a school: name, kind, town, seats, pupils, and the area of each layer."""
    schools = county.schools
    rows = pd.DataFrame(index=schools.index)
    rows[say("terms.school")] = schools["name"]
    rows[say("page.kind")] = [say(f"export.sign.{kind}") for kind in schools["kind"]]
    rows[say("terms.town")] = _town_names(county, schools)
    for column in ("seats_primary", "pupils_primary", "seats_junior", "pupils_junior"):
        rows[say(f"export.column.{column}")] = schools[column]
    for layer in layers:
        rows[_apart(layer.title, rows)] = layer.schools.reindex(rows.index).fillna("")
    return rows


def plan_table(plans: Sequence[Plan]) -> pd.DataFrame:
    """Return one row a plan: how it was found and how good it is proven to be."""
    rows = []
    for plan in plans:
        solver = plan.solver
        row: dict[str, object] = {
            say("page.plan"): plan.name,
            say("page.year"): str(plan.year),
            say("page.policy"): plan.policy,
            say("page.status"): say(f"cli.status.{solver.status if solver else 'given'}"),
        }
        for name in ("objective", "bound"):
            row[say(f"page.{name}")] = np.nan if solver is None else round(getattr(solver, name), 2)
        row[say("page.gap_percent")] = (
            np.nan if solver is None else round(100.0 * solver.widest_gap, 3)
        )
        row[say("page.seed")] = np.nan if solver is None else solver.seed
        rows.append(row)
    return pd.DataFrame(rows)


def html_table(
    rows: pd.DataFrame,
    caption: str,
    keys: Iterable[str] = (),
    fills: Mapping[str, str] | None = None,
) -> str:
    """Return `rows` as an HTML table.

    Parameters
    ----------
    keys : iterable of str
        One a row: what the row is called on the map; without them rows cannot be picked.
    fills : Mapping of str to str, optional
        Colour of the sign before a row, by the text of its first column.
    """
    heads = "".join(_head(str(name), column) for name, column in rows.items())
    names = list(keys)
    lines = []
    for number, row in enumerate(rows.itertuples(index=False)):
        colour = (fills or {}).get(str(row[0]), "")
        sign = f'<i class="sign" style="background:{escape(colour)}"></i>' if colour else ""
        first, *rest = (_cell(value) for value in row)
        cells = first.replace(">", f">{sign}", 1) + "".join(rest)
        key = f' data-k="{names[number]}" tabindex="-1"' if names else ""
        lines.append(f"<tr{key}>{cells}</tr>")
    body = "\n".join(lines)
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>\n{body}\n</tbody></table>"
    )


def _head(name: str, column: pd.Series) -> str:
    """Return the head of a column, over its numbers on the right or its words on the left."""
    kind = "" if column.map(lambda value: isinstance(value, str)).all() else ' class="n"'
    return f'<th scope="col"{kind}><button type="button">{escape(name)}</button></th>'


def _cell(value: object) -> str:
    if isinstance(value, str):
        return f"<td>{escape(value)}</td>"
    if pd.isna(value):  # type: ignore[call-overload]
        return '<td class="n"></td>'
    text = f"{value:,.10g}" if isinstance(value, float) else f"{value:,}"
    return f'<td class="n">{text}</td>'


def _town_names(county: County, table: pd.DataFrame) -> pd.Series:
    return table["town"].map(county.towns["name"]).fillna(table["town"])


def _apart(head: str, rows: pd.DataFrame) -> str:
    """Return a heading that no column bears yet; plans may share a name."""
    number, found = 2, head
    while found in rows:
        found, number = f"{head} ({number})", number + 1
    return found
