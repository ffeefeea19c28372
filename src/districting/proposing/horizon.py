"""A rotation plan of several years: the first year exact, each later one from where it leads."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from districting.county import County
from districting.errors import PolicyError
from districting.model.rotation_years import county_in_autumn
from districting.plan.plan import Plan
from districting.plan.record import ObjectivePart, Status
from districting.plan.rotation_plan import RotationPlan, move_table
from districting.policy.policy import Policy
from districting.policy.rotation.base import RotationRule
from districting.policy.rotation.build import rules_and_view
from districting.policy.rotation.due_once import DueOnce
from districting.policy.rotation.share_county import ShareCounty
from districting.policy.rotation.shortage import Shortage
from districting.proposing.due import (
    Outlook,
    TooMany,
    leaves_of,
    look_ahead,
    outlook_of,
    too_many,
)
from districting.proposing.horizon_ahead import Foreseen, foresee, later_years
from districting.proposing.proposal import Proposal, solver_record
from districting.proposing.rotation import YearFound, method_of, no_plan, solve_year
from districting.solve.rotation.solution import RotationSolution
from districting.solve.rotation.solve import PROVEN
from districting.solve.stop import Stop
from districting.terms import say

LONGEST = 6
"""Most school years of a plan."""
FIRST = 0.25
"""Share of the time for the first year."""
LATER = 1e-3
"""Gap that will do for later years: what follows them is foreseen no nearer."""
FORESIGHT = 0.5
"""Share of the time, once the first year is planned, for all later years together."""


@dataclass(frozen=True, eq=False)
class HorizonYear:
    """What one year of a plan came to.

    Parameters
    ----------
    year : int
    moves, leaders : int
        Moves in all, and of leaders among them.
    due : int
        Teachers who are due in some year of the plan and had not moved before.
    missing : float
        Weighted periods a week that stay uncovered; 0 where the policy has no such aim.
    solution : RotationSolution
        Its first tier also counts later years, as foreseen, where the year is not the first.
    """

    year: int
    moves: int
    leaders: int
    due: int
    missing: float
    solution: RotationSolution


Told = Callable[[HorizonYear], None]


@dataclass(frozen=True, eq=False)
class HorizonSolution:
    """How a plan of several years was found.

    Parameters
    ----------
    years : tuple of HorizonYear
        First first; fewer than were asked for where `short` says why.
    short : str
        Why there are fewer, in the current language; empty where there are not.
    status, objective, bound, gap, parts, method
        As plans record them: the first tier added up over the years, and a bound that holds for
        all plans with this first year that keep the musts on eligibility, ways, links, subjects
        and bands.
    """

    years: tuple[HorizonYear, ...]
    short: str
    status: Status
    objective: float
    bound: float
    gap: float
    parts: dict[str, ObjectivePart]
    method: str


def propose_horizon(
    county: County,
    policy: Policy,
    years: range,
    *,
    start: Plan | None = None,
    stop: Stop | None = None,
    seed: int = 0,
    name: str = "",
    told: Told | None = None,
) -> Proposal:
    """Propose a rotation plan for several school years.

    The first year is the one-year problem itself, tier by tier. Then all later years together tell
    who might go when, and bound what must stay uncovered. Each later year is solved as the first,
    with the staff that the plan leads to (moved, returned, retired, newly come), but counts what
    its moves cover in the years after it too, if these go as foreseen. Ctrl-C or the clock end the
    plan with the years done so far.

    Parameters
    ----------
    county : County
    policy : Policy
    years : range
        School years by their autumn: 2 to 6, the first not before the county's.
    start : RotationPlan, optional
        Its locks hold in the first year; its moves are the announced ones of their years.
    stop : Stop, optional
        Shared out over the years.
    seed : int
    name : str
    told : callable, optional
        Called with each year as soon as it is known.

    Returns
    -------
    Proposal
        Its solution is a :class:`HorizonSolution` where there is a plan. No plan where the first
        year has none, or where more have to move than the shares of the years allow.

    Raises
    ------
    PolicyError
        As :func:`~districting.proposing.propose.propose`, and for too many or too few years.
    """
    if not 2 <= len(years) <= LONGEST or years[0] < county.year:
        raise PolicyError(say("horizon.bad_years", most=LONGEST, first=county.year))
    if start is not None and not isinstance(start, RotationPlan):
        raise PolicyError(say("plan.other_kind", path=start.name, found=start.kind,
                              wanted=RotationPlan.kind))  # fmt: skip
    stop, county = stop or Stop(), county.for_planning()
    began = stop.elapsed
    rules, _ = rules_and_view(county, policy, start, years[0])
    nobody = _without_moves(county, policy, rules, years, start, name)
    outlook = outlook_of(county, rules, nobody)
    beyond = too_many(outlook, rules) if outlook is not None else None
    if beyond is not None:
        nothing = _solution((), "", -np.inf, rules)
        why = partial(explain_too_many, beyond, policy)
        return Proposal(None, replace(nothing, status=Status.INFEASIBLE), True, why)
    with stop.on_ctrl_c():
        done, plan, none, bound = _years(county, policy, nobody, start, outlook, stop, seed, told)
    if not done:
        assert none is not None
        return none
    short = "" if none is None else _why_short(done[-1].year + 1, none, stop)
    solution = _solution(tuple(done), short, bound, rules)
    record = solver_record(solution, seed, stop.elapsed - began)
    leaves = plan.leaves[plan.leaves["year"] <= done[-1].year].reset_index(drop=True)
    plan = replace(plan, until=done[-1].year, leaves=leaves, solver=record)
    return Proposal(plan, solution)


def _without_moves(
    county: County,
    policy: Policy,
    rules: Sequence[RotationRule],
    years: range,
    start: RotationPlan | None,
    name: str,
) -> RotationPlan:
    """Return the plan in which nobody moves: its years, and who leaves when."""
    return RotationPlan(
        name=name or say("plan.proposal_name"),
        county=county.code,
        year=years[0],
        until=years[-1],
        moves=move_table([]),
        leaves=leaves_of(county, rules, years),
        parent="" if start is None else start.name,
        policy=policy.name,
        locks=() if start is None else start.locks,
        exemptions=() if start is None else start.exemptions,
        inputs=county.inputs,
    )


def _years(
    county: County,
    policy: Policy,
    plan: RotationPlan,
    start: RotationPlan | None,
    outlook: Outlook | None,
    stop: Stop,
    seed: int,
    told: Told | None,
) -> tuple[list[HorizonYear], RotationPlan, Proposal | None, float]:
    """Return the years solved, the plan they make, what ended it before its time, and a bound.

    A year that is interrupted is dropped, unless it is the first. The bound is on the shortage of
    all years but the first.
    """
    done: list[HorizonYear] = []
    foreseen: Foreseen | None = None
    for place, year in enumerate(plan.years):
        if done and stop.due:
            return done, plan, Proposal(None, None), _least_beyond(done)
        here = county_in_autumn(county, plan, year)
        locked = start if start is None or not place else replace(start, locks=())
        rules, view = rules_and_view(here, policy, locked, year)
        due = 0
        if outlook is not None:
            ahead = look_ahead(outlook, rules, view, plan, seed)
            due = int((ahead.deadline > 0).sum())
            if place == 1:
                foreseen = foresee(county, rules, plan, outlook, seed, stop.share(FORESIGHT))
            if foreseen is not None:
                later = later_years(county, rules, plan, view, foreseen)
                ahead = replace(ahead, later=later)
            view = replace(view, ahead=ahead)
        left = len(plan.years) - place
        part, gap = (1.0 / left, LATER) if place else (FIRST, 0.0)
        share = stop.share(part, gap)
        found = solve_year(rules, view, seed, share)
        if done and stop.interrupted:
            return done, plan, Proposal(None, found.solution), _least_beyond(done)
        if found.solution.chosen is None:
            return done, plan, no_plan(found, policy, share), _least_beyond(done)
        solution = found.solution
        heads = sum(row["reason"] == "leader" for row in found.rows)
        missing = _missing(rules, found)
        done.append(HorizonYear(year, len(found.rows), heads, due, missing, solution))
        stop.progress(str(year), solution.objective, solution.bound)
        if told is not None:
            told(done[-1])
        rows: list[Mapping[Any, Any]] = [*plan.moves.to_dict("records"), *found.rows]
        plan = replace(plan, moves=move_table(rows))
    return done, plan, None, -np.inf if foreseen is None else foreseen.bound


def _least_beyond(done: Sequence[HorizonYear]) -> float:
    """Return the bound on the years after the first where fewer are planned than asked for."""
    return -np.inf if done[1:] else 0.0


def _missing(rules: Sequence[RotationRule], found: YearFound) -> float:
    """Return the weighted periods that a year's moves leave uncovered in that year."""
    rule, chosen = next((r for r in rules if isinstance(r, Shortage)), None), found.solution.chosen
    return 0.0 if rule is None or chosen is None else rule.missing(found.built.view, chosen)


