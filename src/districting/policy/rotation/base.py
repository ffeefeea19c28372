"""What rules of rotation plans have in common, besides what every rule has."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
import pandas as pd

from districting.county import County
from districting.errors import PolicyError
from districting.model.rotation import Bools, Part
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rule import Finding, Rule, Verdict
from districting.terms import say


@dataclass(frozen=True, kw_only=True)
class RotationRule(Rule):
    """Base of the rules for rotation plans.

    A rule may hold teachers where they are (:meth:`stay`), rule out moves (:meth:`forbid`), and
    give rows and aims over the moves that are left (:meth:`constrain`): those of leaders, who go
    first and fill no subject's need (`of_leaders`), and of everybody else (`of_others`).
    """

    kind: ClassVar[str] = "rotation"
    area: ClassVar[str] = "rotation"
    of_leaders: ClassVar[bool] = False
    of_others: ClassVar[bool] = True
    needs: ClassVar[tuple[str, ...]] = ("teachers.joined", "classes.classes")

    def stay(self, view: RotationView) -> Bools:
        """Return which teachers this rule holds at their school, shape (t,); nobody by default."""
        return np.zeros(len(view.staff), dtype=bool)

    def forbid(self, view: RotationView) -> Bools:
        """Return which of the view's moves this rule rules out, shape (a,); none by default."""
        return np.zeros(len(view.teacher), dtype=bool)

    def constrain(self, view: RotationView) -> Iterable[Part]:
        """Yield rows and aims over the view's moves; nothing by default."""
        return ()

    @abstractmethod
    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Yield a finding per place, from the raw tables, sharing no code with the model."""


@dataclass(frozen=True, kw_only=True)
class Condition(RotationRule):
    """A rule that says who may be asked to move at all (符合交流条件)."""

    @abstractmethod
    def barred(self, teachers: pd.DataFrame, year: int) -> pd.Series:
        """Return for rows of ``teachers`` whether the rule bars them in the autumn of `year`.

        The checker's own reading of the raw table, aligned with it.
        """


@dataclass(frozen=True, kw_only=True)
class KnowsConditions(RotationRule):
    """A rule that has to know whom the policy's conditions bar.

    Parameters
    ----------
    conditions : tuple of Condition
        Filled in by the policy; not a parameter of profiles.
    """

    conditions: tuple[Condition, ...] = ()

    def joined(self, rules: tuple[Rule, ...]) -> Self:
        """Return the rule knowing the conditions among `rules`."""
        return replace(self, conditions=tuple(r for r in rules if isinstance(r, Condition)))

    def held(self, view: RotationView, but: tuple[type[Condition], ...] = ()) -> Bools:
        """Return whom conditions, `but` some, hold in the model's view, shape (t,)."""
        held = np.zeros(len(view.staff), dtype=bool)
        for rule in self.conditions:
            if not isinstance(rule, but):
                held |= view.held[rule.name] if rule.name in view.held else rule.stay(view)
        return held

    def barred(self, teachers: pd.DataFrame, year: int) -> pd.Series:
        """Return whom conditions bar by the raw table, aligned with `teachers`."""
        barred = pd.Series(False, index=teachers.index)
        for rule in self.conditions:
            barred |= rule.barred(teachers, year)
        return barred


@dataclass(frozen=True, kw_only=True)
class CountsEligible(KnowsConditions):
    """A rule whose shares are of the eligible teachers, as the policy's conditions define them."""

    def able(self, view: RotationView) -> Bools:
        """Return who is eligible in the model's view, shape (t,)."""
        return ~(view.staff["leader"].to_numpy(dtype=bool) | self.held(view))

    def counted(self, teachers: pd.DataFrame, year: int) -> pd.Series:
        """Return who is eligible by the raw table, aligned with `teachers`."""
        leaders = teachers["post"].isin(["principal", "vice_principal", "secretary"])
        return ~(leaders | self.barred(teachers, year))


def checked_range(rule: Rule, value: float, low: float, high: float) -> None:
    """Refuse a parameter outside its range.

    Raises
    ------
    PolicyError
        With the rule and the range in the message.
    """
    if not low <= value <= high:
        raise PolicyError(say("policy.bad_range", rule=rule.name, low=low, high=high))


def checked_word(rule: Rule, value: str, allowed: Iterable[str]) -> None:
    """Refuse a parameter that is none of the words allowed.

    Raises
    ------
    PolicyError
        With the rule and the words in the message.
    """
    words = tuple(allowed)
    if value not in words:
        raise PolicyError(
            say("policy.bad_word", rule=rule.name, value=value, allowed="、".join(words))
        )


def per_teacher(
    rule: Rule, year: int, moved: pd.DataFrame, broken: pd.Series, **columns: pd.Series
) -> Iterator[Finding]:
    """Yield a failure for each moved teacher whom `broken` marks, or one finding that none is.

    Parameters
    ----------
    moved : pandas.DataFrame
        Indexed by teacher id.
    broken : pandas.Series of bool
        Aligned with `moved`.
    **columns : pandas.Series
        ``number``, ``limit`` and further words of the message, aligned.
    """
    for teacher in moved.index[broken]:
        told = {name: column[teacher] for name, column in columns.items()}
        number, limit = told.pop("number", None), told.pop("limit", None)
        yield Finding(
            rule.name,
            Verdict.FAIL,
            (str(teacher),),
            None if number is None else float(number),
            None if limit is None else float(limit),
            details={"year": year, **told},
        )
    if not broken.any():
        yield Finding(rule.name, Verdict.PASS, (), float(len(moved)), details={"year": year})
