"""初中对口小学表: which primaries each junior zone takes, how many graduates, and how.

Schools that share a zone take its graduates together, by lot: they are one entry.
"""

from __future__ import annotations

import pandas as pd

from districting.export.documents.document import Column, Document, Paragraph, Section, Table
from districting.export.documents.material import Material, Recipe
from districting.plan.zone_plan import ZonePlan
from districting.terms import say

LAST_GRADE, GRADES = 6, 3


def build(material: Material) -> Document:
    """Return the feeder table, junior schools together, and the primaries that feed none."""
    plan, county = material.plan_of(ZonePlan), material.county
    schools, graduates = county.schools, _graduates(material, plan)
    lead = plan.feeders["junior"].map(lambda j: plan.groups.get(j, j))
    feeders = plan.feeders.assign(junior=lead).drop_duplicates(["primary", "junior"])
    zones = feeders["junior"]
    seats = {z: int(schools["seats_junior"][list(plan.members(z))].sum()) // GRADES for z in zones}
    coming = graduates.reindex(feeders["primary"]).to_numpy()
    total = pd.Series(coming).groupby(zones.to_numpy()).sum()
    named = county.school_titles
    frame = pd.DataFrame(
        {
            "junior": ["、".join(named[s] for s in plan.members(z)) for z in zones],
            "seats": zones.map(seats).to_numpy(),
            "coming": zones.map(total).to_numpy(),
            "left": (zones.map(seats) - zones.map(total)).to_numpy(),
            "primary": named.reindex(feeders["primary"]).to_numpy(),
            "graduates": coming,
            "way": [say(f"zone_documents.way.{w}") for w in feeders["way"]],
            "from_year": feeders["from_year"].astype(str).to_numpy(),
        }
    ).sort_values(["junior", "primary"], kind="stable")
    columns = (
        Column("junior", say("zone_documents.junior"), merged=True),
        Column("seats", say("zone_documents.entry_seats"), merged=True),
        Column("coming", say("zone_documents.coming"), merged=True),
        Column("left", say("zone_documents.left"), merged=True),
        Column("primary", say("zone_documents.primary")),
        Column("graduates", say("zone_documents.graduates"), total=True),
        Column("way", say("zone_documents.way_head")),
        Column("from_year", say("zone_documents.from_year")),
    )
    blocks: list[Table | Paragraph] = [Table(frame, columns)]
    teaching = schools[schools["kind"].isin(["primary", "teaching_point", "nine_year"])]
    loose = named[teaching.index[~teaching.index.isin(feeders["primary"])]]
    if len(loose):
        names = "、".join(loose)
        blocks.append(Paragraph(say("zone_documents.unfed", count=len(loose), names=names)))
    blocks.append(Paragraph(say("zone_documents.graduate_note"), "note"))
    title = say("zone_documents.feeder_title", county=county.name, year=plan.year)
    return Document(title, (Section(say("zone_documents.feeder_list"), tuple(blocks)),))


def _graduates(material: Material, plan: ZonePlan) -> pd.Series:
    """Return this year's graduates by primary school.

    Pupils of grade 6; where the table of classes does not tell, a sixth of the pupils.
    """
    county = material.county
    classes = county.tables["classes"]
    last = classes[(classes["year"] == county.year) & (classes["grade"] == LAST_GRADE)]
    known = last.groupby("school")["pupils"].sum().astype(float)
    return known.reindex(county.schools.index).fillna(county.schools["pupils_primary"] / 6).round()


RECIPE = Recipe("feeder-list", "zone_documents.feeder_list", build, kinds=("zones",))