def _why_short(year: int, none: Proposal, stop: Stop) -> str:
    """Return why the plan ends before `year`."""
    if stop.interrupted or not none.explain():
        return say("horizon.stopped" if stop.interrupted else "horizon.out_of_time", year=year)
    return say("horizon.no_year", year=year) + "\n" + none.explain()


def _solution(
    years: tuple[HorizonYear, ...], short: str, bound: float, rules: Sequence[RotationRule]
) -> HorizonSolution:
    """Return what the years come to together."""
    weight = next((r.weight for r in rules if isinstance(r, Shortage)), 0.0)
    parts = {}
    if weight:
        missing = sum(y.missing for y in years)
        parts = {Shortage.name: ObjectivePart(missing, "periods", weight)}
    objective = sum(p.weight * p.value for p in parts.values())
    first = sum(y.missing for y in years[:1])
    lower = min(weight * (first + bound), objective) if parts else -np.inf
    gap = (objective - lower) / max(abs(objective), 1.0)
    proven = gap <= PROVEN and all(y.solution.status is Status.OPTIMAL for y in years)
    status = Status.OPTIMAL if years and proven else Status.FEASIBLE
    told = [f"{y.year}: {method_of(y.solution)}" for y in years]
    return HorizonSolution(years, short, status, objective, lower, gap, parts, _method(told))


