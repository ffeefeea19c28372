"""Why a village goes to its school and not to a nearer one, and who fills a school."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from districting.county import TEACHES, County
from districting.evaluate.plan_years import in_plan_years
from districting.graph import MODES
from districting.plan.find import find_unit
from districting.plan.zone_plan import STAGES, ZonePlan
from districting.policy.policy import Policy
from districting.policy.zone_build import zone_model
from districting.policy.zones.base import zone_name
from districting.proposing.explaining import is_whole
from districting.proposing.zone_fed import followed
from districting.proposing.zone_moves import Move, Moves, positions
from districting.solve.stop import Progress, silent
from districting.terms import say

ON_FOOT = {"primary": MODES["walk_lower"], "junior": MODES["walk_junior"]}
SHOWN = 4
"""Villages and nearer schools that are named; the others are counted."""


def explain(
    county: County, policy: Policy, plan: ZonePlan, place: str, progress: Progress = silent
) -> str:
    """Explain a zone plan; see :func:`districting.proposing.explaining.explain_place`.

    `place` may also be the county: which schools are full, and why children pass the nearest.
    """
    if is_whole(county, place):
        from districting.proposing.zone_whole import whole_plan

        stages = _standings(county, policy, plan).values()
        return "\n".join(line for stage in stages for line in whole_plan(stage))
    return teller(county, policy, plan)(*find_unit(county, place))


def teller(county: County, policy: Policy, plan: ZonePlan) -> Callable[[str, str], str]:
    """Return what tells of a place; see :func:`districting.proposing.explaining.explain_places`.

    Children and seats are those of the plan's own years, as it is verified.
    """
    stages = _standings(county, policy, plan)

    def tell(kind: str, unit: str) -> str:
        if kind == "school":
            lines = [line for stage in STAGES for line in _of_school(stages[stage], unit)]
        else:
            lines = [line for stage in STAGES for line in _of_village(stages, stage, unit)]
        return "\n".join(lines)

    return tell


def _standings(county: County, policy: Policy, plan: ZonePlan) -> dict[str, Standing]:
    county, policy = in_plan_years(county, policy, plan)
    return {stage: Standing.of(county, policy, plan, stage) for stage in STAGES}


@dataclass(frozen=True, eq=False)
class Standing:
    """A plan's zones of one stage, with all that their explanation needs."""

    county: County
    plan: ZonePlan
    stage: str
    loads: pd.DataFrame
    moves: Moves | None
    """None where the plan has no zones of this stage."""

    @classmethod
    def of(cls, county: County, policy: Policy, plan: ZonePlan, stage: str) -> Standing:
        """Return how the zones of `stage` stand under `policy`."""
        moves = None
        if (plan.zones[stage] != "").any():
            model = zone_model(county, policy, stage, plan, primary=plan)
            moves = Moves(model, positions(model, plan))
        return cls(county, plan, stage, zone_loads(county, plan, stage), moves)

    def load(self, zone: str) -> str:
        """Return seats and children of a zone, and which are too many."""
        children, seats = (round(float(self.loads[c][zone])) for c in ("children", "seats"))
        key = "explain.over" if children > seats else "explain.room"
        return say(key, children=children, seats=seats, over=abs(children - seats))

    def filled_by(self, zone: str) -> str:
        """Return the villages of a zone with their children, those with most children first."""
        zones, villages = self.plan.zones[self.stage], self.county.villages
        inside, column = zones.index[zones == zone], f"children_{self.stage}"
        table = villages.loc[inside.intersection(villages.index)]
        table = table.sort_values(column, ascending=False)
        counts = zip(table["name"], table[column], strict=True)
        told = [say("explain.village", village=n, children=int(c)) for n, c in counts]
        more = say("explain.more", count=len(told) - SHOWN) if len(told) > SHOWN else ""
        return "、".join(told[:SHOWN]) + more or say("explain.none")

    def follows(self, village: str) -> bool:
        """Return whether a village has its junior school because its primary school feeds it."""
        zones = self.plan.zones.loc[village]
        fed_to = self.plan.feeds().get(str(zones["primary"]))
        return self.stage == "junior" and fed_to == str(zones["junior"])

    def name(self, zone: str) -> str:
        """Return the names of the schools that share a zone."""
        return zone_name(self.county, self.plan, zone)


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


def _of_village(stages: Mapping[str, Standing], stage: str, village: str) -> list[str]:
    standing = stages[stage]
    county, plan = standing.county, standing.plan
    own = str(plan.zones[stage].get(village, ""))
    home, head = county.villages["name"][village], say(f"terms.{stage}")
    if not own or standing.moves is None:
        return [say("explain.no_school", stage=head, village=home)]
    view, assignment = standing.moves.model.view, standing.moves.assignment
    at = int(county.villages.index.get_indexer(pd.Index([village]))[0])
    if assignment[at] < 0:
        return [say("explain.not_in_reach", stage=head, village=home, school=own)]
    arcs = slice(view.arc_start[at], view.arc_start[at + 1])
    here = int(view.metres[arcs][view.arc_zone[arcs] == assignment[at]][0])
    lines = [
        say(
            "explain.own",
            stage=head,
            village=home,
            school=standing.name(own),
            load=standing.load(own),
            metres=here,
            minutes=float(ON_FOOT[stage].minutes(here)),
        )
    ]
    if (assignment < 0).any():
        return [*lines, say("explain.unfinished")]
    if standing.follows(village):
        return [*lines, *followed(stages, village)]
    moves = standing.moves.of(at)
    nearer = [m for m in moves if m.nearer > 0]
    lines += [_nearer(standing, str(view.leads[m.zone]), m) for m in nearer[:SHOWN]]
    if len(nearer) > SHOWN:
        lines.append(say("explain.more_nearer", count=len(nearer) - SHOWN))
    return [*lines, _next_best(standing, view.leads, moves, int(view.children[at]))]


def _nearer(standing: Standing, lead: str, move: Move) -> str:
    return say(
        "explain.nearer",
        school=standing.name(lead),
        metres=move.nearer,
        load=standing.load(lead),
        villages=standing.filled_by(lead),
        why=_why_not(standing.county, move),
    )


def _why_not(county: County, move: Move) -> str:
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


def _next_best(standing: Standing, leads: pd.Index, moves: list[Move], children: int) -> str:
    """Return the cheapest move that no rule stands against, and whom it would cost what.

    Where there is none: what the cheapest of all would break, whole zones rather than rules.
    """
    if not moves:
        return say("explain.no_other")
    best = min(moves, key=lambda m: (not m.allowed, bool(m.forbidden), m.total, m.zone))
    key = "explain.next_best" if best.total >= 0 else "explain.better"
    return say(
        key if best.allowed else "explain.none_alone",
        why="" if best.allowed else _why_not(standing.county, best),
        school=standing.name(str(leads[best.zone])),
        metres=best.metres,
        total=abs(best.total) if best.allowed else best.total,
        children=children,
        further=-best.nearer,
        over=best.over,
        parts=_parts(best),
    )


def _of_school(standing: Standing, school: str) -> list[str]:
    stage = standing.stage
    if standing.county.schools["kind"][school] not in TEACHES[stage]:
        return []
    lead = standing.plan.groups.get(school, school)
    return [
        say(
            "explain.school",
            stage=say(f"terms.{stage}"),
            school=standing.name(lead),
            load=standing.load(lead),
            villages=standing.filled_by(lead),
        )
    ]
