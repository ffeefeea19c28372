"""Schools that share in groups: which sets of schools may be a group, and what each costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from districting.model.zones import Bools, Ints
from districting.plan.record import Status

HAIR = 1e-9
Group = tuple[int, ...]
"""Positions of the schools of a group, rising."""


@dataclass(frozen=True, eq=False)
class GroupProblem:
    r"""Schools to be put into groups, each school into one.

    A group g of schools with seats :math:`q_s`, quality index :math:`k_s` and children :math:`w_s`
    nearest to each costs, in child-metres,

    .. math:: \lambda \sum_{s \in g} w_s \, |k_g - \bar k| + \sum_{s \in g} \Bigl(
        \sum_{t \in g} \tfrac{q_t}{q_g} F_{st} - F_{ss} \Bigr)

    where :math:`k_g` is its mean index by seats, :math:`\bar k` that of all schools, and
    :math:`F_{st}` the child-metres that the children nearest to s have to t: they come to a school
    of the group by lot, in proportion to its seats.

    Parameters
    ----------
    near : bool array, shape (m, m)
        Schools whose territories touch; a group hangs together by these.
    together : bool array, shape (m, m)
        Schools that may be in one group; every two of a group are.
    children : int array, shape (m,)
    seats : int array, shape (m,)
        At least 1.
    quality : float array, shape (m,)
        Points; NaN where not known: such a school counts for nothing in the mean.
    child_metres : float array, shape (m, m)
        :math:`F`; finite where schools may be in one group, and on the diagonal.
    least, most : int
        Schools of a group; one that joins none stays alone.
    worth : float
        :math:`\lambda`, child-metres per child and point.
    tolerance : float
        Points that a group of several schools may lie off :math:`\bar k`.
    """

    near: Bools
    together: Bools
    children: Ints
    seats: Ints
    quality: np.ndarray
    child_metres: np.ndarray
    least: int
    most: int
    worth: float
    tolerance: float = float("inf")

    @cached_property
    def mean(self) -> float:
        """Mean index of all schools by seats; NaN where none is known."""
        return self.quality_of(range(len(self.seats)))

    def quality_of(self, group: Sequence[int]) -> float:
        """Return the mean index of a group by seats; NaN where none is known."""
        at = np.asarray(group, np.int64)
        known = at[np.isfinite(self.quality[at])]
        if not len(known):
            return float("nan")
        return float(np.average(self.quality[known], weights=self.seats[known]))

    def off(self, group: Sequence[int]) -> float:
        """Return how many points a group's index lies off the mean; 0 where it is not known."""
        return float(np.nan_to_num(self.quality_of(group) - self.mean))

    def expected(self, group: Sequence[int]) -> float:
        """Return the child-metres of a group whose children come to its schools by lot."""
        at = np.asarray(group, np.int64)
        share = self.seats[at] / self.seats[at].sum()
        return float((self.child_metres[np.ix_(at, at)] * share).sum())

    def nearest(self, group: Sequence[int]) -> float:
        """Return the child-metres of a group whose children go to their nearest school."""
        at = np.asarray(group, np.int64)
        return float(self.child_metres[at, at].sum())

    def cost(self, group: Sequence[int]) -> int:
        """Return what a group costs, in whole child-metres."""
        count = int(self.children[np.asarray(group, np.int64)].sum())
        uneven = self.worth * count * abs(self.off(group))
        return round(uneven + self.expected(group) - self.nearest(group))

    def candidates(self, at_most: int) -> list[Group] | None:
        """Return every set of schools that may be a group, single schools first.

        None where there are more than `at_most`. A connected set of k + 1 schools is one of k
        schools and a neighbour, so growing all sets by one school at a time misses none.
        """
        linked = self.near & self.together
        level: list[Group] = [(s,) for s in range(len(self.seats))]
        found = list(level)
        for size in range(2, self.most + 1):
            grown: set[Group] = set()
            for group in level:
                at = list(group)
                more = np.flatnonzero(linked[at].any(axis=0) & self.together[at].all(axis=0))
                news = (t for t in more.tolist() if t not in group)
                grown.update(tuple(sorted((*group, t))) for t in news)
                if len(grown) + len(found) > at_most:
                    return None
            level = sorted(grown)
            if size >= self.least:
                found += [g for g in level if abs(self.off(g)) <= self.tolerance + HAIR]
        return found


@dataclass(frozen=True)
class Grouping:
    """Groups with their proven bound.

    Parameters
    ----------
    status : Status
        Optimal where both steps are proven: the fewest schools alone, and the least cost of those.
    groups : tuple of Group
        Schools that stay alone are groups of one.
    objective, bound : float
        Child-metres; the bound holds for groupings that leave no more schools alone.
    """

    status: Status
    groups: tuple[Group, ...]
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """Proven relative gap, ``(objective - bound) / max(|objective|, 1)``."""
        return (self.objective - self.bound) / max(abs(self.objective), 1.0)
