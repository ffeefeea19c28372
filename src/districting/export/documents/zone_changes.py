"""The villages that a zone plan moves to another school than now, for the zone list."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from districting.county import County
from districting.export.documents.document import Column, Paragraph, Section, Table
from districting.plan.zone_plan import STAGES, ZonePlan
from districting.policy.zones.base import zone_name
from districting.terms import say


def changes(plan: ZonePlan, county: County, stages: tuple[str, ...] = STAGES) -> Iterator[Section]:
    """Yield who goes elsewhere than in the county's current zones, stage by stage; none without."""
    current, villages = county.current_zones, county.villages
    if current is None:
        return
    for stage in stages:
        was, now = (p.zones[stage].reindex(villages.index).fillna("") for p in (current, plan))
        was = was.map(lambda s: plan.groups.get(s, s))
        moved = villages.index[(was != "") & (now != "") & (was != now)]
        towns = villages["town"].map(county.towns["name"])
        frame = pd.DataFrame(
            {
                "town": towns[moved].to_numpy(),
                "village": villages["name"][moved].to_numpy(),
                "children": villages[f"children_{stage}"][moved].fillna(0).to_numpy(),
                "before": [zone_name(county, plan, z) for z in was[moved]],
                "after": [zone_name(county, plan, z) for z in now[moved]],
            }
        ).sort_values(["town", "before", "village"], kind="stable")
        columns = (
            Column("town", say("terms.town"), merged=True),
            Column("village", say("zone_documents.village")),
            Column("children", say("zone_documents.children"), total=True),
            Column("before", say("zone_documents.before")),
            Column("after", say("zone_documents.after")),
        )
        heading = say("zone_documents.changes", stage=say(f"terms.{stage}"))
        none = Paragraph(say("zone_documents.no_changes"))
        yield Section(heading, (Table(frame, columns) if len(frame) else none,))
