"""The rules of district plans, one file each, and the words that profiles call them by."""

from districting.policy.districts.balance import Balance
from districting.policy.districts.compact import Compact
from districting.policy.districts.contiguous import Contiguity
from districting.policy.districts.director_candidate import DirectorCandidate
from districting.policy.districts.district_count import DistrictNumber
from districting.policy.districts.districts_per_town import DistrictsPerTown
from districting.policy.districts.given_seats import GivenSeats
from districting.policy.districts.junior_per_district import SchoolsPerDistrict
from districting.policy.districts.junior_reachable import JuniorReachable
from districting.policy.districts.lead_school import LeadSchool
from districting.policy.districts.locks import Locks
from districting.policy.districts.membership import Membership
from districting.policy.districts.near_home import NearHome
from districting.policy.districts.one_district_per_town import OneDistrictPerTown
from districting.policy.districts.paired_unions import PairedUnions
from districting.policy.districts.quality_balance import QualityBalance
from districting.policy.districts.seat_travel import SeatTravel
from districting.policy.districts.seats_inside import SeatsInside
from districting.policy.districts.size_limits import SizeLimits
from districting.policy.districts.stability import Stability
from districting.policy.districts.staff_balance import StaffBalance
from districting.policy.districts.tied_villages import TiedVillages
from districting.policy.districts.whole_zones import WholeZones
from districting.policy.districts.within_town import WithinTown
from districting.policy.districts.zone_units import ZoneUnitsRule
from districting.policy.rule import DistrictRule

RULES: dict[str, type[DistrictRule]] = {
    "within_town": WithinTown,
    "districts_per_town": DistrictsPerTown,
    "one_district_per_town": OneDistrictPerTown,
    "district_count": DistrictNumber,
    "contiguous": Contiguity,
    "size_limits": SizeLimits,
    "balance": Balance,
    "membership": Membership,
    "lead_school": LeadSchool,
    "director_candidate": DirectorCandidate,
    "given_seats": GivenSeats,
    "junior_per_district": SchoolsPerDistrict,
    "junior_reachable": JuniorReachable,
    "near_home": NearHome,
    "compact": Compact,
    "seat_travel": SeatTravel,
    "paired_unions": PairedUnions,
    "quality_balance": QualityBalance,
    "staff_balance": StaffBalance,
    "seats_inside": SeatsInside,
    "stability": Stability,
    "whole_zones": WholeZones,
    "zone_units": ZoneUnitsRule,
    "tied_villages": TiedVillages,
    "locks": Locks,
}
"""Rule classes by the name used in ``[[rule]] use = …``."""
