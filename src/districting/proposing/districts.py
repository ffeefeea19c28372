"""Propose a district plan: policy and county become a problem, its solution becomes a plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.metadata import version
from types import MappingProxyType

import pandas as pd

from districting.county import County
from districting.errors import PolicyError
from districting.plan.district_plan import DistrictPlan
from districting.plan.record import SolverRecord, Status
from districting.policy.build import district_problem
from districting.policy.policy import Policy
from districting.proposing.naming import name_districts
from districting.solve.partition import Conflict, find_conflict, solve_partition
from districting.solve.result import PartitionSolution
from districting.solve.stop import Stop
from districting.terms import say


@dataclass(frozen=True, eq=False)
class Proposal:
    """What came of a request for a plan.

    Parameters
    ----------
    plan : DistrictPlan or None
        None when there is no plan; `conflict` then says why.
    solution : PartitionSolution
        The solver's own record, with its trace.
    conflict : Conflict or None
        The clauses that cannot hold together and the smallest relaxation found.
    """

    plan: DistrictPlan | None
    solution: PartitionSolution
    conflict: Conflict | None = None


def propose(
    county: County,
    policy: Policy,
    kind: str = "districts",
    *,
    start: DistrictPlan | None = None,
    stop: Stop | None = None,
    seed: int = 0,
    name: str = "",
) -> Proposal:
    """Propose a plan of `kind` for `county` under `policy`.

    Parameters
    ----------
    county : County
    policy : Policy
    kind : {"districts"}
    start : DistrictPlan, optional
        Plan to start from; its locks and exemptions hold. The current plan by default.
    stop : Stop, optional
        Time limit, gap and progress; 60 seconds by default.
    seed : int
        Same county, policy, start and seed give the same plan.
    name : str
        Name of the new plan.

    Raises
    ------
    PolicyError
        If the policy has no rules of this kind, or a rule lacks data it needs.
    """
    if kind != "districts":
        raise PolicyError(say("plan.unknown_kind", value=kind))
    stop = stop or Stop()
    start = start or county.current_plan
    problem, view = district_problem(county, policy, start)
    began = stop.elapsed
    with stop.on_ctrl_c():
        solution = solve_partition(problem, stop, seed=seed, start=view.start_labels)
        if solution.labels is None:
            conflict = (
                find_conflict(problem, stop) if solution.status is Status.INFEASIBLE else None
            )
            return Proposal(None, solution, conflict)
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
    return Proposal(replace(plan, solver=_record(solution, seed, stop.elapsed - began)), solution)


def _record(solution: PartitionSolution, seed: int, seconds: float) -> SolverRecord:
    versions = {p: version(p) for p in ("districting", "numpy", "ortools")}
    return SolverRecord(
        status=solution.status,
        objective=solution.objective,
        bound=solution.bound,
        gap=solution.gap,
        parts=solution.parts,
        seed=seed,
        seconds=seconds,
        versions=MappingProxyType(versions),
        method=solution.method,
    )
