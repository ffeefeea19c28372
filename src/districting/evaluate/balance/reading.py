"""What judging one item of the standard gives: a number against its limit, and where it fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

PLACES = ("school", "name", "stage", "number", "limit", "gap")


@dataclass(frozen=True, eq=False)
class Reading:
    """One judged item, or one part of it.

    Parameters
    ----------
    verdict : {"pass", "fail", "incomplete"}
    number, limit : float
        What was found and what is asked; NaN where there is no number.
    gap : float
        What is lacking, in units of the item; 0 where it is met, NaN where it cannot be told.
    part : str
        Key of the part (``primary``, ``junior``, ``backbone``, ``large`` …); empty for the whole.
    places : pandas.DataFrame
        Where it fails, one row a school: columns :data:`PLACES`.
    note : str
        Key of a remark, ``balance.note.<note>``; empty for none.
    target : float
        A number to aim at where the item is about a plan (teachers to rotate); NaN for none.
    """

    verdict: str
    number: float = float("nan")
    limit: float = float("nan")
    gap: float = float("nan")
    part: str = ""
    places: pd.DataFrame | None = None
    note: str = ""
    target: float = float("nan")


def places(rows: Iterable[tuple[object, ...]]) -> pd.DataFrame:
    """Return rows of (school, name, stage, number, limit, gap) as a table."""
    return pd.DataFrame(list(rows), columns=list(PLACES))


def share_reading(number: float, least: float, part: str = "", **more: object) -> Reading:
    """Return a share judged against the least share asked; unknown without a number."""
    if number != number:
        return Reading("incomplete", limit=least, part=part, **more)  # type: ignore[arg-type]
    met = number >= least - 1e-9
    return Reading(
        "pass" if met else "fail",
        number,
        least,
        0.0 if met else least - number,
        part,
        **more,  # type: ignore[arg-type]
    )
