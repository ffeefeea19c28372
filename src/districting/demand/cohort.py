r"""Children of coming years by the cohort-ratio (Hamilton–Perry) method.

With :math:`C_{v,y,a}` children of village v aged a in year y,

.. math::

    C_{v,y+1,a+1} = r_{t(v)} \, m \, C_{v,y,a},
    \qquad C_{v,y+1,a_0} = \sigma_v \, (1 + b) \sum_{u \in t(v)} C_{u,y,a_0}

where :math:`r_t` is the cohort ratio of the town (survival and net migration together, estimated
from successive counts or given; 1 otherwise), :math:`m` the variant's staying factor, :math:`b` its
yearly change of births, :math:`a_0` the youngest age entered and :math:`\sigma_v` the village's
share of its town's three youngest ages. Whatever is entered for a year replaces what is projected.

References
----------
H. Hamilton and J. Perry (1962), A short method for projecting population by age from one decennial
census to another, Social Forces 41, 163-170. S. Smith, J. Tayman and D. Swanson (2013), A
Practitioner's Guide to State and Local Population Projections, ch. 6, Springer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from districting.county import County
from districting.demand.entered import COLUMNS, entered
from districting.demand.ratios import by_village, cohort_ratios
from districting.demand.rounding import whole_by_group

OLDEST = 14
YOUNG = 3
"""Youngest ages whose children give a village its share of its town's births."""
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Outlook:
    """Assumptions of one variant.

    Parameters
    ----------
    name : str
    births : float
        Yearly relative change of the youngest age entered, e.g. -0.03.
    staying : float
        Factor on every cohort ratio; above 1 where families move in.
    """

    name: str
    births: float
    staying: float


VARIANTS = {
    "low": Outlook("low", -0.06, 0.995),
    "medium": Outlook("medium", -0.03, 1.0),
    "high": Outlook("high", 0.0, 1.005),
}
"""Low, medium and high: assumptions of this toolkit, not forecasts; give your own where known."""


def project(
    county: County,
    years: range,
    outlook: Outlook = VARIANTS["medium"],
    ratios: pd.Series | None = None,
) -> pd.DataFrame:
    """Return the children of `years` by village and age.

    Parameters
    ----------
    county : County
    years : range
        School years by their autumn; years before the first count are left out.
    outlook : Outlook
    ratios : pandas.Series, optional
        Yearly cohort ratio by town code; estimated from successive counts when not given.

    Returns
    -------
    pandas.DataFrame
        ``village``, ``year``, ``age``, ``count`` (whole children; town totals are the rounded
        expected totals), ``basis`` and ``pop_q``, sorted by year, age, village. Basis is
        ``counted`` or ``spread`` (see :func:`~districting.demand.entered.entered`), ``carried``
        for a cohort carried forward, ``assumed`` where its birth itself is assumed. Provenance is
        ``synthetic`` as far as the counts are, ``derived`` for cohorts carried by an estimated
        ratio, ``assumed`` otherwise.
    """
    base = entered(county)
    estimated = cohort_ratios(county, base) if ratios is None else None
    used = ratios if ratios is not None else estimated
    ratio = (
        np.ones(len(county.villages)) if used is None else by_village(county, used)
    ) * outlook.staying
    town = pd.factorize(county.villages["town"])[0].astype(np.int64)
    state = _State(county, base, "derived" if estimated is not None else "assumed")
    parts = [state.frame()] if state.year in years else []
    share = _birth_shares(state.expected, town)
    for year in range(state.year + 1, max(years, default=state.year) + 1):
        state.step(base[base["year"] == year], ratio, 1 + outlook.births, share, town)
        if year in years:
            parts.append(state.frame())
    empty = pd.DataFrame(columns=COLUMNS)
    return pd.concat(parts, ignore_index=True) if parts else empty


def _birth_shares(counts: Floats, town: Ints) -> Floats:
    """Return each village's share of its town's youngest children; even shares where none."""
    young = counts[:, :YOUNG].sum(axis=1)
    total = np.bincount(town, young)[town]
    even = 1.0 / np.bincount(town)[town]
    return np.where(total > 0, young / np.where(total > 0, total, 1.0), even)


class _State:
    """The children of one year: expected and whole, villages × ages, and where they come from."""

    def __init__(self, county: County, base: pd.DataFrame, carried_mark: str) -> None:
        self.villages = county.villages.index
        self.ages = np.arange(int(base["age"].min()), max(OLDEST, int(base["age"].max())) + 1)
        self.year = int(base["year"].min())
        self.carried_mark = carried_mark
        shape = (len(self.villages), len(self.ages))
        self.expected, self.whole = np.zeros(shape), np.zeros(shape, np.int64)
        self.basis = np.full(shape, "counted", dtype=object)
        self.mark = np.full(shape, "", dtype=object)
        self._enter(base[base["year"] == self.year])

    def step(
        self, rows: pd.DataFrame, ratio: Floats, births: float, share: Floats, town: Ints
    ) -> None:
        """Go one year on: cohorts grow a year older, births follow, entered cells replace both."""
        self.year += 1
        youngest = share * births * np.bincount(town, self.expected[:, 0])[town]
        older = self.expected[:, :-1] * ratio[:, None]
        self.expected = np.column_stack([youngest, older])
        synthetic = self.mark == "synthetic"
        born_synthetic = synthetic[:, :YOUNG].any(axis=1)
        self.basis = np.column_stack([np.full(len(share), "assumed"), _carried(self.basis[:, :-1])])
        self.mark = np.where(
            np.column_stack([born_synthetic, synthetic[:, :-1]]),
            "synthetic",
            np.where(self.basis == "carried", self.carried_mark, "assumed"),
        )
        known = self._enter(rows)
        for column in range(len(self.ages)):
            free = ~known[:, column]
            self.whole[free, column] = whole_by_group(self.expected[free, column], town[free])

    def _enter(self, rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
        """Replace cells by what was entered; return which."""
        at = self.villages.get_indexer(rows["village"]), rows["age"].to_numpy() - self.ages[0]
        known = np.zeros(self.expected.shape, bool)
        known[at] = True
        self.expected[at] = rows["count"]
        self.whole[at] = rows["count"]
        self.basis[at] = rows["basis"]
        self.mark[at] = rows["pop_q"]
        return known

    def frame(self) -> pd.DataFrame:
        """Return the year as rows."""
        n, width = self.expected.shape
        columns = {
            "village": np.tile(self.villages.to_numpy(), width),
            "year": self.year,
            "age": np.repeat(self.ages, n),
            "count": self.whole.T.ravel(),
            "basis": self.basis.T.ravel(),
            "pop_q": self.mark.T.ravel(),
        }
        return pd.DataFrame(columns)[COLUMNS]


def _carried(basis: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return the basis a year on: a cohort whose birth is assumed stays so."""
    return np.where(basis == "assumed", "assumed", "carried")
