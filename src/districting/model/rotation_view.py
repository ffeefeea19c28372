"""What rotation rules see of a county: staff, places, subjects, ways to work, possible moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from districting.county import TEACHES, County
from districting.graph.remembered import remembered
from districting.graph.travel import village_distances
from districting.model.rotation import Bools, Floats, Ints
from districting.plan.rotation_plan import RotationPlan
from districting.read.curriculum import GRADES, curriculum

STAGES = ("primary", "junior")
LEADER_POSTS = ("principal", "vice_principal", "secretary")


@dataclass(frozen=True, eq=False)
class Later:
    """A later school year of a plan, as foreseen if nobody moved in the year at hand.

    Cells are a place and a subject as one number.

    Parameters
    ----------
    have : int array, shape (places, subjects)
        Teachers who are no leaders, once the moves foreseen for the years between are made.
    cell : int array, shape (t,)
        Where each teacher of the year at hand is then; -1 for who has left.
    home : int array, shape (t,)
        Where he or she would be without the moves foreseen.
    back : bool
        Whether who moves in the year at hand is home again.
    """

    have: Ints
    cell: Ints
    home: Ints
    back: bool

    def goal(self, teacher: Ints, to: Ints) -> Ints:
        """Return where moves of a `teacher` to a cell have led by then; -1 for who has left."""
        home = self.home[teacher]
        return home if self.back else np.where(home < 0, -1, to)


@dataclass(frozen=True, eq=False)
class Ahead:
    """Where a school year stands in a plan of several.

    Parameters
    ----------
    last : int
        Last school year planned.
    done : bool array, shape (t,)
        Who has moved in an earlier year of the plan.
    deadline : int array, shape (t,)
        Last school year of the plan in which a teacher who has not moved is eligible; 0 for none.
    planned : int array, shape (t,)
        School year that the calendar of moves foresees for whoever is due; 0 for none.
    open_later : bool array, shape (t,)
        Who has not moved and is eligible in some later year of the plan.
    least : tuple of int
        Fewest moves that the shares ask for in this year and each later one.
    later : tuple of Later
        Later years that the moves of this one are to serve as well; none: this year counts alone.
    """

    last: int
    done: Bools
    deadline: Ints
    planned: Ints
    open_later: Bools
    least: tuple[int, ...]
    later: tuple[Later, ...] = ()


@dataclass(frozen=True, eq=False)
class RotationView:
    """Staff and places as tables, moves as arrays.

    Parameters
    ----------
    county : County
    year : int
        School year, by its autumn, that the moves are for.
    staff : pandas.DataFrame
        One row a teacher of primary or junior stage, sorted by id: the columns of ``teachers`` plus
        ``place`` (position in `places`), ``code`` and ``code_2`` (positions of the subject and the
        second one in `subjects`, -1 without), ``months`` at the
        present school on 1 September (NaN where not known), ``leader`` (bool).
    places : pandas.DataFrame
        One row a school and stage (nine-year schools have two), sorted: ``school``, ``stage``,
        ``pupils``, ``classes``, ``staff`` (number now), ``area`` (urban, seat, rural), ``kind``,
        ``lead``, ``central``, ``weak`` (bool), ``town``, ``village`` (code), ``district``,
        ``union`` (empty where it has none), ``label``.
    subjects : tuple of str
    metres : float array, shape (villages, places)
        Road metres from each village of residence to the village of the school.
    start : RotationPlan or None
        Plan whose locks hold and, where announced, whose moves should be kept.
    teacher, to : int array, shape (a,)
        Moves under consideration: positions in `staff` and `places`.
    ahead : Ahead or None
        Where the year stands in a plan of several; None for a plan of one.
    leaders : bool
        Whether the moves under consideration are leaders', who move before all others.
    short : bool array, shape (places, subjects), or None
        Subjects short of teachers before the moves, where second subjects count; None otherwise.
    held : mapping of str to bool array, shape (t,)
        Teachers that each rule holds, by its name, once they are known.
    """

    county: County
    year: int
    staff: pd.DataFrame
    places: pd.DataFrame
    subjects: tuple[str, ...]
    metres: Floats
    start: RotationPlan | None = None
    teacher: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    to: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    ahead: Ahead | None = None
    leaders: bool = False
    short: Bools | None = None
    held: Mapping[str, Bools] = field(default_factory=dict)

    @cached_property
    def origin(self) -> Ints:
        """Place each move leaves, shape (a,)."""
        return self.place[self.teacher]

    @property
    def place(self) -> Ints:
        """Place of each teacher, shape (t,)."""
        return self.staff["place"].to_numpy(dtype=np.int64)

    @property
    def code(self) -> Ints:
        """Subject of each teacher, shape (t,)."""
        return self.staff["code"].to_numpy(dtype=np.int64)

    def by_stage(self, values: Mapping[str, float], missing: float) -> Floats:
        """Return the value of each teacher's stage, shape (t,); `missing` where it has none."""
        of = np.array([values.get(s, missing) for s in STAGES], dtype=float)
        junior = (self.places["stage"] == STAGES[1]).to_numpy().astype(np.int64)
        return np.asarray(of[junior[self.place]])

    @property
    def joins(self) -> Ints:
        """Subject that each move is to teach at its new place, shape (a,).

        The second one where that is short and the first is not; the first everywhere else.
        """
        own = self.code[self.teacher]
        if self.short is None:
            return own
        second = self.staff["code_2"].to_numpy(dtype=np.int64)[self.teacher]
        used = self.short[self.to, second] & ~self.short[self.to, own] & (second >= 0)
        used &= ~self.staff["leader"].to_numpy(dtype=bool)[self.teacher]
        return np.where(used, second, own)

    @property
    def date(self) -> pd.Timestamp:
        """1 September of the school year."""
        return pd.Timestamp(self.year, 9, 1)

    def announced(self) -> tuple[Bools, Bools]:
        """Return which teachers `start` moves in the year, shape (t,), and which moves are those.

        Returns
        -------
        tuple of bool array, shape (t,), and bool array, shape (a,)
        """
        if self.start is None:
            return np.zeros(len(self.staff), dtype=bool), np.zeros(len(self.teacher), dtype=bool)
        moves = self.start.in_year(self.year)
        schools = pd.Index(self.places["school"].unique())
        at = pd.Index(self.staff["teacher"]).get_indexer(pd.Index(moves["teacher"]))
        goal = np.full(len(self.staff), -2)
        goal[at[at >= 0]] = schools.get_indexer(pd.Index(moves["to_school"]))[at >= 0]
        school = schools.get_indexer(pd.Index(self.places["school"]))
        return goal > -2, school[self.to] == goal[self.teacher]

    @property
    def cell(self) -> Ints:
        """Place and subject of each teacher as one number, shape (t,)."""
        return self.place * len(self.subjects) + self.code

    def commute(self) -> tuple[Floats, Floats]:
        """Return metres from home to the new and to the old place of each move, shape (a,) twice.

        NaN where the home is not known.
        """
        home = self.county.villages.index.get_indexer(pd.Index(self.staff["home"]))[self.teacher]
        known = home >= 0
        new = np.where(known, self.metres[home, self.to], np.nan)
        old = np.where(known, self.metres[home, self.origin], np.nan)
        return new, old

    def extra(self) -> Floats:
        """Return the metres that each move adds to the way to work, at least 0; 0 where unknown."""
        new, old = self.commute()
        return np.asarray(np.nan_to_num(np.maximum(new - old, 0.0)), dtype=float)

    def have(self) -> Ints:
        """Return teachers who are no leaders by place and subject, shape (places, subjects)."""
        found = np.zeros((len(self.places), len(self.subjects)), dtype=np.int64)
        plain = ~self.staff["leader"].to_numpy(dtype=bool)
        np.add.at(found, (self.place[plain], self.code[plain]), 1)
        return found

    def periods(self, scheme: str) -> Floats:
        """Return periods a week by place and subject, shape (places, subjects)."""
        table = curriculum(self.county, scheme)
        found = np.zeros((len(self.places), len(self.subjects)))
        rooms = classes_by_place(self.county, self.places)
        code = pd.Index(self.subjects).get_indexer(pd.Index(table["subject"]))
        grade, hours = table["grade"].to_numpy(dtype=int), table["periods"].to_numpy(dtype=float)
        for c, g, h in zip(code, grade, hours, strict=True):
            if c >= 0:
                found[:, c] += rooms[:, g - 1] * h
        return found

    def with_arcs(self, teacher: Ints, to: Ints) -> RotationView:
        """Return the view with these moves under consideration."""
        return replace(self, teacher=teacher, to=to)

    def pairs(self, movable: Bools) -> RotationView:
        """Return the view with every move of the `movable` teachers to a place of their stage."""
        stage = (self.places["stage"] == STAGES[1]).to_numpy().astype(np.int64)
        teachers, places = [], []
        for number in (0, 1):
            who = np.flatnonzero(movable & (stage[self.place] == number))
            where = np.flatnonzero(stage == number)
            teachers.append(np.repeat(who, len(where)))
            places.append(np.tile(where, len(who)))
        teacher, to = np.concatenate(teachers), np.concatenate(places)
        kept = self.place[teacher] != to
        order = np.argsort(teacher[kept], kind="stable")
        return self.with_arcs(teacher[kept][order], to[kept][order])


