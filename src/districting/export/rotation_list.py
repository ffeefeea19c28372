"""交流轮岗名单 for publication: only the columns a public list needs, teachers by id alone."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from districting.county import County
from districting.plan.rotation_plan import RotationPlan
from districting.read.schema import tables
from districting.terms import language, say


def rotation_list(plan: RotationPlan, county: County) -> pd.DataFrame:
    """Return the moves with the fields of the national register of teachers.

    Returns
    -------
    pandas.DataFrame
        ``teacher``, ``stage``, ``subject``, ``from_school``, ``to_school`` (names), ``start``,
        ``end``, ``exchange``, ``moved``; text in the current language.
    """
    names, moves = county.school_titles, plan.moves
    forms = tables()["rotations"].columns["exchange"].values
    chinese = language() == "zh"
    return pd.DataFrame(
        {
            "teacher": moves["teacher"],
            "stage": [say(f"terms.{s}") for s in moves["stage"]],
            "subject": moves["subject"],
            "from_school": [str(names.get(s, s)) for s in moves["from_school"]],
            "to_school": [str(names.get(s, s)) for s in moves["to_school"]],
            "start": moves["start"],
            "end": moves["end"],
            "exchange": [forms.get(e, e) if chinese else e for e in moves["exchange"]],
            "moved": [say(f"rotation.list.{'yes' if m else 'no'}") for m in moves["moved"]],
        }
    )


def write_rotation_list(plan: RotationPlan, county: County, path: Path) -> None:
    """Write the list as CSV that Excel and WPS open with its Chinese intact."""
    table = rotation_list(plan, county)
    titles = {c: say(f"rotation.list.{c}") for c in table.columns}
    text = table.rename(columns=titles).to_csv(index=False, lineterminator="\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode("utf-8"))
