"""Why there is no zone plan: the clauses that cannot hold together, and what would have to give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from districting.county import County
from districting.model.zone_words import ArcPrice, Forbid, Part, Seats, Shape, ZoneModel, binding
from districting.model.zones import Elastic, Ints
from districting.plan.record import Status
from districting.plan.zone_plan import ZonePlan
from districting.policy.policy import Policy
from districting.policy.zone_build import zone_model, zone_rules
from districting.policy.zones.way_limit import WayLimit
from districting.solve.stop import Stop
from districting.solve.zones import ZoneSolution, solve_zones
from districting.solve.zones.relax import relax
from districting.solve.zones.solution import Relaxation
from districting.terms import say

STRETCHES = (2.0, 8.0, np.inf)
"""How far beyond the limits on ways relaxations look, tried until every village has a school."""
RESERVE = 5.0
"""Seconds that an explanation has where less is left of the limit; all its solves share them."""
EACH = 2.0
"""Seconds for one re-solve at most."""
FILTER = 0.5
"""Share of an explanation's time for the conflict; the rest is for ways out of it."""
SHOWN = 8


@dataclass(frozen=True, eq=False)
class ZoneConflict:
    """Rules of one stage that no plan satisfies together.

    Parameters
    ----------
    full, model : ZoneModel
        With and without prices; with arcs beyond the limits on ways, forbidden.
    gates : tuple of str
        Without any one of these a plan exists.
    unconfirmed : tuple of str
        Those of `gates` for which that could not be confirmed in time.
    stranded : int array
        Villages that no road leads to any school from.
    """

    full: ZoneModel
    model: ZoneModel
    gates: tuple[str, ...]
    unconfirmed: tuple[str, ...]
    stranded: Ints


def find_zone_conflict(
    county: County, policy: Policy, start: ZonePlan | None, stage: str, stop: Stop
) -> ZoneConflict:
    """Return a minimal set of rules of `stage` that cannot hold together, by a deletion filter.

    Every member is confirmed by a re-solve that finds a plan without it. Prices are kept, for they
    guide the search; any plan will do.
    """
    full = _stretched(county, policy, start, stage)
    model = _bare(full)
    stranded = np.flatnonzero(np.diff(model.view.arc_start) == 0)
    gates, unconfirmed = model.gates(), []
    for gate in model.gates():
        rest = [g for g in gates if g != gate]
        found = _solve(full.only(rest), stop, gap=1.0)
        if found.status is Status.INFEASIBLE:
            gates = rest
        elif found.assignment is None:
            unconfirmed.append(gate)
    return ZoneConflict(full, model, tuple(gates), tuple(unconfirmed), stranded)


def explain_zone_conflict(
    county: County, policy: Policy, start: ZonePlan | None, stage: str, stop: Stop
) -> str:
    """Return the conflict as text: each rule with its clause, and for each what would do."""
    stop = stop.share(1.0, quiet=True, least=RESERVE)
    conflict = find_zone_conflict(county, policy, start, stage, stop.share(FILTER))
    view, name = conflict.model.view, say(f"terms.{stage}")
    if len(conflict.stranded):
        places = "、".join(county.villages["name"].iloc[conflict.stranded[:SHOWN]])
        return say("zone_conflict.stranded", stage=name, places=places)
    clauses = {r.name: r.clause for r in policy.of("zones")}
    lines = [say("zone_conflict.head", stage=name)]
    for gate in conflict.gates:
        doubt = say("conflict.unconfirmed") if gate in conflict.unconfirmed else ""
        clause, title = clauses[gate], say(f"zone_rule.{gate}.title")
        lines.append(
            say("conflict.rule", clause=clause.number, title=title, text=clause.text, doubt=doubt)
        )
    limits = {
        r.name: r.metres(stage) for r in zone_rules(county, policy) if isinstance(r, WayLimit)
    }
    sure = [gate for gate in conflict.gates if gate not in conflict.unconfirmed]
    found = [
        _way_out(conflict, gate, limits.get(gate), stop.share(1 / (len(sure) - k)))
        for k, gate in enumerate(sure)
    ]
    lines.append(say("zone_conflict.ways_out" if any(found) else "zone_conflict.no_way_out"))
    lines += [line for line in found if line]
    assert view.stage == stage
    return "\n".join(lines)


def explain_not_found(
    county: County,
    policy: Policy,
    start: ZonePlan | None,
    stage: str,
    known: Relaxation | None = None,
) -> str:
    """Return what is known where the search ended without a plan and without a proof.

    With hard seats: with how many more, and where, there is a plan; those that the search knows
    (`known`), sought where it knows of none. Empty where seats are elastic.
    """
    full = _stretched(county, policy, start, stage)
    if not any(isinstance(p, Seats) and p.elastic is None for p in full.parts):
        return ""
    if known is not None and known.extra is not None:
        seats = _told_seats(full, known)
    else:
        none = np.empty(0, np.int64)
        conflict = ZoneConflict(full, _bare(full), tuple(full.gates()), (), none)
        seats = _more_seats(conflict, conflict.gates, Stop(seconds=RESERVE))
    return say("zone_conflict.not_found", stage=say(f"terms.{stage}"), seats=seats)


