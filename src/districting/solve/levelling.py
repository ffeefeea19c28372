r"""Cheapest levelling: a mixed-integer program with the variation ceilings as cutting planes.

With weights :math:`w_i = \sqrt{P_i / N}`, :math:`v_i = w_i (x_i / P_i - S / N)` and
:math:`s = c\,S/N` the ceiling is the cone :math:`\sum_i v_i^2 \le s^2`, which is convex in *x*.
It is split into :math:`t_i \ge v_i^2 / s`, :math:`\sum_i t_i \le s`, and each part is approached
by tangents :math:`t_i \ge 2 r v_i - r^2 s` from outside (Vielma et al. 2017). Every program is a
relaxation, so its bound is proven; a point that satisfies the ceilings themselves is optimal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from districting.model.levelling import LevellingProblem, LevellingSolution, variation
from districting.model.partition import Floats, Ints
from districting.plan.record import Status
from districting.solve.mip import Rows, solve_milp
from districting.solve.stop import Stop

SLACK = 1e-9
START = (-0.3, -0.1, -0.03, 0.0, 0.03, 0.1, 0.3)
"""Slopes of the first tangents; v over s is small where many units share the ceiling."""
MOVES = ("near_in", "near_out", "far_in", "far_out")
MOST = 1e7


@dataclass
class _Program:
    """The program; `at` holds the columns of each kind of variable, -1 for none."""

    cost: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    integer: list[bool] = field(default_factory=list)
    offset: float = 0.0
    rows: Rows = field(default_factory=Rows)
    at: dict[str, Ints] = field(default_factory=dict)
    cones: dict[int, tuple[Ints, int]] = field(default_factory=dict)

    def column(self, cost: float, upper: float, integer: bool = True) -> int:
        self.cost.append(cost)
        self.lower.append(0.0)
        self.upper.append(upper)
        self.integer.append(integer)
        return len(self.cost) - 1


def solve_levelling(problem: LevellingProblem, stop: Stop, seed: int = 0) -> LevellingSolution:
    """Return the cheapest way to reach the thresholds and ceilings.

    There is always one, since everything may be bought; cut short, the best found is returned
    with the bound proven so far.

    Parameters
    ----------
    problem : LevellingProblem
    stop : Stop
    seed : int

    References
    ----------
    J. P. Vielma, I. Dunning, J. Huchette, M. Lubin, Extended formulations in mixed integer conic
    quadratic programming, Math. Program. Comput. 9 (2017).
    """
    best = _bought_alone(problem)
    model, bound = _program(problem), 0.0
    seen: Floats | None = None
    while not stop.due:
        answer = solve_milp(model, stop, seed)
        bound = max(bound, min(answer.bound, best.cost))
        if answer.x is None:
            break
        found = _read(problem, model, answer.x)
        steep = _too_steep(problem, found.amount)
        whole = _levelled(problem, found)
        best = whole if whole.cost < best.cost else best
        stop.progress("levelling", best.cost, bound)
        again = seen is not None and np.array_equal(found.amount, seen)
        if not answer.finished or not steep or again:
            break
        seen = found.amount
        for k in steep:
            _cut(problem, model, k, found.amount[:, k])
    slack = 1e-7 * max(1.0, best.cost)
    proven = best.cost - bound <= slack
    status = Status.OPTIMAL if proven else Status.FEASIBLE
    return _with_bound(best, status, best.cost if proven else bound)


def _with_bound(found: LevellingSolution, status: Status, bound: float) -> LevellingSolution:
    return LevellingSolution(
        status, found.cost, bound, found.bought, found.visited, found.amount, found.moved
    )


def _too_steep(problem: LevellingProblem, amount: Floats) -> list[int]:
    """Return the resources whose variation exceeds the ceiling."""
    return [
        k
        for k in np.flatnonzero(np.isfinite(problem.ceiling)).tolist()
        if variation(amount[:, k], problem.load) > problem.ceiling[k] + SLACK
    ]


def _program(problem: LevellingProblem) -> _Program:
    n, count = problem.stock.shape
    model = _Program()
    for name in ("buy", "visit", *MOVES, "meets"):
        model.at[name] = np.full((n, count), -1, np.int64)
    for k in range(count):
        for i in range(n):
            model.at["buy"][i, k] = model.column(problem.price[k] * problem.step[k], MOST)
            model.at["meets"][i, k] = model.column(0.0, 1.0)
            if np.isfinite(problem.visit[i, k]):
                model.at["visit"][i, k] = model.column(problem.visit[i, k], MOST)
            held = float(np.floor(problem.stock[i, k]))
            for way, price in (("near", problem.near[k]), ("far", problem.far[k])):
                if np.isfinite(price):
                    model.at[f"{way}_in"][i, k] = model.column(price, MOST)
                    model.at[f"{way}_out"][i, k] = model.column(0.0, held)
    _thresholds(problem, model)
    _balances(problem, model)
    return model


def _amount(problem: LevellingProblem, model: _Program, i: int, k: int) -> tuple[Ints, Floats]:
    """Return columns and coefficients of what unit `i` gains of resource `k`."""
    terms = [("buy", problem.step[k]), ("visit", 1.0)]
    terms += [(move, 1.0 if move.endswith("in") else -1.0) for move in MOVES]
    columns = np.array([model.at[name][i, k] for name, _ in terms], np.int64)
    values = np.array([value for _, value in terms])
    return columns[columns >= 0], values[columns >= 0]


def _thresholds(problem: LevellingProblem, model: _Program) -> None:
    n, count = problem.stock.shape
    for i in range(n):
        for k in range(count):
            columns, values = _amount(problem, model, i, k)
            low = problem.part[i, k]
            model.rows.add(
                np.append(columns, model.at["meets"][i, k]),
                np.append(values, low - problem.full[i, k]),
                low - problem.stock[i, k],
                np.inf,
            )
            outs = [model.at[m][i, k] for m in ("near_out", "far_out") if model.at[m][i, k] >= 0]
            if len(outs) > 1:
                model.rows.add(np.array(outs), 1.0, 0.0, float(np.floor(problem.stock[i, k])))
        model.rows.add(model.at["meets"][i], 1.0, float(problem.need), float(count))


def _balances(problem: LevellingProblem, model: _Program) -> None:
    """What moves in has moved out, in each group or over all; visits have a limit by group."""
    for k in range(problem.stock.shape[1]):
        for g in np.unique(problem.group):
            inside = problem.group == g
            into, out = model.at["near_in"][inside, k], model.at["near_out"][inside, k]
            if (into >= 0).any():
                signs = np.repeat([1.0, -1.0], len(into))
                model.rows.add(np.concatenate([into, out]), signs, 0.0, 0.0)
            visits = model.at["visit"][inside, k]
            if (visits >= 0).any():
                model.rows.add(visits[visits >= 0], 1.0, 0.0, float(problem.visits[g, k]))
        into, out = model.at["far_in"][:, k], model.at["far_out"][:, k]
        if (into >= 0).any():
            signs = np.repeat([1.0, -1.0], len(into))
            model.rows.add(np.concatenate([into, out]), signs, 0.0, 0.0)


def _cut(problem: LevellingProblem, model: _Program, k: int, amount: Floats) -> None:
    """Add tangents of resource `k` at `amount`; the first time the cone's own columns too."""
    load, whole = problem.load, problem.load.sum()
    if k not in model.cones:
        _cone(problem, model, k)
        for slope in START:
            _tangents(problem, model, k, np.full(len(load), slope))
    mean = amount.sum() / whole
    v = np.sqrt(load / whole) * (amount / load - mean)
    _tangents(problem, model, k, v / (problem.ceiling[k] * mean))


