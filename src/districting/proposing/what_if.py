"""What if a school opened, closed, merged or were resized: zones drawn anew around the change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from districting.county import County
from districting.graph import adjacency
from districting.plan.adopt import with_zones
from districting.plan.record import Lock
from districting.plan.zone_plan import STAGES, ZonePlan
from districting.policy.feeder_build import feeder_rules
from districting.policy.policy import Policy
from districting.proposing.proposal import Proposal
from districting.proposing.propose import propose
from districting.proposing.school_changes import Change, changed, concerned
from districting.solve.stop import Stop
from districting.terms import say


@dataclass(frozen=True, eq=False)
class WhatIf:
    """What came of a change.

    Parameters
    ----------
    county : County
        The county after the change.
    proposal : Proposal
        The zones after it; without a plan where none exists.
    free : dict of str to int
        Villages that were free to change their school, by stage.
    """

    county: County
    proposal: Proposal
    free: dict[str, int]


def what_if(
    county: County,
    policy: Policy,
    plan: ZonePlan,
    changes: Sequence[Change],
    stop: Stop | None = None,
    seed: int = 0,
) -> WhatIf:
    """Return the zones after `changes`, drawn anew in the zones around them only.

    Villages whose zone neither loses, gains nor borders on a school that changes keep their school.
    Where that leaves no plan, all zones are drawn anew.

    Parameters
    ----------
    county : County
    policy : Policy
    plan : ZonePlan
        Zones before the change.
    changes : sequence of Change
    stop : Stop, optional
    seed : int
    """
    stop = stop or Stop()
    after = county
    for change in changes:
        after = changed(after, change)
    start = without_missing(after, plan, changes)
    base = with_zones(after, start)
    free = {s: _around(county, plan, changes, s) for s in STAGES}
    narrow = _held_outside(start, free, bool(feeder_rules(policy)))
    name = say("what_if.plan_name", plan=plan.name)
    proposal = propose(
        base, policy, "zones", start=narrow, stop=stop.share(0.7, stop.gap), seed=seed, name=name
    )
    count = {s: len(villages) for s, villages in free.items()}
    if proposal.plan is None:
        proposal = propose(base, policy, "zones", start=start, stop=stop, seed=seed, name=name)
        count = dict.fromkeys(STAGES, len(county.villages))
    if proposal.plan is not None:
        assert isinstance(proposal.plan, ZonePlan)
        own = replace(
            proposal.plan,
            locks=start.locks, parent=plan.name, until=plan.until,
            entry_seats=_entry_seats(after) if plan.entry_seats else {},
        )  # fmt: skip
        proposal = replace(proposal, plan=own)
    return WhatIf(after, proposal, count)


def _entry_seats(county: County) -> dict[str, dict[str, int]]:
    """Return the seats of `county`, one of entrants and the seats left, as a plan records them."""
    seats = {s: county.schools[f"seats_{s}"].fillna(0).astype(int) for s in STAGES}
    return {s: {str(k): int(n) for k, n in of[of > 0].items()} for s, of in seats.items()}


def _held_outside(plan: ZonePlan, free: dict[str, set[str]], fed: bool) -> ZonePlan:
    """Return `plan` in which villages outside `free` keep their schools.

    Where junior zones follow feeders (`fed`), primaries without a free village keep their feeder
    instead of villages their junior school.
    """
    reason = say("what_if.lock_reason")
    locks = [
        Lock(stage, str(village), str(school), reason)
        for stage in (STAGES[:1] if fed else STAGES)
        for village, school in plan.zones[stage].items()
        if school and str(village) not in free[stage]
    ]
    if fed:
        loose = plan.zones["primary"][plan.zones.index.isin(free["primary"] | free["junior"])]
        kept = plan.feeds().items()
        locks += [Lock("feeder", p, j, reason) for p, j in kept if p not in set(loose)]
    held = {(k.unit_kind, k.unit) for k in plan.locks if not k.forbid}
    more = tuple(k for k in locks if (k.unit_kind, k.unit) not in held)
    return replace(plan, locks=(*plan.locks, *more))


def without_missing(county: County, plan: ZonePlan, changes: Sequence[Change]) -> ZonePlan:
    """Return `plan` with merged schools handed over and closed ones left open."""
    handed = {c.school: c.into for c in changes if c.kind in ("close", "merge")}
    zones, feeders = plan.zones.replace(handed), plan.feeders.replace(handed)
    known = county.schools.index
    feeders = feeders[feeders["primary"].isin(known) & feeders["junior"].isin(known)]
    feeders = feeders.drop_duplicates(["primary", "junior"]).reset_index(drop=True)
    groups = {s: lead for s, lead in plan.groups.items() if s in known and lead in known}
    locks = tuple(k for k in plan.locks if k.to in known)
    return replace(plan, zones=zones, feeders=feeders, groups=groups, locks=locks, solver=None)


def _around(county: County, plan: ZonePlan, changes: Sequence[Change], stage: str) -> set[str]:
    """Return the villages of the zones that change or border on one that does."""
    zone = plan.zones[stage].reindex(county.villages.index).fillna("").astype(object)
    changes = [c for c in changes if stage in concerned(county, c)]
    names = {c.school for c in changes} | {c.into for c in changes if c.into}
    core = zone.isin({plan.groups.get(n, n) for n in names}).to_numpy().copy()
    for change in changes:
        if change.village:
            core |= (zone == zone[change.village]).to_numpy()
    edges = adjacency(county).edges
    beside = np.zeros(len(zone), bool)
    for a, b in (edges.T, edges.T[::-1]):
        beside[b[core[a]]] = True
    near = set(zone[core | beside]) - {""}
    return set(zone.index[core | zone.isin(near).to_numpy() | (zone == "").to_numpy()])
