"""Names of what a solver is doing, for people who watch."""

from __future__ import annotations

from districting.terms import words


def phase_words(name: str) -> str:
    """Return a solver's phase in the current language; unknown names stand for themselves.

    A number at the end, as in ``"tier 2"``, is kept.
    """
    known = words("phase")
    whole = known.get(name.replace(" ", "_").replace(",", ""))
    head, _, count = name.rpartition(" ")
    if whole is None and head in known:
        return f"{known[head]} {count}"
    return whole or name
