"""专任教师在同一学校连续任教达到规定年限方列入交流。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.rotation import Bools
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import Condition, checked_word, per_teacher
from districting.policy.rotation.tables import LEADERS, months_at_school, years
from districting.policy.rule import Finding

BASES = ("tenure", "appointments")


@dataclass(frozen=True, kw_only=True)
class Tenure(Condition):
    """建立健全中小学校长、教师定期轮岗交流制度，实现学区内优秀师资共享。

    By tenure (教师〔2014〕4号, ROT-05): whole years at the present school on 1 September reach the
    number set for the stage. By appointments (山东 2015, ROT-09): a title from the list, and more
    than so many terms of appointment at the school. Teachers without an established post (在编在岗)
    or without a date of joining are not eligible. Leaders are another rule's matter.

    Parameters
    ----------
    basis : {"tenure", "appointments"}
    years : Mapping of stage to int
        ROT-05 leaves the number to the county, in step with school stages.
    titles : tuple of str
        中级及以上 of ROT-09, by appointments.
    titles_of : Mapping of stage to tuple of str
        By tenure: titles that a stage asks for as well (ROT-14, 三亚吉阳 2023, an example: primary
        12 years with 初级以上, junior 9 years with 中级以上). Stages left out ask for none.
    appointments : int
        Terms of appointment that must be exceeded, ROT-09.
    appointment_years : int
        Years of a term; ROT-10, a parameter.
    """

    name: ClassVar[str] = "tenure"

    basis: str = "tenure"
    years: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType({"primary": 6, "junior": 6})
    )
    titles: tuple[str, ...] = ("first", "senior", "full")
    titles_of: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    appointments: int = 2
    appointment_years: int = 3

    def __post_init__(self) -> None:
        checked_word(self, self.basis, BASES)

    def stay(self, view: RotationView) -> Bools:
        """Hold whoever has not been at the school long enough."""
        staff = view.staff
        months = staff["months"].to_numpy(dtype=float)
        if self.basis == "appointments":
            titled = staff["title"].isin(self.titles).to_numpy()
            reached = titled & (months > 12 * self.appointments * self.appointment_years)
        else:
            reached = months >= 12 * view.by_stage(self.years, np.inf)
            for stage, titles in self.titles_of.items():
                reached &= ((staff["stage"] != stage) | staff["title"].isin(titles)).to_numpy()
        off = (staff["on_quota"] == "no").to_numpy()
        leader = staff["leader"].to_numpy(dtype=bool)
        return np.asarray((~reached | off) & ~leader)

    def barred(self, teachers: pd.DataFrame, year: int) -> pd.Series:
        """Read tenure off the raw table."""
        months = months_at_school(teachers, year)
        if self.basis == "appointments":
            term = 12 * self.appointment_years * self.appointments
            fits = (months > term) & teachers["title"].isin(list(self.titles))
        else:
            fits = pd.Series(False, index=teachers.index)
            for stage, number in self.years.items():
                titles = self.titles_of.get(stage)
                titled = True if titles is None else teachers["title"].isin(list(titles))
                fits |= (teachers["stage"] == stage) & (months / 12 >= number) & titled
        return (~fits | (teachers["on_quota"] == "no")) & ~teachers["post"].isin(LEADERS)

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Count the months of everyone who moves."""
        for year in years(county, plan):
            months = months_at_school(year.moved, year.year)
            limit = year.moved["stage"].map(dict(self.years)).fillna(0.0)
            if self.basis == "appointments":
                limit = limit * 0 + self.appointments * self.appointment_years
            broken = self.barred(year.moved, year.year)
            shown = (months.fillna(0.0) / 12).round(1)
            yield from per_teacher(self, year.year, year.moved, broken, number=shown, limit=limit)
