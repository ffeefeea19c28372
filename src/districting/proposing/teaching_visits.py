"""Why a teacher visits a school, who would be next and at what cost, and why periods stay missing.

All effects are those of one change with every other visit as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from districting.county import County
from districting.model.teaching import SCOPES, Barred, Bools, Ints, TeachingView
from districting.plan.find import find_school
from districting.plan.plan import Plan
from districting.plan.teaching_plan import TeachingPlan
from districting.policy.needs import rules_for
from districting.policy.policy import Policy
from districting.proposing.explaining import cost_lines, is_whole
from districting.proposing.teaching import posed
from districting.proposing.teaching_pairs import pair_lines, person_words, reach_lines
from districting.solve.stop import Progress, silent
from districting.solve.teaching_effects import TeachingEffect, TeachingStanding
from districting.terms import say

CAUSES = ("nobody", "out_of_reach", "used_up", "not_worth")
"""Why periods stay missing: no teacher of the subject has periods to spare; none of those within
the rules; all of theirs are given; what is left of them would not pay."""
Use = tuple[int, int | None, TeachingEffect]
"""An arc to use more, one to use less, and what that changes."""


@dataclass(frozen=True, eq=False)
class Case:
    """A plan as it stands in the problem that its county and policy make."""

    county: County
    policy: Policy
    plan: TeachingPlan
    now: TeachingStanding

    @property
    def view(self) -> TeachingView:
        """What the rules see."""
        return self.now.view

    def person(self, row: int) -> str:
        """Return id and school of a teacher among the staff."""
        return person_words(self.county, self.now.names[row])

    def school(self, gap: int) -> str:
        """Return the school of a gap, as planners call it."""
        return str(self.county.school_titles[self.now.schools[gap]])

    def subject(self, gap: int) -> str:
        """Return stage and subject of a gap."""
        row = self.view.gaps.iloc[gap]
        return say("teaching.why.subject", stage=say(f"terms.{row['stage']}"), name=row["subject"])

    def to(self, gap: int) -> Ints:
        """Return the arcs to a gap."""
        return np.flatnonzero(self.view.gap == gap)

    def way(self, arc: int) -> str:
        """Return how far an arc is, and within which area."""
        scope = say(f"teaching.scope.{SCOPES[self.view.scope[arc]]}")
        return say("teaching.why.way", km=self.view.metres[arc] / 1000, scope=scope)

    def cost(self, effect: TeachingEffect) -> list[str]:
        """Return what an effect changes, rule by rule."""
        told = cost_lines(self.policy, "teaching", effect.changes)
        return [f"      {line}" for line in told]


def explain(
    county: County, policy: Policy, plan: Plan, place: str, progress: Progress = silent
) -> str:
    """Return the reasons for a teacher's visits, a school's missing periods, or the whole.

    Parameters
    ----------
    place : str
        A teacher's id, a school's id or name, the county's code or name, or a word for the whole.

    Raises
    ------
    PlanFileError
        If there is no such teacher or school.
    """
    assert isinstance(plan, TeachingPlan)
    view, parts = posed(county, policy, rules_for(county, policy, "teaching"), plan)
    case = Case(county, policy, plan, TeachingStanding(view, parts, plan))
    if (county.tables["teachers"]["teacher"] == place).any():
        return "\n".join([*_teacher(case, place), *pair_lines(county, plan, parts, place)])
    if is_whole(county, place):
        return "\n".join(_whole(case))
    school = find_school(county, place)
    return "\n".join([*_school(case, school), *reach_lines(county, plan, school)])


def _teacher(case: Case, teacher: str) -> list[str]:
    """Return why a teacher visits where, or why nowhere."""
    rows = np.flatnonzero(case.now.names == teacher)
    if not len(rows):
        return [say("teaching.why.no_spare", teacher=teacher)]
    row = int(rows[0])
    staff = case.view.staff.iloc[row]
    given = int(staff["spare"] - case.now.spare[row])
    words = {"person": case.person(row), "subject": staff["subject"]}
    lines = [say("teaching.why.head", spare=int(staff["spare"]), given=given, **words)]
    mine = np.flatnonzero(case.view.teacher == row)
    for arc in mine[case.now.periods[mine] > 0]:
        lines += _visit(case, int(arc))
    return lines if given else [*lines, *_stays(case, mine)]


def _visit(case: Case, arc: int) -> list[str]:
    """Return one visit, and who would be next."""
    now, gap = case.now, int(case.view.gap[arc])
    periods, half_days = int(now.periods[arc]), now.halves.get(now.key(arc), 0)
    words = {"school": case.school(gap), "subject": case.subject(gap), "way": case.way(arc)}
    missing = int(case.view.gaps["missing"].iloc[gap])
    lines = [
        say("teaching.why.visit", periods=periods, half_days=half_days, missing=missing, **words)
    ]
    other, effect = _in_place_of(now, arc)
    if effect is None:
        return [*lines, say("teaching.why.held")]
    if other is None:
        head = say("teaching.why.no_next", periods=periods)
    else:
        who, way = case.person(int(case.view.teacher[other])), case.way(other)
        taken = min(periods, now.room(other))
        head = say("teaching.why.next", person=who, way=way, periods=taken)
    return [*lines, head, *case.cost(effect)]


def _in_place_of(now: TeachingStanding, arc: int) -> tuple[int | None, TeachingEffect | None]:
    """Return the arc of the best teacher with time left in place of an arc's, and the effect."""
    periods = int(now.periods[arc])
    best, least = None, now.effect({arc: -periods})
    others = np.flatnonzero(now.view.gap == now.view.gap[arc])
    for other in others[now.view.teacher[others] != now.view.teacher[arc]]:
        taken = min(periods, now.room(int(other)))
        found = now.effect({arc: -periods, int(other): taken}) if taken else None
        if found is not None and (least is None or found.total < least.total):
            best, least = int(other), found
    return best, least