def _method(years: list[str]) -> str:
    """Return the route in words of the field, with what each year's tiers came to."""
    head = "first year by tiers; all later ones in one program, which bounds their shortage; each "
    head += "by tiers, the first of which counts the years after it as that program foresees them"
    return "; ".join([head, *years])


def explain_too_many(beyond: TooMany, policy: Policy) -> str:
    """Return the clauses that the years cannot keep together, and the smallest relaxations."""
    lines = [say("conflict.head")]
    for gate in (DueOnce.name, ShareCounty.name):
        rule = policy.rule(gate, "rotation")
        number, text = rule.clause.number, rule.clause.text
        lines.append(say("conflict.rule", clause=number, title=rule.title, text=text, doubt=""))
    lines.append(say("horizon.too_many", due=beyond.due, needed=beyond.needed, most=beyond.most,
                     share=f"{beyond.share:.1%}"))  # fmt: skip
    lines.append(say("conflict.smallest"))
    least = math.floor(1000 * beyond.most / beyond.due) / 1000
    lines.append(say("horizon.fewer_due", share=f"{least:.1%}", number=beyond.most))
    if math.isfinite(beyond.enough):
        lines.append(say("horizon.larger_share", share=f"{beyond.enough:.1%}"))
    return "\n".join(lines)
