"""Propose a plan of any kind: each kind has a file of its own that knows how."""

from __future__ import annotations

from importlib import import_module

from districting.county import County
from districting.errors import PolicyError
from districting.plan.plan import Plan
from districting.policy.policy import Policy
from districting.proposing.proposal import Proposal
from districting.solve.stop import Stop
from districting.terms import say

PROPOSERS = {
    "districts": "districts",
    "zones": "zones",
    "rotation": "rotation",
    "teaching": "teaching",
    "posts": "posts",
}
"""Kinds of plans, and the module here whose ``propose(county, policy, start, stop, seed, name)``
makes them."""


def propose(
    county: County,
    policy: Policy,
    kind: str = "districts",
    *,
    start: Plan | None = None,
    stop: Stop | None = None,
    seed: int = 0,
    name: str = "",
    joint: bool = False,
) -> Proposal:
    """Propose a plan of `kind` for `county` under `policy`.

    Parameters
    ----------
    county : County
    policy : Policy
    kind : str
        One of :data:`PROPOSERS`.
    start : Plan, optional
        Plan of that kind to start from; its locks and exemptions hold. The current plan by default.
    stop : Stop, optional
        Time limit, gap and progress; 60 seconds by default.
    seed : int
        Same county, policy, start and seed give the same plan.
    name : str
        Name of the new plan.
    joint : bool
        Zones only: primary zones and feeders solved together, under one bound
        (:mod:`districting.proposing.joint`).

    Raises
    ------
    PolicyError
        If the kind is unknown, or has nothing to solve jointly, `start` is of another kind, the
        policy has no rules of this kind, or a rule lacks data it needs.
    """
    if kind not in PROPOSERS:
        raise PolicyError(say("plan.unknown_kind", value=kind, allowed="、".join(PROPOSERS)))
    if start is not None and start.kind != kind:
        raise PolicyError(say("plan.other_kind", path=start.name, found=start.kind, wanted=kind))
    if joint and kind != "zones":
        raise PolicyError(say("joint.zones_only"))
    file = "joint" if joint else PROPOSERS[kind]
    module = import_module(f"districting.proposing.{file}")
    proposal: Proposal = module.propose(
        county.for_planning(), policy, start, stop or Stop(), seed, name
    )
    return proposal