def _stays(case: Case, mine: Ints) -> list[str]:
    """Return why a teacher with periods to spare visits nobody."""
    now, reachable = case.now, mine[case.now.prices.open[mine]]
    if not len(mine):
        return [say("teaching.why.no_gap")]
    if not len(reachable):
        return _barred(case, mine)
    lines = [say("teaching.why.could", number=len(reachable))]
    best = _least(_uses(now, reachable))
    if best is None:
        return [*lines, say("teaching.why.too_few")]
    arc, other, effect = best
    words = {"school": case.school(int(case.view.gap[arc])), "way": case.way(arc)}
    if other is not None:
        words["other"] = case.person(int(case.view.teacher[other]))
    head = say(f"teaching.why.{'one_more' if other is None else 'for_another'}", **words)
    return [*lines, head, *case.cost(effect)]


def _uses(now: TeachingStanding, reachable: Ints) -> Iterator[Use]:
    """Yield ways to use a teacher: what is missing still, or in place of another's visit."""
    for arc in map(int, reachable):
        gap, room = int(now.view.gap[arc]), now.room(arc)
        if room and now.left[gap]:
            effect = now.effect({arc: min(room, int(now.left[gap]))})
            if effect is not None:
                yield arc, None, effect
        others = np.flatnonzero((now.view.gap == gap) & (now.periods > 0))
        for other in map(int, others) if room else ():
            effect = now.effect({arc: min(room, int(now.periods[other])),
                                 other: -min(room, int(now.periods[other]))})  # fmt: skip
            if effect is not None:
                yield arc, other, effect


def _least(found: Iterable[Use]) -> Use | None:
    """Return the change of the least cost."""
    return min(found, key=lambda f: f[2].total, default=None)


def _barred(case: Case, arcs: Ints) -> list[str]:
    """Return how many teachers' ways each rule closes, of these arcs."""
    lines = []
    for part in case.now.parts:
        if isinstance(part, Barred) and part.arcs[arcs].any():
            title = case.policy.rule(part.gate, "teaching").title
            number = len(np.unique(case.view.teacher[arcs[part.arcs[arcs]]]))
            lines.append(say("teaching.why.barred", title=title, number=number))
    return lines


