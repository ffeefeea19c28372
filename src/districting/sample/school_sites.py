"""Which village has which school: sites spread over each town, larger ones at its seat."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from districting.sample.regions import Floats, Ints

WORDS = {
    "kindergarten": "幼儿园",
    "teaching_point": "教学点",
    "primary": "小学",
    "junior": "中学",
    "nine_year": "学校",
}
SMALL_VILLAGE = 1200
"""Residents below which a village's school may be a teaching point."""


def spread_sites(points: Floats, weight: Floats, first: int, count: int) -> Ints:
    """Return `count` positions near the people, starting at `first`.

    Each next site is the one that shortens the weighted way to the nearest site most (greedy
    p-median).
    """
    chosen = [first]
    far = np.hypot(*(points[:, None, :] - points[None, :, :]).transpose(2, 0, 1))
    nearest = far[first]
    while len(chosen) < min(count, len(points)):
        total = weight @ np.minimum(far, nearest[:, None])
        total[chosen] = np.inf
        chosen.append(int(np.argmin(total)))
        nearest = np.minimum(nearest, far[chosen[-1]])
    return np.array(chosen, dtype=np.int64)


def town_sites(
    points: Floats, residents: Floats, inside: Ints, seat: int, numbers: tuple[int, int, int]
) -> pd.DataFrame:
    """Return the schools of one town.

    Parameters
    ----------
    points : float array, shape (n, 2)
    residents : float array, shape (n,)
    inside : int array
        Villages of the town.
    seat : int
        The one at the town's seat, a member of `inside`.
    numbers : tuple of int
        Junior schools, primary schools with teaching points, kindergartens; the first of each kind
        stands at the seat.

    Returns
    -------
    pandas.DataFrame
        ``at`` (village), ``kind``, ``central``, ``town_seat``, ``size`` (relative).
    """
    first = int(np.flatnonzero(inside == seat)[0])
    rows = []
    for kind, number in zip(("junior", "primary", "kindergarten"), numbers, strict=True):
        chosen = inside[spread_sites(points[inside], residents[inside], first, number)]
        for k, at in enumerate(chosen):
            small = kind == "primary" and k > 0 and residents[at] < SMALL_VILLAGE and k % 2 == 0
            size = {"junior": 2.0, "primary": 3.0, "kindergarten": 2.0}[kind] if k == 0 else 1.0
            if kind == "primary" and k > 0:
                size = residents[at] / residents.mean()
            word = "teaching_point" if small else kind
            if kind == "junior" and k and k % 3 == 0:
                word = "nine_year"
            main = k == 0
            rows.append((int(at), word, main and kind != "junior", main and kind == "junior", size))
    return pd.DataFrame(rows, columns=["at", "kind", "central", "town_seat", "size"])


def near_village(
    rng: np.random.Generator, points: Floats, cells: npt.NDArray[np.object_], at: Ints
) -> Floats:
    """Return a place 60-180 m from each village `at`, inside its cell; shape (len(at), 2)."""
    angle, far = rng.uniform(0, 2 * np.pi, len(at)), rng.uniform(60, 180, len(at))
    places = points[at] + np.column_stack([np.cos(angle), np.sin(angle)]) * far[:, None]
    for _ in range(6):
        out = ~shapely.contains_xy(cells[at], places[:, 0], places[:, 1])
        places[out] = (places[out] + points[at[out]]) / 2
    return places
