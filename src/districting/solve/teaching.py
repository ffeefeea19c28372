"""Solve the problem of periods across schools, lay the week's half-days, pair mentors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from districting.model.teaching import (
    Barred,
    HalfDayPrice,
    Ints,
    Kept,
    MissingPrice,
    PeriodPrice,
    Rhythm,
    TeachingView,
)
from districting.plan.record import ObjectivePart, Status
from districting.plan.teaching_plan import DAYS, HALVES
from districting.solve.mip import Answer, Columns, solve_milp
from districting.solve.stop import Stop

TOLERANCE = 1e-6
CROWDED, AFTERNOON = 0.1, 0.001
"""Price of a visit's second half-day in a day, or of a visitor beyond a school's even share of a
day, and of an afternoon."""
GROUP_GAP = 1e-4
"""Relative gap at which a group is left: interchangeable teachers make the last bit long."""


@dataclass(frozen=True, eq=False)
class TeachingSolution:
    """Periods on each arc, bound and how they were found.

    Parameters
    ----------
    status : Status
    periods : int array, shape (a,), or None
    half_days : Mapping of (staff row, school) to int
    objective, bound : float
        Kilometres and what counts like them; ``bound <= objective`` always.
    parts : Mapping of str to ObjectivePart
    method : str
    """

    status: Status
    periods: Ints | None
    half_days: Mapping[tuple[int, str], int]
    objective: float
    bound: float
    parts: Mapping[str, ObjectivePart] = field(default_factory=lambda: MappingProxyType({}))
    method: str = "mip per group of schools"

    @property
    def gap(self) -> float:
        """Proven relative gap, ``(objective - bound) / max(|objective|, 1)``."""
        return (self.objective - self.bound) / max(abs(self.objective), 1.0)


@dataclass(frozen=True, eq=False)
class Prices:
    """The parts of a problem, added up.

    Parameters
    ----------
    open : bool array, shape (a,)
    rhythm : Rhythm
    missing : float array, shape (g,)
        For each period that stays uncovered.
    half_day, period : float array, shape (a,)
        For each half-day away, and each period taught, on an arc.
    kept : frozenset of (teacher, school)
        Visits that are locked.
    """

    open: np.ndarray[Any, np.dtype[np.bool_]]
    rhythm: Rhythm
    missing: np.ndarray[Any, np.dtype[np.float64]]
    half_day: np.ndarray[Any, np.dtype[np.float64]]
    period: np.ndarray[Any, np.dtype[np.float64]]
    kept: frozenset[tuple[str, str]]


def solve_teaching(
    view: TeachingView, parts: tuple[Any, ...], stop: Stop, seed: int = 0
) -> TeachingSolution:
    """Return the periods of least cost, group by group of schools that share teachers.

    Raises
    ------
    ValueError
        If no part says how visits are paid.
    """
    prices = add_up(view, parts)
    arcs = np.flatnonzero(prices.open)
    schools = view.gaps["school"].to_numpy(dtype=object)
    periods = np.zeros(len(view.teacher), dtype=np.int64)
    half_days: dict[tuple[int, str], int] = {}
    bound = float(prices.missing @ view.gaps["missing"].to_numpy(dtype=float))
    names = view.staff["teacher"].to_numpy(dtype=object)
    within = {(names[view.teacher[a]], schools[view.gap[a]]) for a in arcs}
    if not prices.kept <= within:
        return TeachingSolution(Status.INFEASIBLE, None, {}, float("nan"), float("inf"))
    finished = True
    for number, group in enumerate(_groups(view, arcs), 1):
        stop.report(f"visits {number}", float("nan"), float("nan"))
        answer, columns = _solve_group(view, prices, group, stop, seed)
        if answer.infeasible:
            return TeachingSolution(Status.INFEASIBLE, None, {}, float("nan"), float("inf"))
        finished &= answer.finished
        if answer.x is None:
            return TeachingSolution(Status.UNKNOWN, None, {}, float("nan"), -float("inf"))
        bound += float(answer.bound)
        periods[group] = np.rint(answer.x[: len(group)]).astype(np.int64)
        half_days |= {k: round(answer.x[c]) for k, c in columns.items() if answer.x[c] > 0.5}
    by_gate = objective_parts(view, parts, periods, half_days)
    objective = sum(p.weight * p.value for p in by_gate.values())
    slack = TOLERANCE * max(1.0, abs(objective))
    if bound > objective + slack:
        raise AssertionError("the bound lies above the plan's own objective")
    optimal = finished and objective - bound <= slack
    return TeachingSolution(
        Status.OPTIMAL if optimal else Status.FEASIBLE,
        periods,
        MappingProxyType(half_days),
        objective,
        objective if optimal else min(bound, objective),
        by_gate,
    )


def add_up(view: TeachingView, parts: tuple[Any, ...]) -> Prices:
    """Return what the parts of a problem come to together.

    Raises
    ------
    ValueError
        If no part says how visits are paid.
    """
    arcs, gaps = len(view.teacher), len(view.gaps)
    barred = np.zeros(arcs, dtype=bool)
    missing, half_day, period = np.zeros(gaps), np.zeros(arcs), np.zeros(arcs)
    kept: set[tuple[str, str]] = set()
    rhythm = None
    for part in parts:
        if isinstance(part, Barred):
            barred |= part.arcs
        elif isinstance(part, Rhythm):
            rhythm = part
        elif isinstance(part, MissingPrice):
            missing += part.weight * part.share
        elif isinstance(part, HalfDayPrice):
            half_day += part.weight * part.cost
        elif isinstance(part, PeriodPrice):
            period += part.price * part.amount
        elif isinstance(part, Kept):
            kept |= set(part.pairs)
    if rhythm is None:
        raise ValueError("a policy for teaching across schools needs a rule on visits")
    return Prices(~barred, rhythm, missing, half_day, period, frozenset(kept))


def _groups(view: TeachingView, arcs: Ints) -> list[Ints]:
    """Return arcs in groups that share neither teacher nor gap, in order."""
    people, gaps = len(view.staff), len(view.gaps)
    ends = (view.teacher[arcs], people + view.gap[arcs])
    graph = coo_matrix((np.ones(len(arcs)), ends), shape=(people + gaps, people + gaps))
    _, label = connected_components(graph, directed=False)
    of = label[view.teacher[arcs]]
    return [arcs[of == k] for k in np.unique(of)]


def _solve_group(
    view: TeachingView, prices: Prices, group: Ints, stop: Stop, seed: int
) -> tuple[Answer, dict[tuple[int, str], int]]:
    """Return the answer, periods first, and the column of each pair's half-days."""
    program, rhythm = Columns(), prices.rhythm
    spare = view.staff["spare"].to_numpy()
    missing = view.gaps["missing"].to_numpy()
    names = view.staff["teacher"].to_numpy(dtype=object)
    schools = view.gaps["school"].to_numpy(dtype=object)
    pairs: dict[tuple[int, str], list[int]] = {}
    by_gap: dict[int, list[int]] = {}
    by_teacher: dict[int, list[int]] = {}
    way: dict[tuple[int, str], float] = {}
    for arc in group:
        t, g = int(view.teacher[arc]), int(view.gap[arc])
        column = program.add(
            float(prices.period[arc] - prices.missing[g]), float(min(spare[t], missing[g]))
        )
        pairs.setdefault((t, schools[g]), []).append(column)
        by_gap.setdefault(g, []).append(column)
        by_teacher.setdefault(t, []).append(column)
        way[(t, schools[g])] = float(prices.half_day[arc])
    for g, columns in by_gap.items():
        program.rows.add(np.array(columns), 1.0, -np.inf, float(missing[g]))
    for t, columns in by_teacher.items():
        program.rows.add(np.array(columns), 1.0, -np.inf, float(spare[t]))
    halves, visits = _visits(program, prices, pairs, way, names)
    for t in by_teacher:
        mine = [k for k in pairs if k[0] == t]
        limit = float(rhythm.schools - 1)
        program.rows.add(np.array([visits[k] for k in mine]), 1.0, -np.inf, limit)
        days = float(rhythm.half_days)
        program.rows.add(np.array([halves[k] for k in mine]), 1.0, -np.inf, days)
    return solve_milp(program, stop, seed, gap=max(stop.gap, GROUP_GAP)), halves


