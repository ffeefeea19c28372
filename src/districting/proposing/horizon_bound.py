"""A bound on the shortage of all years of a plan together, for whatever moves its years make.

Nobody's way to work and no school's floor, band or cap is looked at, only numbers: who is eligible
by when, how many may move in a year, how long a move lasts. So the bound holds for every plan that
keeps the musts, in whatever order its years are planned.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from districting.county import County
from districting.model.rotation import Bools, Floats, Ints
from districting.model.rotation_view import RotationView, place_table, staff_table
from districting.model.rotation_years import county_in_autumn
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import RotationRule
from districting.policy.rotation.share_county import ShareCounty
from districting.policy.rotation.shortage import Shortage
from districting.policy.rotation.term import Term
from districting.policy.rule import Strength
from districting.proposing.due import Outlook
from districting.solve.rotation.flows import Flows, least_cost


def shortage_bound(
    view: RotationView, rules: Sequence[RotationRule], nobody: RotationPlan, outlook: Outlook
) -> float:
    """Return a proven lower bound on the shortage of all years, in weighted periods.

    Parameters
    ----------
    view : RotationView
        Of the first year, before any move.
    nobody : RotationPlan
        The plan without moves: its years and its leaves.
    outlook : Outlook

    Returns
    -------
    float
        -inf where the policy has no such aim, or teachers may move more than once.
    """
    rule = next((r for r in rules if isinstance(r, Shortage)), None)
    if rule is None or outlook.again:
        return -np.inf
    able = outlook.able.reindex(view.staff["teacher"]).fillna(False).to_numpy(dtype=bool)
    width = len(view.subjects)
    cell = view.place * width + view.code
    cells = len(view.places) * width
    ever = np.maximum.accumulate(able, axis=1)
    gone = np.zeros((cells, able.shape[1]), dtype=np.int64)
    np.add.at(gone, cell, ever.astype(np.int64))
    have = np.stack([_have(view, nobody, year) for year in nobody.years])
    have += _kept(view, nobody, ever, cell, cells)
    term = next((r for r in rules if isinstance(r, Term)), None)
    back = term is not None and term.years and not term.moved and term.after == "return"
    lasting = term.years if term is not None and back else len(have)
    junior = (view.places["stage"] == "junior").to_numpy().astype(np.int64)
    pool = (junior[:, None] * width + np.arange(width)).ravel()
    return least_cost(
        Flows(
            have,
            gone,
            pool,
            _most(rules, able),
            lasting,
            rule.taught(view).ravel(),
            rule.loads(view).ravel(),
            np.repeat(rule.lean(view), width),
        )
    )


def _have(view: RotationView, nobody: RotationPlan, year: int) -> Ints:
    """Return teachers who are no leaders by place and subject in a year without moves."""
    county: County = county_in_autumn(view.county, nobody, year)
    places = place_table(county)
    staff = staff_table(county, year, places)
    code = np.array([view.subjects.index(s) for s in staff["subject"]], dtype=np.int64)
    here = RotationView(
        county, year, staff.assign(code=code), places, view.subjects, np.empty((0, 0))
    )
    return here.have().ravel()


def _kept(view: RotationView, nobody: RotationPlan, ever: Bools, cell: Ints, cells: int) -> Ints:
    """Return, by year and cell, who could have moved before leaving, shape (years, cells).

    They may be missed at another place than their own: the bound lets them stay at work.
    """
    gone = dict(zip(nobody.leaves["teacher"], nobody.leaves["year"], strict=True))
    year_of = np.array([gone.get(t, nobody.last + 1) for t in view.staff["teacher"]])
    years = np.array(list(nobody.years))
    missed = (years[:, None] >= year_of[None]) & ever[:, -1][None]
    found = np.zeros((len(years), cells), dtype=np.int64)
    for number, here in enumerate(missed):
        found[number] = np.bincount(cell[here], minlength=cells)
    return found


def _most(rules: Sequence[RotationRule], able: Bools) -> Floats:
    """Return how many may move in each year, by upper shares that are musts."""
    most = np.full(able.shape[1], np.inf)
    for rule in rules:
        if isinstance(rule, ShareCounty) and rule.most and rule.strength is Strength.MUST:
            most = np.minimum(most, np.floor(rule.most * able.sum(axis=0) + 1e-9) + 1)
    return most
