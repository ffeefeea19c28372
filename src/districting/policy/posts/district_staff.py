"""学区设主任1名，副主任2-3名，其他兼职管理人员3-5名。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from districting.policy.posts.base import Numbers


@dataclass(frozen=True, kw_only=True)
class DistrictStaff(Numbers):
    r"""学区设主任1名，副主任2-3名，其他兼职管理人员3-5名。

    For each district one director, two or three deputies, three to five part-time managers. A
    district with at least `larger_from` schools and kindergartens takes the upper numbers.

    Parameters
    ----------
    deputies_min, deputies_max, managers_min, managers_max : int
    larger_from : int, institutions
        The text gives no line between the lower and the upper number; set by the bureau. 0 leaves
        the number free within its limits everywhere.
    """

    name: ClassVar[str] = "district_staff"
    body: ClassVar[str] = "district"

    deputies_min: int = 2
    deputies_max: int = 3
    managers_min: int = 3
    managers_max: int = 5
    larger_from: int = 0

    def numbers(self, schools: int) -> Mapping[str, tuple[int, int]]:
        """Return (least, most) holders by post for a district with so many institutions."""
        large = 0 < self.larger_from <= schools
        deputies = self.deputies_max if large else self.deputies_min
        managers = self.managers_max if large else self.managers_min
        return {
            "director": (1, 1),
            "deputy": (deputies, self.deputies_max),
            "manager": (managers, self.managers_max),
        }
