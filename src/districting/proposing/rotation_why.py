"""Next best choices in a rotation plan: another school for a mover, another teacher for a move."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from districting.plan.rotation_plan import RotationPlan
from districting.policy.policy import Policy
from districting.policy.rotation.build import Built
from districting.policy.rotation.keep_announced import KeepAnnounced
from districting.policy.rotation.staff_variation import StaffVariation
from districting.solve.rotation import Change, Effect, Standing
from districting.terms import say

TOLD = 3
"""Changes of one choice that are told."""
NOTHING = np.empty(0, dtype=np.int64)


def standing(built: Built, plan: RotationPlan) -> Standing:
    """Return the plan's moves as they stand in the problem that its county and policy make.

    The plan is not held against itself: the rule on announced moves is left out. Moves that the
    rules do not permit are not among those of the problem.
    """
    moves = plan.in_year()
    made = set(zip(moves["teacher"], moves["to_school"], strict=True))
    names = built.view.staff["teacher"].to_numpy(dtype=str)[built.view.teacher]
    schools = built.view.places["school"].to_numpy(dtype=str)[built.view.to]
    used = [pair in made for pair in zip(names.tolist(), schools.tolist(), strict=True)]
    parts = tuple(p for p in built.problem.parts if p.gate != KeepAnnounced.name)
    return Standing(replace(built.problem, parts=parts), np.flatnonzero(used))


def next_school(built: Built, policy: Policy, now: Standing, arc: int) -> list[str]:
    """Return the next best destination of a mover, all others' moves kept, and what it costs whom.

    Parameters
    ----------
    arc : int
        The move made.
    """
    view = built.view
    others = np.flatnonzero((view.teacher == view.teacher[arc]) & (view.to != view.to[arc]))
    if not len(others):
        return []
    drop = np.array([arc])
    best, effect = _best((int(o), now.effect(drop, np.array([o]))) for o in others)
    label = str(view.places["label"].iloc[int(view.to[best])])
    return [say("rotation_why.next_school", school=label), *_told(effect, policy)]


def in_place_of(built: Built, policy: Policy, now: Standing, row: int) -> list[str]:
    """Return what the best use of an eligible teacher who stays would cost: whose place, or added.

    The better case is that of the teacher of the same subject who goes to a school where this one
    could go as well; without one, what one more move would change.
    """
    view = built.view
    mine = np.flatnonzero(view.teacher == row)
    made = now.chosen[view.code[view.teacher[now.chosen]] == view.code[row]]
    pairs = [(int(a), int(m)) for a in mine for m in made if view.to[a] == view.to[m]]
    if pairs:
        trials = {p: now.effect(np.array([p[1]]), np.array([p[0]])) for p in pairs}
        arc, other = min(trials, key=lambda p: _rank(trials[p]))
        words = {
            "other": str(view.staff["teacher"].iloc[int(view.teacher[other])]),
            "school": str(view.places["label"].iloc[int(view.to[arc])]),
        }
        return [say("rotation_why.in_place_of", **words), *_told(trials[(arc, other)], policy)]
    if not len(mine):
        return []
    arc, effect = _best((int(a), now.effect(NOTHING, np.array([a]))) for a in mine)
    label = str(view.places["label"].iloc[int(view.to[arc])])
    return [say("rotation_why.one_more", school=label), *_told(effect, policy)]


def _rank(effect: Effect) -> tuple[int, tuple[float, ...]]:
    return len(effect.breaks), effect.tiers


def _best(found: Iterable[tuple[int, Effect]]) -> tuple[int, Effect]:
    """Return the choice that breaks least, then loses least in the first tier, and so on."""
    return min(found, key=lambda pair: (_rank(pair[1]), pair[0]))


def _told(effect: Effect, policy: Policy) -> list[str]:
    """Return the rules broken and, from the first tier that changes on, what is lost and where."""
    lines = []
    for gate, label in effect.breaks[:TOLD]:
        title = policy.rule(gate, "rotation").title
        lines.append(say("rotation_why.breaks", title=title, place=label))
    # A coefficient beyond its ceiling is priced as well; it is told once, as a coefficient.
    worse = [
        c
        for c in effect.changes
        if c.weighted > 0 and (c.gate != StaffVariation.name or c.tier >= 0)
    ]
    for change in worse[:TOLD]:
        lines.append(_line(change, policy))
    if not lines:
        lines.append(say("rotation_why.equal"))
    return lines


def _line(change: Change, policy: Policy) -> str:
    title = policy.rule(change.gate, "rotation").title
    if change.gate == StaffVariation.name:
        stage, indicator = change.unit.split()
        before, after = (f"{max(v, 0.0) ** 0.5:.4f}" for v in (change.before, change.after))
        return say(
            "rotation_why.coefficient",
            stage=say(f"terms.{stage}"),
            indicator=say(f"rotation.indicator.{indicator}"),
            before=before,
            after=after,
        )
    places = "、".join(label for label, lost in change.rows if label and lost > 0)
    number = f"{change.after - change.before:+,.4g}"
    key = "change_at" if places else "change"
    unit = say(f"rotation_why.unit.{change.unit}")
    return say(f"rotation_why.{key}", title=title, number=number, unit=unit, places=places)
