"""The county after teachers have moved: the staff columns of the seven indicators recounted."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from districting.county import County
from districting.evaluate.balance.standard import Counting, Standard, read_standard
from districting.evaluate.held import held


def flags(teachers: pd.DataFrame, counting: Counting) -> pd.DataFrame:
    """Return what each teacher counts for.

    Returns
    -------
    pandas.DataFrame
        Rows as `teachers`; bool columns ``teachers_degree`` (above the degree that the stage
        requires), ``teachers_backbone`` and ``teachers_pe_art``.
    """
    degree = pd.Series(False, index=teachers.index)
    for stage, degrees in counting.degrees.items():
        degree |= (teachers["stage"] == stage) & teachers["degree"].isin(degrees)
    return pd.DataFrame(
        {
            "teachers_degree": degree,
            "teachers_backbone": teachers["honour"].isin(counting.honours),
            "teachers_pe_art": teachers["subject"].isin(counting.subjects),
        }
    )


def after_moves(
    county: County, moves: Mapping[str, str], standard: Standard | None = None
) -> County:
    """Return `county` after teachers have moved to other schools of their stage.

    Parameters
    ----------
    county : County
        Needs tables ``teachers`` and ``resources``.
    moves : Mapping of str to str
        New school of each teacher who moves.
    standard : Standard, optional
        Says what a teacher counts for; the national standard by default.

    Raises
    ------
    KeyError
        If a teacher or school is unknown.
    """
    standard = standard or read_standard()
    teachers = held(county, "teachers")
    known = set(teachers["teacher"])
    unknown = [t for t in moves if t not in known]
    unknown += [s for s in moves.values() if s not in county.schools.index]
    if unknown:
        raise KeyError(unknown)
    after = teachers["teacher"].map(dict(moves)).fillna(teachers["school"])
    moved = after != teachers["school"]
    counted = flags(teachers, standard.rule.counting)[moved].astype("int64")
    resources = held(county, "resources").set_index(["school", "stage"])
    for home, sign in ((teachers["school"], -1), (after, 1)):
        keys = [home[moved].rename("school"), teachers.loc[moved, "stage"].rename("stage")]
        change = (sign * counted).groupby(keys).sum().reindex(resources.index, fill_value=0)
        resources[change.columns] = resources[change.columns] + change
    return county.with_tables(
        teachers=teachers.assign(school=after), resources=resources.reset_index()
    )
