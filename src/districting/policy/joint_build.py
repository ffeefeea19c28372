"""From county and policy to primary zones and feeders as one problem."""

from __future__ import annotations

import numpy as np

from districting.county import County
from districting.model.feeder_view import FeederView, feeder_view
from districting.model.feeder_words import ForbidPairs, PairPrice, feeder_problem
from districting.model.joint import JointProblem
from districting.model.zone_words import ZoneModel
from districting.plan.zone_plan import ZonePlan
from districting.policy.feeder_build import feeder_years, village_words
from districting.policy.policy import Policy
from districting.policy.zone_build import shared_schools, zone_rules

FIXED = ("feeder_inside_district", "feeder_locks", "feeder_stability")
"""Feeder rules that speak of primaries and targets alone, whatever the zones."""


def joint_problem(
    county: County, policy: Policy, model: ZoneModel, blank: ZonePlan
) -> JointProblem:
    """Return the problem of both, in which all feeders begin in the first year.

    Parameters
    ----------
    county : County
    policy : Policy
    model : ZoneModel
        Of primary zones.
    blank : ZonePlan
        Plan without primary zones; its locks hold.
    """
    groups = shared_schools(county, policy, "junior")
    years = feeder_years(county, policy)
    view = feeder_view(county, blank, years, groups, model.view.leads)
    parts = {rule.name: tuple(rule.feed(view)) for rule in zone_rules(county, policy)}
    plain = feeder_problem(view, tuple(p for own in parts.values() for p in own))
    closed, prices = village_words(county, policy, blank, view)
    opened = np.isfinite(view.ways)
    for villages in closed.values():
        opened &= ~villages
    pair, open_pair = _pairs(view, [p for name in FIXED for p in parts.get(name, ())])
    locks = {k.unit for k in blank.locks if k.unit_kind == "feeder" and not k.forbid}
    return JointProblem(
        zones=model.problem(),
        graduates=view.leaving,
        way=np.where(opened, view.ways, 0.0).astype(np.int64) + sum(p.each for p in prices),
        pair=pair,
        open_village=opened,
        open_pair=open_pair,
        seats=plain.seats,
        elastic=plain.elastic,
        home=county.villages.index.get_indexer(county.schools.loc[view.juniors, "village"]),
        contiguous=plain.contiguous,
        claims=(view.seats[0] > 0) & plain.contiguous,
        locked=np.asarray(view.primaries.isin(locks), bool),
    )


def _pairs(view: FeederView, parts: list[object]) -> tuple[np.ndarray, np.ndarray]:
    """Return prices and openness of every primary and target, shape (n, m) each."""
    pair = np.zeros((view.n, view.m), np.int64)
    opened = np.zeros((view.n, view.m), bool)
    at = view.pair_primary, view.pair_junior
    opened[at] = True
    for part in parts:
        if isinstance(part, ForbidPairs):
            opened[at] &= ~part.pairs
        elif isinstance(part, PairPrice):
            pair[at] += np.rint(part.weight * part.amount).astype(np.int64)
    return pair, opened
