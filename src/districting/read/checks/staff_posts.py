"""Present holders of posts, and candidates, at places that do not have them."""

from __future__ import annotations

from districting.errors import Problem
from districting.read.draft import Draft

ONE = ("director", "secretary")
"""Posts that one person holds at a place."""
ONLY = {"union": ("adviser",), "district": ("deputy", "manager")}
"""Posts that only unions, or only districts, have."""


def check_staff_posts(draft: Draft) -> list[Problem]:
    """Return rows of posts and candidates that no plan could use; districts may be redrawn."""
    problems: list[Problem] = []
    for table in ("posts", "candidates"):
        if draft.has(table, "districts"):
            problems += _places(draft, table)
    if draft.has("posts"):
        frame = draft.frames["posts"]
        again = frame["post"].isin(ONE) & frame.duplicated(["place", "post"])
        problems += draft.sheets["posts"].faults("post_held_twice", again.to_numpy(), "teacher")
    return problems


def _places(draft: Draft, table: str) -> list[Problem]:
    frame, sheet, known = draft.frames[table], draft.sheets[table], draft.frames["districts"]
    place = frame["place"]
    districts, unions = place.isin(known["district"]), place.isin(known["union"])
    lost = (place != "") & ~districts & ~unions
    wrong = (frame["post"].isin(ONLY["union"]) & districts & ~unions) | (
        frame["post"].isin(ONLY["district"]) & unions & ~districts
    )
    return [
        *sheet.faults("unknown_place", lost.to_numpy(), "place", severity="warning"),
        *sheet.faults("post_elsewhere", wrong.to_numpy(), "post", severity="warning",
                      place=place[wrong].to_numpy()),
    ]  # fmt: skip
