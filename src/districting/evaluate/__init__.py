"""Judge plans from the raw tables: verify, measure, compare. Knows no model and no solver."""

from districting.evaluate.balance import Assessment, Standard, assess, read_standard
from districting.evaluate.by_kind import compare, measure
from districting.evaluate.compare import Comparison
from districting.evaluate.feedback import Feedback, feedback
from districting.evaluate.gaps import Gaps, gap_measures, gaps, gaps_of
from districting.evaluate.measure import Measures
from districting.evaluate.measures.change import Changes
from districting.evaluate.measures.ground import Ground, survey
from districting.evaluate.measures.variation import variation_coefficient
from districting.evaluate.recount import after_moves
from districting.evaluate.robust import Robustness, robustness
from districting.evaluate.scorecard import Scorecard, scorecard
from districting.evaluate.verify import Judged, Outcome, Report, verify
from districting.evaluate.zones import ZoneComparison, ZoneMeasures, nearest_zones

__all__ = [
    "Assessment",
    "Changes",
    "Comparison",
    "Feedback",
    "Gaps",
    "Ground",
    "Judged",
    "Measures",
    "Outcome",
    "Report",
    "Robustness",
    "Scorecard",
    "Standard",
    "ZoneComparison",
    "ZoneMeasures",
    "after_moves",
    "assess",
    "compare",
    "feedback",
    "gap_measures",
    "gaps",
    "gaps_of",
    "measure",
    "nearest_zones",
    "read_standard",
    "robustness",
    "scorecard",
    "survey",
    "variation_coefficient",
    "verify",
]
