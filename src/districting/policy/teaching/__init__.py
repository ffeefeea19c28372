"""The rules of teaching plans, one file each, and the words that profiles call them by."""

from districting.policy.teaching.base import TeachingRule
from districting.policy.teaching.full_curriculum import FullCurriculum
from districting.policy.teaching.mentor_pairs import MentorPairs
from districting.policy.teaching.studio_reach import StudioReach
from districting.policy.teaching.subject_fit import SubjectFit
from districting.policy.teaching.teaching_load import TeachingLoad
from districting.policy.teaching.teaching_locks import TeachingLocks
from districting.policy.teaching.visit_clash import VisitClash
from districting.policy.teaching.visit_exempt import VisitExempt
from districting.policy.teaching.visit_rhythm import VisitRhythm
from districting.policy.teaching.visit_scope import VisitScope
from districting.policy.teaching.visit_way import VisitWay

RULES: dict[str, type[TeachingRule]] = {
    rule.name: rule
    for rule in (
        FullCurriculum,
        TeachingLoad,
        SubjectFit,
        VisitRhythm,
        VisitWay,
        VisitScope,
        VisitExempt,
        VisitClash,
        TeachingLocks,
        MentorPairs,
        StudioReach,
    )
}
"""Rule classes by the name used in ``[[rule]] kind = "teaching", use = …``."""
