"""HiGHS behind two calls: a linear program with its duals, and a small whole-number program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from districting.model.rotation import Bools, Floats

INFINITE = highspy.kHighsInf
RELIABLE = 1
"""Trials of a column after which its pseudo-costs count: trees are small, and trials cost more."""
_threads = 1


@dataclass(frozen=True, eq=False)
class Answer:
    """What HiGHS says.

    Parameters
    ----------
    status : {"optimal", "feasible", "infeasible", "unknown"}
    value, bound : float
        NaN and -inf where there is none.
    x : float array, shape (n,)
    reduced : float array, shape (n,)
        Reduced costs of a linear program.
    dual : float array, shape (m,)
    """

    status: str
    value: float
    bound: float
    x: Floats
    reduced: Floats
    dual: Floats


def solve_highs(
    cost: Floats,
    upper: Floats,
    matrix: sparse.csr_array,
    low: Floats,
    high: Floats,
    *,
    lower: Floats | None = None,
    whole: Bools | None = None,
    seconds: float = np.inf,
    gap: float = 0.0,
    nodes: int | None = None,
    threads: int = 1,
    start: Floats | None = None,
    presolve: bool = True,
    interrupted: Callable[[], bool] | None = None,
    told: Callable[[float, float], None] | None = None,
) -> Answer:
    """Minimise ``cost x`` subject to ``low <= matrix x <= high``, ``lower <= x <= upper``.

    Parameters
    ----------
    whole : bool array, optional
        Columns that are whole numbers; without any the program is linear.
    seconds, gap : float
        Limits; the gap is relative.
    nodes : int, optional
        Most nodes of the search tree.
    threads : int
        HiGHS gives the same answer for any number.
    start : float array, optional
        A solution to begin from.
    presolve : bool
        Whether the program is made smaller first. Set partitioning on thousands of columns takes
        longer to look through than to solve.
    interrupted, told : callable, optional
        See :func:`heed`.
    """
    h = make_model(cost, lower, upper, matrix, low, high, threads)
    if interrupted is not None:
        heed(h, interrupted, told)
    if np.isfinite(seconds):
        h.setOptionValue("time_limit", float(max(seconds, 0.01)))
    if whole is not None:
        h.setOptionValue("mip_rel_gap", float(gap))
        h.setOptionValue("mip_abs_gap", 1e-6)
        h.setOptionValue("mip_feasibility_tolerance", 1e-7)
        h.setOptionValue("mip_pscost_minreliable", RELIABLE)
        if nodes is not None:
            h.setOptionValue("mip_max_nodes", nodes)
        at = np.flatnonzero(whole).astype(np.int32)
        kinds = np.full(len(at), highspy.HighsVarType.kInteger)
        h.changeColsIntegrality(len(at), at, kinds)
    if not presolve:
        h.setOptionValue("presolve", "off")
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        h.setSolution(solution)
    h.run()
    return _answer(h, whole is not None)


def heed(
    h: highspy.Highs,
    interrupted: Callable[[], bool],
    told: Callable[[float, float], None] | None = None,
) -> None:
    """Let a running program end, with the best it has, once `interrupted` says so.

    Without a call back into Python no signal would be looked at while HiGHS is at work.

    Parameters
    ----------
    told : callable, optional
        Called with value (infinite before there is a solution) and bound of a whole-number
        program whenever one of them has become better.
    """
    seen = (np.inf, -np.inf)

    def ask(kind: Any, message: str, out: Any, into: Any, data: Any) -> None:
        nonlocal seen
        if interrupted():
            into.user_interrupt = True
        if told is not None and kind == highspy.cb.HighsCallbackType.kCallbackMipInterrupt:
            now = (float(out.mip_primal_bound), float(out.mip_dual_bound))
            if now != seen:
                seen = now
                told(*now)

    # Asked at every step: the events that HiGHS's Python layer makes of it take longer than steps.
    h.setCallback(ask, None)
    h.startCallback(highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt)
    h.startCallback(highspy.cb.HighsCallbackType.kCallbackMipInterrupt)


def use_threads(threads: int) -> None:
    """Set the number of threads of all programs made from now on.

    HiGHS keeps one pool of threads a process and answers nothing to another number: programs made
    before end without an answer, so that the number must not change between the programs of one
    solve.
    """
    global _threads
    if threads != _threads:
        highspy.Highs.resetGlobalScheduler(True)
        _threads = threads


def make_model(
    cost: Floats,
    lower: Floats | None,
    upper: Floats,
    matrix: sparse.csr_array,
    low: Floats,
    high: Floats,
    threads: int | None = None,
) -> highspy.Highs:
    """Return a silent HiGHS with the linear program ``low <= matrix x <= high``.

    Parameters
    ----------
    lower : float array or None
        None: 0.
    threads : int or None
        None: as many as last time.
    """
    use_threads(_threads if threads is None else threads)
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    h.setOptionValue("random_seed", 0)
    h.setOptionValue("threads", _threads)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(cost), len(low)
    lp.col_cost_ = cost
    lp.col_lower_ = np.zeros(len(cost)) if lower is None else lower
    lp.col_upper_, lp.row_lower_, lp.row_upper_ = map(finite, (upper, low, high))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    lp.a_matrix_.index_ = matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = matrix.data
    h.passModel(lp)
    return h


def add_columns(
    h: highspy.Highs, cost: Floats, lower: Floats, upper: Floats, matrix: sparse.csc_array
) -> None:
    """Add columns to a model; `matrix` has one column for each, and the model's rows."""
    h.addCols(
        len(cost), cost, lower, finite(upper), matrix.nnz,
        matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32), matrix.data,
    )  # fmt: skip


def add_rows(h: highspy.Highs, low: Floats, high: Floats, matrix: sparse.csr_array) -> None:
    """Add rows to a model; `matrix` has one row for each, and the model's columns."""
    h.addRows(
        len(low), finite(low), finite(high), matrix.nnz,
        matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32), matrix.data,
    )  # fmt: skip


def finite(limit: Floats) -> Floats:
    """Return limits with HiGHS's own number for infinity."""
    return np.clip(limit, -INFINITE, INFINITE)


def _answer(h: highspy.Highs, mixed: bool) -> Answer:
    model, info, solution = h.getModelStatus(), h.getInfo(), h.getSolution()
    found = info.primal_solution_status == 2
    words = {
        highspy.HighsModelStatus.kOptimal: "optimal",
        highspy.HighsModelStatus.kInfeasible: "infeasible",
    }
    status = words.get(model, "feasible" if found and mixed else "unknown")
    value = float(info.objective_function_value) if found else np.nan
    linear = value if status == "optimal" else -np.inf
    bound = float(info.mip_dual_bound) if mixed else linear
    return Answer(
        status,
        value,
        bound,
        np.array(solution.col_value, dtype=float),
        np.array(solution.col_dual, dtype=float),
        np.array(solution.row_dual, dtype=float),
    )
