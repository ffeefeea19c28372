"""Verify a plan: every rule of a policy checked anew from the raw tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from districting.county import County
from districting.evaluate.move_reasons import move_reasons
from districting.evaluate.plan_years import in_plan_years, told_years
from districting.evaluate.structure import NAME as STRUCTURE
from districting.evaluate.structure import Checked, explain_structure, structure
from districting.evaluate.text import table_text
from districting.plan.district_plan import DistrictPlan
from districting.plan.plan import Plan
from districting.plan.record import Exemption
from districting.plan.rotation_plan import RotationPlan
from districting.policy.districts.zone_units import held_to_units
from districting.policy.limits import limit_findings
from districting.policy.policy import Policy
from districting.policy.rule import Finding, Strength, Verdict
from districting.terms import say

LISTED = 12
"""Findings of one rule that the printed report lists; the table holds all."""


class Outcome(StrEnum):
    """What a finding means for the plan, once the rule's strength and exceptions are counted in."""

    PASS = "pass"  # 符合
    FAIL = "fail"  # 不符合: a must is broken
    UNEXCUSED = "unexcused"  # a principle is broken and no reason is recorded
    EXEMPT = "exempt"  # 例外（已记录理由）
    SHORT = "short"  # an aim is not reached, or something worth a look
    INCOMPLETE = "incomplete"  # 未完成


@dataclass(frozen=True)
class Judged:
    """One finding with its clause, what it means, and its text in the current language.

    Parameters
    ----------
    clause : str
        Number in the policy text; empty for the toolkit's own conditions.
    rule, title : str
        Name of the rule, and its title in the current language.
    strength : Strength
    outcome : Outcome
    finding : Finding
    text : str
    reason : str
        Recorded reason of the exception; empty where there is none.
    """

    clause: str
    rule: str
    title: str
    strength: Strength
    outcome: Outcome
    finding: Finding
    text: str
    reason: str = ""


@dataclass(frozen=True)
class Report:
    """What :func:`verify` found.

    Parameters
    ----------
    plan, county, policy : str
        Names, as the report prints them.
    findings : tuple of Judged
        In the order of the policy's rules; structure first.
    years : str
        Which years' children a plan for later years was held against; empty for the county's own.
    """

    plan: str
    county: str
    policy: str
    findings: tuple[Judged, ...]
    years: str = ""

    @property
    def ok(self) -> bool:
        """Whether no must is broken."""
        return not self.counts[Outcome.FAIL]

    @property
    def complete(self) -> bool:
        """Whether nothing is left unfinished."""
        return not self.counts[Outcome.INCOMPLETE]

    @property
    def counts(self) -> Counter[Outcome]:
        """How many findings came out each way."""
        return Counter(f.outcome for f in self.findings)

    def table(self) -> pd.DataFrame:
        """Return one row a finding.

        Returns
        -------
        pandas.DataFrame
            ``clause``, ``rule``, ``title``, ``strength`` (must, principle, aim), ``verdict``
            (:class:`Outcome`), ``place``, ``number``, ``limit`` (float, NaN where none), ``unit``,
            ``text``, ``reason``.
        """
        columns = ["clause", "rule", "title", "strength", "verdict", "place", "number", "limit"]
        rows = [
            (
                f.clause,
                f.rule,
                f.title,
                str(f.strength),
                str(f.outcome),
                "、".join(f.finding.place),
                f.finding.number,
                f.finding.limit,
                f.finding.unit,
                f.text,
                f.reason,
            )
            for f in self.findings
        ]
        table = pd.DataFrame(rows, columns=[*columns, "unit", "text", "reason"])
        return table.astype({"number": float, "limit": float})

    def summary(self) -> pd.DataFrame:
        """Return one row a rule with counts by outcome and the rule's verdict.

        The verdict is the worst outcome: broken, then unexcused, unfinished, short, exempt, met.
        """
        rows = []
        for rule, group in self._by_rule().items():
            counts = Counter(f.outcome for f in group)
            worst = next(o for o in WORST_FIRST if counts[o])
            rows.append(
                {
                    "clause": group[0].clause,
                    "rule": rule,
                    "title": group[0].title,
                    "strength": str(group[0].strength),
                    "verdict": str(worst),
                    **{str(o): counts[o] for o in Outcome},
                }
            )
        columns = ["clause", "rule", "title", "strength", "verdict", *map(str, Outcome)]
        return pd.DataFrame(rows, columns=columns)

    def headline(self) -> str:
        """Return the result in one line."""
        counts = self.counts
        key = "broken" if not self.ok else "met" if self.complete else "unfinished"
        numbers = {str(o): counts[o] for o in Outcome}
        return say(f"evaluate.headline.{key}", rules=len(self._by_rule()), **numbers)

    def _by_rule(self) -> dict[str, list[Judged]]:
        groups: dict[str, list[Judged]] = {}
        for finding in self.findings:
            groups.setdefault(finding.rule, []).append(finding)
        return groups

    def __str__(self) -> str:
        head = say("evaluate.report", plan=self.plan, county=self.county, policy=self.policy)
        told = [self.years] if self.years else []
        lines = [head, *told, self.headline(), "", table_text(self._printed()), ""]
        for group in self._by_rule().values():
            lines += _listed(group)
        return "\n".join(lines).rstrip()

    def _printed(self) -> pd.DataFrame:
        table = self.summary()
        table["strength"] = [say(f"terms.{s}") for s in table["strength"]]
        table["verdict"] = [say(f"evaluate.outcome.{v}") for v in table["verdict"]]
        table = table.drop(columns="rule").astype(object)
        names = {c: say(f"evaluate.column.{c}") for c in ("clause", "title", "strength", "verdict")}
        names |= {str(o): say(f"evaluate.outcome.{o}") for o in Outcome}
        counts = [str(o) for o in Outcome]
        table[counts] = table[counts].replace(0, "")
        return table.rename(columns=names)


