r"""The rotation problem as data: who may go where, linear rows, aims in tiers; no solver.

.. math::
    x_a \in \{0, 1\}, \qquad \sum_{a \in A(t)} x_a \le 1 \ \text{for each teacher } t, \qquad
    l_r \le \sum_a v_{ra} x_a \le h_r .

Aims of tier 1 come first; a later tier is optimised among the plans that are best in all earlier
ones (within each tier's tolerance). Aims of one tier are added with their weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Rows:
    """Linear rows ``low <= sum of value * x <= high`` of one rule.

    Parameters
    ----------
    gate : str
        Rule that the rows belong to.
    unit : str
        Of the row's sum (``teachers``).
    row, arc : int array, shape (z,)
        Entries, row by row position.
    value : float array, shape (z,)
    low, high : float array, shape (r,)
    labels : tuple of str, length r
        What each row is about, for messages.
    price : float or None
        Per unit by which a row misses its limits: paid before tier 1. None for a must.
    """

    gate: str
    unit: str
    row: Ints
    arc: Ints
    value: Floats
    low: Floats
    high: Floats
    labels: tuple[str, ...]
    price: float | None = None


@dataclass(frozen=True, eq=False)
class ArcCost:
    """An aim that adds up over the moves made: ``weight * (constant + sum of cost * x)``.

    Parameters
    ----------
    gate, unit : str
    tier : int
    weight : float
        Within the tier.
    cost : float array, shape (a,)
    constant : float
    tolerance : float
        Share of the tier's optimum that later tiers may give away.
    """

    gate: str
    unit: str
    tier: int
    weight: float
    cost: Floats
    constant: float = 0.0
    tolerance: float = 0.0


@dataclass(frozen=True, eq=False)
class Worst:
    """An aim that counts the largest value among the moves made, in whole steps.

    Parameters
    ----------
    gate, unit : str
    tier : int
        A tier of its own: no other aim may share it.
    value : float array, shape (a,)
    step : float
        Values are rounded up to multiples of it.
    """

    gate: str
    unit: str
    tier: int
    value: Floats
    step: float
    tolerance: float = 0.0

    @cached_property
    def level(self) -> Ints:
        """Steps of each arc, shape (a,)."""
        return np.ceil(np.round(self.value / self.step, 6)).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Convex:
    r"""An aim that is separable and convex in whole numbers: ``weight * sum_r f_r(n_r)``.

    :math:`n_r = base_r + \sum_a v_{ra} x_a`; going from ``start + k`` to ``start + k + 1`` costs
    the k-th marginal of the row, and marginals never fall. Beyond the last one every further unit
    costs the last marginal, which no exact use of the row may reach: see ``closed``.

    Parameters
    ----------
    gate, unit : str
    tier : int
    weight : float
    row, arc : int array, shape (z,)
    value : float array, shape (z,)
        +1 or -1.
    base, start : int array, shape (r,)
    first : int array, shape (r + 1,)
        Marginals of row r are ``marginal[first[r]:first[r + 1]]``.
    marginal : float array
    constant : float
        Sum of ``f_r(start_r)``.
    closed : bool
        Whether beyond the last marginal the true cost goes on at that rate (so nothing is lost).
    labels : tuple of str, length r
    ceiling : float or None
        The sum is also to stay at or below this, at `price` per unit above.
    price : float or None
        None: the ceiling is a must.
    """

    gate: str
    unit: str
    tier: int
    weight: float
    row: Ints
    arc: Ints
    value: Floats
    base: Ints
    start: Ints
    first: Ints
    marginal: Floats
    constant: float
    closed: bool
    labels: tuple[str, ...]
    tolerance: float = 0.0
    ceiling: float | None = None
    price: float | None = None

    def cost_of(self, count: Ints) -> float:
        """Return ``sum of f_r(n_r)`` for numbers `count`, shape (r,); the last rate goes on."""
        steps, size = count - self.start, np.diff(self.first)
        step = np.arange(len(self.marginal)) - np.repeat(self.first[:-1], size)
        total = float(self.marginal[step < np.repeat(steps, size)].sum())
        beyond = (size > 0) & (steps > size)
        last = self.marginal[(self.first[1:] - 1)[beyond]]
        return self.constant + total + float(last @ (steps - size)[beyond])

    def alone(self, arcs: int) -> Floats:
        """Return what each of so many arcs alone changes in the sum, shape (a,)."""
        at, size = self.base - self.start, np.diff(self.first)
        up, down = np.zeros(len(at)), np.zeros(len(at))
        some = size > 0
        up[some] = self.marginal[(self.first[:-1] + np.minimum(at, size - 1))[some]]
        some &= at > 0
        down[some] = -self.marginal[(self.first[:-1] + np.minimum(at - 1, size - 1))[some]]
        worth = np.where(self.value > 0, up[self.row], down[self.row])
        changes: Floats = np.bincount(self.arc, worth, minlength=arcs).astype(float)
        return changes

    def counts(self, chosen: Ints) -> Ints:
        """Return ``n_r`` when the arcs `chosen` are used, shape (r,)."""
        used = np.isin(self.arc, chosen)
        moved = np.bincount(self.row[used], self.value[used], minlength=len(self.base))
        return self.base + np.rint(moved).astype(np.int64)


Part = Rows | ArcCost | Worst | Convex


PRICES = -1
"""Tier of the prices of principles that are broken; aims of lower tiers come before them."""


@dataclass(frozen=True, eq=False)
class RotationProblem:
    """Arcs teacher → place, and the parts that rules gave.

    Parameters
    ----------
    agent, place : int array, shape (a,)
        Teacher and place of each arc, sorted by agent, then place.
    lot : int array, shape (a,)
        The seeded lottery's number of each arc, 0 <= lot < 2**24; the smallest sum wins among
        plans that are equal in all tiers.
    parts : tuple of Part
    announced : int array
        Arcs of the plan that planning starts from, as far as they are permitted; sorted.
    """

    agent: Ints
    place: Ints
    lot: Ints
    parts: tuple[Part, ...] = field(default=())
    announced: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    @property
    def arcs(self) -> int:
        """Number of arcs."""
        return len(self.agent)

    @property
    def tiers(self) -> tuple[int, ...]:
        """Tiers in use, first first."""
        return tuple(sorted({p.tier for p in self.parts if not isinstance(p, Rows)}))

    @property
    def priced(self) -> tuple[Rows | Convex, ...]:
        """The parts that may be broken at a price."""
        elastic = (p for p in self.parts if isinstance(p, Rows | Convex))
        return tuple(p for p in elastic if p.price is not None)

    def of_tier(self, tier: int) -> tuple[ArcCost | Worst | Convex, ...]:
        """Return the aims of one tier."""
        return tuple(p for p in self.parts if not isinstance(p, Rows) and p.tier == tier)


_M1, _M2, _M3 = (np.uint64(m) for m in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def lottery(seed: int, teachers: Codes, places: Codes) -> Ints:
    """Return a number below 2**24 for each pair, from the seed and the two identifiers alone.

    Whole-number arithmetic on the bytes of the identifiers: the same on every machine, and the
    order of rows has no say.

    Parameters
    ----------
    seed : int
    teachers, places : uint64 arrays, same shape
        Identifiers as :func:`coded` gives them.

    Examples
    --------
    >>> who, where = coded(["T1", "T2"]), coded(["S1", "S1"])
    >>> one, two = lottery(1, who, where).tolist()
    >>> lottery(1, who[::-1], where).tolist() == [two, one]
    True
    """
    with np.errstate(over="ignore"):
        mixed = _mixed(teachers ^ _mixed(np.uint64(seed % 2**63) + _M1))
        mixed = _mixed(mixed + places * _M1)
    return (mixed >> np.uint64(40)).astype(np.int64)


def _mixed(value: Codes | np.uint64) -> Codes:
    """Scatter the bits of `value` (splitmix64)."""
    with np.errstate(over="ignore"):
        value = (value ^ (value >> np.uint64(30))) * _M2
        value = (value ^ (value >> np.uint64(27))) * _M3
    return np.asarray(value ^ (value >> np.uint64(31)), dtype=np.uint64)


def coded(words: Sequence[str]) -> Codes:
    """Return 64 bits for each word (FNV-1a over its UTF-8 bytes, of which none is zero)."""
    padded = np.array([word.encode() for word in words], dtype=np.bytes_)
    codes = np.full(len(words), 0xCBF29CE484222325, dtype=np.uint64)
    for byte in padded.view(np.uint8).reshape(len(words), padded.itemsize).T:
        mixed = (codes ^ byte) * np.uint64(0x100000001B3)
        codes = np.where(byte > 0, mixed, codes)
    return codes
