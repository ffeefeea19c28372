"""What a reader must be told of the data: which columns are real and which are made up."""

from __future__ import annotations

from collections.abc import Collection

from districting.county import County, Mark
from districting.read.schema import tables
from districting.terms import language, say

MARKS = ("official", "quoted", "derived", "assumed", "synthetic")
TABLES = ("towns", "villages", "schools", "roads", "members")
"""What maps show, told by theme; papers tell every other table of the county as a whole."""
THEMES = ("name", "pos", "pop", "zone")
"""What columns tell: names (and codes), positions, numbers and other facts, borders."""
MARK_COLUMNS = {"name": "name_q", "pos": "pos_q", "pop": "pop_q", "zone": "zone_q"}
NAMES = {
    "towns": ("name", "town", "kind"),
    "villages": ("name", "village", "town", "kind"),
    "schools": ("name",),
}
PLACES = ("lon", "lat", "x", "y")


def _theme(table: str, column: str) -> str:
    if table == "roads":
        return "pos"
    if table == "members" or column == "geometry":
        return "zone"
    if column in PLACES or (table, column) == ("schools", "village"):
        return "pos"
    return "name" if column in NAMES[table] else "pop"


def _row_marks(county: County, table: str, column: str) -> set[str]:
    frame = county.table(table)
    return set(frame[column].dropna().astype(str)) & set(MARKS) if column in frame else set()


def _marks_of(county: County, table: str, mark: Mark) -> set[str]:
    """Return the marks of one column: that of its record, or those that its rows bear."""
    if mark.mark == "row":
        return _row_marks(county, table, mark.source)
    return {mark.mark} & set(MARKS)


def marks(county: County) -> dict[tuple[str, str], frozenset[str]]:
    """Return the marks of each (table, theme); themes are those of ``THEMES``.

    Marks come from the county's provenance record and from the tables' own mark columns.
    """
    found: dict[tuple[str, str], set[str]] = {}
    for (table, column), mark in county.provenance.items():
        if table in TABLES and not column.endswith("_q"):
            new = _marks_of(county, table, mark)
            found.setdefault((table, _theme(table, column)), set()).update(new)
    for table in TABLES:
        for theme, column in MARK_COLUMNS.items():
            found.setdefault((table, theme), set()).update(_row_marks(county, table, column))
    return {key: frozenset(value) for key, value in found.items() if value}


def is_schematic(county: County) -> bool:
    """Whether some position or border is not from an official or quoted source."""
    drawn = [v for (_, theme), v in marks(county).items() if theme in ("pos", "zone")]
    return any(v - {"official", "quoted"} for v in drawn)


def provenance_lines(county: County, further: Collection[str] = ()) -> list[str]:
    """Return what bears each mark that occurs, least sure first, as one line.

    Parameters
    ----------
    further : collection of str
        Tables beside those of maps that are told as a whole, such as the roster in papers on staff.
    """
    known = marks(county)
    between, end = ("、", "；") if language() == "zh" else (", ", "; ")
    lines = []
    for mark in reversed(MARKS):
        things = [
            say(f"export.theme.{table}.{theme}")
            for table in TABLES
            for theme in THEMES
            if mark in known.get((table, theme), ())
        ]
        things += [_table_name(table) for table in further if mark in _table_marks(county, table)]
        if things:
            word = say(f"terms.{mark}")
            lines.append(say("export.provenance", mark=word, things=between.join(things)))
    return [end.join(lines)] if lines else [say("export.provenance_unknown")]


def further_tables(county: County) -> list[str]:
    """Return the tables with rows that maps do not show, in the order of the workbook."""
    return [t for t in tables() if t not in TABLES and len(county.tables.get(t, ()))]


def _table_name(table: str) -> str:
    known = tables()[table]
    return known.zh if language() == "zh" else known.en


def _table_marks(county: County, table: str) -> set[str]:
    given = [m for (other, _), m in county.provenance.items() if other == table]
    return {word for mark in given for word in _marks_of(county, table, mark)}


def notices(county: County) -> list[str]:
    """Return the sentences that every sheet of this county must bear, most important first."""
    first = (
        say("export.approval", number=county.approval)
        if county.approval
        else say("export.internal")
    )
    sentences = [first]
    if county.layout_note:
        sentences.append(county.layout_note)
    if is_schematic(county):
        sentences.append(say("export.schematic"))
    return sentences
