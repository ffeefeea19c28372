r"""The posts problem: persons to the offices of unions and districts.

Sets and symbols
----------------
Arcs :math:`a` join a teacher :math:`t(a)` to an office :math:`o(a)` (a post at a place); an arc may
fill a second office as well, where one person holds two posts together (书记可兼任).
:math:`x_a = 1` when the teacher is appointed. Rules speak in three kinds of parts: arcs that are
ruled out, counts of arcs within limits, and costs of arcs:

.. math::

    \min \sum_k w_k \sum_a c_{ka} x_a, \qquad l_{kr} \le \sum_{a \in A_{kr}} x_a \le u_{kr}.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from districting.county import County
from districting.plan.posts_plan import PostsPlan

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

TOGETHER = ("director", "secretary")
"""Posts at one place that one person may hold together."""


@dataclass(frozen=True, eq=False)
class Ban:
    """These arcs are not used, or only at a price each (None: never)."""

    gate: str
    arcs: Bools
    price: float | None = None


@dataclass(frozen=True, eq=False)
class Count:
    """For each row r: ``lower[r] <= number of arcs used in it <= upper[r]``.

    Parameters
    ----------
    gate : str
    row, arc : int array, shape (e,)
        Entry e puts arc ``arc[e]`` into row ``row[e]``.
    lower, upper : float array, shape (r,)
    places : tuple of str
        What each row is about, for messages.
    price : float or None
        Price of each missing or surplus holder; None for a must.
    """

    gate: str
    row: Ints
    arc: Ints
    lower: Floats
    upper: Floats
    places: tuple[str, ...]
    price: float | None = None


@dataclass(frozen=True, eq=False)
class Cost:
    """Aim: ``weight * sum of cost`` over the arcs used. `cost` has shape (a,)."""

    gate: str
    unit: str
    weight: float
    cost: Floats


Part = Ban | Count | Cost


@dataclass(frozen=True, eq=False)
class PostsProblem:
    """Number of arcs and what rules say of them."""

    arcs: int
    parts: tuple[Part, ...]

    def gates(self) -> list[str]:
        """Return the gates of musts, in order, once each."""
        musts = [p.gate for p in self.parts if not isinstance(p, Cost) and p.price is None]
        return list(dict.fromkeys(musts))


@dataclass(frozen=True, eq=False)
class PostsView:
    """What rules for posts read.

    Parameters
    ----------
    county : County
    start : PostsPlan
        Layout, present holders and locks.
    offices : pandas.DataFrame
        One row an office: ``body``, ``place``, ``post``.
    staff : pandas.DataFrame
        The candidates: rows of ``teachers`` with ``kind`` (of the school) and ``town_seat``.
    teacher, office, second : int array, shape (a,)
        Row of `staff` and rows of `offices` of each arc; `second` is -1 for a single office.
    """

    county: County
    start: PostsPlan
    offices: pd.DataFrame
    staff: pd.DataFrame
    teacher: Ints
    office: Ints
    second: Ints

    def of(self, column: str) -> npt.NDArray[np.object_]:
        """Return a column of `staff` for each arc, shape (a,)."""
        values = self.staff[column].to_numpy(dtype=object)[self.teacher]
        return np.asarray(values, dtype=object)

    def fills(self, body: str | None = None, *posts: str) -> Bools:
        """Return the arcs that fill an office of these posts (any when none is named)."""
        table = self.offices
        right = np.ones(len(table), dtype=bool) if body is None else (table["body"] == body)
        wanted = np.asarray(right & (table["post"].isin(posts) if posts else True), dtype=bool)
        padded = np.append(wanted, False)
        return np.asarray(padded[self.office] | padded[self.second])

    def holding(self, wanted: Collection[tuple[str, str, str]]) -> Ints:
        """Return how many of (place, post, teacher) in `wanted` each arc stands for, shape (a,)."""
        names = self.of("teacher")
        found = np.zeros(len(names), dtype=np.int64)
        for place, post, teacher in wanted:
            at = (self.offices["place"] == place) & (self.offices["post"] == post)
            here = np.append(at.to_numpy(dtype=bool), False)
            found += (here[self.office] | here[self.second]) & (names == teacher)
        return found

    def per_office(self, wanted: Bools) -> tuple[Ints, Ints]:
        """Return (row, arc) entries that put each arc into the rows of the offices it fills.

        Rows are numbered over the offices that `wanted` (shape (offices,)) marks, in order.
        """
        number = np.append(np.where(wanted, np.cumsum(wanted) - 1, -1), -1)
        arcs = np.arange(len(self.teacher))
        row = np.concatenate([number[self.office], number[self.second]])
        arc = np.concatenate([arcs, arcs])
        return row[row >= 0].astype(np.int64), arc[row >= 0]


def posts_view(county: County, start: PostsPlan, offices: pd.DataFrame) -> PostsView:
    """Return the view for `offices` with an arc for every teacher of the place's schools."""
    staff = county.tables["teachers"].sort_values("teacher").reset_index(drop=True)
    schools = county.schools
    staff = staff[staff["school"].isin(start.schools.index)].reset_index(drop=True)
    staff["kind"] = schools["kind"].reindex(staff["school"]).to_numpy()
    seat = schools["town_seat"] if "town_seat" in schools else pd.Series(False, schools.index)
    staff["town_seat"] = seat.reindex(staff["school"]).fillna(False).to_numpy(dtype=bool)
    teacher, office, second = [], [], []
    for (body, place), group in offices.groupby(["body", "place"], sort=False):
        inside = np.flatnonzero(staff["school"].isin(start.members(str(body), str(place))))
        rows = dict(zip(group["post"], group.index, strict=True))
        for row in rows.values():
            teacher.append(inside)
            office.append(np.full(len(inside), row))
            second.append(np.full(len(inside), -1))
        if all(p in rows for p in TOGETHER):
            teacher.append(inside)
            office.append(np.full(len(inside), rows[TOGETHER[0]]))
            second.append(np.full(len(inside), rows[TOGETHER[1]]))
    columns = [
        np.concatenate(c).astype(np.int64) if c else np.empty(0, np.int64)
        for c in (teacher, office, second)
    ]
    return PostsView(county, start, offices.reset_index(drop=True), staff, *columns)
