"""The solver behind two calls, against all whole values and a linear program for the rest."""

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

from districting.solve.highs import solve_highs


@pytest.mark.parametrize("seed", range(40))
def test_mixed_programs_end_at_their_optimum(seed):
    """Presolve of some releases calls wrong points optimal, in programs as small as these."""
    rng = np.random.default_rng(seed)
    n, m = 6, 3
    matrix = rng.integers(-3, 4, (m, n)) * (rng.random((m, n)) < 0.5)
    cost, high = rng.integers(-9, 10, n).astype(float), rng.integers(1, 6, m).astype(float)
    whole, upper = rng.random(n) < 0.6, np.where(rng.random(n) < 0.5, 2.0, 1.0)
    upper[~whole] += 0.5
    best = np.inf
    for values in product(*(range(int(u) + 1) for u in upper[whole])):
        fixed = np.column_stack([np.zeros(n), upper])
        fixed[whole] = np.array(values)[:, None]
        rest = linprog(cost, A_ub=matrix, b_ub=high, bounds=fixed)
        best = min(best, rest.fun) if rest.success else best
    low = np.full(m, -np.inf)
    answer = solve_highs(cost, upper, csr_array(matrix.astype(float)), low, high, whole=whole)
    assert answer.status == "optimal"
    assert answer.value == pytest.approx(best, abs=1e-5)
    assert answer.bound <= best + 1e-5