def classes_by_place(county: County, places: pd.DataFrame) -> Floats:
    """Return classes by place and grade in the year nearest to the county's, shape (places, 9)."""
    full = _classes(county).reindex(places["school"]).fillna(0).to_numpy(float)
    taught = {s: np.isin(np.arange(1, 10), list(GRADES[s])) for s in STAGES}
    return np.asarray(full * np.array([taught[s] for s in places["stage"]]), dtype=float)


@remembered
def _classes(county: County) -> pd.DataFrame:
    """Return classes by school and grade in the year nearest to the county's."""
    classes = county.tables["classes"]
    if classes.empty:
        return pd.DataFrame(0.0, index=pd.Index([], dtype=str), columns=range(1, 10))
    years = classes["year"].unique()
    year = min(years, key=lambda y: (abs(int(y) - county.year), int(y)))
    here = classes[classes["year"] == year]
    wide = here.pivot_table(index="school", columns="grade", values="classes", aggfunc="sum")
    return pd.DataFrame(wide, columns=range(1, 10))


def rotation_view(county: County, year: int, start: RotationPlan | None = None) -> RotationView:
    """Return the view of `county` for moves in the autumn of `year`; no moves yet."""
    return RotationView(county, year, *_tables(county, year), start)


@remembered
def _tables(
    county: County, year: int
) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...], Floats]:
    """Return staff, places, subjects and metres of a view."""
    places = place_table(county)
    staff = staff_table(county, year, places)
    subjects = tuple(sorted({*staff["subject"], *curriculum(county)["subject"]}))
    staff["code"] = pd.Index(subjects).get_indexer(pd.Index(staff["subject"]))
    second = staff["subject_2"] if "subject_2" in staff else pd.Series("", index=staff.index)
    staff["code_2"] = pd.Index(subjects).get_indexer(pd.Index(second))
    villages, at = np.unique(places["village"].to_numpy(dtype=str), return_inverse=True)
    rows = county.villages.index.get_indexer(pd.Index(villages))
    return staff, places, subjects, village_distances(county, rows)[:, at]


