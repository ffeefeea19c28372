"""The distribution table (学区分布表): which schools each district holds, as bureaus print it.

Shape of the table, after the annex of 台儿庄: a title; the header 名称项目 (over two columns),
所辖校（园）, 备注; a union's name stands once beside all its districts; a district without a union
takes both name columns. Towns, unions and districts follow the current layout, schools go by kind
(junior, central primary, other primaries, kindergartens).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from districting.county import County
from districting.export.summary import KIND_ORDER, district_order, district_table, school_order
from districting.export.workbook import (
    LINE,
    Formats,
    column_letter,
    row_height,
    set_up_page,
    source_note,
    workbook,
    write_frame,
)
from districting.plan.district_plan import DistrictPlan
from districting.terms import say

WIDTHS = (15.0, 15.0, 54.0, 9.0)
SEPARATOR = "、"


def distribution_rows(county: County, plan: DistrictPlan) -> pd.DataFrame:
    """Return the table as it is printed: columns ``union``, ``district``, ``schools`` (text).

    Schools that are not yet in a district make a last row with an empty name.
    """
    schools = school_order(county)
    members = plan.schools.reindex(schools.index)
    names = schools["name"].groupby(members, sort=False).agg(SEPARATOR.join)
    order = district_order(county, plan)
    rows = pd.DataFrame(
        {
            "union": plan.districts.loc[order, "union"],
            "district": order,
            "schools": names.reindex(order).fillna(""),
        }
    ).reset_index(drop=True)
    if "" in names.index:
        rows.loc[len(rows)] = ["", "", names[""]]
    return rows


def write_distribution(plan: DistrictPlan, county: County, path: Path) -> None:
    """Write the distribution table, the numbers by district and the list of villages to `path`."""
    with workbook(path) as (book, formats):
        _write_table(book, formats, plan, county)
        _write_numbers(book, formats, plan, county)
        _write_villages(book, formats, plan, county)


def _write_table(book: Any, formats: Formats, plan: DistrictPlan, county: County) -> None:
    sheet = book.add_worksheet(say("export.sheet_table"))
    rows = distribution_rows(county, plan)
    unions = bool((rows["union"] != "").any())
    title = say("export.table_title_unions" if unions else "export.table_title", county=county.name)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.merge_range(0, 0, 0, 3, title, formats.title)
    sheet.set_row(0, 36)
    sheet.merge_range(1, 0, 1, 1, say("export.head_name"), formats.head)
    sheet.write_string(1, 2, say("export.head_schools"), formats.head)
    sheet.write_string(1, 3, say("export.head_remark"), formats.head)
    sheet.set_row(1, 26)
    columns = (rows[c].tolist() for c in ("union", "district", "schools"))
    for number, (union, district, schools) in enumerate(zip(*columns, strict=True), 2):
        name = district or say("export.no_district")
        if union:
            sheet.write_string(number, 1, name, formats.name)
        else:
            sheet.merge_range(number, 0, number, 1, name, formats.name)
        sheet.write_string(number, 2, schools, formats.text)
        sheet.write_blank(number, 3, None, formats.text)
        sheet.set_row(number, max(row_height(schools, WIDTHS[2]), 2 * LINE + 6))
    _write_unions(sheet, formats, rows)
    last = len(rows) + 2
    note = source_note(county)
    sheet.merge_range(last, 0, last, 3, note, formats.note)
    sheet.set_row(last, row_height(note, 110.0))
    set_up_page(sheet, county)
    sheet.repeat_rows(1)
    sheet.freeze_panes(2, 0)


def _write_unions(sheet: Any, formats: Formats, rows: pd.DataFrame) -> None:
    """Write each union's name once, beside the run of its districts."""
    run = (rows["union"] != rows["union"].shift()).cumsum()
    for _, part in rows[rows["union"] != ""].groupby(run):
        first, last, name = part.index[0] + 2, part.index[-1] + 2, part["union"].iloc[0]
        if first == last:
            sheet.write_string(first, 0, name, formats.name)
        else:
            sheet.merge_range(first, 0, last, 0, name, formats.name)


def _write_numbers(book: Any, formats: Formats, plan: DistrictPlan, county: County) -> None:
    sheet = book.add_worksheet(say("export.sheet_numbers"))
    table = district_table(county, plan)
    towns = county.towns["name"].reindex(table["town"]).fillna("").to_numpy()
    frame = pd.DataFrame(
        {say("terms.town"): towns, say("terms.union"): table["union"].to_numpy()},
        index=table.index,
    )
    frame[say("terms.district")] = table.index
    for column in ("villages", "schools", *KIND_ORDER):
        if column in table:
            frame[say(f"export.column.{column}")] = table[column]
    for part in ("pupils", "children", "seats"):
        for stage in ("primary", "junior"):
            column = f"{part}_{stage}"
            frame[say(f"export.column.{column}")] = table[column]
    write_frame(sheet, formats, frame, 0)
    last = len(frame) + 1
    sheet.merge_range(last, 0, last, 2, say("export.table_total"), formats.head)
    for number, name in enumerate(frame.columns[3:], 3):
        cells = f"{column_letter(number)}2:{column_letter(number)}{last}"
        sheet.write_formula(last, number, f"=SUM({cells})", formats.total, int(frame[name].sum()))
    sheet.merge_range(
        last + 1, 0, last + 1, len(frame.columns) - 1, source_note(county), formats.note
    )
    sheet.set_row(last + 1, 48)
    set_up_page(sheet, county, landscape=True)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 3)


def village_rows(county: County, plan: DistrictPlan) -> pd.DataFrame:
    """Return the list village → district with planner's headers; codes are text."""
    villages = county.villages.reindex(plan.villages.index)
    return pd.DataFrame(
        {
            say("export.column.village"): plan.villages.index.astype(str),
            say("export.column.village_name"): villages["name"].to_numpy(),
            say("terms.town"): villages["town"].map(county.towns["name"]).to_numpy(),
            say("terms.district"): plan.villages.to_numpy(),
            say("terms.union"): plan.villages.map(plan.districts["union"]).fillna("").to_numpy(),
            say("export.column.children_primary"): villages["children_primary"].to_numpy(),
            say("export.column.children_junior"): villages["children_junior"].to_numpy(),
        }
    )


def _write_villages(book: Any, formats: Formats, plan: DistrictPlan, county: County) -> None:
    sheet = book.add_worksheet(say("export.sheet_villages"))
    frame = village_rows(county, plan)
    write_frame(sheet, formats, frame, 0)
    sheet.autofilter(0, 0, max(len(frame), 1), len(frame.columns) - 1)
    set_up_page(sheet, county)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 0)
