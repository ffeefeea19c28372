"""Districts alike in a ratio (mean quality, teachers a pupil): near the mean, between ends, or with
the least spread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from districting.errors import PolicyError
from districting.model.district_view import DistrictView
from districting.model.partition import Aim, AimLimit, Band, Deviation, Floats, Spread
from districting.policy.districts.words import need_words
from districting.policy.rule import DistrictRule, Strength
from districting.terms import say

SCOPES = ("town", "county")
FORMS = ("deviation", "spread", "range")
EPS = 1e-12


@dataclass(frozen=True, eq=False)
class Ratio:
    """A district's mean is ``sum of points / sum of base``.

    Parameters
    ----------
    points, base : float array, shape (n,)
    unit, sum_unit : str
        Unit of the mean, and of a sum of points.
    """

    points: Floats
    base: Floats
    unit: str
    sum_unit: str


def need_form(rule: DistrictRule, scope: str, form: str, ends: tuple[float, float]) -> None:
    """Refuse words and combinations that mean nothing.

    Raises
    ------
    PolicyError
        On unknown words, an aim between fixed ends, a principle on the spread, or ends in the wrong
        order.
    """
    need_words(rule, SCOPES, scope)
    need_words(rule, FORMS, form)
    if (form, rule.strength) in (("range", Strength.AIM), ("spread", Strength.PRINCIPLE)):
        raise PolicyError(
            say("policy.no_such_form", rule=rule.name, value=form, strength=rule.strength)
        )
    if form == "range" and not ends[0] <= ends[1]:
        raise PolicyError(say("policy.bad_range", rule=rule.name, low=ends[0], high=ends[1]))


def alike(
    rule: DistrictRule,
    view: DistrictView,
    ratio: Ratio,
    scope: str,
    form: str,
    tolerance: Floats | float,
    ends: tuple[float, float],
) -> Iterator[Aim | AimLimit | Band]:
    """Yield what keeps, or draws, the districts' means together.

    Parameters
    ----------
    scope : {"town", "county"}
        Whose mean districts are compared with.
    form : {"deviation", "spread", "range"}
        Aim: least sum of deviations of sums from the mean, or least spread (largest mean less
        smallest). Must or principle: each mean within `tolerance` of the overall one, the spread
        at most `tolerance`, or each mean between `ends`.
    tolerance : float or float array, shape (n,)
        In the unit of the mean.
    """
    if form == "spread":
        limit = float(np.max(tolerance))
        spread = Spread(rule.name, "spread", ratio.unit, rule.weight, ratio.points, ratio.base)
        if rule.strength is Strength.AIM:
            yield spread
        else:
            bare = Spread(rule.name, "spread", ratio.unit, 1.0, ratio.points, ratio.base)
            yield AimLimit(rule.name, "spread", (bare,), limit)
        return
    if form == "range":
        low, high = (ratio.points - end * ratio.base for end in ends)
        yield Band(rule.name, "lowest", low, 0.0, np.inf, ratio.sum_unit, rule.elastic)
        yield Band(rule.name, "highest", high, -np.inf, 0.0, ratio.sum_unit, rule.elastic)
        return
    off = ratio.points - mean_of(view, ratio, scope) * ratio.base
    if rule.strength is Strength.AIM:
        zero = np.zeros(view.n)
        yield Deviation(rule.name, "deviation", ratio.sum_unit, rule.weight, off, zero)
        return
    room = tolerance * ratio.base
    yield Band(rule.name, "upper", off - room, -np.inf, 0.0, ratio.sum_unit, rule.elastic)
    yield Band(rule.name, "lower", off + room, 0.0, np.inf, ratio.sum_unit, rule.elastic)


def mean_of(view: DistrictView, ratio: Ratio, scope: str) -> Floats:
    """Return the mean of the county or of each village's town, shape (n,)."""
    if scope == "county":
        return np.full(view.n, ratio.points.sum() / max(float(ratio.base.sum()), EPS))
    whole = np.maximum(view.town_sums(ratio.base), EPS)
    return np.asarray((view.town_sums(ratio.points) / whole)[view.town], float)
