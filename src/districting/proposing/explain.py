"""Why there is no plan, in a planner's words: the conflicting clauses and the smallest way out."""

from __future__ import annotations

from districting.county import County
from districting.policy.policy import Policy
from districting.solve.partition import Conflict
from districting.terms import say

TOLD = 6
"""Pairs of villages tied across a border that are named; the others are counted."""


def explain_conflict(conflict: Conflict, county: County, policy: Policy) -> str:
    """Return the conflict as text: each rule with its clause, and what would have to give way.

    Parameters
    ----------
    conflict : Conflict
    county : County
    policy : Policy
        The policy the conflict was found under.
    """
    clauses = {rule.name: rule.clause for rule in policy.of("districts")}
    lines = [say("conflict.head")]
    for gate in conflict.gates:
        clause = clauses[gate]
        doubt = say("conflict.unconfirmed") if gate in conflict.unconfirmed else ""
        title = say(f"rule.{gate}.title")
        lines.append(
            say("conflict.rule", clause=clause.number, title=title, text=clause.text, doubt=doubt)
        )
    lines += _torn(conflict, county)
    if conflict.relaxation:
        lines.append(
            say("conflict.smallest" if conflict.relaxation_proven else "conflict.small_enough")
        )
        names = county.villages["name"].to_numpy()
        for give in conflict.relaxation:
            key = "conflict.above" if give.amount > 0 else "conflict.below"
            key = "conflict.limit" if give.seat < 0 else key
            lines.append(
                say(
                    key,
                    seat=names[give.seat] if give.seat >= 0 else "",
                    title=say(f"rule.{give.gate}.title"),
                    amount=_amount(abs(give.amount)),
                    unit=told_unit(give.unit),
                )
            )
    else:
        lines.append(say("conflict.no_relaxation"))
    return "\n".join(lines)


def _torn(conflict: Conflict, county: County) -> list[str]:
    """Return the villages that have to lie in one district and may not, if that is the conflict."""
    if not len(conflict.torn):
        return []
    names, town = county.villages["name"], county.villages["town"].map(county.towns["name"])
    told = [f"{names.iloc[at]}（{town.iloc[at]}）" for at in range(len(names))]
    pairs = "；".join(f"{told[u]}—{told[v]}" for u, v in conflict.torn[:TOLD])
    more = "……" if len(conflict.torn) > TOLD else ""
    return [say("conflict.torn", count=len(conflict.torn), pairs=pairs + more)]


def told_unit(unit: str) -> str:
    """Return the unit of a part of a district problem in the current language."""
    return say("conflict.unit." + unit.replace("-", "_").replace(" ", "_"))


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:,.3g}"
