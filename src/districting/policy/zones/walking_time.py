"""农村小学 1—3 年级就近走读，路途一般不超过 30 分钟。"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from districting.policy.zones.way_limit import TimeLimit


@dataclass(frozen=True, kw_only=True)
class WalkingTime(TimeLimit):
    r"""农村小学1—3年级学生原则上不寄宿，就近走读上学；路途时间一般不超过半小时。

    国办发〔2018〕27号: 30 minutes one way. The lower grades walk at 4 km/h (2 km), see
    :class:`~districting.policy.zones.way_limit.WayLimit`. Children of grades 1 to 3 live where the
    others do: all primary children of a village stand for them.
    """

    name: ClassVar[str] = "walking_time"
    needs: ClassVar[tuple[str, ...]] = ("villages.kind", "roads.metres")

    stages: tuple[str, ...] = ("primary",)
