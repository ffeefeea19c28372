"""What no rotation plan of a county can do better, told with its proof."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from districting.county import County
from districting.model.rotation import Convex, RotationProblem
from districting.plan.rotation_plan import SCOPES, RotationPlan
from districting.policy.policy import Policy
from districting.policy.rotation.base import RotationRule
from districting.policy.rotation.build import Built, build, rules_and_view
from districting.policy.rotation.near_district import scopes
from districting.policy.rotation.share_backbone import ShareBackbone
from districting.policy.rotation.share_county import ShareCounty
from districting.policy.rotation.share_sending import ShareSending
from districting.policy.rotation.staff_variation import StaffVariation
from districting.solve.rotation import Limit, Limits, lowest_sums, rotation_limits
from districting.solve.stop import Progress, Stop, silent
from districting.terms import say

SHARES = (ShareCounty.name, ShareSending.name, ShareBackbone.name)
GATE = StaffVariation.name


def explain_county(
    county: County, policy: Policy, plan: RotationPlan, progress: Progress = silent
) -> str:
    """Return what no plan under this policy can do better: proven limits, as text."""
    rules, view = rules_and_view(county, policy, plan, plan.year)
    built = build(rules, view, 0, leaders=False)
    problem, stop = _with_ceilings(built.problem, rules), Stop(progress=progress)
    stop.report("limits", math.nan, math.nan)
    limits = rotation_limits(problem, GATE, stop, SHARES)
    lines = [say("rotation.limits.head", county=county.name)]
    narrow = _by_scope(built, stop)
    asked = (p for p in problem.parts if isinstance(p, Convex) and p.gate == GATE)
    for number, part in enumerate(asked):
        lines.append(_coefficient(part, limits.lowest[number]))
        within = {scope: found[number] for scope, found in narrow.items()}
        if part.ceiling is not None and within:
            lines += _opening(within, limits.lowest[number], part.ceiling)
    return "\n".join([*lines, *_moves(built, limits)])


def _with_ceilings(problem: RotationProblem, rules: Sequence[RotationRule]) -> RotationProblem:
    """Return the problem whose coefficients know their ceilings, be they musts or not."""
    ceilings = next((r.ceilings for r in rules if isinstance(r, StaffVariation)), {})
    parts = list(problem.parts)
    for number, part in enumerate(parts):
        if isinstance(part, Convex) and part.gate == GATE:
            ceiling = ceilings.get(part.unit.split()[0])
            parts[number] = replace(part, ceiling=None if ceiling is None else ceiling**2)
    return replace(problem, parts=tuple(parts))


def _by_scope(built: Built, stop: Stop) -> dict[str, tuple[Limit, ...]]:
    """Return the least sums where moves stay inside the district, inside the union.

    Shares are left out: what cannot be reached by as many moves as one likes cannot be reached.
    Scopes that bar nothing, or no less than the one before, are left out as well.
    """
    scope = scopes(built.view)
    found = {}
    for number, name in enumerate(SCOPES[:-1]):
        if (scope > number).any() and (number == 0 or (scope == number).any()):
            stop.report(f"limits {number + 2}", math.nan, math.nan)
            found[name] = lowest_sums(built.problem, GATE, stop, scope > number, SHARES)
    return found


def _root(square: float) -> str:
    return f"{math.sqrt(max(square, 0.0)):.3f}"


def _coefficient(part: Convex, limit: Limit) -> str:
    stage, indicator = part.unit.split()
    key = "no_plan" if limit.bound == np.inf else "coefficient"
    if key == "coefficient" and not np.isfinite(limit.reached):
        key = "coefficient_bound"
    return say(
        f"rotation.limits.{key}",
        stage=say(f"terms.{stage}"),
        indicator=say(f"rotation.indicator.{indicator}"),
        now=_root(part.cost_of(part.base)),
        lowest=_root(limit.bound),
        reached=_root(limit.reached),
    )


def _opening(within: dict[str, Limit], whole: Limit, ceiling: float) -> list[str]:
    """Return for each scope in which the ceiling (squared) is out of reach that the next opens."""
    lines = []
    names = [*within, SCOPES[-1]]
    for number, (scope, limit) in enumerate(within.items()):
        if limit.bound <= ceiling + 1e-9:
            break
        wider = within.get(names[number + 1], whole)
        enough = wider.reached <= ceiling + 1e-9
        lines.append(
            say(
                "rotation.limits.must_open" if enough else "rotation.limits.beyond",
                scope=say(f"rotation.scope.{scope}"),
                lowest=_root(limit.bound) if np.isfinite(limit.bound) else "—",
                ceiling=f"{math.sqrt(ceiling):.2f}",
                wider=say(f"rotation.scope.{names[number + 1]}"),
                reached=_root(wider.reached),
            )
        )
    return lines


def _moves(built: Built, limits: Limits) -> list[str]:
    """Return the most and the fewest moves."""
    able = len(np.unique(built.problem.agent))
    most = limits.most_moves
    lines = []
    if np.isfinite(most.bound):
        share = f"{most.bound / max(able, 1):.1%}"
        lines.append(
            say("rotation.limits.most", number=f"{most.bound:,.0f}", able=able, share=share)
        )
    fewest = limits.fewest_moves
    if fewest.bound == np.inf:
        return [*lines, say("rotation.limits.unreachable")]
    key = "fewest" if np.isfinite(fewest.reached) else "fewest_bound"
    if np.isfinite(fewest.bound):
        numbers = {"number": fewest.bound, "reached": fewest.reached}
        lines.append(say(f"rotation.limits.{key}", **{k: f"{v:,.0f}" for k, v in numbers.items()}))
    return lines
