"""The children by age: that the table, where there is one, counts every village."""

from __future__ import annotations

from districting.errors import Problem
from districting.read.draft import Draft

STAGES = ("primary", "junior")
SHOWN = 3


def check_children(draft: Draft) -> list[Problem]:
    """Return a warning where the table is empty, or leaves out villages where children live."""
    if "children" not in draft.frames:
        return []
    sheet, frame = draft.sheets["children"], draft.frames["children"]
    source = sheet.sources[0]
    if frame.empty:
        return [Problem("check.children_empty", source.path, source.sheet, severity="warning")]
    if not draft.has("villages"):
        return []
    villages = draft.frames["villages"]
    columns = [f"children_{s}" for s in STAGES if f"children_{s}" in villages]
    lives = villages[columns].fillna(0).sum(axis=1) > 0
    left_out = villages.loc[lives & ~villages["village"].isin(frame["village"]), "name"]
    if left_out.empty:
        return []
    names = "、".join(left_out.iloc[:SHOWN].astype(str))
    return [
        Problem(
            "check.children_not_counted",
            source.path,
            source.sheet,
            severity="warning",
            details=(("count", len(left_out)), ("names", names)),
        )
    ]
