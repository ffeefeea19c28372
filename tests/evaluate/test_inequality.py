"""Inequality measures: worked examples and what must hold whatever the numbers."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from districting.evaluate.measures.inequality import gini, range_ratio, theil
from districting.evaluate.measures.variation import variation_coefficient

PLACES = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(1, 500), st.sampled_from("abc")),
    min_size=1,
    max_size=14,
)


def split(places):
    amounts, pupils, groups = (np.array(c) for c in zip(*places, strict=True))
    assume(amounts.sum() > 0)
    return amounts.astype(float), pupils.astype(float), groups


def test_two_places_by_hand():
    """One has 1 a pupil, the other 3: shares 1/4 and 3/4 of the amount, halves of the pupils."""
    total = 0.25 * math.log(0.5) + 0.75 * math.log(1.5)
    found = theil([10, 30], [10, 10], ["a", "b"])
    assert found.total == pytest.approx(total)
    assert found.between == pytest.approx(total)
    assert found.within == pytest.approx(0)
    assert gini([10, 30], [10, 10]) == pytest.approx(0.25)
    assert range_ratio([10, 30], [10, 10]) == pytest.approx(3)
    assert variation_coefficient([10, 30], [10, 10]) == pytest.approx(0.5)


def test_pupils_weigh():
    """Three quarters of the pupils have 1, a quarter has 5: the Lorenz curve passes (3/4, 3/8)."""
    assert gini([30, 50], [30, 10]) == pytest.approx(1 - (0.75 * 0.375 + 0.25 * 1.375))


def test_a_place_with_nothing():
    assert range_ratio([0, 30], [10, 10]) == math.inf
    assert theil([0, 30], [10, 10], ["a", "b"]).total == pytest.approx(math.log(2))
    assert gini([0, 30], [10, 10]) == pytest.approx(0.5)


@pytest.mark.parametrize("measure", [gini, range_ratio, lambda x, p: theil(x, p, p).total])
def test_nothing_can_be_told_without_amounts(measure):
    assert math.isnan(measure([0, 0], [10, 10]))
    assert math.isnan(measure([5, 5], [0, 0]))


@given(PLACES)
def test_equal_amounts_a_pupil_are_no_inequality(places):
    _, pupils, groups = split(places)
    amounts = 3.5 * pupils
    assert gini(amounts, pupils) == pytest.approx(0, abs=1e-12)
    assert theil(amounts, pupils, groups).total == pytest.approx(0, abs=1e-12)
    assert variation_coefficient(amounts, pupils) == pytest.approx(0, abs=1e-12)
    assert range_ratio(amounts, pupils) == pytest.approx(1)


@given(PLACES, st.floats(0.01, 100))
def test_the_unit_of_the_amount_does_not_matter(places, factor):
    amounts, pupils, groups = split(places)
    assert gini(factor * amounts, pupils) == pytest.approx(gini(amounts, pupils), abs=1e-9)
    one, other = theil(amounts, pupils, groups), theil(factor * amounts, pupils, groups)
    assert other.total == pytest.approx(one.total, abs=1e-9)
    assert variation_coefficient(factor * amounts, pupils) == pytest.approx(
        variation_coefficient(amounts, pupils), abs=1e-9
    )


@given(PLACES)
def test_a_place_may_be_cut_into_equal_halves(places):
    """Splitting a school in two with the same amount a pupil changes nothing."""
    amounts, pupils, groups = split(places)
    twice = [np.concatenate([v / 2, v / 2]) for v in (amounts, pupils)]
    both = np.concatenate([groups, groups])
    assert gini(*twice) == pytest.approx(gini(amounts, pupils), abs=1e-9)
    assert theil(*twice, both).within == pytest.approx(theil(amounts, pupils, groups).within)
    assert variation_coefficient(*twice) == pytest.approx(
        variation_coefficient(amounts, pupils), abs=1e-9
    )


@given(PLACES)
def test_bounds_and_the_split_of_theil(places):
    amounts, pupils, groups = split(places)
    assert 0 <= gini(amounts, pupils) < 1
    found = theil(amounts, pupils, groups)
    assert found.total == pytest.approx(found.between + found.within, abs=1e-9)
    assert min(found.between, found.within) >= 0
    inside = 0.0
    for g in set(groups):
        of = groups == g
        if amounts[of].sum() > 0:
            part = theil(amounts[of], pupils[of], groups[of]).total
            inside += amounts[of].sum() / amounts.sum() * part
    assert found.within == pytest.approx(inside, abs=1e-9)


@given(PLACES, st.integers(0, 13), st.integers(0, 13), st.floats(0, 0.5))
def test_a_transfer_to_a_poorer_place_of_the_same_size_never_raises_inequality(places, i, j, part):
    """The Pigou–Dalton principle."""
    amounts, pupils, groups = split(places)
    i, j = i % len(amounts), j % len(amounts)
    pupils[:] = 10.0
    rich, poor = (i, j) if amounts[i] >= amounts[j] else (j, i)
    after = amounts.copy()
    step = part * (amounts[rich] - amounts[poor])
    after[rich] -= step
    after[poor] += step
    assert gini(after, pupils) <= gini(amounts, pupils) + 1e-9
    total = theil(amounts, pupils, groups).total
    assert theil(after, pupils, groups).total <= total + 1e-9
    assert variation_coefficient(after, pupils) <= variation_coefficient(amounts, pupils) + 1e-9
