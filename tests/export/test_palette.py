"""Neighbours are told apart in colour and in grey."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import Delaunay

from districting.export.palette import CLASSES, fills, lightness, lightness_classes

LEAST_DIFFERENCE = 7.0


def test_lightness_of_black_white_and_grey() -> None:
    """The lightness scale runs from black to white with its known middle grey."""
    assert lightness("#000000") == pytest.approx(0.0, abs=0.01)
    assert lightness("#ffffff") == pytest.approx(100.0, abs=0.01)
    assert lightness("#777777") == pytest.approx(50.0, abs=0.2)


def test_classes_are_apart_in_grey() -> None:
    """Any two fills of different classes differ visibly in grey print."""
    for i, one in enumerate(CLASSES):
        for other in CLASSES[i + 1 :]:
            for a in one:
                assert all(abs(lightness(a) - lightness(b)) >= LEAST_DIFFERENCE for b in other)


@settings(max_examples=25, deadline=None)
@given(st.integers(4, 60), st.integers(0, 10**6))
def test_neighbours_differ_in_grey(count: int, seed: int) -> None:
    """In every planar layout all neighbours get fills that differ in lightness."""
    points = np.random.default_rng(seed).random((count, 2))
    simplices = Delaunay(points).simplices
    pairs = np.vstack([simplices[:, [0, 1]], simplices[:, [1, 2]], simplices[:, [0, 2]]])
    tones = [lightness(c) for c in fills(points, pairs)]
    assert all(abs(tones[a] - tones[b]) >= LEAST_DIFFERENCE for a, b in pairs.tolist())


def test_four_classes_are_enough_for_a_plane_map() -> None:
    """A layout whose greedy colouring takes five classes still gets by with four."""
    rng = np.random.default_rng(3)
    for _ in range(20):
        simplices = Delaunay(rng.random((40, 2))).simplices
        pairs = np.vstack([simplices[:, [0, 1]], simplices[:, [1, 2]], simplices[:, [0, 2]]])
        assert max(lightness_classes(40, pairs)) <= 3


def test_too_many_mutual_neighbours_are_refused() -> None:
    """Seven districts that all touch cannot be told apart in grey, and that is said."""
    pairs = np.array([(a, b) for a in range(7) for b in range(a)])
    with pytest.raises(ValueError, match="7 districts"):
        lightness_classes(7, pairs)


def test_a_thousand_districts_are_coloured() -> None:
    """A province's worth of districts neither fails nor recurses too deep."""
    points = np.random.default_rng(1).random((1000, 2))
    simplices = Delaunay(points).simplices
    assert len(set(fills(points, simplices[:, :2]))) > 4


def test_few_districts_get_a_colour_each() -> None:
    """As long as hues last no two districts share a fill."""
    line = np.array([(i, i + 1) for i in range(7)])
    assert len(set(fills(np.arange(16.0).reshape(8, 2), line))) == 8
