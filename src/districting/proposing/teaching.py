"""Propose a teaching plan: periods across schools, the week's half-days, mentoring pairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from districting.county import County
from districting.errors import PolicyError
from districting.model.mentoring import Pairing, candidate_pairs
from districting.model.studios import Outreach, candidate_reach
from districting.model.teaching import TeachingView, teaching_view
from districting.plan.plan import Plan
from districting.plan.record import Status
from districting.plan.teaching_plan import PAIRS, REACH, SLOTS, VISITS, TeachingPlan, table_of
from districting.policy.needs import rules_for
from districting.policy.policy import Policy
from districting.policy.rule import Rule
from districting.policy.teaching.teaching_load import TeachingLoad
from districting.policy.teaching.visit_way import VisitWay
from districting.proposing.proposal import Proposal, solver_record
from districting.solve.stop import Stop
from districting.solve.teaching import (
    TeachingSolution,
    lay_timetable,
    pair_mentors,
    solve_teaching,
)
from districting.terms import say


def propose(
    county: County, policy: Policy, start: Plan | None, stop: Stop, seed: int, name: str
) -> Proposal:
    """Propose a teaching plan; see :func:`districting.proposing.propose.propose`.

    Raises
    ------
    PolicyError
        If the policy has no rules for teaching, or none on loads.
    """
    rules = rules_for(county, policy, "teaching")
    assert start is None or isinstance(start, TeachingPlan)
    view, parts = posed(county, policy, rules, start)
    pairings = [p for p in parts if isinstance(p, Pairing)]
    outreach = [p for p in parts if isinstance(p, Outreach)]
    began = stop.elapsed
    with stop.on_ctrl_c():
        solution = solve_teaching(view, parts, stop, seed)
        if solution.periods is None:
            none = solution.status is Status.INFEASIBLE
            return Proposal(None, solution, none, lambda: say("teaching.locks_fail"))
        visits = _visits(view, solution)
        slots = lay_timetable(visits, _classes(county), stop, seed)
        pairs = [pair_mentors(candidate_pairs(county, p), p.most) for p in pairings]
        served = [_served(county, o) for o in outreach]
    if slots is None:
        return Proposal(None, solution, False)
    plan = TeachingPlan(
        name=name or say("plan.proposal_name"),
        county=county.code,
        year=county.year,
        visits=table_of(_periods(view, solution).to_dict("records"), VISITS),
        timetable=table_of(slots.to_dict("records"), SLOTS),
        pairs=table_of([r for p in pairs for r in p[list(PAIRS)].to_dict("records")], PAIRS),
        reach=table_of([r for s in served for r in s[list(REACH)].to_dict("records")], REACH),
        parent="" if start is None else start.name,
        policy=policy.name,
        locks=() if start is None else start.locks,
        exemptions=() if start is None else start.exemptions,
        solver=solver_record(solution, seed, stop.elapsed - began),
        inputs=county.inputs,
    )
    return Proposal(plan, solution)


def posed(
    county: County, policy: Policy, rules: tuple[Rule, ...], start: TeachingPlan | None
) -> tuple[TeachingView, tuple[Any, ...]]:
    """Return what the rules for teaching across schools see, and their parts.

    Raises
    ------
    PolicyError
        If no rule says what a load is.
    """
    loads = [r for r in rules if isinstance(r, TeachingLoad)]
    if not loads:
        raise PolicyError(say("teaching.no_load", file=policy.path))
    gaps, staff = loads[0].reckon(county)
    reach = next((r.limit for r in rules if isinstance(r, VisitWay)), np.inf)
    view = teaching_view(county, start, gaps, staff, reach)
    return view, tuple(part for rule in rules for part in rule.constrain(view))


def _served(county: County, outreach: Outreach) -> pd.DataFrame:
    """Return the schools that studios serve: as mentors take novices, so studios take schools."""
    roles = {"studio": "mentor", "school": "mentee"}
    made = pair_mentors(candidate_reach(county, outreach).rename(columns=roles), outreach.most)
    return made.rename(columns={new: old for old, new in roles.items()})


def _periods(view: TeachingView, solution: TeachingSolution) -> pd.DataFrame:
    assert solution.periods is not None
    used = np.flatnonzero(solution.periods)
    gaps = view.gaps.iloc[view.gap[used]]
    return pd.DataFrame(
        {
            "teacher": view.staff["teacher"].to_numpy()[view.teacher[used]],
            "school": gaps["school"].to_numpy(),
            "stage": gaps["stage"].to_numpy(),
            "subject": gaps["subject"].to_numpy(),
            "periods": solution.periods[used],
        }
    )


def _visits(view: TeachingView, solution: TeachingSolution) -> pd.DataFrame:
    names = view.staff["teacher"].to_numpy()
    rows = [(names[t], s, n) for (t, s), n in solution.half_days.items()]
    table = pd.DataFrame(rows, columns=["teacher", "school", "half_days"])
    return table.sort_values(["teacher", "school"], ignore_index=True)


def _classes(county: County) -> Mapping[str, int]:
    classes = county.tables["classes"]
    now = classes[classes["year"] == county.year].groupby("school")["classes"].sum()
    return {str(s): int(n) for s, n in now.items()}