def _cone(problem: LevellingProblem, model: _Program, k: int) -> None:
    n, whole = len(problem.load), problem.load.sum()
    total = model.column(0.0, np.inf, integer=False)
    parts = np.array([model.column(0.0, np.inf, integer=False) for _ in range(n)], np.int64)
    terms = [_amount(problem, model, i, k) for i in range(n)]
    columns = np.concatenate([*(c for c, _ in terms), [total]])
    values = np.concatenate([*(v for _, v in terms), [-1.0]])
    stock = float(problem.stock[:, k].sum())
    model.rows.add(columns, values, -stock, -stock)
    unit = _unit(problem, k)
    ceiling = np.append(np.ones(n), -problem.ceiling[k] / whole / unit)
    model.rows.add(np.append(parts, total), ceiling, -np.inf, 0.0)
    model.cones[k] = (parts, total)


def _unit(problem: LevellingProblem, k: int) -> float:
    """Return the threshold per load, in which the cone is written so that numbers are near 1."""
    return float((problem.full[:, k] / problem.load).mean()) or 1.0


def _tangents(problem: LevellingProblem, model: _Program, k: int, slope: Floats) -> None:
    """Add ``t_i - 2 r v_i + r^2 s >= 0`` with `slope` r for every unit."""
    load, whole, unit = problem.load, problem.load.sum(), _unit(problem, k)
    parts, total = model.cones[k]
    weight = np.sqrt(load / whole)
    for i, r in enumerate(slope.tolist()):
        columns, values = _amount(problem, model, i, k)
        each = -2.0 * r * weight[i] / load[i] / unit
        of_total = (2.0 * r * weight[i] + r * r * problem.ceiling[k]) / whole / unit
        model.rows.add(
            np.concatenate([[parts[i], total], columns]),
            np.concatenate([[1.0, of_total], each * values]),
            -each * problem.stock[i, k],
            np.inf,
        )


