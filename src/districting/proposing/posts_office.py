"""Why a person holds a post, who would be next and at what cost, and why others do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from districting.county import County
from districting.errors import PlanFileError
from districting.model.posts import Ban, Bools, Cost, Count, Part, PostsProblem, PostsView
from districting.plan.plan import Plan
from districting.plan.posts_plan import PostsPlan
from districting.policy.needs import rules_for
from districting.policy.policy import Policy
from districting.policy.posts.base import role_title
from districting.proposing.explaining import cost_lines, is_whole
from districting.proposing.posts import posed
from districting.solve.posts import objective_parts, solve_posts
from districting.solve.stop import Progress, Stop, silent
from districting.terms import say

STAY = 1e-3
"""Points for each appointment that changes: of equally good plans the nearest one is told."""
EQUAL = 1e-6
NAMED = 6
"""Persons named in one line; the others are counted."""


@dataclass(frozen=True, eq=False)
class Case:
    """A plan as it stands in the problem that its county and policy make.

    Parameters
    ----------
    county : County
    policy : Policy
    plan : PostsPlan
    view : PostsView
    problem : PostsProblem
    used : bool array, shape (a,)
        Arcs that are the plan's appointments.
    progress : Progress
        Called by the solves behind the next best.
    """

    county: County
    policy: Policy
    plan: PostsPlan
    view: PostsView
    problem: PostsProblem
    used: Bools
    progress: Progress

    def office_name(self, office: int) -> str:
        """Return place and post of an office, as planners call it."""
        row = self.view.offices.iloc[office]
        return f"{row['place']}{say('posts.post.' + str(row['post']))}"

    def person(self, teacher: str) -> str:
        """Return id, school and post at the own school of a person."""
        rows = self.view.staff[self.view.staff["teacher"] == teacher]
        if rows.empty:
            return teacher
        school = self.county.school_titles[rows["school"].iloc[0]]
        role = role_title(rows["post"].iloc[0])
        return say("posts.why.person", teacher=teacher, school=school, role=role)

    def arcs_of(self, teacher: str) -> Bools:
        """Return the arcs of a person; none where the person is not on the staff."""
        return np.asarray((self.view.staff["teacher"] == teacher).to_numpy()[self.view.teacher])

    def fills(self, office: int) -> Bools:
        """Return the arcs that fill `office`."""
        return np.asarray((self.view.office == office) | (self.view.second == office))

    def bans(self, priced: bool) -> Iterator[Ban]:
        """Yield the parts that rule arcs out, or price them."""
        for part in self.problem.parts:
            if isinstance(part, Ban) and (part.price is not None) == priced:
                yield part

    def open_arcs(self) -> Bools:
        """Return the arcs that no must rules out."""
        closed = [part.arcs for part in self.bans(priced=False)]
        none = np.zeros(self.problem.arcs, dtype=bool)
        return np.asarray(~np.logical_or.reduce([none, *closed]))

    def names(self, arcs: Bools) -> list[str]:
        """Return the ids of those on `arcs`, sorted."""
        staff = self.view.staff["teacher"].to_numpy(dtype=str)
        return sorted(set(staff[self.view.teacher[arcs]].tolist()))

    def title(self, gate: str) -> str:
        """Return what planners call a rule."""
        return self.policy.rule(gate, "posts").title


def explain(
    county: County, policy: Policy, plan: Plan, place: str, progress: Progress = silent
) -> str:
    """Return the reasons for a union's or district's holders, one post, a person, or the whole.

    Parameters
    ----------
    place : str
        Name of a union or district, ``place/post``, a teacher's id, or a word for the whole.

    Raises
    ------
    PlanFileError
        If there is no such place, post or teacher.
    """
    assert isinstance(plan, PostsPlan)
    view, problem = posed(county, rules_for(county, policy, "posts"), plan)
    case = Case(county, policy, plan, view, problem, _arcs_of(view, plan), progress)
    offices = view.offices
    if is_whole(county, place):
        return "\n".join(_whole(case))
    if (offices["place"] == place).any():
        mine = np.flatnonzero((offices["place"] == place).to_numpy())
        return "\n".join(line for office in mine for line in _office(case, int(office)))
    if (county.tables["teachers"]["teacher"] == place).any():
        return "\n".join(_person(case, place))
    where, _, post = place.rpartition("/")
    known = {say(f"posts.post.{p}"): p for p in offices["post"].unique()}
    here = (offices["place"] == where) & (offices["post"] == known.get(post, post))
    if not here.any():
        raise PlanFileError(say("posts.why.unknown", value=place))
    return "\n".join(_office(case, int(np.flatnonzero(here.to_numpy())[0])))


def _arcs_of(view: PostsView, plan: PostsPlan) -> Bools:
    """Return the arcs that stand for the plan's rows, two posts of one person as one arc."""
    columns = ["place", "post", "teacher"]
    held = set(plan.posts[columns].itertuples(index=False, name=None))
    both = view.second >= 0
    filled = view.holding(held) == 1 + both
    told = np.zeros((len(view.staff), len(view.offices)), dtype=bool)
    for offices in (view.office, view.second):
        told[view.teacher[filled & both], offices[filled & both]] = True
    return np.asarray(filled & (both | ~told[view.teacher, view.office]))


