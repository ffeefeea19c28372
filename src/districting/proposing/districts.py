"""Propose a district plan: policy and county become a problem, its solution becomes a plan."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pandas as pd

from districting.county import County
from districting.plan.district_plan import DistrictPlan
from districting.plan.plan import Plan
from districting.plan.record import Status
from districting.policy.build import district_problem
from districting.policy.policy import Policy
from districting.proposing.explain import explain_conflict
from districting.proposing.naming import name_districts
from districting.proposing.proposal import Proposal, solver_record
from districting.solve.partition import find_conflict, solve_partition
from districting.solve.stop import Stop
from districting.terms import say


def propose(
    county: County, policy: Policy, start: Plan | None, stop: Stop, seed: int, name: str
) -> Proposal:
    """Propose a district plan; see :func:`districting.proposing.propose.propose`."""
    start = start or county.current_plan
    assert start is None or isinstance(start, DistrictPlan)
    problem, view = district_problem(county, policy, start)
    began = stop.elapsed
    with stop.on_ctrl_c():
        solution = solve_partition(problem, stop, seed=seed, start=view.start_labels)
        if solution.labels is None:
            if solution.status is not Status.INFEASIBLE:
                return Proposal(None, solution)
            conflict = find_conflict(problem, stop)
            tell = partial(explain_conflict, conflict, county, policy)
            return Proposal(None, solution, conflict.proven, tell)
    seats = problem.seats[solution.seats]
    table = name_districts(county, solution.labels, seats, start)
    villages = pd.Series(
        table["district"].to_numpy()[solution.labels],
        index=county.villages.index,
        name="district",
        dtype="str",
    )
    members = county.district_schools()
    plan = DistrictPlan(
        name=name or say("plan.proposal_name"),
        county=county.code,
        year=county.year,
        districts=table.set_index("district").sort_index()[["union", "town", "seat"]],
        villages=villages,
        schools=members["village"].map(villages).rename("district").astype("str"),
        parent=start.name if start is not None else "",
        policy=policy.name,
        locks=start.locks if start is not None else (),
        exemptions=start.exemptions if start is not None else (),
        inputs=county.inputs,
    )
    record = solver_record(solution, seed, stop.elapsed - began)
    return Proposal(replace(plan, solver=record), solution)