def _visits(
    program: Columns,
    prices: Prices,
    pairs: dict[tuple[int, str], list[int]],
    way: dict[tuple[int, str], float],
    names: np.ndarray[Any, np.dtype[np.object_]],
) -> tuple[dict[tuple[int, str], int], dict[tuple[int, str], int]]:
    """Add half-days and visits of each teacher and school with the rows that tie them."""
    rhythm = prices.rhythm
    halves, visits = {}, {}
    for key, columns in pairs.items():
        held = (names[key[0]], key[1]) in prices.kept
        b = program.add(way[key], float(rhythm.half_days))
        v = program.add(0.0, 1.0, 1.0 if held else 0.0)
        halves[key], visits[key] = b, v
        ones = np.ones(len(columns))
        most = np.append(ones, -float(rhythm.per_half_day))
        program.rows.add(np.array([*columns, b]), most, -np.inf, 0.0)
        least = np.append(ones, -float(rhythm.least))
        program.rows.add(np.array([*columns, v]), least, 0.0, np.inf)
        program.rows.add(np.array([b, v]), np.array([1.0, -1.0]), 0.0, np.inf)
        bound = np.array([1.0, -float(rhythm.half_days)])
        program.rows.add(np.array([b, v]), bound, -np.inf, 0.0)
    return halves, visits


