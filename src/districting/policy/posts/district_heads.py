"""每个教育学区设主任一名、书记一名（可兼任）。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from districting.policy.posts.base import Numbers


@dataclass(frozen=True, kw_only=True)
class DistrictHeads(Numbers):
    r"""每个教育学区设主任一名、书记一名（可兼任）。

    For each district one director and one secretary. That one person may be both is said by
    ``one_office``, which every profile needs beside this rule.
    """

    name: ClassVar[str] = "district_heads"
    body: ClassVar[str] = "district"

    def numbers(self, schools: int) -> Mapping[str, tuple[int, int]]:
        """Return (least, most) holders by post."""
        return {"director": (1, 1), "secretary": (1, 1)}
