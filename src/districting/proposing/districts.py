"""Propose a district plan: policy and county become a problem, its solution becomes a plan."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from districting.county import County
from districting.plan.district_plan import DistrictPlan
from districting.plan.plan import Plan
from districting.plan.record import Status
from districting.policy.build import district_problem
from districting.policy.districts.zone_units import held_to_units
from districting.policy.policy import Policy
from districting.proposing.explain import explain_conflict
from districting.proposing.layout import layout_plan, solve_layout
from districting.proposing.proposal import Proposal, solver_record
from districting.proposing.unions import paired, with_unions
from districting.solve.partition import find_conflict
from districting.solve.stop import Stop


def propose(
    county: County, policy: Policy, start: Plan | None, stop: Stop, seed: int, name: str
) -> Proposal:
    """Propose a district plan; see :func:`districting.proposing.propose.propose`."""
    start = start or county.current_plan
    assert start is None or isinstance(start, DistrictPlan)
    policy = held_to_units(policy, start)
    problem, view = district_problem(county, policy, start)
    began = stop.elapsed
    with stop.on_ctrl_c():
        solution = solve_layout(problem, policy, stop, seed, view.start_labels)
        if solution.labels is None:
            if solution.status is not Status.INFEASIBLE:
                return Proposal(None, solution)
            conflict = find_conflict(problem, stop)
            tell = partial(explain_conflict, conflict, county, policy)
            return Proposal(None, solution, conflict.proven, tell)
    seats = problem.seats[solution.seats]
    plan = layout_plan(county, policy, solution.labels, seats, start, name)
    unions = paired(county, policy, solution.labels, seats)
    if unions is not None:
        solution = with_unions(solution, unions)
    record = solver_record(solution, seed, stop.elapsed - began, solution.tiers)
    return Proposal(replace(plan, solver=record), solution)
