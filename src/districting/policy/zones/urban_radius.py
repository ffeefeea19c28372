"""城镇小学服务半径不超过 500 米，中学不超过 1000 米。"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from districting.policy.zones.way_limit import WayLimit


@dataclass(frozen=True, kw_only=True)
class UrbanRadius(WayLimit):
    r"""城镇小学服务半径不宜大于500米，中学不宜大于1000米。

    城市居住区规划设计规范, GB50099-2011 4.1.4. See
    :class:`~districting.policy.zones.way_limit.WayLimit`.

    Parameters
    ----------
    primary, junior : float, metres by road
        0 for no limit.
    """

    name: ClassVar[str] = "urban_radius"
    needs: ClassVar[tuple[str, ...]] = ("villages.kind", "roads.metres")

    primary: float = 500.0
    junior: float = 1_000.0

    def metres(self, stage: str) -> float:
        """Return the limit of `stage`."""
        return (self.primary if stage == "primary" else self.junior) or float("inf")

    def speaks_of(self, urban: bool) -> bool:
        """Return whether the rule speaks of such villages: the urban ones."""
        return urban
