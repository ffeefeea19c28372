"""Plan rotation again after withdrawals: what was announced is kept, gaps are filled anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from districting.county import County
from districting.errors import PlanFileError, PolicyError
from districting.evaluate.announced import CHANGES, announced_changes
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.policy import Policy
from districting.policy.rotation.base import RotationRule
from districting.policy.rotation.build import rules_and_view
from districting.policy.rotation.keep_announced import KeepAnnounced
from districting.proposing.proposal import Proposal
from districting.proposing.propose import propose
from districting.solve.stop import Stop
from districting.terms import say


@dataclass(frozen=True, eq=False)
class Replanned:
    """The plan after withdrawals, and what became of the moves announced.

    Parameters
    ----------
    proposal : Proposal
    changes : pandas.DataFrame
        See :func:`~districting.evaluate.announced.announced_changes`, plus ``rules``: titles of
        the rules that by now hold the teacher or rule the announced move out (empty where none
        does, and others' moves made the change necessary). Empty without a plan.
    county : County
    """

    proposal: Proposal
    changes: pd.DataFrame
    county: County

    def count(self, change: str) -> int:
        """Return how many teachers one of :data:`~districting.evaluate.announced.CHANGES` met."""
        return int((self.changes["change"] == change).sum())

    def __str__(self) -> str:
        """Return counts, then every teacher who does not simply keep the move, as text."""
        numbers = {c: self.count(c) for c in CHANGES}
        valid = numbers["kept"] + numbers["redirected"] + numbers["dropped"]
        lines = [say("replan.head", valid=valid, **numbers)]
        schools = self.county.school_titles
        names = {"": "—", **dict(zip(schools.index, schools, strict=True))}
        for row in self.changes[self.changes["change"] != "kept"].to_dict("records"):
            told = say(
                f"replan.{row['change']}",
                teacher=row["teacher"],
                subject=row["subject"],
                **{c: names[row[c]] for c in ("from_school", "announced", "now")},
            )
            if row["change"] in ("dropped", "redirected"):
                told += row["rules"] or say("replan.by_others")
            lines.append("  " + told)
        return "\n".join(lines)


def replan(
    county: County,
    policy: Policy,
    announced: RotationPlan,
    withdrawn: Iterable[str],
    *,
    stop: Stop | None = None,
    seed: int = 0,
    name: str = "",
) -> Replanned:
    """Plan again from `announced` without the moves of the teachers `withdrawn`.

    Whoever withdraws stays; everybody else's move is kept wherever the rules let it stand, as the
    policy's rule on announced moves has it; teachers are called anew as the other aims ask.

    Raises
    ------
    PlanFileError
        If a teacher named has no move in the plan announced (all such at once).
    PolicyError
        If the policy has no rule that keeps announced moves, and as
        :func:`~districting.proposing.propose.propose` does.
    """
    if not any(rule.name == KeepAnnounced.name for rule in policy.of("rotation")):
        raise PolicyError(say("replan.no_rule", file=policy.path, rule=KeepAnnounced.name))
    gone = sorted(set(withdrawn))
    unknown = sorted(set(gone) - set(announced.in_year()["teacher"]))
    if unknown:
        raise PlanFileError(say("replan.not_announced", value="、".join(unknown)))
    start = announced.without(gone, say("replan.reason"))
    proposal = propose(county, policy, "rotation", start=start, stop=stop, seed=seed, name=name)
    plan = proposal.plan
    if plan is None:
        return Replanned(proposal, pd.DataFrame({"change": []}), county)
    assert isinstance(plan, RotationPlan)
    changes = announced_changes(announced, plan, gone)
    lapsed = changes[changes["change"].isin(["dropped", "redirected"])]
    rules, view = rules_and_view(county.for_planning(), policy, start)
    barring = _barring(rules, view, lapsed)
    told = [barring.get(teacher, "") for teacher in changes["teacher"]]
    return Replanned(proposal, changes.assign(rules=told), county)


def _barring(
    rules: Sequence[RotationRule], view: RotationView, rows: pd.DataFrame
) -> dict[str, str]:
    """Return by teacher of `rows` the titles of the rules that bar the move announced."""
    staff, places = view.staff, view.places
    who = pd.Index(staff["teacher"]).get_indexer(pd.Index(rows["teacher"]))
    goals = pd.MultiIndex.from_frame(places[["school", "stage"]])
    stage = staff["stage"].to_numpy(dtype=str)[who]
    to = goals.get_indexer(pd.MultiIndex.from_arrays([rows["announced"].to_numpy(), stage]))
    known = (who >= 0) & (to >= 0)
    order = np.argsort(who[known], kind="stable")
    who, to = who[known][order], to[known][order]
    here = view.with_arcs(who, to)
    those = replace(view, staff=staff.iloc[who])
    titles: dict[str, list[str]] = {}
    for rule in rules:
        barred = rule.stay(those) | rule.forbid(here)
        for teacher in staff["teacher"].iloc[who[barred]]:
            titles.setdefault(str(teacher), []).append(rule.title)
    return {teacher: "、".join(found) for teacher, found in titles.items()}
