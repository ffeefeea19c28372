"""农村学生上学单程一般不超过 40 分钟。"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from districting.policy.zones.way_limit import TimeLimit


@dataclass(frozen=True, kw_only=True)
class OneWayTime(TimeLimit):
    r"""农村学生上学单程一般不超过40分钟。

    国办发〔2012〕48号 (quoted at second hand): 40 minutes one way, by whatever means; by default a
    school bus at 25 km/h after 8 minutes' wait, see
    :class:`~districting.policy.zones.way_limit.WayLimit`.
    """

    name: ClassVar[str] = "one_way_time"
    needs: ClassVar[tuple[str, ...]] = ("villages.kind", "roads.metres")

    minutes: float = 40.0
    mode: str = "bus"
