"""Mixed-integer programs row by row, and one solve through MathOpt that can be interrupted."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from scipy import sparse

from districting.solve.stop import Stop

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

TOLERANCE = 1e-6
"""Share by which a bound may be wrong in the last digits; a gap within it is closed."""


@dataclass
class Rows:
    """Rows ``lower <= a x <= upper`` collected one by one."""

    columns: list[Ints] = field(default_factory=list)
    values: list[Floats] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)

    def add(self, columns: Ints, values: Floats | float, lower: float, upper: float) -> None:
        """Add one row; equal columns are summed."""
        where = np.asarray(columns, np.int64)
        what = np.asarray(values, float)
        if what.shape != where.shape:
            what = np.full(where.shape, what)
        # Rows are short and many: a set is several times faster than numpy's unique.
        if len(set(where.tolist())) < len(where):
            where, back = np.unique(where, return_inverse=True)
            what = np.bincount(back, what, minlength=len(where)).astype(float)
        self.columns.append(where)
        self.values.append(what)
        self.lower.append(lower)
        self.upper.append(upper)

    def matrix(self, columns: int) -> sparse.csr_array:
        """Return the coefficients, shape (rows, columns)."""
        starts = np.cumsum([0, *map(len, self.columns)])
        values = np.concatenate([np.empty(0), *self.values])
        index = np.concatenate([np.empty(0, np.int64), *self.columns])
        return sparse.csr_array((values, index, starts), shape=(len(self.lower), columns))


class Program(Protocol):
    """What a mixed-integer program has to have: minimise ``cost x + offset`` under `rows`."""

    @property
    def cost(self) -> Sequence[float] | Floats:
        """Cost of each column."""

    @property
    def lower(self) -> Sequence[float] | Floats:
        """Least value of each column."""

    @property
    def upper(self) -> Sequence[float] | Floats:
        """Largest value of each column."""

    @property
    def integer(self) -> Sequence[bool] | Bools:
        """Whether each column is whole."""

    @property
    def offset(self) -> float:
        """Constant of the objective."""

    @property
    def rows(self) -> Rows:
        """Rows of the program."""


@dataclass(eq=False)
class Columns:
    """A program built column by column and row by row."""

    cost: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    integer: list[bool] = field(default_factory=list)
    offset: float = 0.0
    rows: Rows = field(default_factory=Rows)

    def add(
        self, cost: float, upper: float = np.inf, lower: float = 0.0, integer: bool = True
    ) -> int:
        """Add a column and return its number."""
        self.cost.append(cost)
        self.lower.append(lower)
        self.upper.append(upper)
        self.integer.append(integer)
        return len(self.cost) - 1


@dataclass(frozen=True, eq=False)
class Answer:
    """What one MIP solve found.

    Parameters
    ----------
    x : float array or None
        Best point found.
    bound : float
        Proven lower bound in the problem's units; -inf where none, +inf where infeasible.
    infeasible : bool
        Proven, never guessed from a lack of solutions.
    finished : bool
        Whether the solver ended by itself and not by the clock or an interruption.
    """

    x: Floats | None
    bound: float
    infeasible: bool
    finished: bool

    def whole_bound(self, offset: float) -> float:
        """Return the bound where costs are whole numbers, lowered for the solver's rounding.

        Parameters
        ----------
        offset : float
            Constant of the objective, which the solver does not reckon with.
        """
        slack = TOLERANCE * max(1.0, abs(self.bound - offset))
        return float(np.ceil(self.bound - slack))


def to_proto(model: Program, scale: float) -> model_pb2.ModelProto:
    """Return the model in MathOpt's own format, costs multiplied by `scale`."""
    proto = model_pb2.ModelProto()
    count = len(model.cost)
    proto.variables.ids.extend(range(count))
    proto.variables.lower_bounds.extend(model.lower)
    proto.variables.upper_bounds.extend(model.upper)
    proto.variables.integers.extend(model.integer)
    cost = np.asarray(model.cost) * scale
    costly = np.flatnonzero(cost)
    proto.objective.linear_coefficients.ids.extend(costly.tolist())
    proto.objective.linear_coefficients.values.extend(cost[costly].tolist())
    rows = model.rows
    proto.linear_constraints.ids.extend(range(len(rows.lower)))
    proto.linear_constraints.lower_bounds.extend(rows.lower)
    proto.linear_constraints.upper_bounds.extend(rows.upper)
    lengths = [len(c) for c in rows.columns]
    row = np.repeat(np.arange(len(lengths)), lengths)
    column = np.concatenate(rows.columns) if rows.columns else np.empty(0, np.int64)
    value = np.concatenate(rows.values) if rows.values else np.empty(0)
    order = np.lexsort((column, row))
    order = order[value[order] != 0]
    proto.linear_constraint_matrix.row_ids.extend(row[order].tolist())
    proto.linear_constraint_matrix.column_ids.extend(column[order].tolist())
    proto.linear_constraint_matrix.coefficients.extend(value[order].tolist())
    return proto


