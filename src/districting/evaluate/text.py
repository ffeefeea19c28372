"""Plain-text tables whose columns line up when Chinese characters are two cells wide."""

from __future__ import annotations

import unicodedata

import pandas as pd


def width(text: str) -> int:
    """Return the number of terminal cells that `text` takes."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def table_text(table: pd.DataFrame, most: int = 48) -> str:
    """Return `table` as aligned text; cells of more than `most` terminal cells end in ``…``."""
    cells = [[_cut(_text(v), most) for v in row] for row in table.itertuples(index=False)]
    head = [str(c) for c in table.columns]
    widths = [max(width(r[i]) for r in [head, *cells]) for i in range(len(head))]
    lines = [
        "  ".join(c + " " * (w - width(c)) for c, w in zip(r, widths, strict=True)).rstrip()
        for r in [head, *cells]
    ]
    return "\n".join([lines[0], "─" * (sum(widths) + 2 * len(widths) - 2), *lines[1:]])


def _text(value: object) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return "—"
    if isinstance(value, float):
        return f"{value:,.3f}".rstrip("0").rstrip(".") if abs(value) < 100 else f"{value:,.0f}"
    return str(value).replace("\n", " ")


def _cut(text: str, most: int) -> str:
    if width(text) <= most:
        return text
    kept, used = "", 0
    for character in text:
        used += width(character)
        if used > most - 2:
            break
        kept += character
    return kept + "…"
