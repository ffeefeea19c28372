"""Studios (名师工作室) and the schools they may serve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.mentoring import ASIDE
from districting.model.teaching import school_ways, scopes


@dataclass(frozen=True, eq=False)
class Outreach:
    """Which studios may serve which schools.

    Parameters
    ----------
    gate : str
    studios : pandas.DataFrame
        ``teacher`` (who leads the studio), ``school``, ``stage``, ``subject``.
    taught : pandas.DataFrame
        ``school``, ``stage``, ``subject`` of what is taught where no studio of its own is.
    most : int
        Schools a studio serves.
    reach : float
        Metres by road between the schools.
    """

    gate: str
    studios: pd.DataFrame
    taught: pd.DataFrame
    most: int
    reach: float


def candidate_reach(county: County, outreach: Outreach) -> pd.DataFrame:
    """Return the studios and schools within reach of each other.

    Returns
    -------
    pandas.DataFrame
        ``studio``, ``school``, ``stage``, ``subject``, ``metres``, ``cost`` (metres, those across
        districts lengthened), sorted by studio and school.
    """
    both = outreach.studios.merge(outreach.taught, on=["stage", "subject"], suffixes=("_of", ""))
    ways = school_ways(county, sorted(set(both["school_of"])), outreach.reach)
    keys = zip(both["school_of"], both["school"], strict=True)
    both["metres"] = [ways.get(key, np.inf) for key in keys]
    both = both[both["metres"] <= outreach.reach].rename(columns={"teacher": "studio"})
    aside = scopes(county, both["school_of"], both["school"]) > 0
    both["cost"] = both["metres"] + ASIDE * aside
    columns = ["studio", "school", "stage", "subject", "metres", "cost"]
    return both[columns].sort_values(["studio", "school"], ignore_index=True)