def _school(case: Case, school: str) -> list[str]:
    """Return what a school lacks by subject, who comes, and why the rest stays missing."""
    lines = [say("teaching.why.school", school=case.county.school_titles[school])]
    for gap in map(int, np.flatnonzero(case.now.schools == school)):
        left, missing = int(case.now.left[gap]), int(case.view.gaps["missing"].iloc[gap])
        words = {"subject": case.subject(gap), "missing": missing, "left": left}
        lines.append(say("teaching.why.gap", **words))
        for arc in map(int, case.to(gap)):
            if case.now.periods[arc]:
                who, way = case.person(int(case.view.teacher[arc])), case.way(arc)
                periods = int(case.now.periods[arc])
                lines.append(say("teaching.why.comes", person=who, way=way, periods=periods))
        lines += _why_missing(case, gap) if left else []
    return lines if len(lines) > 1 else [*lines, say("teaching.why.nothing")]


def _why_missing(case: Case, gap: int) -> list[str]:
    """Return the cause in numbers of teachers, and the least that would bring some periods."""
    fits, arcs = _fitting(case, gap), case.to(gap)
    reached = np.unique(case.view.teacher[arcs])
    lines = [say("teaching.why.spare", number=int(fits.sum()))]
    if far := int(fits.sum()) - len(reached):
        lines.append(say("teaching.why.far", number=far))
    lines += _barred(case, arcs)
    open_ = arcs[case.now.prices.open[arcs]]
    used = [int(a) for a in open_ if not case.now.room(int(a))]
    if used:
        number = len(np.unique(case.view.teacher[used]))
        lines.append(say("teaching.why.used_up", number=number))
    best = _least(_bring(case.now, gap, open_))
    if best is None:
        return lines
    arc, other, effect = best
    who = case.person(int(case.view.teacher[arc]))
    if other is None:
        return [*lines, say("teaching.why.bring", person=who), *case.cost(effect)]
    there = case.school(int(case.view.gap[other]))
    return [*lines, say("teaching.why.take", person=who, school=there), *case.cost(effect)]


def _bring(now: TeachingStanding, gap: int, open_: Ints) -> Iterator[Use]:
    """Yield ways to cover some of a gap: periods not given yet, or taken from other schools."""
    for arc in map(int, open_):
        left, room = int(now.left[gap]), now.room(arc)
        effect = now.effect({arc: min(room, left)}) if room else None
        if effect is not None:
            yield arc, None, effect
        given = np.flatnonzero((now.view.teacher == now.view.teacher[arc]) & (now.periods > 0))
        for other in map(int, given[given != arc]):
            periods = min(left, int(now.periods[other]))
            effect = now.effect({other: -periods, arc: periods})
            if effect is not None:
                yield arc, other, effect


def _fitting(case: Case, gap: int) -> Bools:
    """Return the teachers elsewhere with periods to spare in a gap's stage and subject."""
    row, staff = case.view.gaps.iloc[gap], case.view.staff
    taught = (staff["subject"] == row["subject"]) | (staff["subject_2"] == row["subject"])
    away = staff["school"] != row["school"]
    return np.asarray((staff["stage"] == row["stage"]) & taught & away, dtype=bool)


def _whole(case: Case) -> list[str]:
    """Return by stage and subject what stays missing, and why."""
    found: dict[str, dict[str, list[int]]] = {}
    for gap in map(int, np.flatnonzero(case.now.left > 0)):
        by_cause = found.setdefault(case.subject(gap), {})
        by_cause.setdefault(_cause(case, gap), []).append(int(case.now.left[gap]))
    lines = [say("teaching.why.whole", county=case.county.name, left=int(case.now.left.sum()))]
    total = {subject: sum(map(sum, causes.values())) for subject, causes in found.items()}
    for subject, left in sorted(total.items(), key=lambda pair: -pair[1]):
        causes = found[subject]
        lines.append(say("teaching.why.whole_subject", subject=subject, left=left))
        for cause in CAUSES:
            if cause in causes:
                numbers = {"left": sum(causes[cause]), "schools": len(causes[cause])}
                lines.append(say(f"teaching.why.cause.{cause}", **numbers))
    return lines


def _cause(case: Case, gap: int) -> str:
    """Return the first of :data:`CAUSES` that holds."""
    arcs = case.to(gap)
    open_ = arcs[case.now.prices.open[arcs]]
    if not _fitting(case, gap).any():
        return "nobody"
    if not len(open_):
        return "out_of_reach"
    return "not_worth" if any(case.now.room(int(a)) for a in open_) else "used_up"
