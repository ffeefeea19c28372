"""A policy: the sentences of one document, each a rule or deliberately not computed.

Profiles are TOML. ``[policy]`` names the document; every ``[[rule]]`` quotes a sentence and names
the rule file that computes it; every ``[[sentence]]`` quotes one that is not computed as a rule and
says what becomes of it. A county's policy needs no code.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from districting.errors import PolicyError
from districting.policy.rule import Rule
from districting.terms import language, say

TREATMENTS = (
    "heading",
    "guiding",
    "organisational",
    "staffing",
    "teaching",
    "report",
    "indicator",
    "field",
    "guard",
    "annex",
)
"""What becomes of a sentence that is no rule; each is explained in ``messages/policy.toml``."""


@dataclass(frozen=True)
class Sentence:
    """A sentence that is read and deliberately not computed as a rule.

    Parameters
    ----------
    clause : str
        Number in the text, e.g. ``"四（二）"``.
    text : str
        The sentence, verbatim.
    treated_as : str
        One of :data:`TREATMENTS`.
    how : str
        What the toolkit or the bureau does with it, in a planner's words.
    checklist : tuple of str
        Rows of the seed checklist it answers.
    """

    clause: str
    text: str
    treated_as: str
    how: str = ""
    checklist: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Policy:
    """One policy document as rules and sentences.

    Parameters
    ----------
    name : str
        Short name of the profile; plans record it.
    title : str
        Title of the document, verbatim.
    labels : Mapping of language to str
        Display name in ``zh`` and ``en``.
    issued, meeting : str
        Date and deciding meeting (议定会议); empty where the document does not say.
    basis : tuple of str
        Documents it rests on (依据), verbatim.
    seat_kinds : tuple of str
        Kinds of town-run schools whose village may seat a district.
    tiers : tuple of tuples of str
        Rules whose aims and prices rank first, second …; empty where all are weighed together.
    limits : Mapping of str to float
        Most that the aim or price of a district rule, by name, may come to over the whole plan, in
        the rule's own unit (:mod:`districting.policy.limits`).
    allowance : float
        Share by which a tier may exceed its best for the sake of the tiers after it.
    rules, disabled : tuple of Rule
        Rules in force, and rules the profile switches off (``enabled = false``).
    sentences : tuple of Sentence
    path : str
        File name of the profile.
    """

    name: str
    title: str
    labels: Mapping[str, str]
    issued: str = ""
    meeting: str = ""
    basis: tuple[str, ...] = ()
    seat_kinds: tuple[str, ...] = ()
    tiers: tuple[tuple[str, ...], ...] = ()
    limits: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    allowance: float = 0.0
    rules: tuple[Rule, ...] = ()
    disabled: tuple[Rule, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    path: str = ""

    @property
    def label(self) -> str:
        """Display name in the current language."""
        return self.labels.get(language(), self.title)

    def of(self, kind: str) -> tuple[Rule, ...]:
        """Return the rules in force for one kind of plan."""
        rules = tuple(r for r in self.rules if r.kind == kind)
        return tuple(r.joined(rules) for r in rules)

    def rule(self, name: str, kind: str = "districts") -> Rule:
        """Return the rule in force that is called `name`, of the rules for one kind of plan.

        Raises
        ------
        PolicyError
            If the policy has no such rule, or has switched it off.
        """
        for rule in self.rules:
            if (rule.kind, rule.name) == (kind, name):
                return rule
        raise PolicyError(say("policy.no_rule", file=self.path, value=name))


def rules_table(policy: Policy) -> pd.DataFrame:
    """Return every quoted sentence with what computes it.

    Returns
    -------
    pandas.DataFrame
        Columns ``clause``, ``text``, ``rule`` (name, ``""`` for none), ``strength``, ``treatment``
        (title of the rule, or how the sentence is treated), ``checklist``, ``file`` (of the rule).
        Headings for people are the messages ``policy.column.<name>``.
    """
    rows = []
    for rule in (*policy.rules, *policy.disabled):
        off = say("policy.disabled") if rule in policy.disabled else ""
        rows.append(
            (
                rule.clause.number,
                rule.clause.text,
                rule.name,
                say(f"terms.{rule.strength}"),
                rule.title + off,
                " ".join(rule.clause.checklist),
                _source_file(type(rule)),
            )
        )
    for sentence in policy.sentences:
        treated = say(f"policy.treated.{sentence.treated_as}")
        how = treated if not sentence.how else f"{treated}：{sentence.how}"
        checklist = " ".join(sentence.checklist)
        rows.append((sentence.clause, sentence.text, "", "", how, checklist, ""))
    columns = ["clause", "text", "rule", "strength", "treatment", "checklist", "file"]
    return pd.DataFrame(rows, columns=columns)


def _source_file(rule: type[Rule]) -> str:
    module = inspect.getmodule(rule)
    name = "" if module is None else module.__name__
    return name.removeprefix("districting.").replace(".", "/") + ".py"
