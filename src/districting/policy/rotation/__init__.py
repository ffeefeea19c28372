"""The rules of rotation plans, one file each, and the words that profiles call them by."""

from districting.policy.rotation.base import RotationRule
from districting.policy.rotation.commute_limit import CommuteLimit
from districting.policy.rotation.direction import Direction
from districting.policy.rotation.due_once import DueOnce
from districting.policy.rotation.exempted import Exempted
from districting.policy.rotation.few_moves import FewMoves
from districting.policy.rotation.holds import Holds
from districting.policy.rotation.keep_announced import KeepAnnounced
from districting.policy.rotation.leaders import Leaders
from districting.policy.rotation.links import Links
from districting.policy.rotation.longest_stay import LongestStay
from districting.policy.rotation.near_district import NearDistrict
from districting.policy.rotation.no_return import NoReturn
from districting.policy.rotation.out_cap import OutCap
from districting.policy.rotation.post_band import PostBand
from districting.policy.rotation.retirement import Retirement
from districting.policy.rotation.share_backbone import ShareBackbone
from districting.policy.rotation.share_county import ShareCounty
from districting.policy.rotation.share_sending import ShareSending
from districting.policy.rotation.share_weak import ShareWeak
from districting.policy.rotation.shortage import Shortage
from districting.policy.rotation.staff_variation import StaffVariation
from districting.policy.rotation.subject_ceiling import SubjectCeiling
from districting.policy.rotation.subject_fit import SubjectFit
from districting.policy.rotation.subject_floor import SubjectFloor
from districting.policy.rotation.tenure import Tenure
from districting.policy.rotation.term import Term
from districting.policy.rotation.total_commute import TotalCommute
from districting.policy.rotation.wishes import Wishes
from districting.policy.rotation.worst_commute import WorstCommute

RULES: dict[str, type[RotationRule]] = {
    rule.name: rule
    for rule in (
        Tenure,
        Exempted,
        Retirement,
        ShareSending,
        ShareCounty,
        ShareBackbone,
        ShareWeak,
        LongestStay,
        Direction,
        NearDistrict,
        SubjectFit,
        SubjectFloor,
        SubjectCeiling,
        OutCap,
        PostBand,
        CommuteLimit,
        Links,
        Holds,
        DueOnce,
        NoReturn,
        Leaders,
        Term,
        KeepAnnounced,
        Shortage,
        WorstCommute,
        StaffVariation,
        TotalCommute,
        Wishes,
        FewMoves,
    )
}
"""Rule classes by the name used in ``[[rule]] use = …`` with ``kind = "rotation"``."""
