"""学区分布表: the schools of each district as the bureau's annex prints them, and the numbers."""

from __future__ import annotations

from districting.export.distribution_table import distribution_rows, village_rows
from districting.export.documents.document import Column, Document, Section, Table
from districting.export.documents.material import Material, Recipe
from districting.export.summary import KIND_ORDER, district_table
from districting.plan.district_plan import DistrictPlan
from districting.terms import say

COUNTED = (
    *("pupils_primary", "pupils_junior", "children_primary", "children_junior"),
    *("seats_primary", "seats_junior"),
)


def build(material: Material) -> Document:
    """Return the distribution table, the numbers by district and the list of villages."""
    plan, county = material.plan_of(DistrictPlan), material.county
    unions = bool((plan.districts["union"] != "").any())
    title = say("export.table_title_unions" if unions else "export.table_title", county=county.name)
    sections = (
        Section(say("export.sheet_table"), (_annex(material, plan),)),
        Section(say("export.sheet_numbers"), (numbers_table(material, plan),), new_page=True),
        Section(say("export.sheet_villages"), (_villages(material, plan),), new_page=True),
    )
    return Document(title, sections)


def _annex(material: Material, plan: DistrictPlan) -> Table:
    rows = distribution_rows(material.county, plan)
    rows["district"] = rows["district"].where(rows["district"] != "", say("export.no_district"))
    rows["remark"] = ""
    name = say("export.head_name")
    columns = (
        Column("union", "", group=name, width=15, merged=True, joined=True),
        Column("district", "", group=name, width=15),
        Column("schools", say("export.head_schools"), width=54),
        Column("remark", say("export.head_remark"), width=9),
    )
    return Table(rows, columns)


def numbers_table(material: Material, plan: DistrictPlan, brief: bool = False) -> Table:
    """Return the districts with counts of villages, schools by kind, pupils, children, seats.

    In brief, towns, unions and kinds of school are left out.
    """
    county = material.county
    table = district_table(county, plan).reset_index(names="district")
    table["town"] = county.towns["name"].reindex(table["town"]).fillna("").to_numpy()
    kinds = () if brief else KIND_ORDER
    counts = [c for c in ("villages", "schools", *kinds, *COUNTED) if c in table]
    towns = (
        Column("town", say("terms.town"), merged=True),
        Column("union", say("terms.union"), merged=True),
    )
    columns = (
        *(() if brief else towns),
        Column("district", say("terms.district")),
        *(Column(c, say(f"export.column.{c}"), total=True) for c in counts),
    )
    return Table(table, columns)


def _villages(material: Material, plan: DistrictPlan) -> Table:
    rows = village_rows(material.county, plan)
    numeric = [str(c) for c in rows.columns[-2:]]
    columns = tuple(Column(str(c), str(c), total=str(c) in numeric) for c in rows.columns)
    return Table(rows, columns)


RECIPE = Recipe("distribution", "documents.distribution.title", build)
