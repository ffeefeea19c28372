"""距法定退休年龄不足规定年数的不列入交流；退休年龄按出生年月、性别查表。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.errors import PolicyError
from districting.model.rotation import Bools, Floats
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import Condition, per_teacher
from districting.policy.rotation.tables import years
from districting.policy.rule import Finding, Verdict
from districting.terms import say


def _table(**values: int) -> Mapping[str, int]:
    return MappingProxyType(values)


@dataclass(frozen=True, kw_only=True)
class Retirement(Condition):
    """距退休不足五年的教师不列入交流。

    The age of retirement follows the gradual delay (关于实施渐进式延迟法定退休年龄的决定, 2024):
    those born in month `first` or later retire later by one month for every `step` months, up to
    `most` months. Teachers are technical staff: women's base age is 55.

    Parameters
    ----------
    years : int
        Years before retirement within which nobody moves; ROT-17, ROT-12.
    age : Mapping of sex to int, years
        Age before the delay; ROT-22.
    first : Mapping of sex to str
        Month of birth (``"1965-01"``) from which the delay applies.
    step, most : Mapping of sex to int, months
    oldest : Mapping of sex to int, years
        Nobody older moves; 0 for no such limit (ROT-11 names 55 and 50).
    """

    name: ClassVar[str] = "retirement"
    needs: ClassVar[tuple[str, ...]] = ("teachers.born", "teachers.sex")

    years: int = 5
    age: Mapping[str, int] = field(default_factory=lambda: _table(m=60, f=55))
    first: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({"m": "1965-01", "f": "1970-01"})
    )
    step: Mapping[str, int] = field(default_factory=lambda: _table(m=4, f=4))
    most: Mapping[str, int] = field(default_factory=lambda: _table(m=36, f=36))
    oldest: Mapping[str, int] = field(default_factory=lambda: _table(m=0, f=0))

    def __post_init__(self) -> None:
        for table in (self.age, self.first, self.step, self.most, self.oldest):
            if set(table) != {"m", "f"}:
                raise PolicyError(
                    say("policy.bad_word", rule=self.name, value=dict(table), allowed="m、f")
                )

    def last_month(self, born: Floats, sex: pd.Series) -> Floats:
        """Return the month of retirement for months of birth (12 * year + month), NaN unknown."""
        found = np.full(len(born), np.nan)
        for word, age in self.age.items():
            year, month = self.first[word].split("-")
            late = born - (12 * int(year) + int(month))
            delay = np.where(late >= 0, np.minimum(late // self.step[word] + 1, self.most[word]), 0)
            here = (sex == word).to_numpy()
            found = np.where(here, born + 12 * age + delay, found)
        return found

    def stay(self, view: RotationView) -> Bools:
        """Hold whoever retires within the years."""
        staff, now = view.staff, 12 * view.year + 9
        born = (12 * staff["born"].dt.year + staff["born"].dt.month).to_numpy(dtype=float)
        left = self.last_month(born, staff["sex"]) - now
        near = left < 12 * self.years
        for word, age in self.oldest.items():
            if age:
                near |= (staff["sex"] == word).to_numpy() & (now - born > 12 * age)
        return np.asarray(near)

    def leaving(self, teachers: pd.DataFrame, years: range) -> pd.Series:
        """Return the first autumn without each teacher who retires within `years`, by id.

        Who should have retired before the first year ends is gone in the second.

        Parameters
        ----------
        teachers : pandas.DataFrame
            ``teacher``, ``born``, ``sex``.
        years : range
        """
        born = (12 * teachers["born"].dt.year + teachers["born"].dt.month).to_numpy(dtype=float)
        last = self.last_month(born, teachers["sex"])
        gone = np.floor((last - 9) / 12) + 1
        gone = np.maximum(gone, years[0] + 1)
        here = np.flatnonzero(gone <= years[-1])
        names = teachers["teacher"].to_numpy(dtype=str)[here]
        return pd.Series(gone[here].astype(np.int64), index=names)

    def retires(self, born: pd.Timestamp, sex: str) -> tuple[int, int] | None:
        """Return year and month of retirement by stepping through the table, None if unknown."""
        if pd.isna(born) or sex not in self.age:
            return None
        start = pd.Period(self.first[sex], "M")
        delay, month = 0, pd.Period(born, "M")
        while start <= month and delay < self.most[sex]:
            delay += 1
            start += self.step[sex]
        last = month + 12 * self.age[sex] + delay
        return int(last.year), int(last.month)

    def barred(self, teachers: pd.DataFrame, year: int) -> pd.Series:
        """Step through the table for each teacher."""
        seen: dict[tuple[pd.Timestamp, str], bool] = {}
        found = []
        for born, sex in zip(teachers["born"], teachers["sex"], strict=True):
            key = (born, sex)
            if key not in seen:
                seen[key] = self._near(born, sex, year)
            found.append(seen[key])
        return pd.Series(found, index=teachers.index, dtype=bool)

    def _near(self, born: pd.Timestamp, sex: str, year: int) -> bool:
        last = self.retires(born, sex)
        if last is None:
            return False
        left = (last[0] - year) * 12 + last[1] - 9
        age = (year - born.year) * 12 + 9 - born.month
        return left < 12 * self.years or bool(self.oldest[sex] and age > 12 * self.oldest[sex])

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Look up the retirement of everyone who moves, and of everyone in a plan of years."""
        yield from self._unplanned(county, plan)
        for year in years(county, plan):
            moved = year.moved
            last = [self.retires(b, s) for b, s in zip(moved["born"], moved["sex"], strict=True)]
            left = pd.Series(
                [np.nan if m is None else m[0] - year.year + (m[1] - 9) / 12 for m in last],
                index=moved.index,
                dtype=float,
            ).round(1)
            broken = self.barred(moved, year.year)
            limit = left * 0 + self.years
            yield from per_teacher(self, year.year, moved, broken, number=left, limit=limit)

    def _unplanned(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Yield the teachers who retire in the plan's time and are planned with all the same."""
        gone = dict(zip(plan.leaves["teacher"], plan.leaves["year"], strict=True))
        if len(plan.years) == 1:
            return
        staff = county.tables["teachers"]
        pairs = list(zip(staff["born"], staff["sex"], strict=True))
        table = {pair: self.retires(*pair) for pair in set(pairs)}
        for teacher, pair in zip(staff["teacher"], pairs, strict=True):
            last = table[pair]
            if last is None:
                continue
            autumn = max(last[0] + (last[1] >= 9), plan.year + 1)
            if autumn <= plan.last and gone.get(teacher, plan.last + 1) > autumn:
                details = {"year": autumn, "message": "forgotten"}
                yield Finding(self.name, Verdict.FAIL, (str(teacher),), details=details)
