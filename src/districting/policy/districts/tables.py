"""Raw tables that the checks of district rules reckon with. Builders of models do not use them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from districting.county import STAGES, County
from districting.graph.remembered import remembered, remembered_of_plan
from districting.plan.district_plan import DistrictPlan
from districting.policy.rule import DistrictRule, Finding, Strength, Verdict
from districting.terms import say


@remembered_of_plan
def village_table(county: County, plan: DistrictPlan) -> pd.DataFrame:
    """Return the villages with a column ``district`` (``""`` where the plan does not say)."""
    table = _villages(county)
    return table.assign(district=plan.villages.reindex(table.index).fillna("").astype(object))


@remembered
def _villages(county: County) -> pd.DataFrame:
    return pd.DataFrame(county.villages.drop(columns="geometry", errors="ignore"))


@remembered_of_plan
def school_table(county: County, plan: DistrictPlan) -> pd.DataFrame:
    """Return the town-run schools with columns ``district``, ``union`` and ``all_pupils``."""
    table = _schools(county)
    district = plan.schools.reindex(table.index).fillna("").astype(object)
    return table.assign(district=district, union=district.map(union_of(plan)).fillna(""))


@remembered
def _schools(county: County) -> pd.DataFrame:
    table = county.district_schools()
    pupils = sum((numbers(table, f"pupils_{s}") for s in STAGES), numbers(table, ""))
    return table.assign(all_pupils=pupils)


def numbers(table: pd.DataFrame, column: str) -> pd.Series:
    """Return a column as floats with 0 for empty cells; zeros where the column is missing."""
    if column not in table:
        return pd.Series(0.0, index=table.index)
    return table[column].fillna(0).astype(float)


def children_of(table: pd.DataFrame, stages: Iterable[str]) -> pd.Series:
    """Return the children of `stages` together, by village."""
    return sum((numbers(table, f"children_{s}") for s in stages), numbers(table, ""))


def flags(table: pd.DataFrame, column: str) -> pd.Series:
    """Return a yes/no column with no for empty cells; all no where the column is missing."""
    if column not in table:
        return pd.Series(False, index=table.index)
    return table[column].fillna(False).astype(bool)


def union_of(plan: DistrictPlan) -> dict[str, str]:
    """Return the union of each district; a district without one stands for itself."""
    unions = plan.districts["union"].fillna("")
    return {str(d): str(u) if u else str(d) for d, u in unions.items()}


def district_names(plan: DistrictPlan) -> list[str]:
    """Return every district that the plan lists or uses, sorted."""
    return sorted({str(d) for d in (*plan.districts.index, *plan.villages, *plan.schools)} - {""})


@remembered_of_plan
def complete(county: County, plan: DistrictPlan) -> bool:
    """Whether the plan gives every village a district."""
    return bool((plan.villages.reindex(county.villages.index).fillna("") != "").all())


def town_name(county: County, code: object) -> str:
    """Return the name of town `code`, or the code where there is no such town."""
    return str(county.towns["name"].get(code, code))


def lookup_towns(county: County, words: Iterable[str]) -> dict[str, str]:
    """Return the town code of each word that is a town's code or name; others are left out."""
    names = {str(name): str(code) for code, name in county.towns["name"].items()}
    return {
        w: w if w in county.towns.index else names[w]
        for w in words
        if w in {*names, *names.values()}
    }


def unknown_towns(rule: DistrictRule, county: County, words: Iterable[str]) -> list[str]:
    """Return the message that names those of `words` which are no town's code or name."""
    given = list(words)
    known = lookup_towns(county, given)
    strange = [w for w in given if w not in known]
    if not strange:
        return []
    towns = "、".join(map(str, county.towns["name"]))
    return [say("policy.unknown_towns", rule=rule.title, value="、".join(strange), known=towns)]


def verdict_of(holds: bool, mendable: bool = False) -> Verdict:
    """Return PASS when it `holds`; INCOMPLETE when more assignments could still mend it."""
    if holds:
        return Verdict.PASS
    return Verdict.INCOMPLETE if mendable else Verdict.FAIL


def rounding(*sums: float) -> float:
    """Return the slack that float sums of this size deserve in a comparison."""
    return 1e-9 * max(1.0, *(float(np.abs(s)) for s in sums if np.isfinite(s)))


def spread_finding(
    rule: DistrictRule, county: County, means: pd.Series, limit: float, whole: bool
) -> Finding:
    """Return the finding on the largest less the smallest of the districts' `means`."""
    known = means.dropna()
    spread = float(known.max() - known.min()) if len(known) else 0.0
    aim = rule.strength is Strength.AIM
    verdict = verdict_of(aim or spread <= limit + rounding(spread), mendable=not whole)
    part = "spread_measured" if aim else f"spread_{verdict}"
    ends = {
        "low_district": str(known.idxmin()) if len(known) else "—",
        "high_district": str(known.idxmax()) if len(known) else "—",
    }
    details = {"message": part, **ends}
    return Finding(rule.name, verdict, (county.name,), spread, limit, details=details)
