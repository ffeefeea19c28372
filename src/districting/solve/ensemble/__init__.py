"""Samples of feasible layouts, and how far they can be trusted."""

from districting.solve.ensemble.diagnostics import autocorrelation, effective_size, split_rhat
from districting.solve.ensemble.sample import Sample, sample_layouts

__all__ = ["Sample", "autocorrelation", "effective_size", "sample_layouts", "split_rhat"]