WORST_FIRST = (
    Outcome.FAIL,
    Outcome.UNEXCUSED,
    Outcome.INCOMPLETE,
    Outcome.SHORT,
    Outcome.EXEMPT,
    Outcome.PASS,
)


def _structure(county: County, plan: Plan, policy: Policy) -> Iterator[Checked]:
    """Yield what is checked of the plan as such."""
    yield from structure(county, plan)
    if isinstance(plan, RotationPlan):
        yield from move_reasons(county, plan, policy)


def verify(county: County, plan: Plan, policy: Policy, *, as_it_stands: bool = False) -> Report:
    """Check `plan` against every rule of `policy`, from the county's raw tables.

    Structure comes first and needs no policy: everything is assigned, ids and districts are known,
    schools lie in the district of their village, and the solver's claims agree with each other.
    A zone plan for later school years is held against their children, entered or projected.

    Parameters
    ----------
    county : County
    plan : Plan
    policy : Policy
    as_it_stands : bool
        The county is that of the plan's year already: nothing is projected.

    Returns
    -------
    Report
        ``report.ok`` says whether no must is broken.
    """
    years = ""
    if not as_it_stands:
        years = told_years(county, plan)
        county, policy = in_plan_years(county, policy, plan)
    found = [
        Judged(
            clause="",
            rule=STRUCTURE,
            title=say("evaluate.structure.title"),
            strength=strength,
            outcome=_outcome(finding, strength, None),
            finding=finding,
            text=explain_structure(finding),
        )
        for finding, strength in _structure(county, plan, policy)
    ]
    for rule in held_to_units(policy, plan).of(plan.kind):
        for finding in rule.check(county, plan):
            exemption = _exemption(plan, finding)
            found.append(
                Judged(
                    clause=rule.clause.number,
                    rule=rule.name,
                    title=rule.title,
                    strength=rule.strength,
                    outcome=_outcome(finding, rule.strength, exemption),
                    finding=finding,
                    text=rule.explain(finding),
                    reason=exemption.reason if exemption else "",
                )
            )
    if isinstance(plan, DistrictPlan):
        for rule, finding, text in limit_findings(policy, county, plan):
            title = say("limits.title", title=rule.title)
            found.append(
                Judged(
                    clause=rule.clause.number,
                    rule=f"{rule.name}#limit",
                    title=title,
                    strength=Strength.MUST,
                    outcome=_outcome(finding, Strength.MUST, None),
                    finding=finding,
                    text=text,
                )
            )
    return Report(plan.name, county.name, policy.label, tuple(found), years)


def _exemption(plan: Plan, finding: Finding) -> Exemption | None:
    for exemption in plan.exemptions:
        if exemption.rule == finding.rule and exemption.place in ("*", *finding.place):
            return exemption
    return None


def _outcome(finding: Finding, strength: Strength, exemption: Exemption | None) -> Outcome:
    """A must cannot be excused; an aim that is not reached breaks nothing."""
    if finding.verdict is Verdict.PASS:
        return Outcome.PASS
    if finding.verdict is Verdict.INCOMPLETE:
        return Outcome.INCOMPLETE
    if strength is Strength.MUST:
        return Outcome.FAIL
    if strength is Strength.AIM:
        return Outcome.SHORT
    return Outcome.EXEMPT if exemption and exemption.reason else Outcome.UNEXCUSED


def _listed(group: list[Judged]) -> list[str]:
    """Return the lines that spell out what is not met of one rule."""
    told = [f for f in group if f.outcome is not Outcome.PASS]
    if not told:
        return []
    told.sort(key=lambda f: WORST_FIRST.index(f.outcome))
    clause = f"{told[0].clause} " if told[0].clause else ""
    lines = [f"{clause}{told[0].title}"]
    for finding in told[:LISTED]:
        mark = say(f"evaluate.outcome.{finding.outcome}")
        reason = say("evaluate.reason", reason=finding.reason) if finding.reason else ""
        lines.append(f"  [{mark}] {finding.text}{reason}")
    if len(told) > LISTED:
        lines.append("  " + say("evaluate.more", count=len(told) - LISTED))
    return [*lines, ""]
