"""Judge plans from the raw tables: verify, measure, compare. Knows no model and no solver."""

from districting.evaluate.verify import Judged, Outcome, Report, verify

__all__ = ["Judged", "Outcome", "Report", "verify"]