def place_table(county: County) -> pd.DataFrame:
    """Return schools by stage; see :class:`RotationView`."""
    schools = county.schools
    parts = []
    for stage in STAGES:
        here = schools[schools["kind"].isin(TEACHES[stage]) & (schools["run_by"] != "private")]
        part = pd.DataFrame({"school": here.index.to_numpy(dtype=str), "stage": stage})
        part["pupils"] = here[f"pupils_{stage}"].fillna(0).to_numpy(dtype=np.int64)
        parts.append(part)
    places = pd.concat(parts).sort_values(["school", "stage"], ignore_index=True)
    of = schools.loc[places["school"]]
    area = of["area_type"] if "area_type" in of else pd.Series("", index=of.index)
    places["area"] = area.to_numpy()
    for column in ("kind", "town", "village", "lead"):
        places[column] = of[column].to_numpy()
    for column in ("central", "weak"):
        places[column] = of[column].to_numpy(dtype=bool) if column in of else False
    names = county.school_titles[places["school"]].to_numpy(dtype=str)
    twice = places["school"].duplicated(keep=False)
    places["label"] = np.where(twice, names + places["stage"].map(_PART), names)
    places["classes"] = classes_by_place(county, places).sum(axis=1)
    return places.join(_districts(county, places["school"]))


_PART: Mapping[str, str] = {"primary": "（小学部）", "junior": "（初中部）"}


def _districts(county: County, schools: pd.Series) -> pd.DataFrame:
    members, districts = county.tables["members"], county.tables["districts"]
    if members.empty:
        return pd.DataFrame({"district": "", "union": ""}, index=schools.index)
    of = members[members["unit_kind"] == "school"].set_index("unit")["district"]
    union = districts.set_index("district")["union"]
    district = schools.map(of).fillna("")
    return pd.DataFrame({"district": district, "union": district.map(union).fillna("")})


def staff_table(county: County, year: int, places: pd.DataFrame) -> pd.DataFrame:
    """Return teachers of primary and junior stage; see :class:`RotationView`."""
    teachers = county.tables["teachers"]
    keys = pd.MultiIndex.from_frame(places[["school", "stage"]])
    place = keys.get_indexer(pd.MultiIndex.from_frame(teachers[["school", "stage"]]))
    staff = teachers[place >= 0].assign(place=place[place >= 0])
    staff = staff.sort_values("teacher", ignore_index=True)
    joined = staff["joined"]
    staff["months"] = (year - joined.dt.year) * 12 + 9 - joined.dt.month
    staff["leader"] = staff["post"].isin(LEADER_POSTS)
    places["staff"] = np.bincount(staff["place"], minlength=len(places))
    return staff
