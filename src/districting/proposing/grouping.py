"""Groups of schools that share a zone (多校划片): as even as can be, for little further way."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from districting.county import County
from districting.errors import PolicyError
from districting.evaluate.text import table_text
from districting.model.grouping import Group, Grouping, GroupProblem
from districting.model.zones import Bools
from districting.policy.group_build import Wishes, group_problem
from districting.policy.policy import Policy
from districting.solve.grouping import solve_grouping
from districting.solve.stop import Stop
from districting.terms import say

MOST_CANDIDATES = 150_000
LISTED = 12
"""Schools left alone that the printed result names; the table holds all."""


@dataclass(frozen=True, eq=False)
class Groups:
    """What :func:`propose_groups` found.

    Parameters
    ----------
    county : County
    stage : str
    schools : pandas.Index
        Ids of the schools in question.
    hot : bool array, shape (m,)
    problem : GroupProblem
    grouping : Grouping
    """

    county: County
    stage: str
    schools: pd.Index
    hot: Bools
    problem: GroupProblem
    grouping: Grouping

    @property
    def shared(self) -> Mapping[str, str]:
        """Leading school by school, both ids, of every school that shares."""
        return {
            str(self.schools[s]): str(self.schools[self._lead(group)])
            for group in self.grouping.groups
            if len(group) > 1
            for s in group
        }

    @property
    def alone(self) -> list[str]:
        """Ids of the schools that joined no group."""
        return [str(self.schools[g[0]]) for g in self.grouping.groups if len(g) == 1]

    def _lead(self, group: Group) -> int:
        """Return the school that gives its name: a hot one, then the most seats, then by id."""
        return max(group, key=lambda s: (self.hot[s], self.problem.seats[s], -s))

    @cached_property
    def variance(self) -> tuple[float, float]:
        """Variance of the index that a child can expect, alone and in groups, points squared."""
        alone: list[Group] = [(s,) for s in range(len(self.schools))]
        return self._variance(alone), self._variance(list(self.grouping.groups))

    def _variance(self, groups: list[Group]) -> float:
        index = np.array([self.problem.quality_of(g) for g in groups])
        weight = np.array([self.problem.children[list(g)].sum() for g in groups], dtype=float)
        weight[np.isnan(index)] = 0.0
        if weight.sum() == 0:
            return float("nan")
        index = np.nan_to_num(index)
        mean = np.average(index, weights=weight)
        return float(np.average((index - mean) ** 2, weights=weight))

    @property
    def child_metres(self) -> tuple[float, float]:
        """Child-metres to the nearest school, and expected in the groups."""
        groups = self.grouping.groups
        near = math.fsum(self.problem.nearest(g) for g in groups)
        return near, math.fsum(self.problem.expected(g) for g in groups)

    def table(self) -> pd.DataFrame:
        """Return one row a group, schools alone last.

        Returns
        -------
        pandas.DataFrame
            ``group`` (name of the leading school), ``schools`` (names), ``count``, ``children``,
            ``seats``, ``quality``, ``off`` (points off the mean by seats), ``near``, ``expected``
            (metres a child).
        """
        names, rows = self.county.schools["name"], []
        for group in sorted(self.grouping.groups, key=lambda g: (len(g) == 1, g)):
            lead = self._lead(group)
            order = [lead, *(s for s in group if s != lead)]
            told = [str(names[self.schools[s]]) for s in order]
            count = int(self.problem.children[list(group)].sum())
            index = self.problem.quality_of(group)
            ways = (self.problem.nearest(group), self.problem.expected(group))
            rows.append(
                (
                    told[0],
                    "、".join(told),
                    len(group),
                    count,
                    int(self.problem.seats[list(group)].sum()),
                    index,
                    index - self.problem.mean,
                    *(w / count if count else float("nan") for w in ways),
                )
            )
        columns = ["group", "schools", "count", "children", "seats", "quality", "off"]
        return pd.DataFrame(rows, columns=[*columns, "near", "expected"])

    def figures(self) -> dict[str, float | None]:
        """Return variance and way before and after; None where not known."""
        before, after = self.variance
        near, expected = self.child_metres
        found = {
            "variance_before": before,
            "variance_after": after,
            "variance_change": after / before - 1 if before > 0 else float("nan"),
            "child_metres_nearest": near,
            "child_metres_expected": expected,
            "distance_ratio": expected / near if near else float("nan"),
        }
        return {k: v if math.isfinite(v) else None for k, v in found.items()}

    def __str__(self) -> str:
        table = self.table().drop(columns="group").round({"quality": 1, "off": 1})
        table[["near", "expected"]] = table[["near", "expected"]].round(0)
        heads = {c: say(f"groups.column.{c}") for c in table}
        figures = self.figures()
        lines = [table_text(table.rename(columns=heads), most=60), ""]
        if figures["variance_change"] is not None and figures["distance_ratio"] is not None:
            lines.append(say("groups.pair", **figures))
        if self.alone:
            names = self.county.schools["name"]
            more = "……" if len(self.alone) > LISTED else ""
            schools = "、".join(str(names[s]) for s in self.alone[:LISTED]) + more
            lines.append(say("groups.alone", number=len(self.alone), schools=schools))
        return "\n".join(lines)


def propose_groups(
    county: County, policy: Policy, wishes: Wishes, stop: Stop | None = None, seed: int = 0
) -> Groups:
    """Group the public schools of a stage so that the groups' quality is as even as can be.

    A child belongs to the territory of its nearest public school. Schools of a group lie within
    the limit of each other, their territories hang together, every child of a group can reach each
    of its schools within the musts of `policy` on ways, and the group lies no further off the mean
    index than its rule on shared zones tolerates.

    Parameters
    ----------
    county : County
    policy : Policy
    wishes : Wishes
    stop : Stop, optional
    seed : int

    Raises
    ------
    PolicyError
        If more sets of schools may be a group than can be listed, or the county has no quality
        index.
    """
    if "quality" not in county.schools:
        raise PolicyError(say("groups.no_quality"))
    problem, schools, hot = group_problem(county, policy, wishes)
    candidates = problem.candidates(MOST_CANDIDATES)
    if candidates is None:
        raise PolicyError(say("groups.too_many", most=MOST_CANDIDATES))
    stop = stop or Stop()
    with stop.on_ctrl_c():
        grouping = solve_grouping(problem, candidates, stop, seed)
    return Groups(county, wishes.stage, schools, hot, problem, grouping)
