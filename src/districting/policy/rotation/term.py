"""每次交流的年限、形式与人事关系。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from districting.county import County
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import RotationRule, checked_range, checked_word
from districting.policy.rotation.tables import LEADERS, district_of, verdict
from districting.policy.rule import Finding

EXCHANGES = (
    "regular", "competition", "district", "alliance", "branch", "group", "support", "circuit",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Term(RotationRule):
    """每次交流年限由各地确定。

    Every move says from when until when it lasts, in which form (ROT-07, the eight of 教师〔2014〕
    4号), whether the personnel file moves along (人事关系, ROT-21), and what follows.

    Parameters
    ----------
    years : int
        School years of a term, ROT-08; 0 for moves without end.
    leader_years : int
        The same for principals, deputies and secretaries (ROT-14 names three to five); 0 for as
        many as `years`.
    exchange, beyond : str
        Form of exchange inside the district and beyond it, words of ``rotations.exchange``.
    moved : bool
        Whether the personnel file moves along.
    after : {"return", "stay"}
        What follows when the term ends and the file did not move: back to the home school, or not.
    """

    name: ClassVar[str] = "term"

    years: int = 3
    leader_years: int = 0
    exchange: str = "district"
    beyond: str = "regular"
    moved: bool = False
    after: str = "return"

    def __post_init__(self) -> None:
        checked_range(self, self.years, 0, 12)
        checked_range(self, self.leader_years, 0, 12)
        checked_word(self, self.exchange, EXCHANGES)
        checked_word(self, self.beyond, EXCHANGES)
        checked_word(self, self.after, ("return", "stay"))

    def end_of(self, year: int, leader: bool) -> str:
        """Return the month in which a move that begins in the autumn of `year` ends."""
        term = self.leader_years or self.years if leader else self.years
        return f"{year + term}-08" if term else ""

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Read dates, form and file off every move."""
        of, broken = district_of(county)["district"], 0
        teachers = county.tables["teachers"]
        heads = set(teachers.loc[teachers["post"].isin(LEADERS), "teacher"])
        for move in plan.moves.to_dict("records"):
            begin, over = str(move["start"]), str(move["end"])
            months, term = 0, self.years
            if move["teacher"] in heads and self.leader_years:
                term = self.leader_years
            if over:
                months = (int(over[:4]) - int(begin[:4])) * 12 + int(over[5:7]) - int(begin[5:7])
            right = begin == f"{move['year']}-09" and (
                months + 1 == 12 * term if term else not over
            )
            old, new = of.get(move["from_school"], ""), of.get(move["to_school"], "")
            form = self.exchange if old == new != "" else self.beyond
            said = (move["exchange"], move["moved"], move["stays"])
            if not right or said != (form, self.moved, self.after == "stay"):
                broken += 1
                yield Finding(
                    self.name,
                    verdict(False),
                    (str(move["teacher"]),),
                    float(months + 1 if over else 0),
                    12.0 * term,
                )
        if not broken:
            number = float(len(plan.moves))
            yield Finding(self.name, verdict(True), (), number, 12.0 * self.years)
