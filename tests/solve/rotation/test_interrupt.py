"""Ctrl-C ends a program at work, with the best it has."""

from collections.abc import Callable

import numpy as np
from scipy import sparse

from districting.solve.highs import Answer, solve_highs


def hard_program(
    asked: list[bool], after: int, told: Callable[[float, float], None] | None = None
) -> Answer:
    """Solve a market-split program, of which no proof is near, interrupted at the ask `after`."""
    random = np.random.default_rng(0)
    matrix = random.integers(0, 100, (6, 50)).astype(float)
    low = np.floor(matrix.sum(axis=1) / 2)

    def interrupted() -> bool:
        asked.append(True)
        return len(asked) > after

    rows = sparse.csr_array(np.hstack([matrix, np.eye(6), -np.eye(6)]))
    cost = np.r_[np.zeros(50), np.ones(12)]
    upper = np.r_[np.ones(50), np.full(12, np.inf)]
    whole = np.arange(62) < 50
    return solve_highs(
        cost,
        upper,
        rows,
        low,
        low,
        whole=whole,
        seconds=60.0,
        interrupted=interrupted,
        told=told,
    )


def test_a_program_at_work_ends_when_asked_to() -> None:
    """It ends long before its time, with a plan where there is one and a bound that holds."""
    asked: list[bool] = []
    answer = hard_program(asked, 200)
    assert 200 < len(asked) < 2000
    assert answer.status == "feasible"
    assert answer.bound <= answer.value
    assert len(answer.x) == 62


def test_a_program_at_work_tells_how_far_it_is() -> None:
    """Values fall, bounds rise, each is told once; the last are those of the answer."""
    told: list[tuple[float, float]] = []
    answer = hard_program([], 200, lambda value, bound: told.append((value, bound)))
    values, bounds = zip(*told, strict=True)
    assert len(told) > 1 and len(set(told)) == len(told)
    assert list(values) == sorted(values, reverse=True) and list(bounds) == sorted(bounds)
    assert values[-1] == answer.value and bounds[-1] <= answer.bound
