r"""The feeder problem: which junior school takes the graduates of each primary, and from when.

Sets and symbols
----------------
Primaries :math:`p`, targets :math:`t` (a junior school, or several that share one zone), years
:math:`y`, starts :math:`k` (the first year in which a feeder holds). :math:`g_{yp}` graduates,
:math:`q_{yt}` entry seats, :math:`d_{ypt}` child-metres from the homes of p's graduates of y to t,
:math:`b_p` the target that takes them until the feeder begins. :math:`x_{ptk} = 1` when p feeds t
from k on:

.. math::

    \min \sum_{ptk} c_{ptk} x_{ptk} + \sum_{yt} f_t\Bigl(\sum_p \sum_{k \le y} g_{yp} x_{ptk}
        + \sum_{p : b_p = t} \sum_{t', k > y} g_{yp} x_{pt'k}\Bigr),
    \qquad \sum_{tk} x_{ptk} = 1,
    \qquad c_{ptk} = \sum_{y \ge k} (d_{ypt} + e_{ypt}) + \sum_{y < k} d_{y p b_p},

with :math:`e` further prices (district border, changed feeder) and :math:`f` the price of graduates
beyond the seats, as for zones. Coverage by year: :math:`\sum_{p,t,k \le y} g_{yp} x_{ptk}
\ge \gamma_y \sum_p g_{yp}`.

Contiguity
----------
The primaries that feed t, with the primary in whose zone t stands, are connected through each
other. That primary itself may feed another target.

All data are integers, so objective and bound are exact. 单校划片 is one target per primary, which
then takes all its graduates (教基一〔2014〕1号).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from districting.model.zones import LARGEST, Elastic

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FeederProblem:
    """Primaries, targets, candidate pairs and what is asked of the feeder pattern.

    Parameters
    ----------
    graduates : int array, shape (years, n)
        Non-negative.
    seats : int array, shape (years, m)
        Entry seats of each target.
    host : int array, shape (m,)
        Primary in whose zone the target stands; -1 where none is (the target is then free of
        contiguity).
    pair_primary, pair_target : int array, shape (a,)
        Allowed pairs, sorted by primary and target.
    pair_travel : int array, shape (years, a)
        Child-metres of the primary's graduates to the target.
    edges : int array, shape (e, 2)
        Primaries whose zones touch, each pair once.
    contiguous : bool
    elastic : Elastic or None
        None: hard seats.
    pair_extra : int array, shape (years, a), or None
        Further non-negative price of a pair, child-metres.
    before : int array, shape (n,), or None
        Target that takes a primary's graduates until its feeder begins, -1 for schools outside the
        problem. None: all feeders begin in the first year.
    before_travel : int array, shape (years, n), or None
        Child-metres to it; needed with `before`.
    coverage : float array, shape (years,), or None
        Least share of each year's graduates whose feeder holds; with `before` only.

    Raises
    ------
    ValueError
        Shapes that do not fit, pairs out of order, negative numbers, falling coverage, costs too
        large for exact sums.
    """

    graduates: Ints
    seats: Ints
    host: Ints
    pair_primary: Ints
    pair_target: Ints
    pair_travel: Ints
    edges: Ints
    contiguous: bool = True
    elastic: Elastic | None = field(default_factory=Elastic)
    pair_extra: Ints | None = None
    before: Ints | None = None
    before_travel: Ints | None = None
    coverage: Floats | None = None

    @property
    def n(self) -> int:
        """Number of primaries."""
        return int(self.graduates.shape[1])

    @property
    def m(self) -> int:
        """Number of targets."""
        return len(self.host)

    @property
    def years(self) -> int:
        """Number of years."""
        return len(self.graduates)

    @property
    def starts(self) -> int:
        """Number of years in which a feeder may begin."""
        return 1 if self.before is None else self.years

    def costs(self) -> Ints:
        """Return the price of every pair by first year, child-metres, shape (a, starts)."""
        inside = self.pair_travel + (0 if self.pair_extra is None else self.pair_extra)
        held = np.cumsum(inside[::-1], axis=0)[::-1]
        if self.before_travel is None:
            return np.ascontiguousarray(held[:1].T)
        waiting = self.before_travel[:, self.pair_primary]
        waited = np.cumsum(np.vstack([np.zeros_like(waiting[:1]), waiting[:-1]]), axis=0)
        return np.ascontiguousarray((held + waited).T)

    def loads(self, target: Ints, start: Ints) -> Ints:
        """Return the graduates each target takes by year, shape (years, m).

        Parameters
        ----------
        target, start : int array, shape (n,)
            Target and first year (position) of each primary.
        """
        load = np.zeros((self.years, self.m), np.int64)
        for y in range(self.years):
            to = target if self.before is None else np.where(start <= y, target, self.before)
            inside = to >= 0
            np.add.at(load[y], to[inside], self.graduates[y, inside])
        return load

    def __post_init__(self) -> None:
        pairs = len(self.pair_primary)
        if self.seats.shape != (self.years, self.m) or self.graduates.ndim != 2:
            raise ValueError("graduates and seats do not fit the years and targets")
        if len(self.pair_target) != pairs or self.pair_travel.shape != (self.years, pairs):
            raise ValueError("the pairs have different lengths")
        if (np.diff(self.pair_primary * max(self.m, 1) + self.pair_target) <= 0).any():
            raise ValueError("pairs are not sorted by primary and target, or repeat")
        given = [self.graduates, self.seats, self.pair_travel]
        given += [a for a in (self.pair_extra, self.before_travel) if a is not None]
        if min(int(a.min(initial=0)) for a in given) < 0:
            raise ValueError("graduates, seats, ways and prices cannot be negative")
        if (self.before is None) != (self.before_travel is None):
            raise ValueError("before and before_travel go together")
        self._check_coverage()
        steep = 0 if self.elastic is None else self.elastic.steep
        total = int(self.graduates.sum())
        if int(np.abs(self.costs()).sum()) + steep * total >= LARGEST:
            raise ValueError("costs are too large for exact sums; use coarser units")

    def _check_coverage(self) -> None:
        if self.coverage is None:
            return
        if self.before is None or len(self.coverage) != self.years:
            raise ValueError("coverage needs before, and one share a year")
        if (np.diff(self.coverage) < 0).any() or not (self.coverage >= 0).all():
            raise ValueError("coverage cannot be negative or fall from year to year")
        if (self.coverage > 1).any():
            raise ValueError("coverage cannot exceed 1")
