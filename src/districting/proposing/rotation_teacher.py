"""Why a teacher moves, stays, or could not be asked; and what a plan changes at a school."""

from __future__ import annotations

import numpy as np
import pandas as pd

from districting.county import County
from districting.plan.adopt import with_moves
from districting.plan.find import find_school
from districting.plan.plan import Plan
from districting.plan.rotation_plan import RotationPlan
from districting.policy.policy import Policy
from districting.policy.rotation.build import Built, build, rules_and_view
from districting.proposing.due import when_due
from districting.proposing.explaining import is_whole
from districting.proposing.rotation_limits import explain_county
from districting.proposing.rotation_why import in_place_of, next_school, standing
from districting.solve.stop import Progress, silent
from districting.terms import say

BACKBONE = ("county", "city", "province")


def explain(
    county: County, policy: Policy, plan: Plan, place: str, progress: Progress = silent
) -> str:
    """Return the reasons for one teacher, or the changes at one school, as text.

    Parameters
    ----------
    place : str
        A teacher's id, a school's id or name, the county's code or name, or a word for the whole.

    Raises
    ------
    PlanFileError
        If there is no such teacher or school.
    """
    assert isinstance(plan, RotationPlan)
    if (county.tables["teachers"]["teacher"] == place).any():
        return explain_teacher(county, policy, plan, place)
    if is_whole(county, place):
        return explain_county(county, policy, plan, progress)
    school = find_school(county, place)
    return explain_school(county, plan, school)


def explain_teacher(county: County, policy: Policy, plan: RotationPlan, teacher: str) -> str:
    """Return why a teacher moves there, could not be asked, or was not chosen."""
    rules, view = rules_and_view(county, policy, plan, plan.year)
    row = int(np.flatnonzero((view.staff["teacher"] == teacher).to_numpy())[0]) if (
        view.staff["teacher"] == teacher).any() else -1  # fmt: skip
    if row < 0:
        return say("rotation.explain.other_stage", teacher=teacher)
    built = build(rules, view, 0, bool(view.staff["leader"].iloc[row]))
    head = _head(county, built, row)
    moves = plan.in_year()
    move = moves[moves["teacher"] == teacher]
    ahead = when_due(county, policy, plan, teacher) if len(plan.years) > 1 else []
    ahead += [say("rotation.explain.this_year", year=plan.year)] if ahead else []
    if len(move):
        there = _why_there(county, policy, built, row, move.iloc[0], plan)
        return "\n".join([head, *ahead, *there])
    return "\n".join([head, *ahead, *_why_not(policy, built, row, plan)])


def _head(county: County, built: Built, row: int) -> str:
    teacher = built.view.staff.iloc[row]
    months = float(teacher["months"])
    return say(
        "rotation.explain.head",
        teacher=teacher["teacher"],
        school=county.school_titles[teacher["school"]],
        stage=say(f"terms.{teacher['stage']}"),
        subject=teacher["subject"],
        years=f"{months / 12:.1f}" if np.isfinite(months) else "—",
    )


def _why_there(
    county: County, policy: Policy, built: Built, row: int, move: pd.Series, plan: RotationPlan
) -> list[str]:
    view, names = built.view, county.school_titles
    lines = [
        say(
            "rotation.explain.moves",
            school=names[move["to_school"]],
            scope=say(f"rotation.scope.{move['scope'] or 'county'}"),
            reason=say(f"rotation.reason.{move['reason'] or 'edited'}"),
        )
    ]
    to = view.places["school"].to_numpy(dtype=str)[view.to]
    arcs = np.flatnonzero((view.teacher == row) & (to == str(move["to_school"])))
    if len(arcs):
        new, old = view.commute()
        if np.isfinite(new[arcs[0]]):
            km = (old[arcs[0]] / 1000, new[arcs[0]] / 1000)
            lines.append(say("rotation.explain.way", old=f"{km[0]:.1f}", new=f"{km[1]:.1f}"))
        have = view.have()
        own, there = int(view.code[row]), int(view.joins[arcs[0]])
        ends = (("leaves", view.origin[arcs[0]], own), ("joins", view.to[arcs[0]], there))
        for key, place, code in ends:
            label = view.places["label"].iloc[int(place)]
            lines.append(
                say(
                    f"rotation.explain.{key}",
                    school=label,
                    subject=view.subjects[code],
                    number=int(have[place, code]),
                )
            )
    others = int((view.teacher == row).sum())
    lines.append(say("rotation.explain.choice", number=others))
    if len(arcs):
        lines += next_school(built, policy, standing(built, plan), int(arcs[0]))
    return lines


def _why_not(policy: Policy, built: Built, row: int, plan: RotationPlan) -> list[str]:
    holders = [name for name, mask in built.view.held.items() if mask[row]]
    if holders:
        return [_by_rule(policy, name) for name in holders]
    open_ways = int((built.view.teacher == row).sum())
    lines = []
    for name, count in built.ruled_out.items():
        if count[row]:
            title = policy.rule(name, "rotation").title
            number = int(count[row])
            lines.append(say("rotation.explain.ruled_out", title=title, number=number))
    key = "not_needed" if open_ways else "nowhere"
    better = in_place_of(built, policy, standing(built, plan), row)
    return [*lines, say(f"rotation.explain.{key}", number=open_ways), *better]


def _by_rule(policy: Policy, name: str) -> str:
    known = [r for r in policy.of("rotation") if r.name == name]
    if not known:
        return say("rotation.explain.leaders_stay")
    rule = known[0]
    return say(
        "rotation.explain.held",
        title=rule.title,
        clause=rule.clause.number or "—",
        text=rule.clause.text,
    )


def explain_school(county: County, plan: RotationPlan, school: str) -> str:
    """Return a school's teachers by subject, backbone and age before and after the plan."""
    lines = [say("rotation.explain.school", school=county.school_titles[school])]
    for what, before, after in school_change(county, plan, school).to_numpy().tolist():
        lines.append(say("rotation.explain.change", what=what, before=before, after=after))
    return "\n".join(lines)


def school_change(county: County, plan: RotationPlan, school: str) -> pd.DataFrame:
    """Return numbers of a school before and after the moves of the plan's year.

    Returns
    -------
    pandas.DataFrame
        ``what`` (a subject, or words for backbone, mean age and all teachers), ``before``,
        ``after``.
    """
    rosters = (c.tables["teachers"] for c in (county, with_moves(county, plan)))
    frames = [t[t["school"] == school] for t in rosters]
    rows: list[tuple[str, str, str]] = []
    subjects = sorted({*frames[0]["subject"], *frames[1]["subject"]})
    for subject in subjects:
        old, new = (str(int((f["subject"] == subject).sum())) for f in frames)
        rows.append((subject, old, new))
    backbone = [str(int(f["honour"].isin(BACKBONE).sum())) for f in frames]
    rows.append((say("rotation.explain.backbone"), backbone[0], backbone[1]))
    ages = [
        f"{float((plan.year - f['born'].dt.year).mean()):.1f}" if len(f) else "—" for f in frames
    ]
    rows.append((say("rotation.explain.age"), ages[0], ages[1]))
    rows.append((say("rotation.explain.all"), str(len(frames[0])), str(len(frames[1]))))
    return pd.DataFrame(rows, columns=["what", "before", "after"])
