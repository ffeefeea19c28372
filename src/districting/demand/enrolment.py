r"""Pupils, classes and seats of every school by year and grade.

Grades move up a year at a time, classes whole. Grade 1 takes the children of the zone aged 6; grade
7 takes the graduates of the primaries that feed the school, or the children of its zone aged 12.
Entry seats are what the classes that stay leave of the school's seats,

.. math:: e_{s,y} = \max\bigl(0,\; q_s - k \sum_{g > g_0} c_{s,y,g}\bigr),

with q seats, c classes and k the class size; entrants fill ⌈entrants / k⌉ classes, in rooms that
exist or not. Class sizes: GB 50099-2011 3.0.1 and 教督〔2017〕6号, 45 primary and 50 junior.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from districting.county import County
from districting.demand.ages import GRADES, age_of_grade
from districting.demand.catchment import Catchment
from districting.demand.rounding import whole_by_group

COLUMNS = ["school", "stage", "year", "grade", "pupils", "classes", "entry_seats", "basis"]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ClassSizes:
    """Pupils in a class at most (班额).

    Parameters
    ----------
    primary, junior : int
    large : int
        From how many pupils on a class counts as too large (大班额, 国发〔2016〕40号).
    """

    primary: int = 45
    junior: int = 50
    large: int = 56

    def of(self, stage: str) -> int:
        """Return the class size of `stage`."""
        return self.primary if stage == "primary" else self.junior


def enrolment(
    county: County,
    children: pd.DataFrame,
    years: range,
    where: Catchment,
    sizes: ClassSizes | None = None,
) -> pd.DataFrame:
    """Return pupils and classes of every school by year and grade.

    Parameters
    ----------
    county : County
    children : pandas.DataFrame
        As :func:`districting.demand.project` gives it, for all of `years`.
    years : range
    where : Catchment
    sizes : ClassSizes, optional

    Returns
    -------
    pandas.DataFrame
        ``school``, ``stage``, ``year``, ``grade``, ``pupils``, ``classes``, ``entry_seats`` (in the
        entry grade's row; 0 elsewhere) and ``basis``: ``entered`` (the table ``classes``),
        ``spread`` (the school's pupils shared out evenly over its grades), ``carried``, or for
        entrants the weakest basis of their children.
    """
    sizes = sizes or ClassSizes()
    rolls = {stage: _Roll(county, stage, sizes.of(stage)) for stage in GRADES}
    start = min(roll.year for roll in rolls.values())
    parts = []
    for year in range(start, max(years, default=start) + 1):
        leavers = rolls["primary"].leavers(year)
        for stage, roll in rolls.items():
            if year > roll.year:
                entrants = _residents(county, children, where, roll, year)
                if stage == "junior":
                    entrants = _with_feeders(where, rolls["primary"], leavers, roll, year, entrants)
                roll.step(*entrants)
            if year in years and year == roll.year:
                parts.append(roll.frame())
    empty = pd.DataFrame(columns=COLUMNS)
    return pd.concat(parts, ignore_index=True) if parts else empty


class _Roll:
    """The pupils and classes of one stage in one year: schools × grades."""

    def __init__(self, county: County, stage: str, size: int) -> None:
        teaching = county.teaching(stage)
        self.stage, self.size = stage, size
        self.schools = teaching.index
        self.grades = np.array(GRADES[stage])
        self.seats = teaching[f"seats_{stage}"].fillna(0).to_numpy(dtype=np.int64)
        shape = (len(self.schools), len(self.grades))
        self.pupils, self.classes = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        self.basis = np.full(shape, "entered", dtype=object)
        rows = self._rows(county)
        self.year = int(rows["year"].max()) if len(rows) else county.year
        known = self._enter(rows[rows["year"] == self.year])
        self.top = _top_grade(known)
        self.onward = _onward(teaching, self.top == len(self.grades) - 1)
        self._spread(teaching[f"pupils_{stage}"], np.flatnonzero(~known.any(axis=1)))
        self.entry = self._entry_seats()

    def _rows(self, county: County) -> pd.DataFrame:
        """Return the entered classes of this stage up to the county's year."""
        table = county.tables.get("classes")
        if table is None or table.empty:
            return pd.DataFrame(columns=["school", "year", "grade", "classes", "pupils", "seats"])
        here = table["grade"].isin(self.grades) & table["school"].isin(self.schools)
        return table[here & (table["year"] <= county.year)]

    def _enter(self, rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
        known = np.zeros(self.pupils.shape, bool)
        at = (
            self.schools.get_indexer(pd.Index(rows["school"])),
            rows["grade"].to_numpy(int) - self.grades[0],
        )
        known[at] = True
        self.pupils[at], self.classes[at] = rows["pupils"], rows["classes"]
        return known

    def _spread(self, pupils: pd.Series, rows: Ints) -> None:
        """Share the pupils of schools without classes out evenly over all grades."""
        width = len(self.grades)
        count = pupils.fillna(0).to_numpy(dtype=float)[rows]
        each = np.repeat(count / width, width)
        split = whole_by_group(each, np.repeat(np.arange(len(count)), width))
        self.pupils[rows] = split.reshape(-1, width)
        self.classes[rows] = _ceil(self.pupils[rows], self.size)
        self.basis[rows] = "spread"

    def _entry_seats(self) -> Ints:
        stay = self.classes[:, 1:].sum(axis=1)
        seats: Ints = np.maximum(0, self.seats - self.size * stay)
        return seats

    def leavers(self, year: int) -> Ints:
        """Return the graduates who leave in `year`: the top grade of the year before."""
        return self.pupils[:, -1] if year > self.year else np.zeros(len(self.schools), np.int64)

    def step(self, entrants: Ints, basis: npt.NDArray[np.object_]) -> None:
        """Go one year on; pupils beyond a school's top grade move to the nearest full school."""
        self.year += 1
        pupils = np.column_stack([entrants, self.pupils[:, :-1]])
        classes = np.column_stack([_ceil(entrants, self.size), self.classes[:, :-1]])
        beyond = np.arange(len(self.grades)) > self.top[:, None]
        moving = np.where(beyond & (self.onward >= 0)[:, None], pupils, 0)
        movers = np.flatnonzero(moving.any(axis=1))
        classes[moving > 0] = 0
        pupils = pupils - moving
        np.add.at(pupils, self.onward[movers], moving[movers])
        self.pupils, self.classes = pupils, np.maximum(classes, _ceil(pupils, self.size))
        self.basis = np.column_stack([basis, np.full(moving[:, 1:].shape, "carried", object)])
        self.entry = self._entry_seats()

    def frame(self) -> pd.DataFrame:
        """Return the year as rows, sorted by school and grade."""
        count, width = self.pupils.shape
        entry = np.zeros((count, width), np.int64)
        entry[:, 0] = self.entry
        columns = {
            "school": np.repeat(self.schools.to_numpy(), width),
            "stage": self.stage,
            "year": self.year,
            "grade": np.tile(self.grades, count),
            "pupils": self.pupils.ravel(),
            "classes": self.classes.ravel(),
            "entry_seats": entry.ravel(),
            "basis": self.basis.ravel(),
        }
        return pd.DataFrame(columns)[COLUMNS]


def _ceil(pupils: Ints, size: int) -> Ints:
    return -(-pupils // size)


def _top_grade(known: npt.NDArray[np.bool_]) -> Ints:
    """Return the highest grade each school teaches, as a position; the last where unknown."""
    width = known.shape[1]
    top: Ints = np.where(known.any(axis=1), width - 1 - known[:, ::-1].argmax(axis=1), width - 1)
    return top


def _onward(schools: pd.DataFrame, full: npt.NDArray[np.bool_]) -> Ints:
    """Return the nearest full school as the crow flies for every other one; -1 for full ones."""
    onward = np.full(len(schools), -1, np.int64)
    place = schools[["x", "y"]].to_numpy(dtype=float)
    if full.any():
        goals = np.flatnonzero(full)
        for s in np.flatnonzero(~full):
            away = np.hypot(*(place[goals] - place[s]).T)
            onward[s] = goals[int(away.argmin())]
    return onward


Entrants = tuple[Ints, npt.NDArray[np.object_]]
WEAKEST = ("assumed", "spread", "carried", "counted")


def _residents(
    county: County, children: pd.DataFrame, where: Catchment, roll: _Roll, year: int
) -> Entrants:
    """Return the children of entry age in each school's zone, and their weakest basis."""
    age = age_of_grade(int(roll.grades[0]))
    rows = children[(children["year"] == year) & (children["age"] == age)].set_index("village")
    count = rows["count"].reindex(county.villages.index).fillna(0).to_numpy(dtype=np.int64)
    school = where.zones[roll.stage].to_numpy()
    if roll.stage == "junior" and not where.feeders.empty:
        fed = set(where.feeders.loc[where.feeders["from_year"] <= year, "primary"])
        count = np.where(where.zones["primary"].isin(fed), 0, count)
    sums = pd.Series(count).groupby(school).sum()
    entrants = _shared(sums, where, roll)
    bases = set(rows["basis"])
    weakest = next((b for b in WEAKEST if b in bases), "counted")
    return entrants, np.full(len(roll.schools), weakest, dtype=object)


def _shared(by_leader: pd.Series, where: Catchment, roll: _Roll) -> Ints:
    """Share the entrants of every zone among the schools that have it, by their seats."""
    leaders = [where.groups.get(str(s), str(s)) for s in roll.schools]
    number = {s: i for i, s in enumerate(dict.fromkeys(leaders))}
    group = np.array([number[s] for s in leaders], dtype=np.int64)
    weight = np.maximum(roll.seats, 1).astype(float)
    part = weight / np.bincount(group, weight)[group]
    total = by_leader.reindex(leaders).fillna(0).to_numpy(dtype=float)
    return whole_by_group(total * part, group)


def _with_feeders(
    where: Catchment, primary: _Roll, leavers: Ints, roll: _Roll, year: int, entrants: Entrants
) -> Entrants:
    """Add the graduates of the primaries that feed each junior school in `year`."""
    feeders = where.feeders[where.feeders["from_year"] <= year]
    if feeders.empty:
        return entrants
    to = roll.schools.get_indexer(pd.Index(feeders["junior"]))
    of = primary.schools.get_indexer(pd.Index(feeders["primary"]))
    known = (to >= 0) & (of >= 0)
    to, of = to[known], of[known]
    weight = np.maximum(roll.seats[to], 1).astype(float)
    part = weight / np.bincount(of, weight, minlength=len(leavers))[of]
    count, basis = entrants[0].copy(), entrants[1].copy()
    np.add.at(count, to, whole_by_group(leavers[of] * part, of))
    basis[to] = "carried"
    return count, basis
