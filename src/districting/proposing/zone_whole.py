"""What shapes a zone plan as a whole: full schools, and who passes the nearest for what."""

from __future__ import annotations

from collections import Counter

import numpy as np

from districting.policy.zones.base import zone_name
from districting.proposing.zone_moves import Move, Moves
from districting.proposing.zone_place import Standing
from districting.terms import say

SHOWN = 8
"""Schools that are named; the others are counted."""


def whole_plan(standing: Standing) -> list[str]:
    """Return lines on one stage: seats short and free, then children who pass a nearer school.

    Each of these villages counts once, under what stands against its nearest school: the rules
    that forbid it, the zone that would come apart, or the rule whose price rises most.
    """
    head = say(f"terms.{standing.stage}")
    if standing.moves is None:
        return [say("explain.whole_none", stage=head)]
    return [_seats(standing, head), *_passing(standing, standing.moves)]


def _seats(standing: Standing, head: str) -> str:
    beyond = (standing.loads["children"] - standing.loads["seats"]).round().astype(int)
    over = beyond[beyond > 0].sort_values(ascending=False, kind="stable")
    if over.empty:
        return say("explain.whole_room", stage=head, free=-int(beyond.sum()))
    county, plan = standing.county, standing.plan
    told = [
        say("explain.whole_at", school=zone_name(county, plan, str(zone)), over=count)
        for zone, count in over.iloc[:SHOWN].items()
    ]
    more = say("explain.whole_more", count=len(over) - SHOWN) if len(over) > SHOWN else ""
    return say(
        "explain.whole_over", stage=head, count=len(over), over=int(over.sum()),
        schools="、".join(told) + more, free=-int(beyond[beyond < 0].sum()),
    )  # fmt: skip


def _passing(standing: Standing, moves: Moves) -> list[str]:
    """Return how many children pass the nearest school, how far beyond, and what for."""
    if (moves.assignment < 0).any():
        return [say("explain.unfinished")]
    view = moves.model.view
    here = view.metres[view.arc_zone == moves.assignment[view.arc_village]]
    nearest = np.minimum.reduceat(view.metres, view.arc_start[:-1])
    passing = np.flatnonzero((here > nearest) & (view.children > 0))
    if not len(passing):
        return [say("explain.whole_nearest")]
    villages, children = Counter[str](), Counter[str]()
    for at in passing.tolist():
        fed = standing.follows(str(view.units[at]))
        why = say("explain.whole_fed") if fed else _against(moves.of(at)[0])
        villages[why] += 1
        children[why] += int(view.children[at])
    count = view.children[passing]
    further = float(((here - nearest)[passing] * count).sum() / count.sum())
    lines = [
        say("explain.whole_passing", count=len(passing), children=int(count.sum()), metres=further)
    ]
    return lines + [
        say("explain.whole_why", why=why, count=villages[why], children=total)
        for why, total in children.most_common()
    ]


def _against(move: Move) -> str:
    """Return what stands against a move, as a short text."""
    if move.forbidden:
        rules = "、".join(say(f"zone_rule.{g}.title") for g in move.forbidden)
        return say("explain.forbidden", rules=rules)
    if move.cut:
        return say("explain.whole_cut")
    dearer = {g: c for g, c in move.change.items() if c > 0}
    if move.total <= 0 or not dearer:
        return say("explain.whole_equal")
    return say(
        "explain.whole_price", rule=say(f"zone_rule.{max(dearer, key=dearer.__getitem__)}.title")
    )
