r"""Mentors to novices: as many pairs as possible, then the least way.

:math:`y_{mn} = 1` when mentor m guides novice n of the same stage and subject within reach:

.. math::

    \max \sum y_{mn} \text{ then } \min \sum d_{mn} y_{mn}, \qquad
    \sum_m y_{mn} \le 1, \qquad \sum_n y_{mn} \le c.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from districting.county import County
from districting.model.teaching import school_ways, scopes

Bools = npt.NDArray[np.bool_]
ASIDE = 50_000.0
"""Metres that a pair across districts counts as farther, so that the own district comes first."""


@dataclass(frozen=True, eq=False)
class Pairing:
    """Who may guide whom.

    Parameters
    ----------
    gate : str
    staff : pandas.DataFrame
        ``teacher``, ``school``, ``stage``, ``subject``.
    able, young : bool array, shape (rows,)
        Mentors and novices.
    most : int
        Novices a mentor takes.
    reach : float
        Metres by road between their schools.
    """

    gate: str
    staff: pd.DataFrame
    able: Bools
    young: Bools
    most: int
    reach: float


def candidate_pairs(county: County, pairing: Pairing) -> pd.DataFrame:
    """Return the pairs that may be made.

    Returns
    -------
    pandas.DataFrame
        ``mentor``, ``mentee``, ``stage``, ``subject``, ``metres``, ``cost`` (metres, those across
        districts lengthened).
    """
    mentors, novices = pairing.staff[pairing.able], pairing.staff[pairing.young]
    both = mentors.merge(novices, on=["stage", "subject"], suffixes=("", "_of"))
    ways = school_ways(county, sorted(set(both["school"])), pairing.reach)
    keys = zip(both["school"], both["school_of"], strict=True)
    both["metres"] = [0.0 if a == b else ways.get((a, b), np.inf) for a, b in keys]
    both = both[both["metres"] <= pairing.reach]
    aside = scopes(county, both["school"], both["school_of"]) > 0
    both["cost"] = both["metres"] + ASIDE * (aside & (both["metres"] > 0).to_numpy())
    both = both.rename(columns={"teacher": "mentor", "teacher_of": "mentee"})
    columns = ["mentor", "mentee", "stage", "subject", "metres", "cost"]
    return both[columns].sort_values(["mentor", "mentee"], ignore_index=True)
