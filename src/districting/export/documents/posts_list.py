"""岗位配备表: place, post, holder, school and post held there, what else, term."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from districting.export.documents.document import Column, Document, Section, Table
from districting.export.documents.material import Material, Recipe
from districting.export.documents.rotation_list import word
from districting.export.documents.teaching_list import printed_name
from districting.plan.posts_plan import PostsPlan
from districting.policy.policy import Policy
from districting.policy.posts.appraisal import Appraisal
from districting.policy.posts.office_terms import OfficeTerms
from districting.terms import say


def build(material: Material) -> Document:
    """Return the posts of every union and district with their holders."""
    plan, county = material.plan_of(PostsPlan), material.county
    teachers = county.tables["teachers"].set_index("teacher")
    titles = {row: say(f"posts.post.{row}") for row in plan.posts["post"].unique()}
    held = plan.posts.assign(title=plan.posts["post"].map(titles))
    rows = []
    for row in held.to_dict("records"):
        person = str(row["teacher"])
        others = held[(held["teacher"] == person) & (held.index != _index(held, row))]
        role = teachers["post"].get(person, "") or "unknown"
        school = str(county.school_titles.get(row["school"], row["school"]))
        rows.append(
            {
                "place": row["place"],
                "post": row["title"],
                "person": printed_name(material, person),
                "origin": f"{school} {say(f'posts.role.{role}')}",
                "also": "、".join(f"{r.place}{r.title}" for r in others.itertuples()),
                "term": f"{row['start']}—{row['end']}",
            }
        )
    columns = ["place", "post", "person", "origin", "also", "term"]
    frame = pd.DataFrame(rows, columns=columns)
    columns = [c for c in columns if c != "also" or (frame[c] != "").any()]
    known = _assessed(material, plan).dropna(axis="columns", how="all")
    frame, columns = frame.join(known), [*columns, *known.columns]
    heads = tuple(Column(c, say(f"posts.document.{c}")) for c in columns)
    title = say("posts.document.title")
    summary = _summary(plan)
    numbers = (
        Column("body", say("posts.document.level")),
        Column("post", say("posts.document.post")),
        Column("offices", say("posts.document.offices"), total=True),
        Column("count", say("posts.document.count")),
    )
    sections = [
        Section(title, (Table(frame, heads),)),
        Section(say("posts.document.summary"), (Table(summary, numbers),)),
    ]
    left = _not_going_on(material, plan)
    if len(left):
        filled = [c for c in left.columns if c != "now" or (left["now"] != "").any()]
        shown = tuple(Column(c, say(f"posts.document.{c}")) for c in filled)
        sections.append(Section(say("posts.document.left"), (Table(left, shown),)))
    duties = _duties(material.policy)
    if len(duties):
        shown = (Column("clause", say("posts.document.clause")),
                 Column("text", say("posts.document.text"), width=60))  # fmt: skip
        sections.append(Section(say("posts.document.duties"), (Table(duties, shown),)))
    return Document(say("posts.document.long_title", county=county.name), tuple(sections))


def _assessed(material: Material, plan: PostsPlan) -> pd.DataFrame:
    """Return how each holder came about and was assessed, and which term begins.

    Columns are empty without candidates, or without a table of present posts.
    """
    keys = ["place", "post", "teacher"]
    given = material.county.tables["candidates"].reindex(columns=[*keys, "way", "score"])
    found = plan.posts[keys].merge(given, how="left", on=keys)
    way = [word(material.county, "candidates", "way", w) if w else None for w in
           found["way"].fillna("")]  # fmt: skip
    score = pd.to_numeric(found["score"])
    frame = pd.DataFrame({"way": pd.Series(way, dtype="object"), "score": score})
    before = material.county.tables["posts"]
    if len(before):
        served = plan.posts[keys].merge(before[[*keys, "terms"]], how="left", on=keys)["terms"]
        frame["served"] = [_begins(float(t)) for t in served]
    return frame


def _not_going_on(material: Material, plan: PostsPlan) -> pd.DataFrame:
    """Return the present holders who do not go on in their post, and why as far as known.

    Dismissed after an appraisal, at the limit of terms, or neither; what else they hold now.
    """
    keys = ["place", "post", "teacher"]
    county, before = material.county, material.county.tables["posts"]
    merged = before.merge(plan.posts[keys], how="left", on=keys, indicator=True)
    rules = material.policy.of("posts") if material.policy else ()
    failed = [r for rule in rules if isinstance(rule, Appraisal) for r in rule.dismissed]
    most = next((r.terms for r in rules if isinstance(r, OfficeTerms)), 0)
    rows = []
    for row in merged[merged["_merge"] == "left_only"].to_dict("records"):
        result, person = str(row.get("result", "")), str(row["teacher"])
        why = "dismissed" if result in failed else "full" if 0 < most <= row["terms"] else "other"
        now = plan.posts[plan.posts["teacher"] == person]
        rows.append(
            {
                "place": row["place"],
                "post": say(f"posts.post.{row['post']}"),
                "person": printed_name(material, person),
                "terms": int(row["terms"]),
                "result": word(county, "posts", "result", result) if result else "",
                "status": say(f"posts.document.status.{why}"),
                "now": "、".join(
                    f"{r.place}{say(f'posts.post.{r.post}')}" for r in now.itertuples()
                ),
            }
        )
    return pd.DataFrame(
        rows, columns=["place", "post", "person", "terms", "result", "status", "now"]
    )


def _begins(served: float) -> str:
    """Return which term of a holder begins, in words; NaN terms for one new in the post."""
    if math.isnan(served):
        return say("posts.document.new")
    return say("posts.document.again", number=int(served) + 1)


def _duties(policy: Policy | None) -> pd.DataFrame:
    """Return the sentences that the rules on posts rest on, as they stand, each once.

    A part of a sentence that stands there as a whole is left out.
    """
    clauses = [rule.clause for rule in policy.of("posts")] if policy else []
    rows = list(dict.fromkeys((c.number, c.text) for c in clauses if c.number))
    texts = [text for _, text in rows]
    whole = [r for r in rows if not any(r[1] in other for other in texts if other != r[1])]
    return pd.DataFrame(whole, columns=["clause", "text"])


def _index(held: pd.DataFrame, row: Mapping[Any, Any]) -> int:
    same = held[["place", "post", "teacher"]].eq([row["place"], row["post"], row["teacher"]])
    return int(same.all(axis=1).to_numpy().argmax())


def _summary(plan: PostsPlan) -> pd.DataFrame:
    grouped = plan.posts.groupby(["body", "post"], sort=False)["teacher"]
    table = pd.DataFrame({"offices": grouped.size(), "count": grouped.nunique()}).reset_index()
    return table.assign(
        body=[say(f"posts.body.{b}") for b in table["body"]],
        post=[say(f"posts.post.{p}") for p in table["post"]],
    )


RECIPE = Recipe("posts-list", "posts.document.title", build, kinds=("posts",))