def _office(case: Case, office: int) -> list[str]:
    """Return holders of an office, what they break, who else could, and who would be next."""
    fills, open_ = case.fills(office), case.open_arcs()
    holders, where = case.names(case.used & fills), case.view.offices.iloc[office]
    table = case.plan.posts
    here = (table["place"] == where["place"]) & (table["post"] == where["post"])
    outside = sorted(set(table.loc[here, "teacher"]) - set(holders))
    told = "、".join(map(case.person, [*holders, *outside])) or say("posts.document.vacant")
    lines = [say("posts.why.office", office=case.office_name(office), holders=told)]
    lines += [say("posts.why.elsewhere", person=case.person(t)) for t in outside]
    lines += _principles(case, office)
    able = case.names(fills & open_)
    lines.append(say("posts.why.able", number=len(able)))
    lines += _ruled_out(case, office) if len(able) <= len(holders) else []
    for teacher in holders:
        lines += _without(case, office, teacher)
    return lines


def _principles(case: Case, office: int) -> list[str]:
    """Return the principles that the holders break, with why nobody who meets them is taken."""
    lines = []
    fills, open_ = case.fills(office), case.open_arcs()
    for part in case.bans(priced=True):
        if not (part.arcs & case.used & fills).any():
            continue
        right = case.names(fills & ~part.arcs)
        able = case.names(fills & ~part.arcs & open_)
        title = case.title(part.gate)
        if not right:
            lines.append(say("posts.why.nobody", title=title))
        for teacher in sorted(set(right) - set(able)):
            reasons = "、".join(_against(case, office, teacher))
            told = case.person(teacher)
            lines.append(say("posts.why.barred", title=title, person=told, reasons=reasons))
        if able:
            named = "、".join(map(case.person, able[:NAMED]))
            lines.append(say("posts.why.dearer", title=title, persons=named))
    return lines


def _against(case: Case, office: int, teacher: str) -> list[str]:
    """Return the titles of the musts that rule a person out of an office, however held."""
    mine = np.flatnonzero(case.fills(office) & case.arcs_of(teacher))
    by_arc = [[p.gate for p in case.bans(priced=False) if p.arcs[a]] for a in mine]
    return [case.title(gate) for gate in min(by_arc, key=lambda gates: len(gates))]


def _ruled_out(case: Case, office: int) -> list[str]:
    """Return how many each must rules out, where hardly anybody is left."""
    fills = case.fills(office)
    lines = []
    for part in case.bans(priced=False):
        out = set(case.names(fills & part.arcs)) - set(case.names(fills & ~part.arcs))
        if out:
            title = case.title(part.gate)
            lines.append(say("posts.why.rules_out", title=title, number=len(out)))
    return lines


def _without(case: Case, office: int, teacher: str) -> list[str]:
    """Return who would hold the office in the best plan without this person in it."""
    mine = case.fills(office) & case.arcs_of(teacher)
    after = _best(case, office, Ban("", mine))
    if after is None:
        return [say("posts.why.no_other", teacher=teacher)]
    new = case.names(after & case.fills(office) & ~case.used)
    told = "、".join(map(case.person, new)) or say("posts.document.vacant")
    head = say("posts.why.next", teacher=teacher, next=told)
    return [head, *_cost(case, after), *_shifts(case, after, office)]


