"""Score every district and union of a year, rank them, bundle the score into principals' scores."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from districting.county import County
from districting.errors import PlanFileError
from districting.evaluate.held import held
from districting.evaluate.scorecard.measures import MEASURES, Facts, Members, facts
from districting.evaluate.scorecard.printed import printed, report
from districting.evaluate.scorecard.profile import WHOLE, Indicator, Profile, read_scorecard
from districting.plan.district_plan import DistrictPlan
from districting.terms import say


@dataclass(frozen=True, eq=False)
class Scorecard:
    """What :func:`scorecard` found.

    Parameters
    ----------
    profile : Profile
    year : int
    lines : pandas.DataFrame
        One row a unit and indicator: ``unit_kind`` (``district``, ``union``), ``unit``,
        ``dimension``, ``id``, ``title``, ``points``, ``how``, ``value`` (the measure, or reached
        over target), ``own`` (自评), ``score`` (NaN while not settled), ``document``.
    units : pandas.DataFrame
        One row a unit, best first in each kind: ``unit_kind``, ``unit``, ``score``, ``settled``
        (points of settled indicators), ``percent`` (score over settled, of 100), ``rank``,
        ``rank_best``, ``rank_worst`` (with any one tiny school left out), ``tiny`` (tiny schools).
    principals : pandas.DataFrame
        One row a school: ``district``, ``school``, ``name``, ``principal``, ``own`` (the
        principal's score), ``percent`` (the district's), ``share``, ``total`` (NaN without own).
    commended : pandas.DataFrame
        ``kind`` (``district``, ``union``, ``principal``), ``name``, ``score``, ``rank``.
    """

    profile: Profile
    year: int
    lines: pd.DataFrame
    units: pd.DataFrame
    principals: pd.DataFrame
    commended: pd.DataFrame

    def sheets(self) -> dict[str, pd.DataFrame]:
        """Return tables by title for a workbook, headings in the current language."""
        return {
            say(f"scorecard.sheet.{name}"): printed(getattr(self, name))
            for name in ("units", "lines", "principals", "commended")
        }

    def __str__(self) -> str:
        return report(self.profile.label, self.year, self.units, self.commended)


def scorecard(
    county: County, profile: Profile | str | Path, plan: DistrictPlan | None = None
) -> Scorecard:
    """Score the districts of a year.

    Parameters
    ----------
    county : County
        Tables ``district_scores`` (confirmed points, targets) and ``principal_scores`` where they
        are there; the rest is computed from the county's other tables.
    profile : Profile, str or Path
        A shipped name (``taierzhuang``, ``caoxian``, ``targets``) or one's own TOML file.
    plan : DistrictPlan, optional
        Whose districts are scored; the current layout by default.

    Raises
    ------
    PlanFileError
        If there is no plan.
    PolicyError
        If the profile has faults.

    Notes
    -----
    Points that nobody has confirmed are not counted as nothing: a unit is ranked by its score over
    the points that are settled, and the settled points are told beside it.
    """
    if not isinstance(profile, Profile):
        profile = read_scorecard(profile)
    plan = plan or county.current_plan
    if plan is None:
        raise PlanFileError(say("plan.no_current"))
    known = facts(county, plan)
    told = held(county, "district_scores")
    head = profile.scorecard
    told = told[(told["profile"] == head.name) & (told["year"] == county.year)]
    entered = {(r["unit"], r["indicator"]): r for r in told.to_dict("records")}
    lines, units = [], []
    for kind in head.units:
        members = _members(plan, kind)
        for unit, of in members.items():
            lines += [
                {"unit_kind": kind, "unit": unit}
                | _line(i, profile, known, of, entered.get((unit, i.id)))
                for i in profile.indicator
            ]
        here = [row for row in lines if row["unit_kind"] == kind]
        units.append(_ranked(kind, pd.DataFrame(here), members, profile, known))
    table = pd.concat(units, ignore_index=True)
    principals = _principals(county, plan, table, head.share)
    best = _commended(table, principals, profile)
    return Scorecard(profile, county.year, pd.DataFrame(lines), table, principals, best)


def _members(plan: DistrictPlan, kind: str) -> dict[str, Members]:
    """Return schools and villages of each district, or of each named union."""
    of_unit = plan.districts["union"] if kind == "union" else None
    found = {}
    names = sorted(set(plan.districts["union"]) - {""}) if kind == "union" else plan.districts.index
    for name in names:
        districts = [name] if of_unit is None else list(of_unit.index[of_unit == name])
        schools = plan.schools.index[plan.schools.isin(districts)]
        villages = plan.villages.index[plan.villages.isin(districts)]
        found[str(name)] = Members(schools, villages)
    return found


def _line(
    one: Indicator, profile: Profile, known: Facts, of: Members, row: dict[Any, Any] | None
) -> dict[str, Any]:
    value, own, score, document = float("nan"), float("nan"), float("nan"), ""
    if row is not None:
        own, document = float(row["own"]), str(row["document"])
    if one.how == "computed":
        value = MEASURES[one.measure](known, of)
        score = one.earned(value)
    elif row is not None and one.how == "manual":
        score = min(float(row["confirmed"]), one.points)
        score = float("nan") if row["confirmed"] != row["confirmed"] else score
    elif row is not None and row["target"]:
        value = float(row["reached"]) / float(row["target"])
        score = one.earned(value)
    title = next(d.title for d in profile.dimension if d.id == one.dimension)
    return {
        "dimension": title,
        "id": one.id,
        "title": one.title,
        "points": one.points,
        "how": one.how,
        "value": value,
        "own": own,
        "score": score,
        "document": document,
    }


def _percents(lines: pd.DataFrame) -> pd.DataFrame:
    """Return ``score``, ``settled`` and ``percent`` by unit."""
    known = lines["score"].notna()
    sums = pd.DataFrame(
        {
            "score": lines["score"].groupby(lines["unit"]).sum(),
            "settled": lines["points"].where(known, 0.0).groupby(lines["unit"]).sum(),
        }
    )
    sums["percent"] = (WHOLE * sums["score"] / sums["settled"]).where(sums["settled"] > 0)
    return sums


def _ranked(
    kind: str, lines: pd.DataFrame, members: dict[str, Members], profile: Profile, known: Facts
) -> pd.DataFrame:
    if lines.empty:
        return pd.DataFrame(columns=["unit_kind", "unit", "percent", "rank"])
    table = _percents(lines)
    percents = table["percent"]
    table["rank"] = percents.rank(method="min", ascending=False)
    spans = {u: _span(u, of, lines, percents, profile, known) for u, of in members.items()}
    for column, place in (("rank_best", 0), ("rank_worst", 1), ("tiny", 2)):
        table[column] = [spans[str(u)][place] for u in table.index]
    table = table.reset_index().assign(unit_kind=kind)
    order = ["unit_kind", "unit", "score", "settled", "percent", "rank"]
    order += ["rank_best", "rank_worst", "tiny"]
    return table[order].sort_values(["rank", "unit"], ignore_index=True)


def _span(
    unit: str,
    of: Members,
    lines: pd.DataFrame,
    percents: pd.Series,
    profile: Profile,
    known: Facts,
) -> tuple[float, float, int]:
    """Return best and worst rank with any one tiny school left out, and how many are tiny."""
    schools = known.county.schools.loc[of.schools]
    pupils = schools["pupils_primary"] + schools["pupils_junior"]
    tiny = schools.index[(pupils > 0) & (pupils < profile.scorecard.tiny)]
    others = percents.drop(unit)
    mine = lines[lines["unit"] == unit]
    found = [percents[unit]]
    for school in tiny:
        rest = Members(of.schools.drop(school), of.villages)
        scores = [
            one.earned(MEASURES[one.measure](known, rest)) if one.how == "computed" else score
            for one, score in zip(profile.indicator, mine["score"], strict=True)
        ]
        found.append(_percents(mine.assign(score=scores))["percent"].iloc[0])
    ranks = [1 + int((others > p + 1e-9).sum()) for p in found if p == p]
    if not ranks:
        return float("nan"), float("nan"), len(tiny)
    return min(ranks), max(ranks), len(tiny)


def _principals(
    county: County, plan: DistrictPlan, units: pd.DataFrame, share: float
) -> pd.DataFrame:
    """Return each school's principal with the district's score bundled in (C47, C48)."""
    districts = units[units["unit_kind"] == "district"].set_index("unit")["percent"]
    own = held(county, "principal_scores")
    own = own[own["year"] == county.year].set_index("school")
    members = plan.schools[plan.schools != ""]
    table = pd.DataFrame(
        {
            "district": members,
            "name": county.schools["name"].reindex(members.index),
            "principal": own["principal"].reindex(members.index).fillna(""),
            "own": own["score"].reindex(members.index).astype(float),
            "percent": members.map(districts).astype(float),
            "share": share,
        }
    )
    table["total"] = (1 - share) * table["own"] + share * table["percent"]
    table = table.rename_axis("school").reset_index()
    return table.sort_values(["district", "school"], ignore_index=True)


def _commended(units: pd.DataFrame, principals: pd.DataFrame, profile: Profile) -> pd.DataFrame:
    """Return who may be commended: the best shares, above the floor, with enough points settled."""
    head, rows = profile.scorecard, []
    for kind in head.units:
        here = units[units["unit_kind"] == kind]
        most = math.floor(head.best_units * len(here) + 1e-9)
        fine = here[(here["percent"] >= head.floor) & (here["settled"] >= WHOLE * head.known)]
        rows += [
            (kind, row["unit"], row["percent"], int(row["rank"]))
            for row in fine.to_dict("records")
            if row["rank"] <= most
        ]
    scored = principals[principals["total"].notna()].copy()
    scored["rank"] = scored["total"].rank(method="min", ascending=False)
    most = math.floor(head.best_principals * len(scored) + 1e-9)
    best = scored[(scored["rank"] <= most) & (scored["total"] >= head.floor)]
    rows += [
        ("principal", row["name"], row["total"], int(row["rank"]))
        for row in best.sort_values("rank").to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["kind", "name", "score", "rank"])
