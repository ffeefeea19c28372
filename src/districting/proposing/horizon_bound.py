"""The shortage of all years of a plan that begins with a given first year, as one problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from districting.county import County
from districting.model.rotation import Bools, Floats, Ints, coded, lottery
from districting.model.rotation_view import RotationView, rotation_view
from districting.model.rotation_years import county_in_autumn
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import RotationRule
from districting.policy.rotation.links import Links
from districting.policy.rotation.out_cap import OutCap
from districting.policy.rotation.post_band import PostBand
from districting.policy.rotation.shortage import Shortage
from districting.policy.rotation.subject_ceiling import SubjectCeiling
from districting.policy.rotation.subject_fit import SubjectFit
from districting.policy.rotation.subject_floor import SubjectFloor
from districting.policy.rotation.term import Term
from districting.policy.rule import Strength
from districting.proposing.due import Outlook
from districting.solve.rotation.joint import Joint


@dataclass(frozen=True, eq=False)
class Together:
    """The problem of several years, and whom its classes stand for.

    Parameters
    ----------
    joint : Joint
    first : int
        School year of its first period.
    names : array of str, shape (n,)
        Teachers who can move, sorted by id.
    which : int array, shape (n,)
        Class of each.
    subjects : int
        Cells are a place and one of so many subjects.
    """

    joint: Joint
    first: int
    names: npt.NDArray[np.str_]
    which: Ints
    subjects: int

    def members(self, moving: Ints, seed: int) -> pd.DataFrame:
        """Return who makes the moves, drawn by lot in each class: ``teacher, year, place``."""
        codes = coded(self.names.tolist())
        lots = lottery(seed, codes, codes)
        drawn = np.lexsort((lots, self.which))
        begin = np.searchsorted(self.which[drawn], np.arange(len(self.joint.size)))
        move = np.repeat(np.arange(len(moving)), moving)
        own = self.joint.which[move]
        order = np.argsort(own, kind="stable")
        move, own = move[order], own[order]
        turn = np.arange(len(own)) - np.searchsorted(own, own)
        return pd.DataFrame(
            {
                "teacher": self.names[drawn[begin[own] + turn]],
                "year": self.first + self.joint.when[move],
                "place": self.joint.to[move] // self.subjects,
            }
        )


@dataclass(frozen=True, eq=False)
class _Arcs:
    """Possible moves: position in all teachers, year's position, target cell."""

    who: Ints
    when: Ints
    to: Ints


def together(
    county: County,
    rules: Sequence[RotationRule],
    plan: RotationPlan,
    outlook: Outlook,
    first: int,
) -> Together | None:
    """Return the problem of the years from `first` on, given the moves that `plan` has before.

    Only musts are in it, and only those that can be stated whatever the years before decide: who
    may go where and when, that linked teachers need a move of each other's, that everyone moves
    once, how many may leave a subject in a year, floors and ceilings of subjects, bands of schools.
    So the bound holds for every plan that begins like `plan`.

    Returns
    -------
    Together or None
        None where the policy has no aim against shortages, teachers may move more than once, or
        second subjects count (then what a move covers depends on the moves before it).
    """
    rule = next((r for r in rules if isinstance(r, Shortage)), None)
    second = any(isinstance(r, SubjectFit) and r.second for r in rules)
    if rule is None or outlook.again or second:
        return None
    years = [y for y in plan.years if y >= first]
    views = _alike([rotation_view(county_in_autumn(county, plan, y), y) for y in years])
    names = np.array(sorted(set().union(*(v.staff["teacher"] for v in views))), dtype=str)
    moved = pd.Index(names).isin(plan.moves["teacher"])
    able = outlook.able[years].reindex(names).fillna(False).to_numpy(dtype=bool) & ~moved[:, None]
    at = np.stack([_cells(v, names) for v in views], axis=1)
    width = len(views[0].subjects)
    need, load = rule.taught(views[0]).ravel(), rule.loads(views[0]).ravel()
    have = np.stack([np.bincount(a[a >= 0], minlength=len(need)) for a in at.T])
    arcs = _arcs(rules, views, names, able)
    movers, which, chief = _classes(arcs, at)
    once = np.flatnonzero(np.isin(arcs.who, movers[chief]))
    joint = Joint(
        at[movers[chief]],
        np.bincount(which, minlength=len(chief)),
        which[np.searchsorted(movers, arcs.who[once])],
        arcs.to[once],
        arcs.when[once],
        have,
        need,
        load,
        np.repeat(rule.lean(views[0]), width),
        *_limits(rules, views[0]),
        lasting(rules, len(years)),
        np.repeat(np.arange(len(views[0].places)), width),
        *_margins(rules, views, plan),
    )
    return Together(joint, first, names[movers], which, width)


def _alike(views: Sequence[RotationView]) -> list[RotationView]:
    """Return views of several years with the same subjects, whoever has come or gone."""
    subjects = tuple(sorted(set().union(*(v.subjects for v in views))))
    of = pd.Index(subjects)
    return [
        replace(
            view,
            subjects=subjects,
            staff=view.staff.assign(code=of.get_indexer(pd.Index(view.staff["subject"]))),
        )
        for view in views
    ]


