"""Why a village goes to its school and not to a nearer one, and who fills a school."""

from __future__ import annotations

import pandas as pd

from districting.county import TEACHES, County
from districting.graph import MODES
from districting.model.zone_words import ZoneModel
from districting.plan.find import find_unit
from districting.plan.zone_plan import STAGES, ZonePlan
from districting.policy.policy import Policy
from districting.policy.zone_build import zone_model
from districting.policy.zones.base import zone_name
from districting.proposing.zone_moves import Move, moves_of, positions
from districting.terms import say

ON_FOOT = {"primary": MODES["walk_lower"], "junior": MODES["walk_junior"]}
SHOWN = 4
"""Villages and nearer schools that are named; the others are counted."""


def explain(county: County, policy: Policy, plan: ZonePlan, place: str) -> str:
    """Explain a zone plan; see :func:`districting.proposing.explaining.explain_place`."""
    kind, unit = find_unit(county, place)
    lines: list[str] = []
    for stage in STAGES:
        if kind == "school":
            lines += _of_school(county, plan, stage, unit)
        else:
            lines += _of_village(county, policy, plan, stage, unit)
    return "\n".join(lines)


def zone_loads(county: County, plan: ZonePlan, stage: str) -> pd.DataFrame:
    """Return children and seats of each zone, those of all schools that share it together.

    Returns
    -------
    pandas.DataFrame
        Indexed by leading school; ``children``, ``seats`` (float), ``villages`` (int).
    """
    children = county.villages[f"children_{stage}"].astype(float)
    zone = plan.zones[stage].reindex(children.index).fillna("")
    table = pd.DataFrame({"children": children, "zone": zone})
    sums = table[zone != ""].groupby("zone")["children"].agg(children="sum", villages="size")
    seats = county.schools[f"seats_{stage}"].astype(float)
    taught = county.schools.index[county.schools["kind"].isin(TEACHES[stage])]
    lead = pd.Series({s: plan.groups.get(s, s) for s in taught}, dtype="str")
    room = seats.reindex(taught).groupby(lead).sum().rename("seats")
    loads: pd.DataFrame = sums.join(room, how="outer").fillna(0.0).astype({"villages": int})
    return loads


def _of_village(
    county: County, policy: Policy, plan: ZonePlan, stage: str, village: str
) -> list[str]:
    own = str(plan.zones[stage].get(village, ""))
    home, head = county.villages["name"][village], say(f"terms.{stage}")
    if not own:
        return [say("explain.no_school", stage=head, village=home)]
    model = zone_model(county, policy, stage, plan, primary=plan)
    view, at = model.view, county.villages.index.get_loc(village)
    assignment = positions(model, plan)
    loads = zone_loads(county, plan, stage)
    if assignment[at] < 0:
        return [say("explain.not_in_reach", stage=head, village=home, school=own)]
    arcs = slice(view.arc_start[at], view.arc_start[at + 1])
    here = int(view.metres[arcs][view.arc_zone[arcs] == assignment[at]][0])
    lines = [
        say(
            "explain.own",
            stage=head,
            village=home,
            school=zone_name(county, plan, own),
            load=_load(loads, own),
            metres=here,
            minutes=float(ON_FOOT[stage].minutes(here)),
        )
    ]
    if (assignment < 0).any():
        return [*lines, say("explain.unfinished")]
    moves = moves_of(model, assignment, int(at))
    nearer = [m for m in moves if m.nearer > 0]
    lines += [_nearer(county, plan, model, loads, m) for m in nearer[:SHOWN]]
    if len(nearer) > SHOWN:
        lines.append(say("explain.more_nearer", count=len(nearer) - SHOWN))
    return [*lines, _next_best(county, plan, model, moves, int(view.children[at]))]


def _nearer(
    county: County, plan: ZonePlan, model: ZoneModel, loads: pd.DataFrame, move: Move
) -> str:
    lead = str(model.view.leads[move.zone])
    return say(
        "explain.nearer",
        school=zone_name(county, plan, lead),
        metres=move.nearer,
        load=_load(loads, lead),
        villages=_filled_by(county, plan, model.view.stage, lead),
        why=_why_not(county, model, move),
    )


def _why_not(county: County, model: ZoneModel, move: Move) -> str:
    """Return why a village does not go to a nearer zone: a rule, a cut, or the price."""
    if move.forbidden:
        rules = "、".join(say(f"zone_rule.{g}.title") for g in move.forbidden)
        return say("explain.forbidden", rules=rules)
    if move.cut:
        names = county.villages["name"].iloc[list(move.cut[:SHOWN])]
        return say("explain.cut", villages="、".join(names))
    return say("explain.dearer", total=move.total, parts=_parts(move))


def _parts(move: Move) -> str:
    """Return the change of the objective by rule, the largest first."""
    ranked = sorted(move.change.items(), key=lambda p: (-abs(p[1]), p[0]))
    told = [say("explain.part", rule=say(f"zone_rule.{g}.title"), change=c) for g, c in ranked]
    return "；".join(told) or say("explain.none_changes")


def _next_best(
    county: County, plan: ZonePlan, model: ZoneModel, moves: list[Move], children: int
) -> str:
    """Return the cheapest move that no rule stands against, and whom it would cost what."""
    open_ = [m for m in moves if m.allowed]
    if not open_:
        return say("explain.no_other")
    best = min(open_, key=lambda m: (m.total, m.zone))
    lead = str(model.view.leads[best.zone])
    return say(
        "explain.next_best" if best.total >= 0 else "explain.better",
        school=zone_name(county, plan, lead),
        metres=best.metres,
        total=abs(best.total),
        children=children,
        further=-best.nearer,
        over=best.over,
        parts=_parts(best),
    )


def _of_school(county: County, plan: ZonePlan, stage: str, school: str) -> list[str]:
    if county.schools["kind"][school] not in TEACHES[stage]:
        return []
    lead = plan.groups.get(school, school)
    names = zone_name(county, plan, lead)
    loads = zone_loads(county, plan, stage)
    villages = _filled_by(county, plan, stage, lead)
    return [
        say(
            "explain.school",
            stage=say(f"terms.{stage}"),
            school=names,
            load=_load(loads, lead),
            villages=villages,
        )
    ]


def _filled_by(county: County, plan: ZonePlan, stage: str, zone: str) -> str:
    """Return the villages of a zone with their children, those with most children first."""
    inside = plan.zones.index[plan.zones[stage] == zone].intersection(county.villages.index)
    table = county.villages.loc[inside].sort_values(f"children_{stage}", ascending=False)
    counts = zip(table["name"], table[f"children_{stage}"], strict=True)
    told = [say("explain.village", village=n, children=int(c)) for n, c in counts]
    more = say("explain.more", count=len(told) - SHOWN) if len(told) > SHOWN else ""
    return "、".join(told[:SHOWN]) + more or say("explain.none")


def _load(loads: pd.DataFrame, zone: str) -> str:
    children, seats = (round(float(loads[c][zone])) for c in ("children", "seats"))
    key = "explain.over" if children > seats else "explain.room"
    return say(key, children=children, seats=seats, over=abs(children - seats))