def cost_scale(model: Program) -> float:
    """Return the power of two that brings the dearest column near 1,000: solvers round."""
    largest = float(np.max(np.abs(model.cost), initial=0.0))
    return 1.0 if largest == 0 else float(2.0 ** -round(np.log2(largest / 1e3)))


def solve_milp(
    model: Program,
    stop: Stop,
    seed: int,
    start: Floats | None = None,
    gap: float = 0.0,
    nodes: int | None = None,
) -> Answer:
    """Solve with HiGHS on one thread; the same model and seed give the same answer.

    `start` gives the first columns of a plan to begin with, NaN where it does not say.

    The main thread keeps listening, so that :meth:`Stop.interrupt` ends the wait at once; HiGHS
    cannot be interrupted itself and is left to its own time limit.
    """
    rows = zip(model.rows.columns, model.rows.lower, model.rows.upper, strict=True)
    if any(len(columns) == 0 and not lo <= 0 <= up for columns, lo, up in rows):
        return Answer(None, np.inf, True, True)
    scale = cost_scale(model)
    problem = mathopt.Model.from_model_proto(to_proto(model, scale))
    hints = []
    if start is not None:
        known = np.flatnonzero(np.isfinite(start)).tolist()
        values = {problem.get_variable(i): float(start[i]) for i in known}
        hints.append(mathopt.SolutionHint(variable_values=values))
    parameters = mathopt.SolveParameters(
        random_seed=seed % 2**31,
        relative_gap_tolerance=max(gap, 1e-9),
        absolute_gap_tolerance=1e-9,
        node_limit=nodes,
        time_limit=datetime.timedelta(seconds=max(0.01, stop.left)),
    )
    result = _in_background(
        problem, parameters, mathopt.ModelSolveParameters(solution_hints=hints), stop
    )
    if result is None:
        return Answer(None, -np.inf, False, False)
    reason = result.termination.reason
    if reason == mathopt.TerminationReason.INFEASIBLE:
        return Answer(None, np.inf, True, True)
    bound = result.termination.objective_bounds.dual_bound / scale + model.offset
    x = None
    if result.has_primal_feasible_solution():
        values = result.variable_values()
        x = np.array([values[v] for v in problem.variables()])
    return Answer(x, bound, False, reason == mathopt.TerminationReason.OPTIMAL)


def _in_background(
    problem: mathopt.Model,
    parameters: mathopt.SolveParameters,
    model_parameters: mathopt.ModelSolveParameters,
    stop: Stop,
) -> mathopt.SolveResult | None:
    """Return the result, or None when interrupted first. Errors of the solver are raised here."""
    box: list[mathopt.SolveResult | BaseException] = []

    def work() -> None:
        try:
            box.append(
                mathopt.solve(
                    problem,
                    mathopt.SolverType.HIGHS,
                    params=parameters,
                    model_params=model_parameters,
                )
            )
        except BaseException as error:
            box.append(error)

    thread = threading.Thread(target=work, name="solver", daemon=True)
    thread.start()
    while thread.is_alive() and not stop.interrupted:
        thread.join(0.02)
    if not box:
        return None
    if isinstance(box[0], BaseException):
        raise box[0]
    return box[0]
