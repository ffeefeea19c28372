"""What each tier of a plan's ranked aims came to, in a planner's words."""

from __future__ import annotations

from collections import Counter

from districting.plan.plan import Plan
from districting.plan.record import TierRecord
from districting.policy.profile import rule_title
from districting.terms import say, words


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
        unit, scale = _unit(plan, tier)
        value, bound = (_number(n / scale) for n in (tier.value, tier.bound))
        came = say("tier.came", value=value, bound=bound, gap=tier.gap, unit=unit)
        given = say("tier.given", given=tier.given) if tier.given else ""
        told.append(
            (stage + say(key, number=met[tier.stage], title=title), came + given + _sum(plan, tier))
        )
    return told


def _sum(plan: Plan, tier: TierRecord) -> str:
    """Return what the aims of a tier of several come to, each in its unit and with its weight."""
    parts = plan.solver.parts if plan.solver else {}
    if len(tier.weights) < 2 or not set(tier.gates) <= set(parts):
        return ""
    known = words("tier.unit")
    terms = [
        say("tier.term", title=rule_title(plan.kind, gate), value=_number(parts[gate].value),
            unit=known.get(parts[gate].unit, ""), weight=f"{weight:g}")
        for gate, weight in zip(tier.gates, tier.weights, strict=True)
    ]  # fmt: skip
    return say("tier.sum", terms=say("tier.plus").join(terms))


def _unit(plan: Plan, tier: TierRecord) -> tuple[str, float]:
    """Return the unit that a tier is told in, and what one of it counts in the tier.

    A tier of one aim is told in that aim's own unit; one of several, or of prices, in what its
    weights add up to.
    """
    if tier.prices:
        return say("tier.points"), 1.0
    known, mixed = words("tier.unit"), words("tier.mixed").get(plan.kind, "")
    parts = plan.solver.parts if plan.solver else {}
    part = parts.get(tier.gates[0]) if len(tier.gates) == 1 else None
    unit = words("tier.of").get(tier.gates[0]) or (known.get(part.unit) if part else None)
    if part is None or unit is None or bool(part.value) != bool(tier.value):
        return mixed, 1.0
    if not tier.value:
        return unit, 1.0
    return unit, tier.value / part.value


def _number(value: float) -> str:
    """Return large numbers whole, small ones with six digits."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.6g}"
