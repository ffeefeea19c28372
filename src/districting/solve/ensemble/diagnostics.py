"""How well chains have mixed: autocorrelation, effective sample size, split R-hat."""

from __future__ import annotations

import numpy as np

from districting.model.partition import Floats, Ints


def halves(values: Floats, chain: Ints) -> Floats:
    """Return each chain cut in two equal halves, shape (2 c, q); rests are left out.

    Parameters
    ----------
    values : float array, shape (q,)
        One number a layout.
    chain : int array, shape (q,)
        Chain of each, those of one chain in order.
    """
    runs = [values[chain == c] for c in np.unique(chain)]
    length = min((len(r) for r in runs), default=0) // 2
    cut = [half for r in runs for half in (r[:length], r[len(r) - length :])]
    return np.array(cut, float).reshape(len(cut), length)


def split_rhat(values: Floats, chain: Ints) -> float:
    """Return the split R-hat: near 1 where chains agree with each other and with themselves.

    NaN where halves hold fewer than two layouts; 1 where all values are equal.

    References
    ----------
    Gelman, Carlin, Stern, Dunson, Vehtari, Rubin (2013), Bayesian Data Analysis, 11.4.
    """
    parts = halves(values, chain)
    if parts.shape[1] < 2:
        return float("nan")
    within, whole = _variances(parts)
    if whole == 0.0:
        return 1.0
    return float(np.sqrt(whole / within)) if within > 0.0 else float("inf")


def _variances(parts: Floats) -> tuple[float, float]:
    """Return the mean variance inside chains, and the estimate that adds that between them."""
    length = parts.shape[1]
    within = float(parts.var(axis=1, ddof=1).mean())
    between = float(parts.mean(axis=1).var(ddof=1)) if len(parts) > 1 else 0.0
    return within, within * (length - 1) / length + between


def autocorrelation(values: Floats) -> Floats:
    """Return the autocorrelation of one chain at lags 0 … q-1; zeros beyond 0 where constant."""
    length = len(values)
    off = values - values.mean()
    power = np.abs(np.fft.rfft(off, 2 * length)) ** 2
    covariance = np.fft.irfft(power)[:length]
    if covariance[0] <= 1e-12 * max(1.0, float(np.abs(values).max()) ** 2):
        return np.asarray(np.eye(1, length)[0], float)
    return np.asarray(covariance / covariance[0], float)


def effective_size(values: Floats, chain: Ints) -> float:
    """Return how many independent layouts the chains are worth for the mean of `values`.

    Split chains together, their autocorrelations summed up to the first pair of lags that is
    negative. Constant values count in full; NaN where halves hold fewer than four layouts.

    References
    ----------
    Geyer (1992), Practical Markov chain Monte Carlo. Vehtari, Gelman, Simpson, Carpenter, Bürkner
    (2021), Rank-normalization, folding, and localization: an improved R-hat.
    """
    parts = halves(values, chain)
    count, length = parts.shape
    if length < 4:
        return float("nan")
    within, whole = _variances(parts)
    if whole == 0.0:
        return float(count * length)
    own = parts.var(axis=1, ddof=1)[:, None] * np.array([autocorrelation(p) for p in parts])
    rho = 1.0 - (within - own.mean(axis=0)) / whole
    rho[0] = 1.0
    pairs = rho[: length // 2 * 2].reshape(-1, 2).sum(axis=1)
    negative = np.flatnonzero(pairs < 0.0)
    stop = int(negative[0]) if len(negative) else len(pairs)
    tau = -1.0 + 2.0 * float(np.minimum.accumulate(pairs[:stop]).sum())
    return float(count * length / max(tau, 1.0 / np.log10(max(count * length, 10))))
