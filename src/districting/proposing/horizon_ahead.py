"""What all years of a plan together ask of each: who is foreseen to go later, and where to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.rotation_view import Later, RotationView, rotation_view
from districting.model.rotation_years import county_in_autumn
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import RotationRule
from districting.proposing.due import Outlook
from districting.proposing.horizon_bound import lasting, together
from districting.solve.rotation.joint_solve import solve_joint
from districting.solve.stop import Stop


@dataclass(frozen=True, eq=False)
class Foreseen:
    """Moves that leave little uncovered in all years together.

    Parameters
    ----------
    moves : pandas.DataFrame
        ``teacher``, ``year``, ``place`` (position).
    bound : float
        Proven: no plan with the same first year leaves fewer weighted periods uncovered in the
        years after it; -inf where nothing is proven.
    """

    moves: pd.DataFrame
    bound: float


def foresee(
    county: County,
    rules: Sequence[RotationRule],
    begun: RotationPlan,
    outlook: Outlook,
    seed: int,
    stop: Stop,
) -> Foreseen | None:
    """Return who might go when and where to in all years after the first.

    Parameters
    ----------
    begun : RotationPlan
        Its years, who leaves when, and the moves of the first year only.
    stop : Stop
        Once it is due moves and bound are weaker ones; once the user stops it there are none.

    Returns
    -------
    Foreseen or None
        None where the years cannot be looked at together; see
        :func:`~districting.proposing.horizon_bound.together`.
    """
    all_years = together(county, rules, begun, outlook, begun.year + 1)
    if all_years is None:
        return None
    found = solve_joint(all_years.joint, stop)
    return Foreseen(all_years.members(found.moving, seed), found.bound)


def later_years(
    county: County,
    rules: Sequence[RotationRule],
    plan: RotationPlan,
    view: RotationView,
    foreseen: Foreseen,
) -> tuple[Later, ...]:
    """Return the years after that of `view` with those moves made that are foreseen for them.

    Parameters
    ----------
    plan : RotationPlan
        Its moves are those of the years before that of `view`.
    """
    term = lasting(rules, len(plan.years))
    ids, width = pd.Index(view.staff["teacher"]), len(view.subjects)
    moves = foreseen.moves
    moves = moves[(moves["year"] > view.year) & ~moves["teacher"].isin(plan.moves["teacher"])]
    found = []
    for year in range(view.year + 1, plan.last + 1):
        then = rotation_view(county_in_autumn(county, plan, year), year)
        there = pd.Index(then.staff["teacher"])
        away = moves[moves["year"].between(year - term + 1, year) & moves["teacher"].isin(there)]
        place = then.place.copy()
        place[there.get_indexer(pd.Index(away["teacher"]))] = away["place"]
        code = pd.Index(view.subjects).get_indexer(pd.Index(then.staff["subject"]))
        counted = (code >= 0) & ~then.staff["leader"].to_numpy(dtype=bool)
        have = np.zeros((len(then.places), width), dtype=np.int64)
        np.add.at(have, (place[counted], code[counted]), 1)
        row = there.get_indexer(ids)
        here = (row >= 0) & counted[row]
        cell, home = (np.where(here, p[row] * width + code[row], -1) for p in (place, then.place))
        found.append(Later(have, cell, home, year >= view.year + term))
    return tuple(found)
