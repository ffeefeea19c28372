"""A policy whose seats hold for several school years, for one zone plan that is for all of them."""

from __future__ import annotations

from dataclasses import fields, replace

from districting.errors import PolicyError
from districting.policy.policy import Policy
from districting.policy.zones.seats import ZoneSeats
from districting.policy.zones.seats_every_year import SeatsEveryYear
from districting.terms import say


def every_year(policy: Policy, years: int) -> Policy:
    """Return `policy` with its rule on seats holding in each of the next `years` years.

    Raises
    ------
    PolicyError
        If it has no rule on seats of a single year.
    """
    if not has_yearly_seats(policy):
        raise PolicyError(say("years.no_seat_rule"))
    rules = []
    for rule in policy.rules:
        if type(rule) is ZoneSeats:
            given = {f.name: getattr(rule, f.name) for f in fields(rule)}
            rule = SeatsEveryYear(**given, years=years)
        rules.append(rule)
    return replace(policy, rules=tuple(rules))


def has_yearly_seats(policy: Policy) -> bool:
    """Return whether `policy` has a rule on the seats of a single year."""
    return any(type(rule) is ZoneSeats for rule in policy.rules)
