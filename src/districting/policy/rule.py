"""What a rule is: a policy sentence with its parameters, constraint, check and explanation."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Self

from districting.county import County
from districting.model.partition import Aim, Band, Constraint, Priced, Unmixed
from districting.plan.district_plan import DistrictPlan
from districting.terms import say

if TYPE_CHECKING:
    from districting.model.district_view import DistrictView


class Strength(StrEnum):
    """How binding a sentence is."""

    MUST = "must"  # 应
    PRINCIPLE = "principle"  # 原则上/一般: may be broken, at a price and with a recorded reason
    AIM = "aim"  # 努力/逐步: part of the objective


class Verdict(StrEnum):
    """Outcome of checking one rule."""

    PASS = "pass"  # 符合
    FAIL = "fail"  # 不符合
    INCOMPLETE = "incomplete"  # 未完成: the plan or the data does not say yet


@dataclass(frozen=True)
class Clause:
    """Where a rule comes from.

    Parameters
    ----------
    number : str
        Number in the policy text, e.g. ``"四（一）"``; empty for toolkit conditions.
    text : str
        The sentence, verbatim.
    checklist : tuple of str
        Rows of the seed checklist it answers (``T17``, ``C09`` …).
    source : str
        Document, where it is not the profile's own.
    """

    number: str
    text: str
    checklist: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Finding:
    """One place where a rule holds, is broken, or cannot be judged yet.

    Parameters
    ----------
    rule : str
        Rule name.
    verdict : Verdict
    place : tuple of str
        Ids or names of what it is about (districts, towns, villages, schools).
    number, limit : float or None
        The measured number and the limit it is held against.
    unit : str
    details : Mapping
        Further values for the explanation.
    """

    rule: str
    verdict: Verdict
    place: tuple[str, ...] = ()
    number: float | None = None
    limit: float | None = None
    unit: str = ""
    details: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, kw_only=True)
class Rule(ABC):
    """Base of all rules; each kind of plan has a base of its own that says what it constrains.

    A rule lives in a file of its own under ``policy/<kind>/``. Its docstring opens with the
    Chinese sentence verbatim. Messages are ``<area>.<name>`` in ``messages/<area>.toml`` (with
    parts ``title``, ``pass``, ``fail``, ``incomplete``).

    Parameters
    ----------
    clause : Clause
    strength : Strength
    weight : float
        As an aim: objective units per unit of the aim's measure.
    price : float
        As a principle: objective units per unit of violation.
    """

    name: ClassVar[str]
    kind: ClassVar[str]
    area: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()

    clause: Clause
    strength: Strength
    weight: float = 1.0
    price: float = 1e6

    @property
    def elastic(self) -> float | None:
        """Price per unit of violation: None for a must, `price` for a principle, else `weight`."""
        if self.strength is Strength.MUST:
            return None
        return self.price if self.strength is Strength.PRINCIPLE else self.weight

    def joined(self, rules: tuple[Rule, ...]) -> Self:
        """Return the rule as it stands among the policy's other `rules` for the same kind."""
        return self

    @abstractmethod
    def constrain(self, view: Any) -> Iterable[Any]:
        """Yield the rule's constraints and aims in the model's words, with ``gate=self.name``."""

    @abstractmethod
    def check(self, county: County, plan: Any) -> Iterator[Finding]:
        """Yield a finding per place, from the raw tables, sharing no code with `constrain`."""

    def explain(self, finding: Finding) -> str:
        """Return the finding in a planner's words.

        ``details["message"]`` names another part of the rule's messages than its verdict.
        """
        part = finding.details.get("message", finding.verdict)
        return say(
            f"{self.area}.{self.name}.{part}",
            place="、".join(finding.place),
            number=finding.number,
            limit=finding.limit,
            unit=finding.unit,
            **{k: v for k, v in finding.details.items() if k != "message"},
        )

    def misfits(self, county: County) -> Iterator[str]:
        """Yield what this rule's parameters name and `county` does not have, as messages."""
        yield from ()

    @property
    def title(self) -> str:
        """The rule in a few words."""
        return say(f"{self.area}.{self.name}.title")


@dataclass(frozen=True, kw_only=True)
class DistrictRule(Rule):
    """Base of the rules for district plans."""

    kind: ClassVar[str] = "districts"
    area: ClassVar[str] = "rule"

    @property
    def counted(self) -> str:
        """What of the findings adds up to the aim's amount: ``"number"`` or a detail; "" for none.

        A rule without it cannot be bounded by ``[policy.limits]``.
        """
        return ""

    def amount(self, county: County, plan: DistrictPlan) -> float:
        """Return the aim's amount over the whole plan, counted anew, in the unit of the bound."""
        found = [f for f in self.check(county, plan) if f.number is not None]
        if self.counted == "number":
            return float(sum(f.number or 0.0 for f in found))
        return float(sum(f.details[self.counted] for f in found))

    def amounts(self, view: DistrictView, parts: Iterable[Constraint | Aim]) -> Iterator[Priced]:
        """Yield the terms whose sum is :meth:`amount`, from what the rule yielded as a model."""
        for part in parts:
            if isinstance(part, Band | Unmixed):
                yield replace(part, price=1.0)
            elif isinstance(part, Aim):
                yield replace(part, weight=1.0)

    @abstractmethod
    def constrain(self, view: DistrictView) -> Iterable[Constraint | Aim]:
        """Yield the rule's constraints and aims, each with ``gate=self.name``."""

    @abstractmethod
    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Yield a finding per place, from the raw tables, sharing no code with `constrain`."""
