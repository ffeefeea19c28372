"""Words that a rule's parameters may take."""

from __future__ import annotations

from collections.abc import Iterable

from districting.errors import PolicyError
from districting.policy.rule import Rule
from districting.terms import say


def need_words(rule: Rule, allowed: Iterable[str], *values: str) -> None:
    """Refuse a parameter that is none of the words it may be.

    Raises
    ------
    PolicyError
        If one of `values` is not among `allowed`; the message lists these.
    """
    known = tuple(allowed)
    for value in values:
        if value not in known:
            raise PolicyError(
                say("policy.bad_word", rule=rule.name, value=value, allowed="、".join(known))
            )
