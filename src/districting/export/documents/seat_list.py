"""学位余缺表: seats against pupils of every school by year, under the plan's zones."""

from __future__ import annotations

from districting.demand import VARIANTS, catchment, enrolment, project, seat_balance
from districting.demand.ages import SCHOOL_STAGES
from districting.export.documents.document import Column, Document, Paragraph, Section, Table
from districting.export.documents.material import Material, Recipe
from districting.plan.zone_plan import ZonePlan
from districting.terms import say

YEARS = 6
SHOWN = ("entrants", "entry_seats", "entry_surplus", "pupils", "seats", "surplus", "classes")


def build(material: Material) -> Document:
    """Return a table a stage: one row a school and year, and the sums by year."""
    plan, county = material.plan_of(ZonePlan), material.county
    span = range(county.year, county.year + YEARS)
    where = catchment(county, plan)
    balance = seat_balance(
        county, enrolment(county, project(county, span, VARIANTS["medium"]), span, where)
    )
    balance["year"] = balance["year"].astype(str)
    balance["name"] = county.school_titles[balance["school"]].to_numpy()
    sections: list[Section] = []
    for stage in SCHOOL_STAGES:
        rows = balance[balance["stage"] == stage]
        if rows.empty:
            continue
        sums = rows.groupby("year", as_index=False)[list(SHOWN)].sum()
        heads = [Column(c, say(f"zone_documents.balance.{c}")) for c in SHOWN]
        year = Column("year", say("zone_documents.year"))
        full = (
            Column("town", say("terms.town"), merged=True),
            Column("name", say("zone_documents.school"), merged=True),
            year,
            *heads,
        )
        title = say("zone_documents.of_stage", stage=say(f"terms.{stage}"))
        by_school = rows.sort_values(["town", "name", "year"])
        blocks = (
            Table(sums, (year, *heads), say("zone_documents.by_year")),
            Table(by_school, full, say("zone_documents.by_school")),
            Paragraph(say("zone_documents.outlook_note", year=county.year), "note"),
        )
        sections.append(Section(title, blocks, bool(sections)))
    title = say("zone_documents.seat_title", county=county.name, first=span[0], last=span[-1])
    return Document(title, tuple(sections))


RECIPE = Recipe("seat-balance", "zone_documents.seat_list", build, kinds=("zones",))
