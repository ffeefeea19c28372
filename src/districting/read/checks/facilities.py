"""Facilities whose opening hours cannot be read."""

from __future__ import annotations

from districting.errors import Problem
from districting.read.draft import Draft
from districting.read.hours import parse_hours


def check_facilities(draft: Draft) -> list[Problem]:
    """Return a problem for each facility with unreadable opening hours."""
    if not draft.has("facilities"):
        return []
    hours = draft.frames["facilities"]["hours"]
    bad = [text != "" and parse_hours(text) is None for text in hours]
    return draft.sheets["facilities"].faults(
        "bad_hours", [i for i, wrong in enumerate(bad) if wrong], "hours"
    )
