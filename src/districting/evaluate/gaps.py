"""The three gaps: between schools, between towns or districts, between town and country (T12, C07).

Each indicator is an amount per pupil. A gap between groups is measured on the groups' means, every
pupil counting alike; Theil's index says which part of all inequality lies between the groups.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from districting.county import County
from districting.evaluate.balance.seven import SLACK, assessed, seven
from districting.evaluate.balance.standard import STAGES, Indicator, Standard, read_standard
from districting.evaluate.measures.inequality import gini, range_ratio, theil
from districting.evaluate.measures.variation import relative_spread, variation_coefficient
from districting.evaluate.text import table_text
from districting.plan.district_plan import DistrictPlan
from districting.terms import say

LEVELS = ("school", "town", "district", "area")
"""Between what: schools, towns (镇街), districts of the plan, kinds of area (城区, 镇区, 乡村)."""
MEASURES = (
    "groups",
    "mean",
    "met",
    "highest",
    "lowest",
    "variation",
    "unweighted",
    "gini",
    "range_ratio",
    "theil",
    "between",
    "within",
)
SHOWN = ("mean", "met", "variation", "gini", "range_ratio", "between_share")
"""Measures that the printed report gives."""
OF_THE_COUNTY = ("mean", "met")
"""Measures that are the same between whatever groups."""


@dataclass(frozen=True, eq=False)
class Gaps:
    """What :func:`gaps` found.

    Parameters
    ----------
    states : tuple of str
        What was measured, in order: now, proposed, after rotation, or years.
    values : pandas.DataFrame
        One row a state, stage, indicator and level: ``state``, ``stage``, ``id``, ``title``,
        ``level`` and :data:`MEASURES`. ``mean`` is the county's amount for ``per`` pupils, ``met``
        the share of schools that meet the threshold, so that levelling down shows; ``highest`` and
        ``lowest`` name the groups' extremes; ``theil = between + within``.
    """

    states: tuple[str, ...]
    values: pd.DataFrame

    def table(self, measure: str = "variation") -> pd.DataFrame:
        """Return one measure with a column for each state: ``stage``, ``id``, ``title``, ``level``.

        Raises
        ------
        KeyError
            If there is no such measure.
        """
        values = self.values.assign(between_share=self.values["between"] / self.values["theil"])
        keys = ["stage", "id", "title", "level"]
        wide = values.pivot_table(
            index=keys, columns="state", values=measure, sort=False, dropna=False
        )
        return wide.reindex(columns=list(self.states)).dropna(how="all").reset_index()

    def printed(self, measure: str) -> pd.DataFrame:
        """Return :meth:`table` with headings and words in the current language."""
        table = self.table(measure).rename_axis(columns=None)
        if measure in OF_THE_COUNTY:
            table = table[table["level"] == "school"]
        if measure == "between_share":
            table = table[table["level"] != "school"]
        table["stage"] = [say(f"terms.{s}") for s in table["stage"]]
        table["level"] = [say(f"gaps.level.{x}") for x in table["level"]]
        table[list(self.states)] = table[list(self.states)].round(4)
        heads = {c: say(f"gaps.column.{c}") for c in ("stage", "id", "title", "level")}
        return table.rename(columns=heads)

    def sheets(self) -> dict[str, pd.DataFrame]:
        """Return tables by title for a workbook: every measure, and all numbers together."""
        sheets = {say(f"gaps.measure.{m}"): self.printed(m) for m in SHOWN}
        whole = self.values.copy()
        whole["stage"] = [say(f"terms.{s}") for s in whole["stage"]]
        whole["level"] = [say(f"gaps.level.{x}") for x in whole["level"]]
        numeric = [m for m in MEASURES if m not in ("groups", "highest", "lowest")]
        whole[numeric] = whole[numeric].round(6)
        heads = {c: say(f"gaps.column.{c}") for c in whole.columns}
        return {**sheets, say("gaps.all"): whole.rename(columns=heads)}

    def __str__(self) -> str:
        lines = [say("gaps.report", states="、".join(self.states))]
        for measure in ("variation", "range_ratio", "between_share", "met"):
            lines += ["", say(f"gaps.measure.{measure}"), table_text(self.printed(measure))]
        return "\n".join(lines)


def gaps(
    county: County,
    plan: DistrictPlan | None = None,
    also: Mapping[str, County | DistrictPlan] | None = None,
    standard: Standard | str | Path = "quality_balance",
) -> Gaps:
    """Measure the three gaps of the seven indicators, now and in other states.

    Parameters
    ----------
    county : County
    plan : DistrictPlan, optional
        Whose districts are compared; the current layout by default.
    also : Mapping of str to County or DistrictPlan, optional
        Further states by name: another plan of the same county, or the county with other tables
        (after a rotation, see :func:`districting.evaluate.recount.after_moves`, or of another
        year) under the same plan.
    standard : Standard, str or Path

    Returns
    -------
    Gaps
    """
    if not isinstance(standard, Standard):
        standard = read_standard(standard)
    plan = plan or county.current_plan
    first = plan.name if plan is not None else say("terms.current")
    states: dict[str, tuple[County, DistrictPlan | None]] = {first: (county, plan)}
    for name, state in (also or {}).items():
        states[name] = (state, plan) if isinstance(state, County) else (county, state)
    parts = [_state(name, *state, standard) for name, state in states.items()]
    return Gaps(tuple(states), pd.concat(parts, ignore_index=True))


def _state(
    name: str, county: County, plan: DistrictPlan | None, standard: Standard
) -> pd.DataFrame:
    table = seven(county, standard)
    groups = _groups(county, plan, table["school"])
    rows = []
    for stage in STAGES:
        here = assessed(table, stage)
        for indicator in standard.indicator:
            for level in LEVELS:
                of = groups.loc[here.index, level]
                named = of != ""
                if named.sum() == 0:
                    continue
                head = {"state": name, "stage": stage, "id": indicator.id}
                head |= {"title": indicator.title, "level": level}
                rows.append(head | _between(here[named], of[named], indicator, county))
    columns = ["state", "stage", "id", "title", "level", *MEASURES]
    return pd.DataFrame(rows, columns=columns)


def _groups(county: County, plan: DistrictPlan | None, school: pd.Series) -> pd.DataFrame:
    """Return the group of each row at every level; ``""`` where it has none."""
    district = pd.Series("", index=county.schools.index) if plan is None else plan.schools
    schools = county.schools
    area = schools["area_type"] if "area_type" in schools else pd.Series("", schools.index)
    of = {"town": schools["town"], "district": district, "area": area}
    groups = {level: school.map(names).fillna("") for level, names in of.items()}
    return pd.DataFrame({"school": school, **groups})[list(LEVELS)]


def gaps_of(
    county: County, amounts: pd.DataFrame, plan: DistrictPlan | None = None
) -> pd.DataFrame:
    """Return the gaps of any one indicator.

    Parameters
    ----------
    county : County
    amounts : pandas.DataFrame
        One row a school: ``school``, ``pupils``, ``amount``.
    plan : DistrictPlan, optional
        Whose districts are compared; the current layout by default.

    Returns
    -------
    pandas.DataFrame
        Indexed by level (:data:`LEVELS`), the measures of :func:`gap_measures`.
    """
    groups = _groups(county, plan or county.current_plan, amounts["school"])
    rows = {}
    for level in LEVELS:
        named = groups[level] != ""
        if named.any():
            here = amounts[named]
            rows[level] = gap_measures(here["amount"], here["pupils"], groups.loc[named, level])
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("level")


def _between(
    here: pd.DataFrame, of: pd.Series, indicator: Indicator, county: County
) -> dict[str, object]:
    pupils = here["pupils"].to_numpy(dtype=float)
    amounts = here[indicator.column].to_numpy(dtype=float)
    found = gap_measures(amounts, pupils, of.to_numpy(), indicator.per)
    share = here[f"{indicator.column}_share"]
    names = {
        **county.schools["name"].to_dict(),
        **county.towns["name"].to_dict(),
        **{a: say(f"gaps.area.{a}") for a in ("urban", "seat", "rural")},
    }
    for end in ("highest", "lowest"):
        found[end] = names.get(found[end], found[end])
    return {**found, "met": float((share >= 1 - SLACK).mean())}


def gap_measures(
    amounts: npt.ArrayLike, pupils: npt.ArrayLike, groups: npt.ArrayLike, per: float = 1.0
) -> dict[str, object]:
    """Return the measures of the gap between groups of any amount per pupil.

    Parameters
    ----------
    amounts, pupils : array_like, shape (s,)
        Of each school.
    groups : array_like, shape (s,)
        Labels; each school its own for the gap between schools.
    per : float
        Pupils that ``mean`` refers to.

    Returns
    -------
    dict
        :data:`MEASURES` without ``met``. ``variation`` is the official coefficient of the groups,
        weighted by pupils; ``unweighted`` counts groups alike.
    """
    x, p = np.asarray(amounts, dtype=float), np.asarray(pupils, dtype=float)
    names, group = np.unique(np.asarray(groups).astype(str), return_inverse=True)
    held, people = np.bincount(group, x), np.bincount(group, p)
    with np.errstate(invalid="ignore", divide="ignore"):
        each = np.where(people > 0, held / people, np.nan)
    split = theil(x, p, groups)
    known = bool(np.isfinite(each).any())
    return {
        "groups": len(names),
        "mean": float(x.sum() / p.sum() * per) if p.sum() else float("nan"),
        "highest": str(names[np.nanargmax(each)]) if known else "",
        "lowest": str(names[np.nanargmin(each)]) if known else "",
        "variation": variation_coefficient(held, people),
        "unweighted": relative_spread(each[np.isfinite(each)]),
        "gini": gini(held, people),
        "range_ratio": range_ratio(held, people),
        "theil": split.total,
        "between": split.between,
        "within": split.within,
    }