def _best(case: Case, office: int, part: Part) -> Bools | None:
    """Return the arcs of the best plan that keeps `part` as well, other unions as they are."""
    offices, unions = case.view.offices, case.plan.unions
    place = str(offices["place"].iloc[office])
    union = place if place in set(unions) else str(unions.get(place, ""))
    near = {place, union} | (set(unions.index[unions == union]) if union else set())
    inside = offices["place"].isin(sorted(near)).to_numpy()[case.view.office]
    stay = Cost("", "", STAY, np.where(case.used, 0.0, 1.0))
    parts = (*case.problem.parts, Ban("", ~inside & ~case.used), stay, part)
    return solve_posts(replace(case.problem, parts=parts), Stop(progress=case.progress)).used


def _cost(case: Case, after: Bools) -> list[str]:
    """Return what becomes worse or better, rule by rule."""
    old, new = (objective_parts(case.problem, used) for used in (case.used, after))
    changes = {gate: (new[gate].value - old[gate].value, new[gate].unit) for gate in new}
    seen = {g: c for g, c in changes.items() if abs(c[0] * new[g].weight) > EQUAL}
    return [f"    {line}" for line in cost_lines(case.policy, "posts", seen)]


def _shifts(case: Case, after: Bools, office: int) -> list[str]:
    """Return the other offices that would change hands."""
    lines = []
    for other in range(len(case.view.offices)):
        if other == office:
            continue
        old, new = (set(case.names(used & case.fills(other))) for used in (case.used, after))
        if old != new:
            words = {"old": "、".join(sorted(old - new)) or "—"}
            words["new"] = "、".join(sorted(new - old)) or "—"
            lines.append(say("posts.why.shift", office=case.office_name(other), **words))
    return lines


def _person(case: Case, teacher: str) -> list[str]:
    """Return why a person holds a post; of one who holds none, what each post would cost."""
    if not (case.view.staff["teacher"] == teacher).any():
        return [say("posts.why.outside", teacher=teacher)]
    mine = case.arcs_of(teacher)
    lines = [case.person(teacher)]
    held = [o for o in range(len(case.view.offices)) if (case.used & mine & case.fills(o)).any()]
    for office in held:
        lines += [say("posts.why.holds", office=case.office_name(office))]
        lines += [*_principles(case, office), *_without(case, office, teacher)]
    for office in np.unique(case.view.office[mine]) if not held else ():
        lines += _instead(case, int(office), teacher, mine)
    return lines


def _instead(case: Case, office: int, teacher: str, mine: Bools) -> list[str]:
    """Return what it would cost to give an office to one who holds none, or what forbids it."""
    name = case.office_name(office)
    arcs = np.flatnonzero(case.fills(office) & mine & case.open_arcs())
    if not len(arcs):
        reasons = "、".join(_against(case, office, teacher))
        return [say("posts.why.not_allowed", office=name, reasons=reasons)]
    one, row = np.ones(1), np.zeros(len(arcs), dtype=np.int64)
    after = _best(case, office, Count("", row, arcs, one, np.full(1, np.inf), ("",)))
    if after is None:
        return [say("posts.why.never", office=name)]
    gone = case.names(case.used & case.fills(office) & ~after)
    words = {"office": name, "gone": "、".join(gone) or "—"}
    return [say("posts.why.instead", **words), *_cost(case, after), *_shifts(case, after, office)]


def _whole(case: Case) -> list[str]:
    """Return where principles are broken and why, and which offices have nobody to choose from."""
    table: pd.DataFrame = case.plan.posts
    words = {"offices": len(table), "persons": table["teacher"].nunique()}
    lines = [say("posts.why.whole", county=case.county.name, **words)]
    open_, single = case.open_arcs(), []
    for office in range(len(case.view.offices)):
        found = _principles(case, office)
        if found:
            lines += [say("posts.why.exception", office=case.office_name(office)), *found]
        able, held = (case.names(a & case.fills(office)) for a in (open_, case.used))
        if len(able) <= len(held):
            single.append(case.office_name(office))
    for title, places in _short(case):
        lines.append(say("posts.why.short", title=title, places=places))
    return [*lines, say("posts.why.no_choice", offices="、".join(single) or "—")]


def _short(case: Case) -> Iterator[tuple[str, str]]:
    """Yield the principles on numbers that are missed, with where."""
    for part in case.problem.parts:
        if isinstance(part, Count) and part.price is not None:
            held = np.bincount(part.row[case.used[part.arc]], minlength=len(part.lower))
            off = np.flatnonzero((held < part.lower) | (held > part.upper))
            if len(off):
                yield case.title(part.gate), "、".join(part.places[r] for r in off)
