"""The rules for one kind of plan, once it is sure that the county has what they need."""

from __future__ import annotations

from districting.county import WITHHELD, County
from districting.errors import PolicyError
from districting.policy.policy import Policy
from districting.policy.rule import Rule
from districting.terms import say


def rules_for(county: County, policy: Policy, kind: str) -> tuple[Rule, ...]:
    """Return the rules of `policy` for plans of `kind`.

    Raises
    ------
    PolicyError
        If there are none, or one needs a column or names a place that the county lacks; all are
        listed.
    """
    rules = policy.of(kind)
    if not rules:
        raise PolicyError(say("policy.no_rules", file=policy.path, kind=kind))
    missing = missing_columns(county, policy, kind) + unknown_places(county, policy, kind)
    if missing:
        raise PolicyError("\n".join(missing))
    return rules


def missing_columns(county: County, policy: Policy, kind: str) -> list[str]:
    """Return a message for each column that a rule needs and may not see or `county` lacks."""
    faults = []
    for rule in policy.of(kind):
        for need in rule.needs:
            table, column = need.split(".")
            if table in WITHHELD:
                faults.append(say("policy.withheld", rule=rule.title, table=table))
                continue
            here = county.table(table)
            if column not in here.columns and column not in here.index.names:
                faults.append(
                    say("policy.missing_column", rule=rule.title, table=table, column=column)
                )
    return faults


def unknown_places(county: County, policy: Policy, kind: str) -> list[str]:
    """Return a message for each place that a rule names and `county` lacks."""
    return [fault for rule in policy.of(kind) for fault in rule.misfits(county)]
