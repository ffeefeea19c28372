"""What each tier of a plan's ranked aims came to, in a planner's words."""

from __future__ import annotations

from districting.plan.plan import Plan
from districting.policy.profile import rule_title
from districting.terms import say


def tier_words(plan: Plan) -> list[tuple[str, str]]:
    """Return name and outcome of each tier of `plan`; none where its aims are not ranked."""
    record = plan.solver
    told = []
    for number, tier in enumerate(record.tiers if record else (), start=1):
        # Parts of one rule that differ in unit or weight are told apart behind a "#".
        names = dict.fromkeys(gate.split("#")[0] for gate in tier.gates)
        title = say("tier.comma").join(rule_title(plan.kind, name) for name in names)
        key = "tier.prices" if tier.prices else "tier.aims"
        came = say("tier.came", value=tier.value, bound=tier.bound, gap=tier.gap)
        given = say("tier.given", given=tier.given) if tier.given else ""
        told.append((say(key, number=number, title=title), came + given))
    return told
