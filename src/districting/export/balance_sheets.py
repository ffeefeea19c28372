"""The assessment of quality and balance as an Excel file, its coefficients as live formulas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from districting.county import County
from districting.evaluate.balance.assess import Assessment
from districting.evaluate.balance.printed import headed, printed_items, printed_spread
from districting.evaluate.balance.seven import assessed
from districting.evaluate.balance.standard import STAGES, Indicator, Standard
from districting.export.comparison_sheet import add_table, finish_sheet
from districting.export.files import replacing
from districting.export.workbook import Formats, free_sheet_name, workbook
from districting.terms import say

ITEM_WIDTHS = (16.0, 10.0, 44.0, 10.0, 10.0, 10.0, 12.0, 9.0, 26.0, 40.0)
SEVEN_WIDTHS = (20.0, 12.0, 6.0, 8.0, 8.0, 8.0, *(10.0, 9.0) * 7, 7.0, 9.0, 9.0, 12.0)
WIDTHS = (28.0, 14.0, 18.0, 14.0, 22.0)
Floats = npt.NDArray[np.float64]


class Sheets(Protocol):
    """Further tables that belong into the same file, e.g. how gaps are closed."""

    def sheets(self) -> Mapping[str, pd.DataFrame]:
        """Return tables by title, with headings that planners read."""


def write_assessment(
    found: Assessment, county: County, path: str | Path, more: Iterable[Sheets] = ()
) -> None:
    """Write 逐项结论, 七项资源表, 差异系数测算表, 不达标明细 and 佐证清单 to the Excel file `path`.

    Parameters
    ----------
    more : iterable of Sheets
        What else goes into the file, e.g. :class:`districting.proposing.closing.Closing`.
    """
    tables = (
        ("items", printed_items(found.table()), ITEM_WIDTHS),
        ("summary", printed_spread(found.spreads), ()),
        ("seven", seven_sheet(found, county), SEVEN_WIDTHS),
    )
    with replacing(Path(path)) as temporary, workbook(temporary) as (book, formats):
        for key, table, widths in tables:
            name = say(f"balance.sheet.{key}")
            add_table(book, formats, county, name, table, widths=widths)
        for stage in STAGES:
            if len(assessed(found.schools, stage)):
                _write_spread(book, formats, county, found, stage)
        add_table(book, formats, county, say("balance.sheet.places"), places_sheet(found))
        add_table(book, formats, county, say("balance.sheet.checklist"), checklist(found))
        for part in more:
            for name, table in part.sheets().items():
                add_table(book, formats, county, name, table)


def seven_sheet(found: Assessment, county: County) -> pd.DataFrame:
    """Return the table 七项资源表: amounts, amounts per pupil and the verdict of every school."""
    table = found.schools
    columns: dict[str, Any] = {
        "name": table["name"],
        "town": table["town"].map(county.towns["name"]).fillna(""),
        "stage": [say(f"terms.{s}") for s in table["stage"]],
        "pupils": table["pupils"],
        "small": np.where(table["small"], "√", ""),
        "visitors": table["visitors"].astype("int64"),
    }
    named = {c: say(f"balance.seven.{c}") for c in columns}
    sheet = pd.DataFrame(columns).rename(columns=named)
    for indicator in found.standard.indicator:
        unit = say(f"balance.unit.{indicator.unit}")
        sheet[f"{_total(indicator)}（{unit}）"] = table[indicator.column]
        sheet[indicator.title] = table[f"{indicator.column}_each"].round(2)
    sheet[say("balance.seven.met")] = table["met"]
    sheet[say("balance.seven.lowest")] = [
        "—" if share != share else f"{share:.0%}" for share in table["lowest"]
    ]
    sheet[say("balance.seven.verdict")] = [say(f"terms.{v}") if v else "" for v in table["verdict"]]
    sheet[say("balance.seven.excluded")] = [
        say(f"balance.excluded.{e}") if e else "" for e in table["excluded"]
    ]
    return sheet


def _total(indicator: Indicator) -> str:
    """Return the heading of the raw amount: the title without what it is divided by."""
    from districting.read.schema import tables
    from districting.terms import language

    column = tables()["resources"].columns[indicator.column]
    return column.zh if language() == "zh" else indicator.column


def places_sheet(found: Assessment) -> pd.DataFrame:
    """Return which school fails which item, with number, limit and what is lacking."""
    table = found.places()
    titles = {item.id: item.title for item, _ in found.items}
    table = table.assign(
        title=table["id"].map(titles),
        part=[say(f"balance.part.{p}") if p else "" for p in table["part"]],
        stage=[say(f"terms.{s}") if s else "" for s in table["stage"]],
    )
    order = ["id", "title", "part", "school", "name", "stage", "number", "limit", "gap"]
    return headed(table.reindex(columns=order))


def checklist(found: Assessment) -> pd.DataFrame:
    """Return the items that need a reported number or a document, with what is there so far."""
    rows = [
        {
            "id": item.id,
            "title": item.title,
            "limit": "、".join(f"{v:g}" for v in item.limits.values()),
            "value": "" if reading.number != reading.number else f"{reading.number:g}",
            "verdict": say(f"terms.{reading.verdict}"),
            "note": say(f"balance.note.{reading.note}") if reading.note else "",
            "document": "",
            "source": item.source,
            "confidence": say(f"balance.confidence.{item.confidence}"),
        }
        for item, reading in found.items
        if item.how in ("reported", "evidence")
    ]
    return headed(pd.DataFrame(rows))


def _write_spread(
    book: Any, formats: Formats, county: County, found: Assessment, stage: str
) -> None:
    """Write the coefficients of one stage, indicator under indicator, every figure a formula."""
    word = say(f"terms.{stage}")
    name = say("balance.sheet.spread", stage=word)
    sheet = book.add_worksheet(free_sheet_name(name, [s.name for s in book.worksheets()]))
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    here, row = assessed(found.schools, stage), 1
    for indicator in found.standard.indicator:
        row = _write_block(sheet, formats, here, indicator, found.standard, stage, row)
    title = say("balance.sheet.spread_title", county=county.name, stage=word)
    finish_sheet(sheet, formats, county, title, row, len(WIDTHS))


def _write_block(
    sheet: Any,
    formats: Formats,
    here: pd.DataFrame,
    indicator: Indicator,
    standard: Standard,
    stage: str,
    top: int,
) -> int:
    """Write one indicator from row `top` on; return the first free row below it."""
    sheet.merge_range(top, 0, top, 4, f"{indicator.id}　{indicator.title}", formats.name)
    unit = say(f"balance.unit.{indicator.unit}")
    for column, head in enumerate(("school", "pupils", "amount", "each", "part")):
        words = {"unit": unit} if head == "amount" else {}
        text = say(f"balance.sheet_column.{head}", **words)
        sheet.write_string(top + 1, column, text, formats.head)
    first, last = top + 3, top + 2 + len(here)  # rows as Excel counts them
    pupils, amounts = f"$B${first}:$B${last}", f"$C${first}:$C${last}"
    p = here["pupils"].to_numpy(dtype=float)
    x = here[indicator.column].to_numpy(dtype=float)
    part = p / p.sum() * (x / p - x.sum() / p.sum()) ** 2
    for i, school in enumerate(here["name"]):
        row, cell = top + 2 + i, first + i
        sheet.write_string(row, 0, str(school), formats.text)
        sheet.write_number(row, 1, p[i], formats.number)
        sheet.write_number(row, 2, x[i], formats.number)
        sheet.write_formula(row, 3, f"=C{cell}/B{cell}", formats.fine, x[i] / p[i])
        squared = f"=B{cell}/SUM({pupils})*(D{cell}-SUM({amounts})/SUM({pupils}))^2"
        sheet.write_formula(row, 4, squared, formats.tiny, part[i])
    tail = _tail(p, x, standard.rule.spread.most(stage), first, last)
    for place, (key, formula, value) in enumerate(tail):
        row = last + place
        sheet.merge_range(row, 0, row, 3, say(f"balance.sheet_column.{key}"), formats.head)
        sheet.write_formula(row, 4, formula, formats.fine, value)
    return last + len(tail) + 1


def _tail(
    p: Floats, x: Floats, ceiling: float, first: int, last: int
) -> list[tuple[str, str, float | str]]:
    """Return what stands below the schools in rows `first` to `last`: key, formula, value."""
    each, mean = x / p, x.sum() / p.sum()
    deviation = float(np.sqrt((p / p.sum() * (each - mean) ** 2).sum()))
    coefficient = deviation / mean if mean else 0.0
    yes, no = say("terms.pass"), say("terms.fail")
    end = last + 1
    rates = f"$D${first}:$D${last}"
    sums = f"SUM($C${first}:$C${last})/SUM($B${first}:$B${last})"
    return [
        ("mean", f"={sums}", mean),
        ("deviation", f"=SQRT(SUM($E${first}:$E${last}))", deviation),
        ("coefficient", f"=E{end + 1}/E{end}", coefficient),
        ("ceiling", f"={ceiling}", ceiling),
        (
            "verdict",
            f'=IF(E{end + 2}<=E{end + 3},"{yes}","{no}")',
            yes if coefficient <= ceiling else no,
        ),
        (
            "unweighted",
            f"=STDEVP({rates})/AVERAGE({rates})",
            float(each.std() / each.mean()) if mean else 0.0,
        ),
    ]
