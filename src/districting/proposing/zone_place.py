"""Why a village goes to its school and not to a nearer one, and who fills a school."""

from __future__ import annotations

import pandas as pd

from districting.county import TEACHES, County
from districting.graph import MODES, Mode, school_distances
from districting.plan.find import find_unit
from districting.plan.zone_plan import STAGES, ZonePlan
from districting.policy.policy import Policy
from districting.terms import say

ON_FOOT = {"primary": MODES["walk_lower"], "junior": MODES["walk_junior"]}
SHOWN = 4
"""Villages and nearer schools that are named; the others are counted."""


def explain(county: County, policy: Policy, plan: ZonePlan, place: str) -> str:
    """Explain a zone plan; see :func:`districting.proposing.explaining.explain_place`."""
    kind, unit = find_unit(county, place)
    told = [
        lines
        for stage in STAGES
        if (
            lines := _of_school(county, plan, stage, unit)
            if kind == "school"
            else _of_village(county, plan, stage, unit)
        )
    ]
    return "\n".join(line for lines in told for line in lines)


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


def _of_village(county: County, plan: ZonePlan, stage: str, village: str) -> list[str]:
    own = str(plan.zones[stage].get(village, ""))
    names, home = county.schools["name"], county.villages["name"][village]
    head = say(f"terms.{stage}")
    if not own:
        return [say("explain.no_school", stage=head, village=home)]
    ways = _ways(county, stage, village)
    here = ways.get(own, float("inf"))
    loads = zone_loads(county, plan, stage)
    lines = [
        say(
            "explain.own",
            stage=head,
            village=home,
            school=names[own],
            load=_load(loads, own),
            **_told(here, ON_FOOT[stage]),
        )
    ]
    nearer = [s for s, m in ways.items() if m < here and plan.groups.get(s, s) != own]
    for school in nearer[:SHOWN]:
        lines.append(
            say(
                "explain.nearer",
                school=names[school],
                metres=here - ways[school],
                load=_load(loads, plan.groups.get(school, school)),
                villages=_filled_by(county, plan, stage, plan.groups.get(school, school)),
            )
        )
    return lines


def _ways(county: County, stage: str, village: str) -> dict[str, float]:
    """Return metres from `village` to every public school of `stage` it reaches, nearest first."""
    public = county.teaching(stage)
    ids = public.index[public["run_by"] != "private"]
    pairs = school_distances(county, ids)
    mine = pairs.village == county.villages.index.get_loc(village)
    found = zip(ids[pairs.school[mine]], pairs.metres[mine], strict=True)
    return dict(sorted(found, key=lambda p: (p[1], p[0])))


def _of_school(county: County, plan: ZonePlan, stage: str, school: str) -> list[str]:
    if county.schools["kind"][school] not in TEACHES[stage]:
        return []
    lead = plan.groups.get(school, school)
    names = "、".join(county.schools["name"][s] for s in plan.members(lead))
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
    more = [say("explain.more", count=len(told) - SHOWN)] if len(told) > SHOWN else []
    return "、".join([*told[:SHOWN], *more]) or say("explain.none")


def _load(loads: pd.DataFrame, zone: str) -> str:
    children, seats = (round(float(loads[c][zone])) for c in ("children", "seats"))
    key = "explain.over" if children > seats else "explain.room"
    return say(key, children=children, seats=seats, over=abs(children - seats))


def _told(metres: float, mode: Mode) -> dict[str, float]:
    return {"metres": metres, "minutes": float(mode.minutes(metres))}