def _stretched(county: County, policy: Policy, start: ZonePlan | None, stage: str) -> ZoneModel:
    """Return the model with as many forbidden arcs as it takes to give every village a school."""
    for stretch in STRETCHES:
        model = zone_model(county, policy, stage, start, primary=start, stretch=stretch)
        if (np.diff(model.view.arc_start) > 0).all():
            break
    return model


def _bare(model: ZoneModel) -> ZoneModel:
    """Return the model without prices: whether a plan exists is all that is asked."""
    return replace(model, parts=tuple(p for p in model.parts if binding(p)))


def _solve(model: ZoneModel, stop: Stop, gap: float = 0.0) -> ZoneSolution:
    part = min(1.0, EACH / max(stop.left, 1e-9))
    return solve_zones(model.problem(), stop.share(part, gap))


def _way_out(conflict: ZoneConflict, gate: str, limit: float | None, stop: Stop) -> str:
    """Return what it takes of one rule, all others held; empty where unknown.

    Where none is found so, another conflict may be left: then of the rules in this one alone.
    """
    every = tuple(conflict.full.gates())
    told = _relaxation(conflict, gate, limit, every, stop)
    if told or set(conflict.gates) == set(every):
        return told
    told = _relaxation(conflict, gate, limit, conflict.gates, stop)
    return told and told + say("zone_conflict.these_only")


def _relaxation(
    conflict: ZoneConflict, gate: str, limit: float | None, held: tuple[str, ...], stop: Stop
) -> str:
    """Return what it takes of one rule, those of `held` kept; empty where unknown."""
    if any(isinstance(p, Seats) and p.gate == gate for p in conflict.model.parts):
        return _more_seats(conflict, held, stop)
    model = conflict.model.only(held)
    softened = tuple(_soft(model, p, limit) if p.gate == gate else [p] for p in model.parts)
    soft = replace(model, parts=tuple(p for parts in softened for p in parts))
    found = _solve(soft, stop)
    if found.assignment is None:
        return ""
    view, title = model.view, say(f"zone_rule.{gate}.title")
    proven = say(
        "zone_conflict.least" if found.status is Status.OPTIMAL else "zone_conflict.enough"
    )
    if any(isinstance(p, Shape) and p.gate == gate for p in model.parts):
        return say("zone_conflict.give_up", title=title)
    used = np.flatnonzero(view.arc_zone == found.assignment[view.arc_village])
    broken = used[conflict.model.forbidding()[gate][used]]
    villages = view.county.villages["name"].to_numpy()[view.arc_village[broken]]
    if limit is None:
        return say(
            "zone_conflict.villages", title=title, proven=proven, count=len(broken),
            places=_few(villages),
        )  # fmt: skip
    more = np.maximum(view.farthest[broken] - limit, 0)
    told = [
        say("zone_conflict.metres_at", village=v, metres=m)
        for v, m in zip(villages, more, strict=True)
    ]
    return say(
        "zone_conflict.metres",
        title=title,
        proven=proven,
        total=float(more.sum()),
        metres=float(more.max(initial=0.0)),
        places=_few(told),
    )


def _more_seats(conflict: ZoneConflict, held: tuple[str, ...], stop: Stop) -> str:
    """Return how many seats would do; empty where that is not known in time."""
    model = conflict.full.only(held)
    # With seats for sale a village may also go where it alone is too large.
    soft = tuple(replace(p, elastic=Elastic()) if isinstance(p, Seats) else p for p in model.parts)
    problem = replace(model, parts=soft).problem()
    found = relax(problem, solve_zones, stop, 0)
    return "" if found.extra is None else _told_seats(model, found)


def _told_seats(model: ZoneModel, found: Relaxation) -> str:
    """Return how many seats would do, where, and how many it takes at the very least."""
    assert found.extra is not None
    view, names = model.view, model.view.county.schools["name"]
    told = [
        say("zone_conflict.seats_at", school=names[lead], seats=more)
        for lead, more in sorted(zip(view.leads, found.extra, strict=True), key=lambda p: -p[1])
        if more > 0
    ]
    largest = np.zeros(view.n, np.int64)
    np.maximum.at(largest, view.arc_village, view.seats[view.arc_zone])
    large = [
        say("zone_conflict.too_large_at", village=name, children=size, seats=most)
        for name, size, most in zip(
            view.county.villages["name"], view.children, largest, strict=True
        )
        if size > most
    ]
    text = say("zone_conflict.seats", total=found.total, least=found.least, places=_few(told))
    return text + (say("zone_conflict.too_large", places=_few(large)) if large else "")


def _soft(model: ZoneModel, part: Part, limit: float | None) -> list[Part]:
    """Return what stands for a part of the rule that gives way: its violation, priced."""
    if isinstance(part, Forbid):
        beyond = np.maximum(model.view.farthest - (limit or 0.0), 1.0)
        return [ArcPrice(part.gate, 1.0, part.arcs * (1.0 if limit is None else beyond))]
    return []


def _few(told: Iterable[str]) -> str:
    listed = list(told)
    more = say("zone_conflict.more", count=len(listed) - SHOWN) if len(listed) > SHOWN else ""
    return "、".join(listed[:SHOWN]) + more