def objective_parts(
    view: TeachingView,
    parts: tuple[Any, ...],
    periods: Ints,
    half_days: Mapping[tuple[int, str], int],
) -> Mapping[str, ObjectivePart]:
    """Return the objective by gate, reckoned anew from periods and half-days."""
    found: dict[str, ObjectivePart] = {}
    schools = view.gaps["school"].to_numpy(dtype=object)
    given = np.bincount(view.gap, periods, minlength=len(view.gaps))
    left = view.gaps["missing"].to_numpy() - given
    for part in parts:
        if isinstance(part, MissingPrice):
            found[part.gate] = ObjectivePart(float(part.share @ left), "periods", part.weight)
        elif isinstance(part, PeriodPrice):
            value = float(part.amount @ periods)
            found[part.gate] = ObjectivePart(value, part.unit, part.price)
        elif isinstance(part, HalfDayPrice):
            cost = {
                (int(t), schools[g]): float(c)
                for t, g, c in zip(view.teacher, view.gap, part.cost, strict=True)
            }
            value = sum(cost[k] * n for k, n in half_days.items())
            found[part.gate] = ObjectivePart(value, part.unit, part.weight)
    return MappingProxyType(found)


def lay_timetable(
    visits: pd.DataFrame, classes: Mapping[str, int], stop: Stop, seed: int = 0
) -> pd.DataFrame | None:
    """Lay half-days into the week without clashes, as evenly over days as can be.

    Each of a visit's own half-days has a day to itself where there are days enough, and a school's
    visitors come spread over the week: no more a day than a fifth of its half-days, rounded up.
    Of equal weeks mornings are preferred.

    Parameters
    ----------
    visits : pandas.DataFrame
        ``teacher``, ``school``, ``half_days``.
    classes : Mapping of school to int
        Visiting teachers that a school can take in one half-day.

    Returns
    -------
    pandas.DataFrame or None
        ``teacher``, ``school``, ``day``, ``half``; None where it cannot be laid in time.
    """
    slots = [(day, half) for day in range(1, DAYS + 1) for half in HALVES]
    program = Columns()
    at: dict[tuple[int, int], int] = {}
    for row, visit in enumerate(visits.to_dict("records")):
        columns = []
        for k in range(len(slots)):
            at[row, k] = program.add(0.0 if slots[k][1] == HALVES[0] else AFTERNOON, 1.0)
            columns.append(at[row, k])
        need = float(visit["half_days"])
        program.rows.add(np.array(columns), 1.0, need, need)
        for day in range(DAYS):
            both = program.add(CROWDED, 1.0)
            ends = np.array([at[row, 2 * day], at[row, 2 * day + 1], both])
            program.rows.add(ends, np.array([1.0, 1.0, -1.0]), -np.inf, 1.0)
    for name in ("teacher", "school"):
        for key, rows in visits.reset_index(drop=True).groupby(name).groups.items():
            most = 1.0 if name == "teacher" else float(classes.get(str(key), 1))
            for k in range(len(slots)):
                columns = [at[int(r), k] for r in rows]
                if len(columns) > most:
                    program.rows.add(np.array(columns), 1.0, -np.inf, most)
            if name == "school":
                _spread(program, [[at[int(r), k] for k in range(len(slots))] for r in rows],
                        int(visits["half_days"].iloc[rows].sum()))  # fmt: skip
    if not at:
        return pd.DataFrame(columns=["teacher", "school", "day", "half"])
    answer = solve_milp(program, stop, seed)
    if answer.x is None:
        return None
    who, where = visits["teacher"].to_numpy(), visits["school"].to_numpy()
    laid = [
        (who[r], where[r], *slots[k]) for (r, k), column in at.items() if answer.x[column] > 0.5
    ]
    return pd.DataFrame(laid, columns=["teacher", "school", "day", "half"])


def _spread(program: Columns, visits: list[list[int]], half_days: int) -> None:
    """Price what comes to a school in a day beyond an even share of its `half_days`."""
    share = float(-(-half_days // DAYS))
    for day in range(DAYS):
        columns = [c for visit in visits for c in visit[2 * day : 2 * day + 2]]
        if len(columns) > share:
            beyond = program.add(CROWDED, integer=False)
            values = np.append(np.ones(len(columns)), -1.0)
            program.rows.add(np.append(columns, beyond), values, -np.inf, share)


def pair_mentors(candidates: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return the most pairs that can be made, and among those the cheapest: optimal.

    A mentor stands as many times as novices may be taken; one assignment problem a stage and
    subject, in which every missing pair costs more than all ways together.
    """
    made = []
    for _, group in candidates.groupby(["stage", "subject"]):
        mentors = np.repeat(group["mentor"].unique(), most)
        novices = group["mentee"].unique()
        row = {m: i for i, m in reversed(list(enumerate(mentors)))}
        column = {n: i for i, n in enumerate(novices)}
        dear = float(group["cost"].sum()) + 1.0
        cost = np.full((len(mentors), len(novices)), dear)
        for mentor, novice, price in group[["mentor", "mentee", "cost"]].itertuples(index=False):
            cost[row[mentor] : row[mentor] + most, column[novice]] = price
        chosen = [
            (mentors[i], novices[j])
            for i, j in zip(*linear_sum_assignment(cost), strict=True)
            if cost[i, j] < dear
        ]
        made.append(pd.DataFrame(chosen, columns=["mentor", "mentee"]).merge(group))
    columns = ["mentor", "mentee", "stage", "subject", "metres", "cost"]
    return pd.concat(made, ignore_index=True) if made else pd.DataFrame(columns=columns)