def _cells(view: RotationView, names: np.ndarray) -> Ints:
    """Return place and subject, as one number, of teachers by name; -1 for who is not there."""
    cell = view.cell.copy()
    cell[view.staff["leader"].to_numpy(dtype=bool)] = -1
    rows = pd.Index(view.staff["teacher"]).get_indexer(pd.Index(names))
    return np.where(rows >= 0, cell[rows], -1)


def _arcs(
    rules: Sequence[RotationRule], views: Sequence[RotationView], names: np.ndarray, able: Bools
) -> _Arcs:
    """Return the moves that no rule holds or forbids, year by year."""
    who, when, to = [], [], []
    for number, view in enumerate(views):
        row = pd.Index(names).get_indexer(pd.Index(view.staff["teacher"]))
        free = able[row, number] & ~view.staff["leader"].to_numpy(dtype=bool)
        free &= ~np.logical_or.reduce([rule.stay(view) for rule in rules])
        wide = view.pairs(free)
        out = np.logical_or.reduce([rule.forbid(wide) for rule in rules])
        wide = wide.with_arcs(wide.teacher[~out], wide.to[~out])
        for rule in rules:
            if isinstance(rule, Links) and rule.strength is Strength.MUST:
                kept = ~rule.alone(wide)
                wide = wide.with_arcs(wide.teacher[kept], wide.to[kept])
        who.append(row[wide.teacher])
        when.append(np.full(len(wide.to), number))
        to.append(wide.to * len(view.subjects) + view.code[wide.teacher])
    return _Arcs(np.concatenate(who), np.concatenate(when), np.concatenate(to))


def _classes(arcs: _Arcs, at: Ints) -> tuple[Ints, Ints, Ints]:
    """Return who can move, the class of each, and the position of each class's first member.

    Members of a class are at the same cells and have the same arcs.
    """
    order = np.lexsort((arcs.to, arcs.when, arcs.who))
    movers, begin = np.unique(arcs.who[order], return_index=True)
    ways = np.split(np.c_[arcs.when, arcs.to][order], begin[1:])[: len(movers)]
    found: dict[bytes, int] = {}
    keys = [at[t].tobytes() + way.tobytes() for t, way in zip(movers, ways, strict=True)]
    which = np.array([found.setdefault(key, len(found)) for key in keys], dtype=np.int64)
    return movers, which, np.unique(which, return_index=True)[1]


def _limits(rules: Sequence[RotationRule], view: RotationView) -> tuple[Floats, Floats, float]:
    """Return what musts do not let cells fall below or rise above, and what share may leave."""
    low, high, share = np.full(view.have().size, -np.inf), np.full(view.have().size, np.inf), 1.0
    for rule in rules:
        if rule.strength is not Strength.MUST:
            continue
        if isinstance(rule, SubjectFloor):
            low = np.maximum(low, rule.needed(view).ravel())
        elif isinstance(rule, SubjectCeiling):
            high = np.minimum(high, rule.most(view).ravel())
        elif isinstance(rule, OutCap):
            share = min(share, rule.subject)
    return low, high, share


def _margins(
    rules: Sequence[RotationRule], views: Sequence[RotationView], plan: RotationPlan
) -> tuple[Floats, Floats]:
    """Return how far places are above their least and below their most staff, year by year.

    Leaders change places with each other, which leaves numbers as they are, unless one of them
    leaves for good before the term ends.
    """
    staff = np.stack([v.places["staff"].to_numpy(dtype=float) for v in views])
    spare, room = np.full(staff.shape, np.inf), np.full(staff.shape, np.inf)
    for rule in rules:
        if isinstance(rule, PostBand) and rule.strength is Strength.MUST:
            low, high = (np.stack(side) for side in zip(*map(rule.limits, views), strict=True))
            spare, room = np.minimum(spare, staff - low), np.minimum(room, high - staff)
    lost = len(_lost_leaders(rules, views, plan))
    return spare + lost, room + lost


def _lost_leaders(
    rules: Sequence[RotationRule], views: Sequence[RotationView], plan: RotationPlan
) -> set[str]:
    """Return the leaders who may move in some year and leave for good before their term ends."""
    term, found = lasting(rules, len(views)), set()
    for view in views:
        free = view.staff["leader"].to_numpy(dtype=bool) & ~np.logical_or.reduce(
            [rule.stay(view) for rule in rules]
        )
        gone = plan.leaves[plan.leaves["year"].between(view.year + 1, view.year + term - 1)]
        found |= set(view.staff["teacher"][free]) & set(gone["teacher"])
    return found


def lasting(rules: Sequence[RotationRule], years: int) -> int:
    """Return the years after which whoever moved is back; `years` where nobody comes back."""
    term = next((r for r in rules if isinstance(r, Term)), None)
    back = term is not None and term.years and not term.moved and term.after == "return"
    return term.years if term is not None and back else years
