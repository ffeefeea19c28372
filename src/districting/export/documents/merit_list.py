"""绩效激励与职称优先名单: what teachers do outside their own school, now and in earlier years."""

from __future__ import annotations

import pandas as pd

from districting.county import DAYS_A_YEAR, County
from districting.export.documents.document import Column, Document, Paragraph, Section, Table
from districting.export.documents.material import Material, Recipe
from districting.export.documents.rotation_list import word
from districting.export.documents.teaching_list import printed_name
from districting.plan.posts_plan import PostsPlan
from districting.plan.rotation_plan import RotationPlan
from districting.plan.teaching_plan import TeachingPlan
from districting.terms import say

KINDS = ("teaching", "posts", "rotation")
ABROAD = ("periods", "posts", "rotation")
"""Duties that count as teaching or serving at other schools."""


def build(material: Material) -> Document:
    """Return the list for incentives, and that for priority in title reviews.

    Any of a teaching, a posts and a rotation plan serve, or several of them together.
    """
    duties = _duties(material)
    sections = (
        Section(
            say("rotation_documents.incentives"),
            (_table(material, duties, ("periods", "half_days")), _note("incentives_note")),
        ),
        Section(
            say("rotation_documents.priority"),
            (_table(material, _service(material.county, duties)), _note("priority_note")),
            True,
        ),
    )
    return Document(say("rotation_documents.merit_title", county=material.county.name), sections)


def _duties(material: Material) -> pd.DataFrame:
    """Return what the plans ask of each teacher: periods and half-days away, posts, and so on."""
    county, parts = material.county, {}
    for plan in material.plans:
        if isinstance(plan, TeachingPlan):
            parts["periods"] = plan.visits.groupby("teacher")["periods"].sum()
            parts["half_days"] = plan.timetable.groupby("teacher").size()
            home = county.tables["teachers"].set_index("teacher")["school"]
            pairs = plan.pairs
            away = pairs["mentor"].map(home) != pairs["mentee"].map(home)
            parts["novices"] = pairs[away].groupby("mentor").size()
            parts["studio"] = plan.reach.groupby("studio")["school"].nunique()
        elif isinstance(plan, PostsPlan):
            titled = plan.posts["place"] + plan.posts["post"].map(
                {p: say(f"posts.post.{p}") for p in plan.posts["post"].unique()}
            )
            parts["posts"] = titled.groupby(plan.posts["teacher"]).agg("、".join)
        elif isinstance(plan, RotationPlan):
            now = plan.in_year()
            there = county.school_titles.reindex(now["to_school"]).to_numpy()
            parts["rotation"] = pd.Series(there, now["teacher"].to_numpy()).groupby(level=0).first()
    return pd.DataFrame(parts).sort_index()


def _service(county: County, duties: pd.DataFrame) -> pd.DataFrame:
    """Return title, honour, and years at other schools on record, of all who teach or serve there.

    A stay that has not ended counts until September of the county's year. Where the file moved
    along, the new school is the own one.
    """
    past = county.tables["rotations"]
    past = past[~past["moved"].astype(bool)]
    until = past["end"].fillna(pd.Timestamp(county.year, 9, 1))
    years = (until - past["start"]).dt.days.clip(lower=0) / DAYS_A_YEAR
    at = past["to_school"].map(county.rural_schools).fillna(False).astype(bool)
    served = pd.DataFrame(
        {
            "away": years.groupby(past["teacher"]).sum(),
            "rural": years[at].groupby(past["teacher"][at]).sum(),
        }
    )
    held = duties[[c for c in ABROAD if c in duties]].dropna(how="all").notna()
    everyone = held.index.union(served.index)
    people = county.tables["teachers"].set_index("teacher").reindex(everyone)
    known = {
        c: [word(county, "teachers", c, v) for v in people[c].fillna("")]
        for c in ("title", "honour")
        if c in people
    }
    named = {c: say(f"rotation_documents.duty.{c}") for c in held}
    now = ["、".join(n for c, n in named.items() if row[c]) for row in held.to_dict("records")]
    frame = pd.DataFrame(known, index=everyone).join(served.reindex(everyone))
    return frame.assign(now=pd.Series(now, held.index, dtype="str"), results="")


def _table(material: Material, duties: pd.DataFrame, added: tuple[str, ...] = ()) -> Table:
    """Return one row a teacher, by school."""
    county = material.county
    home = county.tables["teachers"].set_index("teacher")["school"].reindex(duties.index)
    frame = duties.assign(
        home=county.school_titles.reindex(home).to_numpy(),
        person=[printed_name(material, str(t)) for t in duties.index],
    )
    columns = tuple(
        Column(c, say(f"rotation_documents.merit.{c}"), total=c in added)
        for c in ("person", "home", *duties.columns)
    )
    return Table(frame.sort_values(["home", "person"]), columns)


def _note(key: str) -> Paragraph:
    return Paragraph(say(f"rotation_documents.{key}"), "note")


RECIPE = Recipe("merit-list", "rotation_documents.merit_list", build, kinds=KINDS)
