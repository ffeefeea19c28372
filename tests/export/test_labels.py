"""Names never overlap, stay in the frame, and give way by rank."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.export.labels import Label, around, overlaps, place

FRAME = np.array([0.0, 0.0, 100.0, 80.0])
NONE = np.empty((0, 4))


def _label(x: float, y: float, rank: int = 1, width: float = 12.0, key: str = "") -> Label:
    corners, costs = around(x, y, width, 3.0, 1.0)
    return Label(key or f"{x}-{y}", "名", 8.0, rank, width, 3.0, corners, costs)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 120), st.integers(0, 10**6))
def test_placed_labels_are_disjoint_and_inside(count: int, seed: int) -> None:
    """However crowded, placed labels share no area, stay inside and hide no symbol."""
    rng = np.random.default_rng(seed)
    points = rng.random((count, 2)) * (100.0, 80.0)
    labels = [_label(x, y, int(rng.integers(0, 5)), key=f"{i}") for i, (x, y) in enumerate(points)]
    symbols = np.hstack([points - 1.0, points + 1.0])
    chosen = place(labels, symbols, FRAME)
    boxes = np.array([lb.boxes[c] for lb, c in zip(labels, chosen, strict=True) if c >= 0])
    if len(boxes):
        shared = overlaps(boxes, boxes)
        np.fill_diagonal(shared, 0.0)
        assert shared.max() == 0.0
        assert (boxes[:, :2] >= FRAME[:2]).all() and (boxes[:, 2:] <= FRAME[2:]).all()
        assert overlaps(boxes, symbols).max() <= 0.05 * 4.0 + 1e-9


def test_lonely_labels_are_all_placed_at_the_right() -> None:
    """With room to spare every name stands in the first position: right of its symbol."""
    labels = [_label(10.0 + 30 * i, 40.0) for i in range(3)]
    assert place(labels, NONE, FRAME).tolist() == [0, 0, 0]


def test_the_important_name_stays() -> None:
    """Where only one of two names has room the one of higher rank is kept."""
    corner = np.array([[10.0, 10.0]])
    low = Label("low", "低", 8.0, 5, 12.0, 3.0, corner, np.zeros(1))
    high = Label("high", "高", 8.0, 1, 12.0, 3.0, corner + 1.0, np.zeros(1))
    assert place([low, high], NONE, FRAME).tolist() == [-1, 0]


def test_a_placed_name_makes_room_when_it_can() -> None:
    """A name that has another position moves for one that has none."""
    flexible = Label(
        "a", "甲", 8.0, 1, 12.0, 3.0, np.array([[10.0, 10.0], [40.0, 10.0]]), np.array([0.0, 1.0])
    )
    fixed = Label("b", "乙", 8.0, 2, 12.0, 3.0, np.array([[12.0, 11.0]]), np.zeros(1))
    assert place([flexible, fixed], NONE, FRAME).tolist() == [1, 0]


def test_names_keep_off_borders_when_they_can() -> None:
    """A border to the right of a symbol sends its name to another side."""
    borders = np.array([shapely.LineString([(55.0, 0.0), (55.0, 80.0)])])
    label = _label(50.0, 40.0)
    box = label.boxes[place([label], NONE, FRAME, borders)[0]]
    assert box[2] < 55.0
