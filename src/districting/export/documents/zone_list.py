"""招生片区一览表: zones by town and village, seats, children, feeder; who changes school."""

from __future__ import annotations

import pandas as pd

from districting.demand import ClassSizes, project
from districting.evaluate.plan_years import in_plan_year
from districting.export.documents.document import Column, Document, Paragraph, Section, Table
from districting.export.documents.material import Material, Recipe
from districting.export.documents.zone_changes import changes
from districting.export.map_labels import village_stems
from districting.export.zone_areas import zone_table
from districting.plan.zone_plan import STAGES, ZonePlan
from districting.terms import say

ENTRY_AGE = {"primary": 6, "junior": 12}
TO_FILL = ("desk", "phone")


def build(material: Material) -> Document:
    """Return the zones of each stage, one row a zone, towns together."""
    plan = material.plan_of(ZonePlan)
    county = in_plan_year(material.county, plan)
    sections: list[Section] = []
    for stage in STAGES:
        table = zone_table(plan, county, stage)
        if table.empty:
            continue
        area = _areas(material, plan, stage)
        entrants, entered = _entrants(material, plan, stage)
        size = ClassSizes().of(stage)
        frame = table.assign(
            area=area.reindex(table.index).fillna(""),
            entrants=entrants.reindex(table.index),
            classes=-(-entrants.reindex(table.index) // size),
            **dict.fromkeys(TO_FILL, ""),
        ).sort_values(["town", "zone"])
        columns = [
            Column("town", say("terms.town"), merged=True),
            Column("zone", say("zone_documents.school")),
            Column("area", say("zone_documents.area"), width=60),
            Column("villages", say("zone_documents.villages"), total=True),
            Column("seats", say("zone_documents.seats"), total=True),
            Column("children", say("zone_documents.children"), total=True),
            Column("entrants", say("zone_documents.entrants"), total=True),
            Column("classes", say("zone_documents.classes"), total=True),
        ]
        if stage == "primary":
            columns.append(Column("feeder", say("zone_documents.feeder")))
        columns += [Column(k, say(f"zone_documents.{k}"), width=12) for k in TO_FILL]
        note = say("zone_documents.entry_note", age=ENTRY_AGE[stage], size=size)
        if not entered:
            note += say("zone_documents.entrants_projected", year=plan.year)
        heading = say("zone_documents.of_stage", stage=say(f"terms.{stage}"))
        sections.append(
            Section(
                heading, (Table(frame, tuple(columns)), Paragraph(note, "note")), bool(sections)
            )
        )
    sections += changes(plan, county)
    open_villages = _open(material, plan)
    if open_villages:
        sections.append(Section(say("zone_documents.open"), (Paragraph(open_villages),)))
    title = say("zone_documents.zone_title", county=county.name, year=plan.year)
    return Document(title, tuple(sections))


def _areas(material: Material, plan: ZonePlan, stage: str) -> pd.Series:
    """Return the villages of each zone in words, town by town: ``甲镇：一村、二村；乙镇：…``."""
    villages = material.county.villages
    zones = plan.zones[stage].reindex(villages.index).fillna("")
    stems = village_stems(villages["name"])
    towns = villages["town"].map(material.county.towns["name"]).fillna(villages["town"])
    frame = pd.DataFrame({"zone": zones, "town": towns, "name": stems})[zones != ""]
    by_town = frame.groupby(["zone", "town"], sort=True)["name"].agg("、".join)
    towns_told = by_town.index.get_level_values("town").astype(str)
    told = pd.Series(towns_told + "：" + by_town.to_numpy(dtype=str), by_town.index, dtype="str")
    words: pd.Series = told.groupby(level="zone").agg("；".join)
    return words


def _entrants(material: Material, plan: ZonePlan, stage: str) -> tuple[pd.Series, bool]:
    """Return the children of entry age in each zone, and whether all of them were counted.

    Those not entered for the plan's year are projected.
    """
    county, year = material.county, plan.year
    zones = plan.zones[stage].reindex(county.villages.index).fillna("")
    children = project(county, range(year, year + 1))
    here = children[children["age"] == ENTRY_AGE[stage]]
    by_zone = here["count"].groupby(here["village"].map(zones).to_numpy()).sum()
    return by_zone, bool((here["basis"] == "counted").all())


def _open(material: Material, plan: ZonePlan) -> str:
    """Return which villages have no school yet, in words; empty when all have."""
    names, parts = material.county.villages["name"], []
    for stage in STAGES:
        zones = plan.zones[stage].reindex(names.index).fillna("")
        missing = names[zones == ""]
        if len(missing):
            listed = "、".join(missing)
            told = say(
                "zone_documents.open_villages",
                stage=say(f"terms.{stage}"), count=len(missing), names=listed,
            )  # fmt: skip
            parts.append(told)
    return " ".join(parts)


RECIPE = Recipe("zone-list", "zone_documents.zone_list", build, kinds=("zones",))
