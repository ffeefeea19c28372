"""What became of the moves announced when rotation was planned again."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from districting.plan.rotation_plan import RotationPlan

CHANGES = ("withdrawn", "dropped", "redirected", "called", "kept")
"""What may become of a teacher's move, those to be read first in front."""


def announced_changes(
    announced: RotationPlan, plan: RotationPlan, withdrawn: Collection[str]
) -> pd.DataFrame:
    """Return what `plan` makes of each move announced, and whom it calls anew.

    Parameters
    ----------
    announced, plan : RotationPlan
        Compared in the year of `announced`.
    withdrawn : collection of str
        Teachers whose moves were withdrawn.

    Returns
    -------
    pandas.DataFrame
        ``teacher``, ``change`` (one of :data:`CHANGES`), ``subject``, ``from_school``,
        ``announced`` and ``now`` (schools moved to; empty where none), by change, then teacher.
    """
    columns = ["subject", "from_school", "to_school"]
    before, after = (
        p.in_year(announced.year).set_index("teacher")[columns] for p in (announced, plan)
    )
    both = before.add_suffix("_old").join(after, how="outer").fillna("")
    old, new = both["to_school_old"], both["to_school"]
    first = {
        "withdrawn": both.index.isin(list(withdrawn)),
        "dropped": (new == "").to_numpy(dtype=bool),
        "called": (old == "").to_numpy(dtype=bool),
        "kept": (old == new).to_numpy(dtype=bool),
    }
    change = np.select(list(first.values()), list(first), "redirected")
    table = pd.DataFrame(
        {
            "change": pd.Categorical(change, CHANGES),
            "subject": both["subject_old"].where(old != "", both["subject"]),
            "from_school": both["from_school_old"].where(old != "", both["from_school"]),
            "announced": old,
            "now": new,
        }
    )
    table = table.reset_index().sort_values(["change", "teacher"], ignore_index=True)
    return table.astype({"change": "str"})
