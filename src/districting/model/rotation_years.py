"""The staff of a later school year: moves made, terms ended, the retired gone, newcomers there."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from districting.county import County
from districting.graph.remembered import remembered
from districting.plan.rotation_plan import RotationPlan
from districting.read.schema import empty_frame

CHANGES = "staff_changes"
PLAIN: Mapping[str, str] = {"post": "teacher", "on_quota": "yes"}
"""What newcomers are, in columns that the table of changes does not have."""


def autumn(date: pd.Series) -> pd.Series:
    """Return the first year on whose 1 September `date` has come."""
    late = (date.dt.month > 9) | ((date.dt.month == 9) & (date.dt.day > 1))
    year: pd.Series = date.dt.year + late.astype("int64")
    return year


def changes_of(county: County, change: str) -> pd.DataFrame:
    """Return the known changes of one sort (``enter``, ``leave``) with their ``autumn``."""
    table = county.tables.get(CHANGES, empty_frame(CHANGES))
    here = table[table["change"] == change]
    return here.assign(autumn=autumn(here["date"]).astype("int64"))


@remembered
def newcomers(county: County) -> pd.DataFrame:
    """Return known newcomers as rows of ``teachers``, with the ``autumn`` from which they count."""
    here = changes_of(county, "enter")
    rows = _blank("teachers", len(here)).assign(**PLAIN)
    for column in rows.columns.intersection(here.columns):
        rows[column] = here[column].to_numpy()
    rows["joined"] = here["date"].to_numpy()
    return rows.assign(autumn=here["autumn"].to_numpy())


def county_in_autumn(county: County, plan: RotationPlan, year: int) -> County:
    """Return `county` with the staff that `plan` leads to in an autumn, before that year's moves.

    In every autumn after the plan's first year: whoever moved the year before is at the new school
    (and has joined it, and holds a leader's post, since then); whoever leaves is gone; whoever's
    term has ended is back; whoever is known to come has come. Decisions of the bureau (``hold``)
    are for the first year. Pupils and classes stay those of the county's year.

    Parameters
    ----------
    county : County
    plan : RotationPlan
        Moves from its first year on; those of `year` and later do not count yet.
    year : int
    """
    if year <= plan.year:
        return county
    staff = county.tables["teachers"].set_index("teacher")
    new = newcomers(county).set_index("teacher")
    for now in range(plan.year + 1, year + 1):
        past = plan.in_year(now - 1)
        staff = _sent(staff, past["teacher"], past["to_school"], now - 1)
        gone = plan.leaves.loc[plan.leaves["year"] == now, "teacher"]
        staff = staff.drop(index=staff.index.intersection(pd.Index(gone)))
        back = ended(county, plan, now)
        staff = _sent(staff, back["teacher"], back["from_school"], now)
        first = now == plan.year + 1
        come = new["autumn"] <= now if first else new["autumn"] == now
        come &= ~new.index.isin(gone)
        if come.any():
            staff = pd.concat([staff, new[come].drop(columns="autumn").astype(staff.dtypes)])
    teachers = staff.assign(hold="").sort_index().rename_axis("teacher").reset_index()
    return county.with_tables(teachers=teachers, rotations=_past(county, plan, year))


def ended(county: County, plan: RotationPlan, year: int) -> pd.DataFrame:
    """Return who goes back in the autumn of `year`: ``teacher``, ``from_school`` (where to).

    Moves of the plan, and earlier ones on record that end in the plan's time, if the file did not
    move along and the teacher does not stay.
    """
    moves = plan.moves
    over = moves["end"].str.startswith(f"{year}-") & ~moves["moved"] & ~moves["stays"]
    columns = ["teacher", "from_school"]
    past = county.tables["rotations"]
    at = county.tables["teachers"].set_index("teacher")["school"]
    known = past["end"].notna() & ~past["moved"].astype(bool)
    old = past[known].assign(autumn=autumn(past["end"][known]))
    away = old["teacher"].map(at) == old["to_school"]
    old = old[away & (old["autumn"] == year) & ~old["teacher"].isin(moves["teacher"])]
    return pd.concat([moves.loc[over, columns], old[columns]], ignore_index=True)


def _sent(staff: pd.DataFrame, who: pd.Series, to: pd.Series, year: int) -> pd.DataFrame:
    """Return `staff` with teachers at other schools from 1 September of `year`."""
    here = who.isin(staff.index).to_numpy()
    if not here.any():
        return staff
    names, since = who[here], np.datetime64(f"{year}-09-01", "s")
    moved = staff.copy()
    moved.loc[names, "school"] = to[here].to_numpy()
    moved.loc[names, "joined"] = since
    heads = names[moved.loc[names, "post_since"].notna().to_numpy()]
    moved.loc[heads, "post_since"] = since
    return moved


def _past(county: County, plan: RotationPlan, year: int) -> pd.DataFrame:
    """Return the rotations on record by the autumn of `year`."""
    old = county.tables["rotations"]
    done = plan.moves[plan.moves["year"] < year]
    if done.empty:
        return old
    rows = _blank("rotations", len(done))
    for column in ("teacher", "from_school", "to_school", "exchange", "moved"):
        rows[column] = done[column].to_numpy()
    rows["start"] = pd.to_datetime(done["start"].to_numpy(), format="%Y-%m").astype("datetime64[s]")
    last = pd.to_datetime(done["end"].to_numpy(), format="%Y-%m", errors="coerce")
    rows["end"] = (last + pd.offsets.MonthEnd(0)).astype("datetime64[s]")
    joined = pd.concat([old, rows.astype(old.dtypes)]) if len(old) else rows
    return joined.sort_values(["teacher", "start"], ignore_index=True)


def _blank(table: str, count: int) -> pd.DataFrame:
    """Return `count` empty rows of a table."""
    empty = empty_frame(table)
    rows = empty.reindex(range(count))
    words = [c for c in empty.columns if str(empty[c].dtype) == "str"]
    flags = [c for c in empty.columns if empty[c].dtype == bool]
    return rows.assign(**dict.fromkeys(words, ""), **dict.fromkeys(flags, False))
