"""农村小学服务半径一般不超过 2 公里。"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from districting.policy.zones.way_limit import WayLimit


@dataclass(frozen=True, kw_only=True)
class RuralRadius(WayLimit):
    r"""农村小学服务半径一般不超过2公里。

    河北省政府关于规范农村义务教育学校布局的意见; no source gives a radius for junior schools. See
    :class:`~districting.policy.zones.way_limit.WayLimit`.

    Parameters
    ----------
    primary, junior : float, metres by road
        0 for no limit.
    """

    name: ClassVar[str] = "rural_radius"
    needs: ClassVar[tuple[str, ...]] = ("villages.kind", "roads.metres")

    primary: float = 2_000.0
    junior: float = 0.0

    def metres(self, stage: str) -> float:
        """Return the limit of `stage`."""
        return (self.primary if stage == "primary" else self.junior) or float("inf")

    def speaks_of(self, urban: bool) -> bool:
        """Return whether the rule speaks of such villages: the rural ones."""
        return not urban
