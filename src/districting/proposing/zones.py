"""Propose a zone plan: one problem a stage, primary zones first, then junior ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType

import numpy as np

from districting.county import County
from districting.model.zone_words import ZoneModel
from districting.model.zones import Ints
from districting.plan.plan import Plan
from districting.plan.record import ObjectivePart, Status
from districting.plan.zone_plan import STAGES, ZonePlan, feeder_table, zone_table
from districting.policy.feeder_build import feeder_rules
from districting.policy.policy import Policy
from districting.policy.zone_build import shared_schools, zone_model
from districting.proposing.feeders import explain_feeder_conflict, feed
from districting.proposing.proposal import Proposal, solver_record
from districting.proposing.zone_conflict import explain_not_found, explain_zone_conflict
from districting.proposing.zone_tiers import StageSolution, solve_tiers
from districting.solve.stop import Stop
from districting.terms import say

GRACE = 2.0
"""Seconds that every stage has, even where the stage before took too long: half a plan is none."""


def propose(
    county: County, policy: Policy, start: Plan | None, stop: Stop, seed: int, name: str
) -> Proposal:
    """Propose a zone plan; see :func:`districting.proposing.propose.propose`.

    Where the policy has feeder rules, junior zones are unions of the primary zones just found;
    otherwise the junior stage looks at the feeders that there are. Objective and bound add up over
    the stages; the second stage's are for the primary zones found. A stage for which the county has
    no public school is left open.
    """
    current = county.current_zones
    start = start or current
    assert start is None or isinstance(start, ZonePlan)
    plan = blank_plan(county, policy, start, name)
    began, found = stop.elapsed, []
    for stage in STAGES:
        if stage == "junior" and feeder_rules(policy):
            with stop.on_ctrl_c():
                fed = feed(county, policy, plan, stop.share(1.0, stop.gap, least=GRACE), seed)
            if fed.plan is None:
                tell = partial(explain_feeder_conflict, fed, policy)
                return Proposal(None, fed.solution, bool(fed.conflict), tell)
            found.append(fed.solution)
            plan = fed.plan
            continue
        model = zone_model(county, policy, stage, start, primary=plan)
        if model.view.m == 0:
            continue
        share = 1.0 if stage == STAGES[-1] else 0.5
        with stop.on_ctrl_c():
            solution = solve_tiers(model, policy, stop.share(share, stop.gap, least=GRACE), seed)
        if solution.assignment is None:
            return none(county, policy, start, stage, solution, stop)
        found.append(solution)
        plan = with_stage(plan, model, stage, solution.assignment)
    both = together(found)
    record = solver_record(both, seed, stop.elapsed - began, both.tiers)
    return Proposal(replace(plan, solver=record), both)


def none(
    county: County,
    policy: Policy,
    start: ZonePlan | None,
    stage: str,
    solution: StageSolution,
    stop: Stop,
) -> Proposal:
    """Return that there is no plan, and why where that is proven, or what is known where not."""
    if solution.status is not Status.INFEASIBLE:
        known = partial(explain_not_found, county, policy, start, stage, solution.relaxation)
        return Proposal(None, solution, False, known)
    tell = partial(explain_zone_conflict, county, policy, start, stage, stop)
    return Proposal(None, solution, True, tell)


def blank_plan(county: County, policy: Policy, start: ZonePlan | None, name: str) -> ZonePlan:
    """Return a plan without zones that keeps feeders, locks and exemptions of `start`."""
    empty: dict[str, str] = {}
    shared = {k: v for stage in STAGES for k, v in shared_schools(county, policy, stage).items()}
    return ZonePlan(
        name=name or say("plan.proposal_name"),
        county=county.code,
        year=county.year,
        zones=zone_table(dict.fromkeys(STAGES, empty), county.villages.index),
        feeders=feeder_table([]) if start is None else start.feeders,
        groups=MappingProxyType(shared),
        parent="" if start is None else start.name,
        policy=policy.name,
        locks=() if start is None else start.locks,
        exemptions=() if start is None else start.exemptions,
        inputs=county.inputs,
    )


def with_stage(plan: ZonePlan, model: ZoneModel, stage: str, assignment: Ints) -> ZonePlan:
    """Return `plan` with the zones of `stage` that `assignment` gives every village."""
    named = dict(zip(model.view.units, model.view.leads[assignment], strict=True))
    columns = {s: plan.zones[s] for s in STAGES} | {stage: named}
    return replace(plan, zones=zone_table(columns))


def together(found: Sequence[StageSolution]) -> StageSolution:
    """Return the stages' solutions as one: objectives, bounds and parts add up."""
    parts: dict[str, ObjectivePart] = {}
    for solution in found:
        for gate, part in solution.parts.items():
            value = part.value + (parts[gate].value if gate in parts else 0.0)
            parts[gate] = replace(part, value=value)
    proven = all(s.status is Status.OPTIMAL for s in found)
    return StageSolution(
        status=Status.OPTIMAL if proven else Status.FEASIBLE,
        assignment=found[-1].assignment if found else np.empty(0, np.int64),
        objective=math.fsum(s.objective for s in found),
        bound=math.fsum(s.bound for s in found),
        parts=MappingProxyType(parts),
        method="zones",
        tiers=tuple(tier for s in found for tier in s.tiers),
    )
