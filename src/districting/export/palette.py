"""Fills that tell neighbouring districts apart in colour, to the colour-blind, and in grey print.

Neighbours never share a *lightness class*: the classes are 8 units of CIE L* apart, so a black and
white copier still separates them. Within a class, hues vary so that the same colour seldom returns.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

CLASSES: tuple[tuple[str, ...], ...] = (
    ("#f8f2e1", "#e2f5fe", "#feedfb", "#e6f6e9"),
    ("#f2d7bd", "#c0dffa", "#f9d1e1", "#cae2c6"),
    ("#a3d0ad", "#c9bfed", "#edbba0", "#8bceea"),
    ("#72b7e2", "#cfa97b", "#76bda0", "#df9cb9"),
    ("#a78ec1", "#85a16f", "#ca8877", "#44a4c0"),
    ("#957f61", "#6686a4", "#698a71", "#a17689"),
)
"""Fills by lightness class, lightest first; four hues each, of nearly the same lightness."""


def lightness(colour: str) -> float:
    """Return CIE L* (0 black … 100 white) of the sRGB colour ``#rrggbb``."""
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ np.array([0.2126, 0.7152, 0.0722]))
    return 903.3 * luminance if luminance <= 0.008856 else 116 * luminance ** (1 / 3) - 16


def _neighbours(count: int, pairs: Ints) -> list[set[int]]:
    near: list[set[int]] = [set() for _ in range(count)]
    for a, b in pairs.tolist():
        near[a].add(b)
        near[b].add(a)
    return near


def _most_constrained(near: Sequence[set[int]], chosen: Sequence[int]) -> int:
    """Return the uncoloured node whose neighbours bear the most colours (DSATUR)."""
    free = (i for i in range(len(near)) if chosen[i] < 0)
    return max(free, key=lambda i: (len({chosen[j] for j in near[i]} - {-1}), len(near[i]), -i))


def _coloured(near: Sequence[set[int]], colours: int, effort: int) -> list[int] | None:
    """Colour the graph with `colours` colours by DSATUR with backtracking, or return None."""
    chosen = [-1] * len(near)
    trail: list[tuple[int, list[int]]] = []
    for _ in range(max(effort, 2 * len(near) + 2)):
        if -1 not in chosen:
            return chosen
        node = _most_constrained(near, chosen)
        taken = {chosen[j] for j in near[node]}
        options = [c for c in range(min(colours, max(chosen) + 2)) if c not in taken]
        trail.append((node, sorted(options, key=lambda c: (-chosen.count(c), -c))))
        while trail and not trail[-1][1]:
            chosen[trail.pop()[0]] = -1
            if trail:
                chosen[trail[-1][0]] = -1
        if not trail:
            return None
        node, untried = trail[-1]
        chosen[node] = untried.pop()
    return None


def lightness_classes(count: int, pairs: Ints, effort: int = 1_000) -> list[int]:
    """Return a class for each of `count` districts such that neighbours differ.

    Parameters
    ----------
    count : int
    pairs : int array, shape (p, 2)
        Neighbouring districts.
    effort : int
        Nodes of the search for each number of classes before one more class is allowed.

    Raises
    ------
    ValueError
        If more classes would be needed than there are distinguishable lightnesses (this takes
        seven districts that all touch one another).
    """
    near = _neighbours(count, pairs)
    for colours in range(min(4, max(count, 1)), len(CLASSES) + 1):
        chosen = _coloured(near, colours, effort)
        if chosen is not None:
            return chosen
    raise ValueError(f"{count} districts need more than {len(CLASSES)} lightness classes")


def fills(centres: npt.NDArray[np.float64], pairs: Ints) -> list[str]:
    """Return a fill for each district.

    Parameters
    ----------
    centres : float array, shape (k, 2)
        A point in each district, metres; colours that must return do so far apart.
    pairs : int array, shape (p, 2)
        Neighbouring districts.
    """
    count = len(centres)
    classes, near = lightness_classes(count, pairs), _neighbours(count, pairs)
    extent = float(np.ptp(centres, axis=0).max()) if count > 1 else 1.0
    chosen: dict[int, str] = {}

    def fitness(here: int, colour: str) -> float:
        """Return how new a fill is here, and how unlike those of its neighbours."""
        same = [k for k, c in chosen.items() if c == colour]
        away = np.hypot(*(centres[same] - centres[here]).T) if same else np.array([3.0 * extent])
        contrast = min(
            (_difference(colour, chosen[j]) for j in near[here] if j in chosen), default=1
        )
        return float(away.min()) / extent + 2.0 * contrast

    for district in sorted(range(count), key=lambda i: (-len(near[i]), i)):
        options = CLASSES[classes[district]]
        fit = [fitness(district, colour) for colour in options]
        chosen[district] = options[int(np.argmax(fit))]
    return [chosen[i] for i in range(count)]


def _difference(one: str, other: str) -> float:
    """Return how unlike two colours are, from 0 to 1."""
    a, b = (np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)]) / 255 for c in (one, other))
    return float(np.abs(a - b).max())
