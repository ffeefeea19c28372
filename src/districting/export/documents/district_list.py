"""学区名单 (曹县式): number, town, district, the junior school at its seat, how many schools."""

from __future__ import annotations

import pandas as pd

from districting.export.documents.document import Column, Document, Section, Table
from districting.export.documents.material import Material, Recipe
from districting.export.summary import KIND_ORDER, district_table, school_order
from districting.plan.district_plan import DistrictPlan
from districting.terms import say


def build(material: Material) -> Document:
    """Return the list of districts."""
    plan, county = material.plan_of(DistrictPlan), material.county
    table = district_table(county, plan)
    frame = pd.DataFrame({"number": range(1, len(table) + 1)}, index=table.index)
    frame["town"] = county.towns["name"].reindex(table["town"]).fillna("").to_numpy()
    frame["district"] = frame.index
    frame["seat"] = seat_schools(material, plan).reindex(table.index).fillna("")
    kinds = [k for k in KIND_ORDER if k in table]
    frame = frame.join(table[["schools", *kinds, "villages"]])
    columns = (
        Column("number", say("documents.number"), width=6),
        Column("town", say("terms.town")),
        Column("district", say("documents.district_list.district")),
        Column("seat", say("documents.district_list.seat")),
        Column("schools", say("documents.district_list.schools"), total=True),
        *(Column(k, say(f"export.column.{k}"), total=True) for k in kinds),
        Column("villages", say("export.column.villages"), total=True),
    )
    title = say("documents.district_list.long_title", county=county.name)
    section = Section(say("documents.district_list.title"), (Table(frame, columns),))
    return Document(title, (section,))


def seat_schools(material: Material, plan: DistrictPlan) -> pd.Series:
    """Return the junior schools at each district's seat by district.

    They are those marked as standing at the town's seat (镇街驻地校); where a district has none so
    marked, its junior schools; empty where it has no junior school at all.
    """
    schools = school_order(material.county)
    teaching = schools[schools["kind"].isin(["junior", "nine_year"])]
    of = plan.schools.reindex(teaching.index).fillna("")
    teaching = teaching.assign(district=of)[of != ""]
    at_seat = teaching["town_seat"].fillna(False).astype(bool)
    marked = at_seat.groupby(teaching["district"]).transform("any")
    chosen = teaching[at_seat | ~marked]
    names: pd.Series = chosen.groupby("district")["name"].agg("、".join)
    return names


RECIPE = Recipe("district-list", "documents.district_list.title", build)
