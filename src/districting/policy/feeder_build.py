"""From county and policy to the feeder problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.feeder_view import Bools, FeederView, Ints, feeder_view
from districting.model.feeder_words import FeederPart, ForbidPairs, VillagePrice
from districting.model.zone_words import ArcPrice
from districting.plan.zone_plan import ZonePlan
from districting.policy.policy import Policy
from districting.policy.zone_build import shared_schools, zone_model, zone_rules
from districting.policy.zones.feeder_base import FeederRule
from districting.policy.zones.feeder_capacity import FeederCapacity
from districting.policy.zones.feeder_coverage import FeederCoverage
from districting.policy.zones.way_limit import WayLimit

FOLLOWING = ("travel", "feeder_alignment", "stability", "locks")
"""Village rules that say nothing more of feeders: these count travel and changes themselves, and
junior zones follow them."""


def feeder_rules(policy: Policy) -> tuple[FeederRule, ...]:
    """Return the feeder rules of `policy`; empty where it leaves feeders as they are."""
    return tuple(r for r in policy.of("zones") if isinstance(r, FeederRule))


def feeder_years(county: County, policy: Policy) -> range:
    """Return the school years that the feeder rules of `policy` speak of."""
    last = county.year + 1
    for rule in feeder_rules(policy):
        if isinstance(rule, FeederCapacity):
            last = max(last, county.year + rule.years)
        elif isinstance(rule, FeederCoverage):
            last = max(last, rule.last + 1)
    return range(county.year, last)


def feeder_model(
    county: County, policy: Policy, start: ZonePlan
) -> tuple[FeederView, tuple[FeederPart, ...]]:
    """Return what feeder rules see of `county` on the primary zones of `start`, and their parts.

    The policy's rules for the junior zones of villages speak of feeders too: a pair is closed where
    a must closes it for a village of the primary zone, and carries the prices of all its villages.
    """
    groups = shared_schools(county, policy, "junior")
    view = feeder_view(county, start, feeder_years(county, policy), groups)
    own = [part for rule in zone_rules(county, policy) for part in rule.feed(view)]
    return view, (*own, *_village_parts(county, policy, start, view))


def village_words(
    county: County, policy: Policy, start: ZonePlan, view: FeederView
) -> tuple[Mapping[str, Bools], tuple[VillagePrice, ...]]:
    """Return what the junior rules of villages say, apart from those that follow the feeders.

    Returns
    -------
    Mapping of str to bool array, shape (villages, m)
        Junior zones that a must closes to a village where children live, by rule.
    tuple of VillagePrice
        By rule. They do not hang on the primary zones.
    """
    model = zone_model(county, policy, "junior", start, primary=start)
    to = view.juniors.get_indexer(pd.Index(model.view.leads[model.view.arc_zone]))
    known, lives = to >= 0, model.view.children[:, None] > 0
    at = model.view.arc_village[known], to[known]

    def table(values: Bools | Ints) -> Any:
        found = np.zeros((model.view.n, view.m), values.dtype)
        found[at] = values[known]
        return found

    closed = {
        gate: table(arcs) & lives
        for gate, arcs in model.forbidding().items()
        if gate not in FOLLOWING and arcs.any()
    }
    limits = [
        r.name
        for r in policy.of("zones")
        if isinstance(r, WayLimit) and np.isfinite(r.reach(county, "junior")).any()
    ]
    if limits:
        beyond = ~table(known) & lives
        closed[limits[0]] = closed.get(limits[0], beyond) | beyond
    children = np.maximum(model.view.children, 1)[:, None]
    prices = (
        VillagePrice(p.gate, np.rint(table(p.cost) * lives / children).astype(np.int64))
        for p in model.parts
        if isinstance(p, ArcPrice) and p.gate not in FOLLOWING
    )
    return closed, tuple(prices)


def _village_parts(
    county: County, policy: Policy, start: ZonePlan, view: FeederView
) -> Iterator[FeederPart]:
    """Yield what the junior rules of villages close and cost, primary by primary."""
    closed, prices = village_words(county, policy, start, view)
    inside = view.zone >= 0
    for gate, villages in closed.items():
        pairs = np.zeros((view.n, view.m), bool)
        np.logical_or.at(pairs, view.zone[inside], villages[inside])
        yield ForbidPairs(gate, pairs[view.pair_primary, view.pair_junior])
    yield from prices
