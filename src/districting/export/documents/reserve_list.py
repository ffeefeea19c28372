"""后备人才名单: whom districts may train as managers, from the sources that the policy names.

Who is chosen is for schools, districts and the bureau to say: those cells are left empty.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from districting.export.documents.document import Column, Document, Paragraph, Section, Table
from districting.export.documents.material import DocumentError, Material, Recipe
from districting.export.documents.rotation_list import word
from districting.export.documents.teaching_list import printed_name
from districting.plan.posts_plan import PostsPlan
from districting.terms import say

MANAGERS = ("manager", "vice_principal")
BACKBONE = ("county", "city", "province")
HONOURS = ("none", "school", *BACKBONE)
NEEDED = ("post", "honour")


def build(material: Material) -> Document:
    """Return school managers, and backbone teachers and subject leaders, by district.

    Heads of schools, and who holds a post of a given posts plan, are no reserve. Without a posts
    plan districts are those of the county's current layout.

    Raises
    ------
    DocumentError
        If the teachers' table lacks post or honour.
    """
    county = material.county
    teachers = county.tables["teachers"]
    missing = [c for c in NEEDED if c not in teachers]
    if missing:
        raise DocumentError(say("posts.reserve.lacks", columns="、".join(missing)))
    plans = [p for p in material.plans if isinstance(p, PostsPlan)]
    layout = county.current_plan
    of = plans[0].schools if plans else pd.Series(dtype="str") if layout is None else layout.schools
    holders = {t for p in plans for t in p.posts["teacher"]}
    managers, backbone = teachers["post"].isin(MANAGERS), teachers["honour"].isin(BACKBONE)
    teaches = (teachers["post"] == "teacher") & backbone
    off = (teachers["on_quota"] == "no") if "on_quota" in teachers else False
    pool = teachers[(managers | teaches) & ~teachers["teacher"].isin(holders) & ~off]
    pool = pool[pool["school"].isin(of.index)]
    source = np.where(pool["post"].isin(MANAGERS), "manager", "backbone")
    frame = pd.DataFrame(
        {
            "district": of.reindex(pool["school"]).to_numpy(),
            "person": [printed_name(material, t) for t in pool["teacher"]],
            "school": county.school_titles.reindex(pool["school"]).to_numpy(),
            "origin": [say(f"posts.reserve.source.{s}") for s in source],
            "post": [word(county, "teachers", "post", v) for v in pool["post"]],
            "honour": [word(county, "teachers", "honour", v) for v in pool["honour"]],
            "recommended": "",
            "decided": "",
            "rank": pool["honour"].map({h: -i for i, h in enumerate(HONOURS)}).to_numpy(),
        }
    ).sort_values(["district", "origin", "rank", "school", "person"], ignore_index=True)
    columns = tuple(Column(c, say(f"posts.reserve.{c}")) for c in frame.columns if c != "rank")
    counts = frame.groupby(["district", "origin"], as_index=False).size()
    summary = Table(counts, (
        Column("district", say("posts.reserve.district"), merged=True),
        Column("origin", say("posts.reserve.origin")),
        Column("size", say("posts.reserve.count"), total=True),
    ))  # fmt: skip
    sections = (
        Section(say("posts.reserve.summary"), (summary, _note())),
        Section(say("posts.reserve.list"), (Table(frame, columns),), True),
    )
    return Document(say("posts.reserve.title", county=county.name, year=county.year), sections)


def _note() -> Paragraph:
    return Paragraph(say("posts.reserve.note"), "note")


RECIPE = Recipe("reserve-list", "posts.reserve.list", build, kinds=())
