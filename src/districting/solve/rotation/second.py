"""The same problem by another road: CP-SAT on the whole program, tier after tier.

Slow beyond a few thousand arcs; it shares neither relaxation nor fixing with the first road, so
that where both end they must name the same moves.
"""

from __future__ import annotations

import numpy as np
from ortools.sat.python import cp_model

from districting.model.rotation import Floats, Ints, RotationProblem
from districting.solve.rotation.program import SCALE, Program, Tier, make_program
from districting.solve.stop import Stop

LARGE = 10**9


def solve_by_cpsat(
    problem: RotationProblem, stop: Stop, workers: int = 1, lots: bool = True
) -> tuple[Ints | None, list[float], list[float]]:
    """Return moves, and value and bound of each tier in turn.

    Parameters
    ----------
    problem : RotationProblem
        Its tiers give nothing away (no tolerances), and rows are in whole numbers but for ceilings.
    lots : bool
        Whether to draw lots at the end.

    Returns
    -------
    chosen : int array or None
        None where there is no solution, or none was found in time.
    values, bounds : list of float
        In units of each tier, constants included; shorter than the tiers where time ran out.
    """
    program = make_program(problem)
    model, columns = _model(program)
    worst = {t.number: _worst(model, columns, t) for t in program.tiers if t.worst is not None}
    tiers = [*program.tiers, *([Tier(10**6, program.lot, 0.0)] if lots else [])]
    chosen: Ints | None = None
    values: list[float] = []
    bounds: list[float] = []
    for tier in tiers:
        used = np.flatnonzero(tier.cost)
        expression = worst.get(tier.number)
        if expression is None:
            terms = [columns[i] for i in used]
            expression = cp_model.LinearExpr.weighted_sum(terms, tier.cost[used].tolist())
        model.minimize(expression)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = workers
        solver.parameters.max_time_in_seconds = max(0.1, stop.left)
        status = solver.solve(model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            break
        chosen = np.array([a for a in range(program.arcs) if solver.boolean_value(columns[a])])
        unit = 1.0 if tier.worst is not None else float(SCALE)
        values.append((solver.objective_value + tier.constant) / unit)
        bounds.append((solver.best_objective_bound + tier.constant) / unit)
        if status != cp_model.OPTIMAL:
            break
        model.add(expression <= round(solver.objective_value))
    return (None if chosen is None else chosen.astype(np.int64)), values, bounds


def _model(program: Program) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    model = cp_model.CpModel()
    upper = np.where(np.isfinite(program.upper), program.upper, 10_000)
    columns = [model.new_int_var(0, int(u), "") for u in upper]
    matrix = program.matrix
    for row in range(matrix.shape[0]):
        begin, end = matrix.indptr[row], matrix.indptr[row + 1]
        value = matrix.data[begin:end]
        factor = 1 if np.allclose(value, np.rint(value)) else 10**6
        whole: Floats = np.rint(value * factor)
        total = cp_model.LinearExpr.weighted_sum(
            [columns[i] for i in matrix.indices[begin:end]], whole.astype(int).tolist()
        )
        low, high = program.low[row] * factor, program.high[row] * factor
        bottom = -LARGE * factor if np.isinf(low) else int(np.ceil(low - 1e-6))
        top = LARGE * factor if np.isinf(high) else int(np.floor(high + 1e-6))
        model.add_linear_constraint(total, bottom, top)
    return model, columns


def _worst(model: cp_model.CpModel, columns: list[cp_model.IntVar], tier: Tier) -> cp_model.IntVar:
    assert tier.worst is not None
    level = tier.worst.level
    most = model.new_int_var(0, int(level.max()) if len(level) else 0, "")
    for arc, steps in enumerate(level.tolist()):
        if steps:
            model.add(most >= steps).only_enforce_if(_used(model, columns[arc]))
    return most


def _used(model: cp_model.CpModel, column: cp_model.IntVar) -> cp_model.IntVar:
    used = model.new_bool_var("")
    model.add(column == used)
    return used
