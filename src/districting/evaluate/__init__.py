"""Judge plans from the raw tables: verify, measure, compare. Knows no model and no solver."""

from districting.evaluate.balance import Assessment, Standard, assess, read_standard
from districting.evaluate.compare import Comparison, compare
from districting.evaluate.gaps import Gaps, gap_measures, gaps
from districting.evaluate.measure import Measures, measure
from districting.evaluate.measures.change import Changes
from districting.evaluate.measures.ground import Ground, survey
from districting.evaluate.measures.variation import variation_coefficient
from districting.evaluate.recount import after_moves
from districting.evaluate.verify import Judged, Outcome, Report, verify

__all__ = [
    "Assessment",
    "Changes",
    "Comparison",
    "Gaps",
    "Ground",
    "Judged",
    "Measures",
    "Outcome",
    "Report",
    "Standard",
    "after_moves",
    "assess",
    "compare",
    "gap_measures",
    "gaps",
    "measure",
    "read_standard",
    "survey",
    "variation_coefficient",
    "verify",
]
