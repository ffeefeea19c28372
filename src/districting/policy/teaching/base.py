"""What rules for teaching plans have in common, and the raw tables their checks reckon with."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.errors import PolicyError
from districting.graph.travel import village_distances
from districting.model.teaching import TeachingView
from districting.plan.teaching_plan import TeachingPlan
from districting.policy.rule import Finding, Rule, Verdict
from districting.terms import say


@dataclass(frozen=True, kw_only=True)
class TeachingRule(Rule):
    """Base of the rules for teaching plans."""

    kind: ClassVar[str] = "teaching"
    area: ClassVar[str] = "teaching"
    needs: ClassVar[tuple[str, ...]] = ("teachers.subject", "classes.classes")

    @abstractmethod
    def constrain(self, view: TeachingView) -> Iterable[Any]:
        """Yield the rule's parts, each with ``gate=self.name``."""

    @abstractmethod
    def check(self, county: County, plan: TeachingPlan) -> Iterator[Finding]:
        """Yield a finding per place, from the raw tables, sharing no code with `constrain`."""


def people(county: County) -> pd.DataFrame:
    """Return the teachers' table by id."""
    return county.tables["teachers"].set_index("teacher")


def way_metres(county: County, pairs: list[tuple[str, str]]) -> list[float]:
    """Return road metres between the villages of two schools; inf where one is not known."""
    at = county.schools["village"]
    villages = county.villages.index
    here, there = (villages.get_indexer(at.reindex([p[k] for p in pairs])) for k in (0, 1))
    goals = np.unique(there[there >= 0])
    if not len(goals):
        return [np.inf] * len(pairs)
    ways = village_distances(county, goals.astype(np.int64))
    return [
        float(ways[a, np.searchsorted(goals, b)]) if a >= 0 and b >= 0 else np.inf
        for a, b in zip(here, there, strict=True)
    ]


def each_teacher(
    rule: TeachingRule, broken: pd.Series, limit: float | None, checked: int, **words: pd.Series
) -> Iterator[Finding]:
    """Yield a failure for each teacher whom `broken` marks, or one finding that none is.

    Parameters
    ----------
    broken : pandas.Series of bool
        By teacher id.
    **words : pandas.Series
        ``number`` and further words of the message, by teacher id.
    """
    for teacher in broken.index[broken]:
        told = {name: column[teacher] for name, column in words.items()}
        number = told.pop("number", None)
        yield Finding(
            rule.name,
            Verdict.FAIL,
            (str(teacher),),
            None if number is None else float(number),
            limit,
            details=told,
        )
    if not broken.any():
        yield Finding(rule.name, Verdict.PASS, (), float(checked), limit)


def checked_least(rule: TeachingRule, value: float, least: float) -> None:
    """Refuse a parameter below its least value.

    Raises
    ------
    PolicyError
        With rule and range.
    """
    if value < least:
        raise PolicyError(say("policy.bad_range", rule=rule.name, low=least, high="…"))