def _read(problem: LevellingProblem, model: _Program, x: Floats) -> LevellingSolution:
    """Return the solution that the columns say, amounts and cost reckoned anew."""

    def values(name: str) -> Floats:
        at = model.at[name]
        return np.where(at >= 0, np.round(x[at]), 0.0)

    bought = values("buy") * problem.step
    moved = {name: values(name) for name in MOVES}
    return _solution(problem, bought, values("visit"), moved)


def _solution(
    problem: LevellingProblem, bought: Floats, visited: Floats, moved: dict[str, Floats]
) -> LevellingSolution:
    amount = problem.stock + bought + visited
    cost = float((bought * problem.price).sum())
    cost += float((visited * np.where(visited > 0, problem.visit, 0.0)).sum())
    for way, price in (("near", problem.near), ("far", problem.far)):
        into = moved[f"{way}_in"]
        amount = amount + into - moved[f"{way}_out"]
        cost += float((into * np.where(into > 0, price, 0.0)).sum())
    return LevellingSolution(
        Status.FEASIBLE, cost, 0.0, bought, visited, amount, MappingProxyType(moved)
    )


def _bought_alone(problem: LevellingProblem) -> LevellingSolution:
    """Return a way that only buys: each unit's cheapest thresholds, then a common level."""
    lack = np.maximum(np.ceil((problem.full - problem.stock) / problem.step - SLACK), 0)
    less = np.maximum(np.ceil((problem.part - problem.stock) / problem.step - SLACK), 0)
    saving = (lack - less) * problem.step * problem.price
    spared = np.argsort(-saving, axis=1, kind="stable")[:, : saving.shape[1] - problem.need]
    steps = lack.copy()
    np.put_along_axis(steps, spared, np.take_along_axis(less, spared, axis=1), axis=1)
    bought = steps * problem.step
    none = np.zeros_like(bought)
    return _levelled(problem, _solution(problem, bought, none, dict.fromkeys(MOVES, none)))


def _levelled(problem: LevellingProblem, found: LevellingSolution) -> LevellingSolution:
    """Return `found` with the lowest raised to a common level where a ceiling is exceeded."""
    bought = found.bought.copy()
    for k in _too_steep(problem, found.amount):
        held = found.amount[:, k]
        low, high = 0.0, float((held / problem.load).max())
        while variation(_raised(problem, k, held, high), problem.load) > problem.ceiling[k]:
            low, high = high, 2 * high  # whole steps matter less and less
        for _ in range(60):
            level = (low + high) / 2
            steep = variation(_raised(problem, k, held, level), problem.load) > problem.ceiling[k]
            low, high = (level, high) if steep else (low, level)
        bought[:, k] += _raised(problem, k, held, high) - held
    return _solution(problem, bought, found.visited, dict(found.moved))


def _raised(problem: LevellingProblem, k: int, held: Floats, level: float) -> Floats:
    """Return what is held once every unit has `level` for its load, in whole steps."""
    step = float(problem.step[k])
    steps = np.maximum(np.ceil((level * problem.load - held) / step - SLACK), 0.0)
    raised: Floats = held + steps * step
    return raised
