"""Solvers for the problems of :mod:`districting.model`. They know no 学区 words and no Excel."""
