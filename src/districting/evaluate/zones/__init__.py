"""Measure and compare zone plans, from the raw tables."""

from districting.evaluate.zones.compare import ZoneComparison, compare_zones
from districting.evaluate.zones.measure import ZoneMeasures, measure_zones
from districting.evaluate.zones.nearest import nearest_zones

__all__ = [
    "ZoneComparison",
    "ZoneMeasures",
    "compare_zones",
    "measure_zones",
    "nearest_zones",
]
