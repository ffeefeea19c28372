r"""Primary zones and feeders as one problem.

Sets and symbols
----------------
Of the zone problem: villages v, primaries p, arcs :math:`x_{vp}` at cost :math:`c_{vp}`, seats.
Targets t as in the feeder problem; :math:`z_{pt} = 1` when p feeds t. :math:`y_{vpt} = x_{vp}
z_{pt}`, so that all costs add up village by village:

.. math::

    \min \sum c_{vp} x_{vp} + \sum_p f_p(x) + \sum_{vpt} g_v (d_{vt} + e_{pt}) y_{vpt}
        + \sum_{yt} f_t\Bigl(\sum_{vp} g_{yv} y_{vpt}\Bigr), \qquad
    \sum_t y_{vpt} = x_{vp}, \quad y_{vpt} \le z_{pt}, \quad \sum_t z_{pt} = 1

with :math:`g_v = \sum_y g_{yv}` graduates. Conditions that hang on whole zones in another way (the
nearest targets by mean way) are left out: every plan of both costs at least the optimum of this.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from districting.model.zones import NEVER, Bools, Elastic, Ints, ZoneProblem


@dataclass(frozen=True, eq=False)
class JointProblem:
    """Primary zones and feeders.

    Parameters
    ----------
    zones : ZoneProblem
        n villages, m primaries, a arcs.
    graduates : int array, shape (years, n)
    way : int array, shape (n, t)
        Metres, other prices included, a graduate of the village pays at each target.
    pair : int array, shape (m, t)
        Metres more for a graduate of the primary.
    open_village, open_pair : bool array, shape (n, t) and (m, t)
    seats : int array, shape (years, t)
    elastic : Elastic or None
    home : int array, shape (t,)
        Village in which the target stands.
    contiguous : bool
        The zones that feed a target are connected with the one in which it stands.
    claims : bool array, shape (t,)
        Targets one of which a zone feeds that holds their homes; with `contiguous` only.
    locked : bool array, shape (m,)
        Primaries on which no target has a claim.
    """

    zones: ZoneProblem
    graduates: Ints
    way: Ints
    pair: Ints
    open_village: Bools
    open_pair: Bools
    seats: Ints
    elastic: Elastic | None
    home: Ints
    contiguous: bool
    claims: Bools
    locked: Bools

    @property
    def targets(self) -> int:
        """Number of targets."""
        return len(self.home)

    def feeding(self, arcs: Ints) -> Ints:
        """Return what feeding costs by arc and target, ``NEVER`` where closed, shape (k, t)."""
        village, primary = self.zones.arc_village[arcs], self.zones.arc_school[arcs]
        each = self.way[village] + self.pair[primary]
        cost: Ints = self.graduates.sum(axis=0)[village][:, None] * each
        cost[~(self.open_village[village] & self.open_pair[primary])] = NEVER
        for t in np.flatnonzero(self.claims):
            there = (village == self.home[t]) & ~self.locked[primary]
            cost[np.ix_(there, ~self.claims)] = NEVER
        return cost
