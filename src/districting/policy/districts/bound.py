"""An aim held as a bound: what a must with a limit means for a rule that measures something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from districting.errors import PolicyError
from districting.model.partition import Aim, AimLimit
from districting.policy.rule import DistrictRule, Strength
from districting.terms import say


def need_limit(rule: DistrictRule, limit: float) -> None:
    """Refuse a must without a limit to hold it to.

    Raises
    ------
    PolicyError
        If `rule` is a must and `limit` is negative.
    """
    if rule.strength is Strength.MUST and limit < 0:
        raise PolicyError(say("policy.no_limit", rule=rule.name))


def held(rule: DistrictRule, name: str, aim: Aim, limit: float) -> Iterator[Aim | AimLimit]:
    """Yield `aim`; where the rule is a must, the bound that its measure keeps below `limit`."""
    if rule.strength is Strength.MUST:
        yield AimLimit(rule.name, name, (replace(aim, weight=1.0),), limit)
    else:
        yield aim
