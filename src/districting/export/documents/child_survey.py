"""适龄儿童摸底表: children by village, age and year of birth, one table a district.

Seed sentence: 以学区为单位，统筹开展学区内适龄儿童少年入学情况排查摸底. What the data do
not hold (户籍, 随迁, 残疾, 已定去向, 拟入学校) is left blank for the towns to fill in.
"""

from __future__ import annotations

import pandas as pd

from districting.county import STAGES, County
from districting.export.documents.document import Column, Document, Paragraph, Section, Table
from districting.export.documents.material import Material, Recipe
from districting.export.summary import district_order
from districting.plan.district_plan import DistrictPlan
from districting.terms import say

TO_FILL = ("registered", "migrant", "disabled", "settled", "school")
AGE_WIDTH, BLANK_WIDTH = 4.5, 5.0


def build(material: Material) -> Document:
    """Return a summary by district and a table of villages for each district."""
    plan, county = material.plan_of(DistrictPlan), material.county
    ages = children_by_age(county)
    order = [*district_order(county, plan), ""]
    of = plan.villages.reindex(ages.index).fillna("")
    summary = ages.groupby(of).sum().reindex([d for d in order if (of == d).any()])
    summary.index.name = "district"
    columns = _age_columns(ages)
    frame = summary.reset_index().assign(total=summary.sum(axis=1).to_numpy())
    frame["district"] = frame["district"].replace("", say("export.no_district"))
    head = Column("district", say("terms.district"))
    total = Column("total", say("export.table_total"), total=True)
    sections = [
        Section(
            say("documents.survey.summary"),
            (Table(frame, (head, *columns, total)), Paragraph(_cohorts(county.year), "note")),
        )
    ]
    for district in summary.index:
        rows = _villages(material, ages[of == district])
        blanks = tuple(Column(k, say(f"documents.survey.{k}"), width=BLANK_WIDTH) for k in TO_FILL)
        village = Column("village", say("terms.village"))
        several = len(rows["town"].unique()) > 1
        towns = (Column("town", say("terms.town"), merged=True),) if several else ()
        table = Table(rows, (*towns, village, *columns, total, *blanks))
        sections.append(Section(str(district) or say("export.no_district"), (table,), True))
    title = say("documents.survey.long_title", county=county.name, year=county.year)
    return Document(title, tuple(sections))


def children_by_age(county: County) -> pd.DataFrame:
    """Return children by village (rows) and age (columns, as text) in the planning year.

    A county without children by age has the columns ``preschool``, ``primary``, ``junior``.
    """
    children = county.tables["children"]
    here = children[children["year"] == county.year]
    if here.empty:
        known = [s for s in STAGES if f"children_{s}" in county.villages]
        return pd.DataFrame({s: county.villages[f"children_{s}"] for s in known})
    table = here.pivot_table(
        index="village", columns="age", values="count", aggfunc="sum", fill_value=0
    )
    table.columns = [str(a) for a in table.columns]
    return table.reindex(county.villages.index).fillna(0).astype("int64")


def _age_columns(ages: pd.DataFrame) -> tuple[Column, ...]:
    """Return a column for each age, grouped by stage, or for each stage."""
    columns = []
    for key in map(str, ages.columns):
        if key in STAGES:
            columns.append(Column(key, say(f"terms.{key}"), total=True))
            continue
        age = int(key)
        stage = STAGES[int(age >= 6) + int(age >= 12)]
        head = say("documents.survey.age", age=age)
        columns.append(Column(key, head, group=say(f"terms.{stage}"), total=True, width=AGE_WIDTH))
    return tuple(columns)


def _cohorts(year: int) -> str:
    """Return which births an age stands for: aged six on 31 August."""
    return say("documents.survey.cohort", start=year - 7, end=year - 6, year=year)


def _villages(material: Material, ages: pd.DataFrame) -> pd.DataFrame:
    villages = material.county.villages.loc[ages.index]
    towns = villages["town"].map(material.county.towns["name"])
    frame = ages.assign(
        town=towns, village=villages["name"], total=ages.sum(axis=1), code=ages.index
    )
    return frame.assign(**dict.fromkeys(TO_FILL, "")).sort_values(["town", "code"])


RECIPE = Recipe("child-survey", "documents.survey.title", build)
