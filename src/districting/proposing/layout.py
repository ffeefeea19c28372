"""From a policy's problem to the numbers of a layout, and from these to a named district plan."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from districting.county import County
from districting.errors import PolicyError
from districting.model.partition import Ints, PartitionProblem
from districting.plan.district_plan import DistrictPlan
from districting.plan.record import Status, TierRecord
from districting.policy.policy import Policy
from districting.proposing.naming import name_districts
from districting.proposing.unions import paired, union_names
from districting.solve.partition import Tier, solve_partition, solve_tiers
from districting.solve.result import PartitionSolution
from districting.solve.stop import Stop
from districting.terms import say


def solve_layout(
    problem: PartitionProblem, policy: Policy, stop: Stop, seed: int, start: Ints | None
) -> PartitionSolution:
    """Solve for the weighted objective, or tier by tier where the policy ranks its aims.

    With tiers, objective, bound and parts are those of the last tier, the earlier ones held at
    their best; ``tiers`` tells the value and the bound of each. OPTIMAL only where every tier is.

    Raises
    ------
    PolicyError
        If a tier has neither aim nor price under this policy.
    """
    if not policy.tiers:
        return solve_partition(problem, stop, seed=seed, start=start)
    for tier in policy.tiers:
        if not problem.charged(tier):
            raise PolicyError(say("policy.empty_tier", file=policy.path, value="、".join(tier)))
    done = solve_tiers(problem, policy.tiers, stop, seed, start, policy.allowance)
    solved = [tier for tier in done if tier.solution.labels is not None]
    if not solved:
        return done[0].solution
    last = solved[-1].solution
    proven = len(solved) == len(policy.tiers) and all(
        tier.solution.status is Status.OPTIMAL for tier in solved
    )
    return replace(
        last,
        status=Status.OPTIMAL if proven else Status.FEASIBLE,
        tiers=tuple(_record(tier, policy.allowance) for tier in solved),
    )


def _record(tier: Tier, given: float) -> TierRecord:
    # Without a plan in a later tier the values are those of the tiers' own plans.
    value = tier.solution.objective if math.isnan(tier.value) else tier.value
    return TierRecord(tier.gates, value, min(tier.solution.bound, value), given)


def layout_plan(
    county: County,
    policy: Policy,
    labels: Ints,
    seats: Ints,
    start: DistrictPlan | None,
    name: str = "",
) -> DistrictPlan:
    """Return the plan of a layout, districts named after those of `start` that they carry on.

    Parameters
    ----------
    labels : int array, shape (n,)
        District 0 … K-1 of each village in county order.
    seats : int array, shape (K,)
        Village position of each district's seat.
    """
    table = name_districts(county, labels, seats, start)
    unions = paired(county, policy, labels, seats)
    if unions is not None:
        table["union"] = union_names(county, table, unions, start)
    villages = pd.Series(
        table["district"].to_numpy()[labels],
        index=county.villages.index,
        name="district",
        dtype="str",
    )
    members = county.district_schools()
    return DistrictPlan(
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
        units=start.units if start is not None else None,
    )
