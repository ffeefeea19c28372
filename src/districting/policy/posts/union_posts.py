"""每个教育联区设主任一名、书记一名及教育指导员2-3名。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from districting.policy.posts.base import Numbers


@dataclass(frozen=True, kw_only=True)
class UnionPosts(Numbers):
    r"""每个教育联区设主任一名、书记一名及教育指导员2-3名。

    For each union: :math:`\sum_a x_a = 1` over the arcs that fill its directorship, likewise its
    secretary, and between `advisers_min` and `advisers_max` advisers (教育指导员).

    Parameters
    ----------
    advisers_min, advisers_max : int
    """

    name: ClassVar[str] = "union_posts"
    body: ClassVar[str] = "union"

    advisers_min: int = 2
    advisers_max: int = 3

    def numbers(self, schools: int) -> Mapping[str, tuple[int, int]]:
        """Return (least, most) holders by post."""
        advisers = (self.advisers_min, self.advisers_max)
        return {"director": (1, 1), "secretary": (1, 1), "adviser": advisers}
