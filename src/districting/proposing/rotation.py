"""Propose a rotation plan: leaders first, then teachers, each proven best under the policy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from districting.county import County
from districting.model.rotation import PRICES, Convex, Ints, Worst
from districting.model.rotation_view import RotationView
from districting.plan.plan import Plan
from districting.plan.record import Status, TierRecord
from districting.plan.rotation_plan import SCOPES, RotationPlan, move_table
from districting.policy.policy import Policy
from districting.policy.rotation.base import RotationRule
from districting.policy.rotation.build import Built, build, moved, rules_and_view
from districting.policy.rotation.leaders import Leaders
from districting.policy.rotation.near_district import scopes
from districting.policy.rotation.term import Term
from districting.proposing.proposal import Proposal, solver_record
from districting.solve.rotation import (
    Give,
    RotationConflict,
    find_conflict,
    smallest_repair,
    solve_rotation,
)
from districting.solve.rotation.solution import RotationSolution
from districting.solve.stop import Stop
from districting.terms import say

ALONE_SECONDS = 20.0
"""Time for the repair in which one rule alone gives way."""
SHOWN = 8
"""Rows of a repair that are told one by one."""


def propose(
    county: County, policy: Policy, start: Plan | None, stop: Stop, seed: int, name: str
) -> Proposal:
    """Propose a rotation plan; see :func:`districting.proposing.propose.propose`.

    The moves of `start` are the announced ones: a rule of the policy keeps as many as it can.
    """
    assert start is None or isinstance(start, RotationPlan)
    rules, view = rules_and_view(county, policy, start)
    began = stop.elapsed
    with stop.on_ctrl_c():
        found = solve_year(rules, view, seed, stop)
    if found.solution.chosen is None:
        return no_plan(found, policy, stop)
    plan = RotationPlan(
        name=name or say("plan.proposal_name"),
        county=county.code,
        year=view.year,
        moves=move_table(found.rows),
        parent=start.name if start is not None else "",
        policy=policy.name,
        locks=start.locks if start is not None else (),
        exemptions=start.exemptions if start is not None else (),
        inputs=county.inputs,
    )
    tiers = tier_records(found)
    record = solver_record(found.solution, seed, stop.elapsed - began, tiers)
    return Proposal(replace(plan, solver=record), found.solution)


@dataclass(frozen=True, eq=False)
class YearFound:
    """What one school year came to.

    Parameters
    ----------
    rows : list of dict
        Rows of a plan's ``moves``: leaders, then teachers.
    solution : RotationSolution
        Of the teachers' problem, or of the first that has none; its parts tell the leaders' too.
    built : Built
        Problem of that solution.
    """

    rows: list[dict[str, Any]]
    solution: RotationSolution
    built: Built


def solve_year(
    rules: Sequence[RotationRule], view: RotationView, seed: int, stop: Stop
) -> YearFound:
    """Return the best moves of one school year: leaders first, then teachers."""
    rows: list[dict[str, Any]] = []
    parts: dict[str, Any] = {}
    for leaders in (True, False):
        built = build(rules, view, seed, leaders)
        if leaders and not built.problem.arcs:
            continue
        solution = solve_rotation(built.problem, stop)
        chosen = solution.chosen
        if chosen is None:
            break
        rows += move_rows(built, chosen, rules)
        parts = solution.parts | {g: p for g, p in parts.items() if g == Leaders.name}
        solution = replace(solution, parts=parts)
        view = moved(built.view, chosen)
    return YearFound(rows, solution, built)


def tier_records(found: YearFound) -> list[TierRecord]:
    """Return what each tier of the teachers' problem came to, and the rules that make it."""
    problem = found.built.problem
    rows = []
    for tier in found.solution.tiers:
        aims = problem.of_tier(tier.number)
        prices = tier.number == PRICES
        gates = dict.fromkeys(p.gate for p in (problem.priced if prices else aims))
        given = max((p.tolerance for p in aims), default=0.0)
        weights = () if prices else _weights(aims, gates)
        rows.append(
            TierRecord(tuple(gates), tier.value, tier.bound, given, prices, weights=weights)
        )
    return rows


def _weights(aims: Sequence[Any], gates: Iterable[str]) -> tuple[float, ...]:
    """Return the weight of each of `gates` in a tier; none where the largest value is the aim."""
    weight = {p.gate: p.weight for p in aims if not isinstance(p, Worst)}
    return tuple(weight[g] for g in gates) if weight else ()


def method_of(solution: RotationSolution) -> str:
    """Return the route and what each tier came to, as the plan records it."""
    tiers = "; ".join(f"{t.number}: {t.value:.6g} >= {t.bound:.6g}" for t in solution.tiers)
    return f"{solution.method}; {tiers}"


