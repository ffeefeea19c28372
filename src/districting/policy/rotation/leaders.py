"""校长、副校长在同一学校连续任满两届，原则上应交流。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.rotation import Bools, Rows
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import KnowsConditions, checked_range
from districting.policy.rotation.tables import by_words, verdict, years
from districting.policy.rule import Finding, Strength


@dataclass(frozen=True, kw_only=True)
class Leaders(KnowsConditions):
    r"""建立健全中小学校长、教师定期轮岗交流制度

    Principals and deputies who have served `terms` terms at a school (ROT-04) change places among
    themselves: with :math:`c` a place and post, moves into c equal moves out of c, and each leader
    who is due moves. Others stay. Whom a condition bars (retirement near, ROT-17) is not due. Where
    `apart`, principal and deputy of one school do not leave in the same year.

    Parameters
    ----------
    terms : int
    term_years : int
        Years of a term; the text gives none.
    posts : tuple of str
        Posts concerned.
    apart : bool
    price : float
        As a principle: per leader who is due and stays.
    """

    name: ClassVar[str] = "leaders"
    needs: ClassVar[tuple[str, ...]] = ("teachers.post", "teachers.post_since")
    of_leaders: ClassVar[bool] = True
    of_others: ClassVar[bool] = False

    terms: int = 2
    term_years: int = 3
    posts: tuple[str, ...] = ("principal", "vice_principal")
    apart: bool = True

    def __post_init__(self) -> None:
        checked_range(self, self.terms, 1, 9)
        checked_range(self, self.term_years, 1, 9)

    def served(self, view: RotationView) -> Bools:
        """Return which teachers are leaders who have served their terms, shape (t,)."""
        since = view.staff["post_since"]
        months = 12 * (view.year - since.dt.year) + 9 - since.dt.month
        served = (months >= 12 * self.terms * self.term_years).to_numpy()
        return np.asarray(served & view.staff["post"].isin(self.posts).to_numpy())

    def due(self, view: RotationView) -> Bools:
        """Return which teachers are leaders due to move, shape (t,)."""
        return self.served(view) & ~self.held(view)

    def stay(self, view: RotationView) -> Bools:
        """Hold the leaders who have not served their terms."""
        return view.staff["leader"].to_numpy(dtype=bool) & ~self.served(view)

    def _cells(self, view: RotationView) -> tuple[np.ndarray, np.ndarray]:
        """Return place and post, as one number, of each teacher (-1: none), and posts by number."""
        code = pd.Index(self.posts).get_indexer(pd.Index(view.staff["post"]))
        cell = np.where(code >= 0, view.place * len(self.posts) + code, -1)
        return cell, code

    def forbid(self, view: RotationView) -> Bools:
        """Send leaders only where a leader of the same post is due as well."""
        cell, code = self._cells(view)
        due = self.due(view)
        vacant = np.zeros(len(view.places) * len(self.posts), dtype=bool)
        vacant[cell[due]] = True
        target = view.to * len(self.posts) + code[view.teacher]
        return np.where(due[view.teacher], ~vacant[target], False)

    def constrain(self, view: RotationView) -> Iterator[Rows]:
        """Balance every post, move everyone who is due, keep principal and deputy apart."""
        due = np.flatnonzero(self.due(view))
        if not len(due):
            return
        cell, code = self._cells(view)
        arcs = np.flatnonzero(np.isin(view.teacher, due))
        into = view.to[arcs] * len(self.posts) + code[view.teacher[arcs]]
        cells, at = np.unique(np.r_[cell[view.teacher[arcs]], into], return_inverse=True)
        labels = view.places["label"].to_numpy(dtype=str)
        names = tuple(str(labels[c // len(self.posts)]) for c in cells)
        sign = np.r_[-np.ones(len(arcs)), np.ones(len(arcs))]
        none = np.zeros(len(cells))
        yield Rows(self.name, "teachers", at, np.r_[arcs, arcs], sign, none, none, names)
        rank = np.full(len(view.staff), -1, dtype=np.int64)
        rank[due] = np.arange(len(due))
        who = tuple(view.staff["teacher"].iloc[due].astype(str))
        one = np.ones(len(due))
        price = None if self.strength is Strength.MUST else self.elastic
        row = rank[view.teacher[arcs]]
        yield Rows(
            self.name, "teachers", row, arcs, np.ones(len(arcs)), one, one * np.inf, who, price
        )
        if self.apart:
            places, row = np.unique(view.origin[arcs], return_inverse=True)
            names = tuple(str(n) for n in labels[places])
            low, high = np.full(len(places), -np.inf), np.ones(len(places))
            yield Rows(self.name, "teachers", row, arcs, np.ones(len(arcs)), low, high, names)

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Look at every leader: due or not, moved or not, and whether each post is filled again."""
        names = county.schools["name"]
        for year in years(county, plan):
            heads = year.before[year.before["post"].isin(["principal", "vice_principal",
                                                          "secretary"])]  # fmt: skip
            barred, found = self.barred(heads, year.year).tolist(), 0
            for (teacher, row), excused in zip(heads.iterrows(), barred, strict=True):
                since = row["post_since"]
                served = 0.0 if pd.isna(since) else year.year - since.year + (9 - since.month) / 12
                full = row["post"] in self.posts and served >= self.terms * self.term_years
                moves = teacher in year.moved.index
                if full != moves and not (full and excused):
                    found += 1
                    yield self._finding("stays" if full else "early", str(teacher), served)
            for message, school in self._unfilled(year.before, year.after, heads.index):
                found += 1
                yield self._finding(message, str(names[school]), 0.0)
            if self.apart:
                leaving = year.moved[year.moved["post"].isin(list(self.posts))]
                for key, number in by_words(leaving.groupby(["school", "stage"]).size()):
                    if number > 1:
                        found += 1
                        yield self._finding("together", str(names[key[0]]), 0.0)
            if not found:
                details = {"year": year.year}
                yield Finding(self.name, verdict(True), (), float(len(heads)), details=details)

    def _finding(self, message: str, place: str, served: float) -> Finding:
        limit = float(self.terms * self.term_years)
        number = round(served, 1)
        return Finding(self.name, verdict(False), (place,), number, limit,
                       details={"message": message})  # fmt: skip

    @staticmethod
    def _unfilled(
        before: pd.DataFrame, after: pd.DataFrame, heads: pd.Index
    ) -> Iterator[tuple[str, str]]:
        keys = ["school", "stage", "post"]
        old, new = (f.loc[heads].groupby(keys).size() for f in (before, after))
        for key in sorted({*old.index, *new.index}):
            if old.get(key, 0) != new.get(key, 0):
                yield "unfilled", str(key[0])
