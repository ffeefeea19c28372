"""From county and policy to the rotation problem that solvers read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from districting.county import County
from districting.errors import PolicyError
from districting.model.rotation import Bools, Ints, RotationProblem, coded, lottery
from districting.model.rotation_view import RotationView, rotation_view
from districting.plan.rotation_plan import RotationPlan
from districting.policy.needs import rules_for
from districting.policy.policy import Policy
from districting.policy.rotation.base import RotationRule
from districting.policy.rotation.leaders import Leaders
from districting.policy.rotation.subject_fit import SubjectFit
from districting.terms import say


@dataclass(frozen=True, eq=False)
class Built:
    """A rotation problem with the view it was built from and why nobody else moves.

    Parameters
    ----------
    problem : RotationProblem
    view : RotationView
        With the moves that all rules permit, and whom each rule holds.
    ruled_out : Mapping of rule name to int array, shape (t,)
        Moves of each teacher that each rule forbids, among those of teachers whom nobody holds.
    """

    problem: RotationProblem
    view: RotationView
    ruled_out: Mapping[str, Ints]


def rules_and_view(
    county: County,
    policy: Policy,
    start: RotationPlan | None = None,
    year: int | None = None,
) -> tuple[list[RotationRule], RotationView]:
    """Return the rotation rules of `policy` and the view of `county` for one school year.

    Parameters
    ----------
    county : County
    policy : Policy
    start : RotationPlan, optional
        Plan to start from: its locks hold, and its moves are the announced ones.
    year : int, optional
        School year by its autumn; of `start`, else of the county by default.

    Raises
    ------
    PolicyError
        If the policy has no rotation rules, a rule needs a column that the county lacks, or the
        county has no roster.
    """
    rules = [r for r in rules_for(county, policy, "rotation") if isinstance(r, RotationRule)]
    if county.tables["teachers"].empty:
        raise PolicyError(say("rotation.no_roster", file=policy.path))
    if year is None:
        year = county.year if start is None else start.year
    return rules, rotation_view(county, year, start)


def build(rules: Sequence[RotationRule], view: RotationView, seed: int, leaders: bool) -> Built:
    """Return the problem that `rules` make of `view` for its leaders, or for everybody else.

    Leaders change places among themselves, before the others: their posts fill no subject's, so
    neither problem needs the other's rows.

    Parameters
    ----------
    leaders : bool
        Whether the problem is that of leaders.
    """
    fits = [rule.short(view) for rule in rules if isinstance(rule, SubjectFit)]
    view = replace(view, short=next(iter(fits), None), leaders=leaders, held={})
    held: dict[str, Bools] = {rule.name: rule.stay(view) for rule in rules}
    leading = view.staff["leader"].to_numpy(dtype=bool)
    if not any(isinstance(rule, Leaders) for rule in rules):
        held[Leaders.name] = leading.copy()
    view = replace(view, held=MappingProxyType(held))
    free = ~np.logical_or.reduce(list(held.values())) & (leading == leaders)
    wide = view.pairs(free)
    out = np.zeros(len(wide.teacher), dtype=bool)
    ruled_out: dict[str, Ints] = {}
    for rule in rules:
        forbidden = rule.forbid(wide)
        if forbidden.any():
            ruled_out[rule.name] = np.bincount(wide.teacher[forbidden], minlength=len(view.staff))
            out |= forbidden
    view = view.with_arcs(wide.teacher[~out], wide.to[~out])
    asked = [rule for rule in rules if (rule.of_leaders if leaders else rule.of_others)]
    parts = [part for rule in asked for part in rule.constrain(view)]
    names, goals = coded(view.staff["teacher"].tolist()), coded(view.places["school"].tolist())
    lots = lottery(seed, names[view.teacher], goals[view.to])
    announced = np.flatnonzero(view.announced()[1])
    problem = RotationProblem(view.teacher, view.to, lots, tuple(parts), announced)
    return Built(problem, view, MappingProxyType(ruled_out))


def moved(view: RotationView, chosen: Ints) -> RotationView:
    """Return the view after the moves `chosen`, which then count as done; no moves considered."""
    place = view.place.copy()
    place[view.teacher[chosen]] = view.to[chosen]
    none = np.empty(0, dtype=np.int64)
    staff = view.staff.assign(place=place)
    return replace(view, staff=staff, teacher=none, to=none, held={})