def no_plan(found: YearFound, policy: Policy, stop: Stop) -> Proposal:
    """Return why a year has no plan, where that is known."""
    if found.solution.status is not Status.INFEASIBLE:
        return Proposal(None, found.solution)
    conflict = find_conflict(found.built.problem, stop)
    why = partial(explain_rotation, found.built, conflict, policy)
    return Proposal(None, found.solution, conflict.proven, why)


def explain_rotation(built: Built, conflict: RotationConflict, policy: Policy) -> str:
    """Return a conflict as text: rules with clauses, the smallest repair, what each alone gives."""
    lines = [say("conflict.head")]
    for gate in conflict.gates:
        rule = policy.rule(gate, "rotation")
        lines.append(
            say(
                "conflict.rule",
                clause=rule.clause.number,
                title=rule.title,
                text=rule.clause.text,
                doubt="",
            )
        )
    if conflict.gives:
        lines.append(say("conflict.smallest"))
        lines += _give_lines(conflict.gives, policy)
    if len(conflict.gates) > 1:
        lines.append(say("rotation.alone"))
    for gate in conflict.gates if len(conflict.gates) > 1 else ():
        repair = smallest_repair(built.problem, {gate}, Stop(ALONE_SECONDS))
        if repair is not None:
            lines += _give_lines(repair.gives, policy)
    return "\n".join(lines)


def _give_lines(gives: Sequence[Give], policy: Policy) -> list[str]:
    """Return one line a row that gives way, the largest first; beyond a few only their number."""
    lines = []
    for give in sorted(gives, key=lambda g: (-g.amount, g.gate, g.label))[:SHOWN]:
        title = policy.rule(give.gate, "rotation").title
        number = f"{give.amount:,.3g}"
        place = f"{give.label} " if give.label else ""
        unit = say(f"rotation.give_{'units' if give.unit == 'teachers' else 'squares'}")
        lines.append(say("rotation.give", title=title, place=place, number=number, unit=unit))
    if len(gives) > SHOWN:
        rest = sum(sorted(g.amount for g in gives)[:-SHOWN])
        lines.append(say("rotation.more", count=len(gives) - SHOWN, number=f"{rest:,.3g}"))
    return lines


def move_rows(built: Built, chosen: Ints, rules: Sequence[RotationRule]) -> list[dict[str, Any]]:
    """Return rows of a plan's ``moves`` for the arcs `chosen`."""
    view = built.view
    term = next((r for r in rules if isinstance(r, Term)), None)
    forms = (term.exchange, term.beyond, term.beyond) if term else ("regular",) * 3
    staff, places = view.staff, view.places
    scope = scopes(view)
    reasons, joins = move_reasons(built, chosen), view.joins
    movers = staff[["teacher", "stage", "school", "leader"]].iloc[view.teacher[chosen]]
    goals = places["school"].iloc[view.to[chosen]]
    rows = []
    columns = (chosen.tolist(), reasons, *(movers[c] for c in movers), goals)
    for arc, reason, teacher, stage, school, leader, goal in zip(*columns, strict=True):
        rows.append(
            {
                "teacher": str(teacher),
                "year": view.year,
                "stage": str(stage),
                "subject": view.subjects[int(joins[arc])],
                "from_school": str(school),
                "to_school": str(goal),
                "start": f"{view.year}-09",
                "end": term.end_of(view.year, bool(leader)) if term else "",
                "exchange": forms[int(scope[arc])],
                "moved": term.moved if term else False,
                "scope": SCOPES[int(scope[arc])],
                "reason": reason,
                "stays": term is not None and term.after == "stay",
            }
        )
    return rows


def move_reasons(built: Built, chosen: Ints) -> list[str]:
    """Return, for each of the arcs `chosen`, the first tier that gains by it.

    ``held`` and ``leader`` where the move was decided beforehand or by terms served; ``need`` where
    it lowers a shortage, ``quality`` where it lowers a coefficient, both as things stand before any
    move; ``share`` for the rest, which shares and balances ask for.
    """
    view = built.view
    gain: dict[str, np.ndarray] = {}
    for part in built.problem.parts:
        if isinstance(part, Convex):
            change = part.alone(len(view.teacher))
            gain[part.gate] = gain.get(part.gate, 0.0) + change
    leader = view.staff["leader"].to_numpy(dtype=bool)[view.teacher]
    hold = (view.staff["hold"] == "move").to_numpy()[view.teacher]
    locked = {k.unit for k in view.start.locks if not k.forbid} if view.start is not None else set()
    hold |= view.staff["teacher"].isin(locked).to_numpy()[view.teacher]
    none = np.zeros(len(view.teacher))
    need = gain.get("shortage", none) < -1e-9
    quality = gain.get("staff_variation", none) < -1e-12
    words = np.where(hold, "held", np.where(leader, "leader", np.where(need, "need", "share")))
    words = np.where((words == "share") & quality, "quality", words)
    return [str(w) for w in words[chosen]]
