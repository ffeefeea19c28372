"""Posts by quota and by curriculum after rotation, as several documents tell them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from districting.county import County
from districting.export.documents.material import DocumentError
from districting.plan.adopt import with_moves
from districting.plan.rotation_plan import RotationPlan
from districting.policy.policy import Policy
from districting.policy.rotation.post_band import PostBand
from districting.policy.teaching.full_curriculum import FullCurriculum
from districting.terms import say

KEYS = ["school", "stage", "subject"]


def by_quota(policy: Policy, county: County, plan: RotationPlan) -> pd.DataFrame:
    """Return quota, teachers before and after, and whole posts above it, by school and stage.

    Raises
    ------
    DocumentError
        If the policy has no rule on quotas.
    """
    rules = [r for r in policy.of("rotation") if isinstance(r, PostBand)]
    if not rules:
        raise DocumentError(say("rotation_documents.no_quota"))
    table, layout = rules[0].table(county, plan), county.current_plan
    of = pd.Series(dtype="str") if layout is None else layout.schools
    return table.assign(
        district=of.reindex(table["school"]).fillna("").to_numpy(),
        surplus=(table["after"] - table["quota"]).round().astype(int),
    ).sort_values(["district", "name", "stage"], ignore_index=True)


def subject_posts(policy: Policy, county: County, plan: RotationPlan) -> pd.DataFrame:
    """Return posts that the curriculum needs and posts there are, by school, stage and subject.

    Returns
    -------
    pandas.DataFrame
        ``school``, ``stage``, ``subject``, ``need``, ``have`` (posts, with parts) after the moves
        of the plan's year; empty where the policy has no rule on the curriculum.
    """
    rules = [r for r in policy.of("teaching") if isinstance(r, FullCurriculum)]
    if not rules:
        return pd.DataFrame(columns=[*KEYS, "need", "have"])
    table = rules[0].counted(with_moves(county, plan)).reset_index()
    pairs = zip(table["stage"], table["subject"], strict=True)
    load = np.array([rules[0].load(stage, subject) for stage, subject in pairs])
    return table.assign(need=table["need"] / load, have=table["supply"] / load)[
        [*KEYS, "need", "have"]
    ]
