"""What each tier of a plan's ranked aims came to, in a planner's words."""

from __future__ import annotations

from collections import Counter

from districting.plan.plan import Plan
from districting.policy.profile import rule_title
from districting.terms import say


def tier_words(plan: Plan) -> list[tuple[str, str]]:
    """Return name and outcome of each tier of `plan`; none where its aims are not ranked."""
    record, told = plan.solver, []
    met = Counter[str]()
    for tier in record.tiers if record else ():
        met[tier.stage] += 1
        stage = say("tier.stage", stage=say(f"terms.{tier.stage}")) if tier.stage else ""
        # Parts of one rule that differ in unit or weight are told apart behind a "#".
        names = dict.fromkeys(gate.split("#")[0] for gate in tier.gates)
        title = say("tier.comma").join(rule_title(plan.kind, name) for name in names)
        key = "tier.prices" if tier.prices else "tier.aims"
        came = say("tier.came", value=_number(tier.value), bound=_number(tier.bound), gap=tier.gap)
        given = say("tier.given", given=tier.given) if tier.given else ""
        told.append((stage + say(key, number=met[tier.stage], title=title), came + given))
    return told


def _number(value: float) -> str:
    """Return large numbers whole, small ones with six digits."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.6g}"
