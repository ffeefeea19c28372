"""Names of what a solver is doing, for people who watch."""

from __future__ import annotations

from districting.terms import words


def phase_words(name: str) -> str:
    """Return a solver's phase in the current language; unknown names stand for themselves.

    A number at the end, as in ``"tier 2"``, is kept.
    """
    known = {key.replace("_", " "): text for key, text in words("phase").items()}
    plain = name.replace(",", "")
    head, _, count = plain.rpartition(" ")
    if plain not in known and head in known:
        return f"{known[head]} {count}"
    return known.get(plain, name)
