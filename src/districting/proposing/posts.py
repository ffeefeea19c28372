"""Propose a posts plan: who leads the unions and districts of a layout."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from districting.county import County
from districting.errors import PolicyError
from districting.model.posts import Ints, PostsProblem, PostsView, posts_view
from districting.plan.district_plan import DistrictPlan
from districting.plan.plan import Plan
from districting.plan.posts_plan import PostsPlan, posts_table
from districting.plan.record import Status
from districting.policy.needs import rules_for
from districting.policy.policy import Policy
from districting.policy.posts.base import Numbers
from districting.policy.posts.office_terms import OfficeTerms
from districting.policy.rule import Rule
from districting.proposing.proposal import Proposal, solver_record
from districting.solve.posts import PostsConflict, find_posts_conflict, solve_posts
from districting.solve.stop import Stop
from districting.terms import say

TERM = 3
"""Years of a term where the policy has no rule on it."""


def propose(
    county: County, policy: Policy, start: Plan | None, stop: Stop, seed: int, name: str
) -> Proposal:
    """Propose a posts plan; see :func:`districting.proposing.propose.propose`.

    Without `start` the posts are those of the county's current districts.

    Raises
    ------
    PolicyError
        If there is no layout, or the policy has no rules for posts.
    """
    rules = rules_for(county, policy, "posts")
    if start is None:
        if county.current_plan is None:
            raise PolicyError(say("plan.no_current"))
        start = posts_of(county, county.current_plan)
    assert isinstance(start, PostsPlan)
    view, problem = posed(county, rules, start)
    began = stop.elapsed
    with stop.on_ctrl_c():
        solution = solve_posts(problem, stop, seed)
        if solution.used is None:
            if solution.status is not Status.INFEASIBLE:
                return Proposal(None, solution)
            conflict = find_posts_conflict(problem, stop)
            tell = partial(explain_posts_conflict, conflict, policy)
            return Proposal(None, solution, True, tell)
    years = next((r.years for r in rules if isinstance(r, OfficeTerms)), TERM)
    record = solver_record(solution, seed, stop.elapsed - began)
    plan = replace(
        start,
        name=name or say("plan.proposal_name"),
        parent=start.name,
        policy=policy.name,
        posts=_appointed(view, np.flatnonzero(solution.used), start.year, years),
        solver=record,
        inputs=county.inputs,
    )
    return Proposal(plan, solution)


def posed(
    county: County, rules: tuple[Rule, ...], start: PostsPlan
) -> tuple[PostsView, PostsProblem]:
    """Return what the rules for posts see from `start`, and the problem that they make."""
    view = posts_view(county, start, _offices(start, rules))
    parts = tuple(part for rule in rules for part in rule.constrain(view))
    return view, PostsProblem(len(view.teacher), parts)


def posts_of(county: County, layout: DistrictPlan) -> PostsPlan:
    """Return the plan without holders yet for the districts and unions of `layout`."""
    schools = layout.schools[layout.schools != ""]
    return PostsPlan(
        name=layout.name,
        county=county.code,
        year=layout.year,
        posts=posts_table([]),
        schools=schools,
        unions=layout.districts["union"].fillna("").astype("str").sort_index(),
        inputs=county.inputs,
    )


def _offices(start: PostsPlan, rules: tuple[Rule, ...]) -> pd.DataFrame:
    """Return the offices that the policy's rules on numbers name, each once."""
    rows = [
        (body, place, post)
        for rule in rules
        if isinstance(rule, Numbers)
        for body, place in start.places()
        if body == rule.body
        for post in rule.numbers(len(start.members(body, place)))
    ]
    return pd.DataFrame(list(dict.fromkeys(rows)), columns=["body", "place", "post"])


def _appointed(view: PostsView, arcs: Ints, year: int, years: int) -> pd.DataFrame:
    rows = []
    for arc in arcs:
        person = view.staff.iloc[view.teacher[arc]]
        for office in (view.office[arc], view.second[arc]):
            if office >= 0:
                term = (f"{year}-09", f"{year + years}-08")
                where = view.offices.loc[office, ["body", "place", "post"]]
                rows.append((*where, person["teacher"], person["school"], *term))
    return posts_table(rows)


def explain_posts_conflict(conflict: PostsConflict, policy: Policy) -> str:
    """Return the conflict as text: each rule with its clause, and who would be missing where."""
    clauses = {rule.name: rule for rule in policy.of("posts")}
    lines = [say("conflict.head")]
    for gate in conflict.gates:
        rule = clauses[gate]
        lines.append(
            say("conflict.rule", clause=rule.clause.number, title=rule.title,
                text=rule.clause.text, doubt="")
        )  # fmt: skip
    key = "conflict.smallest" if conflict.proven else "conflict.small_enough"
    lines.append(say(key if conflict.relaxation else "conflict.no_relaxation"))
    for gate, place, number in conflict.relaxation:
        part = "give" if place else "break"
        lines.append(
            say(f"posts.{part}", title=clauses[gate].title, place=place, number=round(number))
        )
    return "\n".join(lines)
