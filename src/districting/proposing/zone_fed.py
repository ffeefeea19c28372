"""Why a village's junior school is the one it is where it follows the feeder of its primary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from districting.terms import say

if TYPE_CHECKING:
    from districting.proposing.zone_place import Standing


def followed(stages: Mapping[str, Standing], village: str) -> Iterator[str]:
    """Yield that the junior school follows the primary, and the two ways to another one.

    The feeder of the whole primary zone may change, or the village go to a primary that feeds
    another junior school; each way is told for its least change, where ways are known.
    """
    primary, junior = stages["primary"], stages["junior"]
    zone, target = (str(s.plan.zones[s.stage][village]) for s in (primary, junior))
    yield say("explain.follows", primary=primary.name(zone), junior=junior.name(target))
    yield from _other_feeder(junior, zone, target)
    yield from _other_primary(primary, junior, village, target)


def _other_feeder(junior: Standing, zone: str, target: str) -> Iterator[str]:
    """Yield what feeding the junior school with the least further way would mean."""
    assert junior.moves is not None
    view = junior.moves.model.view
    of = junior.plan.zones["primary"].reindex(view.units).fillna("").to_numpy()
    inside = np.flatnonzero((of == zone) & (view.children > 0))
    metres = np.full((view.n, view.m), np.inf)
    metres[view.arc_village, view.arc_zone] = view.metres
    total = view.children[inside] @ metres[inside]
    own = int(view.leads.get_indexer(pd.Index([target]))[0])
    here = float(total[own])
    total[own] = np.inf
    best, children = int(total.argmin()), int(view.children[inside].sum())
    if not children or not np.isfinite([here, total[best]]).all():
        return
    lead = str(view.leads[best])
    after = int(junior.loads["children"][lead]) + children - int(junior.loads["seats"][lead])
    yield say(
        "explain.other_feeder",
        junior=junior.name(lead), villages=len(inside), children=children,
        further=(float(total[best]) - here) / children, over=max(after, 0),
    )  # fmt: skip


def _other_primary(primary: Standing, junior: Standing, village: str, target: str) -> Iterator[str]:
    """Yield what the cheapest move to a primary that feeds another junior school would mean."""
    assert primary.moves is not None and junior.moves is not None
    view, feeds = primary.moves.model.view, primary.plan.feeds()
    at = int(view.units.get_indexer(pd.Index([village]))[0])
    ways = dict(zip(*_ways(junior, village), strict=True))
    moves = [
        (move.total, move.zone, move, to)
        for move in primary.moves.of(at)
        if move.allowed and (to := feeds.get(str(view.leads[move.zone]), target)) != target
    ]
    if not moves:
        yield say("explain.no_other_primary")
        return
    total, zone, move, to = min(moves, key=lambda found: found[:2])
    if not {to, target} <= ways.keys():
        return
    yield say(
        "explain.other_primary",
        primary=primary.name(str(view.leads[zone])), junior=junior.name(to), total=total,
        further=-move.nearer, on=ways[to] - ways[target],
    )  # fmt: skip


def _ways(junior: Standing, village: str) -> tuple[list[str], list[float]]:
    """Return the junior zones in reach of a village and the metres to each."""
    assert junior.moves is not None
    view = junior.moves.model.view
    at = int(view.units.get_indexer(pd.Index([village]))[0])
    arcs = slice(view.arc_start[at], view.arc_start[at + 1])
    return view.leads[view.arc_zone[arcs]].tolist(), view.metres[arcs].astype(float).tolist()
