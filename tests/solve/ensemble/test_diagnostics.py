"""Mixing diagnostics on series whose answers are known."""

import numpy as np
import pytest

from districting.solve.ensemble import autocorrelation, effective_size, split_rhat

CHAIN = np.repeat(np.arange(4), 2000)


def _autoregressive(rho: float) -> np.ndarray:
    rng = np.random.default_rng(0)
    noise = rng.normal(size=len(CHAIN))
    values = np.zeros(len(CHAIN))
    for i in range(1, len(values)):
        values[i] = rho * values[i - 1] * (CHAIN[i] == CHAIN[i - 1]) + noise[i]
    return values


def test_independent_draws_count_in_full() -> None:
    values = np.random.default_rng(1).normal(size=len(CHAIN))
    assert split_rhat(values, CHAIN) == pytest.approx(1.0, abs=0.005)
    assert effective_size(values, CHAIN) == pytest.approx(8000, rel=0.1)


@pytest.mark.parametrize("rho", [0.5, 0.9])
def test_correlated_draws_count_less(rho: float) -> None:
    """An AR(1) chain is worth (1 - rho) / (1 + rho) of its length."""
    values = _autoregressive(rho)
    assert effective_size(values, CHAIN) == pytest.approx(8000 * (1 - rho) / (1 + rho), rel=0.2)
    assert autocorrelation(values[:2000])[1] == pytest.approx(rho, abs=0.06)


def test_chains_apart_from_each_other_are_seen() -> None:
    values = np.random.default_rng(1).normal(size=len(CHAIN)) + 3.0 * (CHAIN == 2)
    assert split_rhat(values, CHAIN) > 1.3
    assert effective_size(values, CHAIN) < 20


def test_a_chain_apart_from_its_own_past_is_seen() -> None:
    """A trend inside every chain shows between its halves."""
    values = np.random.default_rng(1).normal(size=len(CHAIN)) + np.tile(np.linspace(0, 4, 2000), 4)
    assert split_rhat(values, CHAIN) > 1.2


def test_constant_and_too_short_series() -> None:
    assert split_rhat(np.ones(len(CHAIN)), CHAIN) == 1.0
    assert effective_size(np.ones(len(CHAIN)), CHAIN) == 8000.0
    assert np.isnan(split_rhat(np.arange(4.0), np.array([0, 0, 1, 1])))
    assert np.isnan(effective_size(np.arange(8.0), np.repeat([0, 1], 4)))
