"""How many periods a full post teaches, and which subjects have posts: LOAD-01, for all rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from districting.read.curriculum import OTHER_WORDS


@dataclass(frozen=True, kw_only=True)
class LoadNorms:
    """Norms that rules on subjects and periods share.

    Parameters
    ----------
    scheme : str
        Table of periods where the county gives none of its own: one of
        :data:`~districting.read.curriculum.SCHEMES`.
    primary, junior : Mapping of subject to int, periods a week
        Full load of a post, LOAD-01; other subjects `primary_other`, `junior_other`.
    without_post : tuple of str
        Subjects that no post is made for (综合: labour, practice, local and school courses).
    """

    scheme: str = "national_2022"
    primary: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType({"语文": 14, "数学": 14})
    )
    primary_other: int = 18
    junior: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType(
            {"语文": 12, "数学": 12, "外语": 12, "音乐": 16, "美术": 16, "信息科技": 16}
        )
    )
    junior_other: int = 14
    without_post: tuple[str, ...] = ("综合",)

    def load(self, stage: str, subject: str) -> int:
        """Return periods a week of a full post."""
        subject = OTHER_WORDS.get(subject, subject)
        if stage == "primary":
            return self.primary.get(subject, self.primary_other)
        return self.junior.get(subject, self.junior_other)
