"""From county and policy to the feeder problem."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.feeder_view import FeederView, Floats, feeder_view
from districting.model.feeder_words import FeederPart, ForbidPairs, PairPrice
from districting.model.zone_words import ArcPrice
from districting.plan.zone_plan import ZonePlan
from districting.policy.policy import Policy
from districting.policy.zone_build import shared_schools, zone_model
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
    own = [part for rule in feeder_rules(policy) for part in rule.feed(view)]
    return view, (*own, *_village_parts(county, policy, start, view))


def village_prices(
    county: County, policy: Policy, start: ZonePlan, view: FeederView
) -> tuple[Floats, int]:
    """Return what the junior rules of villages cost, apart from those that follow the feeders.

    Returns
    -------
    float array, shape (villages, m)
        Child-metres of each village at each junior zone, whatever the primary zones; 0 where no
        children live.
    int
        Number of prices that add up to it.
    """
    model = zone_model(county, policy, "junior", start, primary=start)
    to = view.juniors.get_indexer(pd.Index(model.view.leads[model.view.arc_zone]))
    table = np.zeros((model.view.n, view.m))
    priced = [p for p in model.parts if isinstance(p, ArcPrice) and p.gate not in FOLLOWING]
    for part in priced:
        np.add.at(table, (model.view.arc_village[to >= 0], to[to >= 0]), part.cost[to >= 0])
    table[model.view.children == 0] = 0.0
    return table, len(priced)


def _village_parts(
    county: County, policy: Policy, start: ZonePlan, view: FeederView
) -> Iterator[FeederPart]:
    """Yield what the junior rules of villages close and cost, primary by primary."""
    model = zone_model(county, policy, "junior", start, primary=start)
    village, junior = model.view.arc_village, model.view.arc_zone
    zone = start.zones["primary"].reindex(model.view.units).fillna("")
    primary = view.primaries.get_indexer(pd.Index(zone))[village]
    to = view.juniors.get_indexer(pd.Index(model.view.leads[junior]))
    inside = (primary >= 0) & (to >= 0)
    shape = (view.n, view.m)
    for gate, closed in model.forbidding().items():
        hit = inside & closed & (model.view.arc_children > 0)
        if gate in FOLLOWING or not hit.any():
            continue
        table = np.zeros(shape, bool)
        table[primary[hit], to[hit]] = True
        yield ForbidPairs(gate, table[view.pair_primary, view.pair_junior])
    of_unit = view.primaries.get_indexer(pd.Index(zone))
    limits = [
        r.name
        for r in policy.of("zones")
        if isinstance(r, WayLimit) and np.isfinite(r.reach(county, "junior")).any()
    ]
    if limits:
        reached = np.zeros((model.view.n, view.m), bool)
        reached[village[inside], to[inside]] = True
        far = np.zeros(shape, bool)
        lives = (of_unit >= 0) & (model.view.children > 0)
        np.logical_or.at(far, of_unit[lives], ~reached[lives])
        yield ForbidPairs(limits[0], far[view.pair_primary, view.pair_junior])
    count = np.zeros(view.n)
    np.add.at(count, of_unit[of_unit >= 0], model.view.children[of_unit >= 0])
    for part in model.parts:
        if isinstance(part, ArcPrice) and part.gate not in FOLLOWING:
            cost = np.zeros(shape)
            np.add.at(cost, (primary[inside], to[inside]), part.cost[inside])
            each = cost / np.maximum(count, 1.0)[:, None]
            yield PairPrice(part.gate, 1.0, each[view.pair_primary, view.pair_junior])
