"""The cheapest way to close the gaps of the seven indicators, and what rotation alone can reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from districting.county import County
from districting.evaluate.balance.assess import Assessment
from districting.evaluate.balance.seven import SLACK, assessed
from districting.evaluate.balance.standard import STAGES, Standard
from districting.evaluate.text import table_text
from districting.model.levelling import LevellingProblem, LevellingSolution
from districting.model.partition import Floats, Ints
from districting.plan.district_plan import DistrictPlan
from districting.plan.record import Status
from districting.solve.levelling import solve_levelling
from districting.solve.stop import Stop
from districting.terms import say

VISITS = 2
"""Small schools that one teacher of physical education or the arts may serve besides the own."""


@dataclass(frozen=True, eq=False)
class Closing:
    """What :func:`close_gaps` found.

    Parameters
    ----------
    schools : pandas.DataFrame
        One row a school, stage and indicator where something is done: ``school``, ``name``,
        ``stage``, ``id``, ``title``, ``unit`` (key), ``have``, ``least`` (threshold), ``after``,
        ``way`` (key of what is bought), ``bought``, ``moved_in``, ``moved_out``, ``visiting``,
        ``cost`` (yuan).
    moves : pandas.DataFrame
        One row a pair of schools: ``stage``, ``id``, ``title``, ``from``, ``to`` (ids),
        ``from_name``, ``to_name``, ``number``, ``near`` (inside one district).
    alone : pandas.DataFrame
        What moving teachers alone reaches, a row a stage and staff indicator: ``stage``, ``id``,
        ``title``, ``lacking`` (teachers below the thresholds now), ``moved_near``, ``moved_far``
        (inside districts first, then across), ``left`` (lacking afterwards, proven least).
    solved : Mapping of str to LevellingSolution
        The solution of each stage; cost and proven bound are in yuan.
    """

    schools: pd.DataFrame
    moves: pd.DataFrame
    alone: pd.DataFrame
    solved: Mapping[str, LevellingSolution]

    @property
    def cost(self) -> float:
        """Yuan in all."""
        return sum(s.cost for s in self.solved.values())

    @property
    def bound(self) -> float:
        """Proven lower bound of :attr:`cost`."""
        return sum(s.bound for s in self.solved.values())

    @property
    def status(self) -> Status:
        """Optimal when every stage is."""
        proven = all(s.status is Status.OPTIMAL for s in self.solved.values())
        return Status.OPTIMAL if proven else Status.FEASIBLE

    def totals(self) -> pd.DataFrame:
        """Return what is needed in all: ``stage``, ``id``, ``title``, ``unit``, ``way``,
        ``schools``, ``bought``, ``moved``, ``visiting``, ``cost``."""
        table = self.schools.rename(columns={"moved_in": "moved"})
        keys = ["stage", "id", "title", "unit", "way"]
        sums = table.groupby(keys, sort=False).agg(
            schools=("school", "size"),
            bought=("bought", "sum"),
            moved=("moved", "sum"),
            visiting=("visiting", "sum"),
            cost=("cost", "sum"),
        )
        return sums.reset_index()

    def sheets(self) -> dict[str, pd.DataFrame]:
        """Return tables by title for a workbook, headings in the current language."""
        return {
            say("closing.sheet.totals"): _printed(self.totals()),
            say("closing.sheet.schools"): _printed(self.schools),
            say("closing.sheet.moves"): _printed(
                self.moves.assign(near=[say(f"closing.near.{bool(n)}") for n in self.moves["near"]])
            ),
            say("closing.sheet.alone"): _printed(self.alone),
        }

    def __str__(self) -> str:
        status = say(f"closing.status.{self.status}")
        head = say("closing.report", cost=self.cost, bound=self.bound, status=status)
        lines = [head, say("closing.assumed"), "", table_text(_printed(self.totals()))]
        if len(self.alone):
            lines += ["", say("closing.rotation"), table_text(_printed(self.alone))]
        return "\n".join(lines)


def close_gaps(
    county: County,
    found: Assessment,
    plan: DistrictPlan | None = None,
    stop: Stop | None = None,
    seed: int = 0,
) -> Closing:
    """Return the cheapest way for every school to meet the seven indicators and their ceilings.

    Six of seven at the threshold, the seventh at its remainder (RES-08), and every variation
    coefficient under its ceiling (RES-09). Teachers may be trained, hired, moved between schools of
    a stage (cheaper inside a district), or visit small rural schools (RES-13); rooms, grounds and
    equipment are bought. One teacher may count for several indicators; here each indicator is
    closed by itself, so numbers of people are upper bounds.

    Parameters
    ----------
    county : County
    found : Assessment
        Of the same county; its standard holds the prices.
    plan : DistrictPlan, optional
        Whose districts count as near; the current layout by default.
    stop : Stop, optional
        60 seconds by default, shared by all stages.
    seed : int

    Returns
    -------
    Closing
    """
    stop = stop or Stop(60.0)
    plan = plan or county.current_plan
    rows, moves, alone = [], [], []
    solved: dict[str, LevellingSolution] = {}
    for stage in reversed(STAGES):  # the smaller first
        here = assessed(found.schools, stage).reset_index(drop=True)
        if here.empty:
            continue
        group = _groups(here, plan)
        problem = levelling_problem(here, stage, group, found.standard)
        solution = solve_levelling(problem, stop, seed)
        solved[stage] = solution
        rows.append(_school_rows(here, stage, problem, solution, found.standard))
        moves.append(_move_rows(county, here, stage, group, solution, found.standard))
        alone.append(_alone(stage, problem, found.standard))
    if not solved:
        none = pd.DataFrame()
        return Closing(none, none, none, solved)
    schools, pairs, reached = (pd.concat(t, ignore_index=True) for t in (rows, moves, alone))
    return Closing(schools, pairs, reached, solved)


def _groups(here: pd.DataFrame, plan: DistrictPlan | None) -> Ints:
    """Return the district of each school as a number; schools outside districts make one group."""
    names = here["town"] if plan is None else here["school"].map(plan.schools).fillna("")
    return np.unique(names, return_inverse=True)[1].astype(np.int64)


def levelling_problem(
    here: pd.DataFrame, stage: str, group: Ints, standard: Standard
) -> LevellingProblem:
    """Return the levelling of one stage's schools as data.

    Parameters
    ----------
    here : pandas.DataFrame
        Rows of :func:`districting.evaluate.balance.seven.seven` that are assessed.
    stage : str
    group : int array, shape (n,)
    standard : Standard
    """
    columns = [i.column for i in standard.indicator]
    means = [standard.means_of(c) for c in columns]
    load = here["pupils"].to_numpy(dtype=float)
    each = np.array([i.least(stage) / i.per for i in standard.indicator])
    stock = here[columns].to_numpy(dtype=float)

    def prices(values: list[float | None]) -> Floats:
        return np.array([np.inf if v is None else v for v in values], dtype=float)

    small = here["small"].to_numpy(dtype=bool)
    visit = np.where(small[:, None], prices([m.visit for m in means])[None, :], np.inf)
    visits = np.zeros((group.max() + 1, len(columns)))
    np.add.at(visits, group, VISITS * np.floor(stock))
    return LevellingProblem(
        stock=stock,
        load=load,
        group=group,
        full=load[:, None] * each,
        part=load[:, None] * each * standard.rule.enough.remainder,
        need=standard.rule.enough.least,
        ceiling=np.full(len(columns), standard.rule.spread.most(stage)),
        price=np.array([m.price for m in means]),
        step=np.array([m.step for m in means]),
        near=prices([m.move_near for m in means]),
        far=prices([m.move_far for m in means]),
        visit=visit,
        visits=visits,
    )


def _school_rows(
    here: pd.DataFrame,
    stage: str,
    problem: LevellingProblem,
    solution: LevellingSolution,
    standard: Standard,
) -> pd.DataFrame:
    parts = []
    into = solution.moved["near_in"] + solution.moved["far_in"]
    out = solution.moved["near_out"] + solution.moved["far_out"]
    for k, indicator in enumerate(standard.indicator):
        means = standard.means_of(indicator.column)
        visited = solution.visited[:, k]
        cost = solution.bought[:, k] * problem.price[k]
        cost = cost + visited * np.where(visited > 0, problem.visit[:, k], 0.0)
        for way, price in (("near", problem.near[k]), ("far", problem.far[k])):
            moved = solution.moved[f"{way}_in"][:, k]
            cost = cost + moved * np.where(moved > 0, price, 0.0)
        table = pd.DataFrame(
            {
                "school": here["school"],
                "name": here["name"],
                "stage": stage,
                "id": indicator.id,
                "title": indicator.title,
                "unit": indicator.unit,
                "have": problem.stock[:, k],
                "least": problem.full[:, k].round(2),
                "after": solution.amount[:, k],
                "way": means.way,
                "bought": solution.bought[:, k],
                "moved_in": into[:, k],
                "moved_out": out[:, k],
                "visiting": visited,
                "cost": cost,
            }
        )
        done = table[["bought", "moved_in", "moved_out", "visiting"]].sum(axis=1) > 0
        parts.append(table[done])
    return pd.concat(parts)


def _move_rows(
    county: County,
    here: pd.DataFrame,
    stage: str,
    group: Ints,
    solution: LevellingSolution,
    standard: Standard,
) -> pd.DataFrame:
    """Return who gives to whom: pairs that keep the straight ways short in all."""
    points = county.schools.loc[here["school"], ["x", "y"]].to_numpy(dtype=float)
    rows = []
    for k, indicator in enumerate(standard.indicator):
        for way in ("near", "far"):
            into, out = (solution.moved[f"{way}_{d}"][:, k].astype(int) for d in ("in", "out"))
            pools = [group == g for g in np.unique(group)] if way == "near" else [group >= 0]
            for pool in pools:
                takers = np.repeat(np.flatnonzero(pool), into[pool])
                givers = np.repeat(np.flatnonzero(pool), out[pool])
                if not len(takers):
                    continue
                away = np.hypot(
                    *(points[givers][:, None] - points[takers][None]).transpose(2, 0, 1)
                )
                a, b = linear_sum_assignment(away)
                rows += [
                    (stage, indicator.id, indicator.title, i, j, way == "near")
                    for i, j in zip(givers[a].tolist(), takers[b].tolist(), strict=True)
                    if i != j
                ]
    columns = ["stage", "id", "title", "from", "to", "near"]
    table = pd.DataFrame(rows, columns=columns)
    ids, names = here["school"], here["name"]
    counted = table.groupby(columns, sort=False).size().rename("number").reset_index()
    counted["from_name"], counted["to_name"] = counted["from"].map(names), counted["to"].map(names)
    counted["from"], counted["to"] = counted["from"].map(ids), counted["to"].map(ids)
    order = ["stage", "id", "title", "from", "from_name", "to", "to_name", "number", "near"]
    return counted[order]


def _alone(stage: str, problem: LevellingProblem, standard: Standard) -> pd.DataFrame:
    """Return what moving teachers alone can reach, inside groups first.

    Whole teachers above a school's threshold go to schools below theirs; each indicator by itself,
    so that the least number left is the total lacking less the total to spare.
    """
    lacking = np.ceil(np.maximum(problem.full - problem.stock, 0.0) - SLACK)
    spare = np.floor(np.maximum(problem.stock - problem.full, 0.0) + SLACK)
    rows = []
    for k in np.flatnonzero(np.isfinite(problem.near)).tolist():
        wanted = np.bincount(problem.group, lacking[:, k])
        offered = np.bincount(problem.group, spare[:, k])
        near = np.minimum(wanted, offered)
        far = min((wanted - near).sum(), (offered - near).sum())
        indicator = standard.indicator[k]
        head = {"stage": stage, "id": indicator.id, "title": indicator.title}
        numbers = {"lacking": wanted.sum(), "moved_near": near.sum(), "moved_far": far}
        rows.append(head | numbers | {"left": wanted.sum() - near.sum() - far})
    return pd.DataFrame(rows)


def _printed(table: pd.DataFrame) -> pd.DataFrame:
    """Return `table` with headings and words in the current language, counts as whole numbers."""
    shown = table.copy()
    for column in shown.columns.intersection(["stage", "unit", "way"]):
        area = {"stage": "terms", "unit": "balance.unit", "way": "closing.way"}[column]
        shown[column] = [say(f"{area}.{v}") for v in shown[column]]
    for column in shown.select_dtypes("float").columns:
        if (shown[column] == shown[column].round()).all():
            shown[column] = shown[column].astype("int64")
    return shown.rename(columns={c: say(f"closing.column.{c}") for c in shown.columns})
