"""The rules of zone plans, one file each, and the words that profiles call them by."""

from districting.policy.zones.base import ZoneRule
from districting.policy.zones.contiguous import ZoneContiguity
from districting.policy.zones.feeder_alignment import FeederAlignment
from districting.policy.zones.feeder_capacity import FeederCapacity
from districting.policy.zones.feeder_contiguous import FeederContiguous
from districting.policy.zones.feeder_coverage import FeederCoverage
from districting.policy.zones.feeder_inside_district import FeederInsideDistrict
from districting.policy.zones.feeder_locks import FeederLocks
from districting.policy.zones.feeder_near import FeederNear
from districting.policy.zones.feeder_single import FeederSingle
from districting.policy.zones.feeder_stability import FeederStability
from districting.policy.zones.locks import ZoneLocks
from districting.policy.zones.long_ways import LongWays
from districting.policy.zones.one_way_time import OneWayTime
from districting.policy.zones.quality_between_towns import QualityBetweenTowns
from districting.policy.zones.quality_received import QualityReceived
from districting.policy.zones.rural_radius import RuralRadius
from districting.policy.zones.schools_kept import SchoolsKept
from districting.policy.zones.seat_use import SeatUse
from districting.policy.zones.seats import ZoneSeats
from districting.policy.zones.seats_every_year import SeatsEveryYear
from districting.policy.zones.several_schools import SeveralSchools
from districting.policy.zones.stability import ZoneStability
from districting.policy.zones.town_border import TownBorder
from districting.policy.zones.travel import Travel
from districting.policy.zones.urban_radius import UrbanRadius
from districting.policy.zones.walking_time import WalkingTime
from districting.policy.zones.whole_village import WholeVillage

RULES: dict[str, type[ZoneRule]] = {
    rule.name: rule
    for rule in (
        WholeVillage,
        Travel,
        LongWays,
        ZoneSeats,
        SeatsEveryYear,
        SchoolsKept,
        SeatUse,
        WalkingTime,
        OneWayTime,
        RuralRadius,
        UrbanRadius,
        ZoneContiguity,
        TownBorder,
        SeveralSchools,
        FeederAlignment,
        QualityReceived,
        QualityBetweenTowns,
        ZoneStability,
        ZoneLocks,
        FeederCapacity,
        FeederContiguous,
        FeederCoverage,
        FeederInsideDistrict,
        FeederLocks,
        FeederNear,
        FeederSingle,
        FeederStability,
    )
}
"""Rule classes by the name used in ``[[rule]] kind = "zones"``, ``use = …``."""
