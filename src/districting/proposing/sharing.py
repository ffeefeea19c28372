"""Share facilities and courses: who uses what, when, on which agreement, and whom it reaches."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from districting.county import County
from districting.evaluate.held import held, of_year
from districting.evaluate.text import table_text
from districting.graph import MODES, between_schools
from districting.model.allotment import Allotment, AllotmentProblem
from districting.plan.district_plan import DistrictPlan
from districting.proposing.sharing_printed import SHEETS, printed, registered
from districting.proposing.sharing_terms import SharingTerms, read_sharing_terms
from districting.read.hours import parse_hours
from districting.solve.allotment import allot
from districting.solve.stop import Stop
from districting.terms import say


@dataclass(frozen=True, eq=False)
class Sharing:
    """What :func:`share` found.

    Parameters
    ----------
    terms : SharingTerms
    solved : Allotment
        Status, objective and proven bound, person-minutes.
    reach : pandas.DataFrame
        By kind of facility (受益面): ``kind``, ``pupils`` (of schools whose classes want it),
        ``own`` (% of their wanted periods that their own schools serve), ``possible`` (% of pupils
        who have or may reach one), ``after`` (% of wanted periods served with sharing), each pupil
        counting alike.
    needs : pandas.DataFrame
        By school, stage and kind: ``school``, ``name``, ``stage``, ``kind``, ``pupils``,
        ``classes``, ``wanted``, ``own``, ``shared``, ``unmet`` (class-periods a week).
    timetable : pandas.DataFrame
        One row a facility, slot and school: ``facility``, ``kind``, ``owner``, ``owner_name``,
        ``user``, ``user_name``, ``stage``, ``day`` (0 Monday), ``period`` (from 1), ``classes``,
        ``minutes`` (one way).
    agreements : pandas.DataFrame
        One row a pair of schools: ``owner``, ``owner_name`` (甲方), ``user``, ``user_name``
        (乙方), ``facilities``, ``hours``, ``periods`` a week, ``minutes``, ``fee`` (yuan a week),
        ``duties``.
    """

    terms: SharingTerms
    solved: Allotment
    reach: pd.DataFrame
    needs: pd.DataFrame
    timetable: pd.DataFrame
    agreements: pd.DataFrame

    def sheets(self) -> dict[str, pd.DataFrame]:
        """Return tables by title for a workbook, headings in the current language."""
        return {say(f"sharing.sheet.{name}"): printed(getattr(self, name)) for name in SHEETS}

    def __str__(self) -> str:
        served = int(self.needs["shared"].sum())
        lines = [
            say("sharing.report", label=self.terms.label, minutes=f"{self.terms.terms.minutes:g}"),
            say(
                "sharing.outcome",
                served=served,
                unmet=int(self.needs["unmet"].sum()),
                agreements=len(self.agreements),
                status=say(f"closing.status.{self.solved.status}"),
            ),
            "",
            table_text(printed(self.reach)),
        ]
        return "\n".join(lines)


def share(
    county: County,
    plan: DistrictPlan | None = None,
    terms: SharingTerms | str | Path = "default",
    stop: Stop | None = None,
    seed: int = 0,
) -> Sharing:
    """Let schools use each other's facilities and courses within a way and a scope.

    A school serves its own classes first, in the periods it does not open to others; what is left
    goes to facilities of other schools that are open to it, near enough and free. Most periods are
    served, then ways are short; proven.

    Parameters
    ----------
    county : County
        Needs tables ``facilities`` and ``classes``.
    plan : DistrictPlan, optional
        Whose districts and unions count; the current layout by default.
    terms : SharingTerms, str or Path
    stop : Stop, optional
        60 seconds by default.
    seed : int

    Returns
    -------
    Sharing
        In the timetable no facility is over its capacity and no class in two places.

    Raises
    ------
    PolicyError
        If the terms have faults.
    """
    if not isinstance(terms, SharingTerms):
        terms = read_sharing_terms(terms)
    plan = plan or county.current_plan
    facilities = _facilities(county, terms)
    needs = _needs(county, facilities, terms)
    pairs = _pairs(county, plan, facilities, needs, terms)
    problem = _problem(needs, facilities, pairs, terms)
    solved = allot(problem, stop or Stop(60.0), seed)
    shared = np.zeros(len(needs), dtype=np.int64)
    np.add.at(shared, problem.pair_demand, solved.sessions.sum(axis=1))
    needs = needs.assign(shared=shared)
    needs["unmet"] = needs["wanted"] - needs["own"] - needs["shared"]
    timetable = _timetable(county, needs, facilities, pairs, solved, terms)
    return Sharing(
        terms,
        solved,
        _reach(needs, pairs),
        needs,
        timetable,
        registered(timetable, terms),
    )


def _facilities(county: County, terms: SharingTerms) -> pd.DataFrame:
    """Return facilities with ``slots`` (list of (day, period)), ``scope`` and ``own`` periods."""
    head = terms.terms
    wanted = [u.kind for u in terms.use]
    table = held(county, "facilities")
    table = table[table["kind"].isin(wanted)].reset_index(drop=True)
    whole = head.days * head.periods
    last = [(d, p) for p in range(head.periods, 0, -1) for d in range(head.days)]
    given = table["periods"].fillna(head.open_periods).astype(int).clip(upper=whole)
    slots = []
    for hours, count in zip(table["hours"], given, strict=True):
        named = parse_hours(hours) if hours else None
        inside = [s for s in named or last if s[0] < head.days and s[1] <= head.periods]
        slots.append(sorted(inside[:count]))
    scope = table["open_to"].replace("", head.scope)
    closed = scope == "school"
    slots = [[] if shut else s for s, shut in zip(slots, closed, strict=True)]
    own = [whole - len(s) for s in slots]
    return table.assign(
        slots=pd.Series(slots, index=table.index, dtype=object), scope=scope, own=own
    )


def _needs(county: County, facilities: pd.DataFrame, terms: SharingTerms) -> pd.DataFrame:
    """Return what classes want of each kind, and what their own school serves."""
    classes = of_year(held(county, "classes"), county.year)
    stage = np.where(classes["grade"] <= 6, "primary", "junior")
    sums = classes.groupby([classes["school"], pd.Series(stage, classes.index, name="stage")])
    table = sums[["classes", "pupils"]].sum().reset_index()
    table = table[(table["classes"] > 0) & (table["pupils"] > 0)]
    parts = []
    for use in terms.use:
        each = table["stage"].map({"primary": use.primary, "junior": use.junior})
        parts.append(table.assign(kind=use.kind, wanted=table["classes"] * each))
    needs = pd.concat(parts, ignore_index=True)
    needs = needs[needs["wanted"] > 0].sort_values(["school", "stage", "kind"], ignore_index=True)
    needs["name"] = needs["school"].map(county.schools["name"])
    needs["own"] = _served_at_home(needs, facilities)
    return needs


def _served_at_home(needs: pd.DataFrame, facilities: pd.DataFrame) -> list[int]:
    """Return the periods that each school serves itself, its stages in order, one class a room."""
    left = facilities.groupby(["school", "kind"])["own"].sum().to_dict()
    served = []
    for row in needs.to_dict("records"):
        key = (row["school"], row["kind"])
        taken = min(int(row["wanted"]), int(left.get(key, 0)))
        left[key] = left.get(key, 0) - taken
        served.append(taken)
    return served


def _pairs(
    county: County,
    plan: DistrictPlan | None,
    facilities: pd.DataFrame,
    needs: pd.DataFrame,
    terms: SharingTerms,
) -> pd.DataFrame:
    """Return ``demand``, ``server`` (rows) and ``minutes`` of every use that is allowed."""
    head = terms.terms
    mode = MODES[head.mode]
    limit = max(head.minutes - mode.wait, 0.0) * mode.speed * 1000.0 / 60.0
    owners = sorted(set(facilities["school"]))
    ways = between_schools(county, owners, limit) if owners else pd.DataFrame()
    columns = ["demand", "server", "minutes"]
    if ways.empty or needs.empty:
        return pd.DataFrame(columns=columns)
    wanting = needs[needs["wanted"] > needs["own"]].rename_axis("demand").reset_index()
    offered = facilities[facilities["own"] >= 0].rename_axis("server").reset_index()
    offered = offered[[len(s) > 0 for s in offered["slots"]]]
    table = wanting[["demand", "school", "kind"]].merge(ways, left_on="school", right_on="from")
    table = table[table["from"] != table["to"]]
    table = table.merge(
        offered[["server", "school", "kind", "scope"]],
        left_on=["to", "kind"],
        right_on=["school", "kind"],
        suffixes=("", "_owner"),
    )
    table = table[_allowed(table, plan)]
    table["minutes"] = mode.minutes(table["metres"])
    return table.sort_values(["demand", "server"], ignore_index=True)[columns]


def _allowed(table: pd.DataFrame, plan: DistrictPlan | None) -> pd.Series:
    """Return which users are in the scope of the facility."""
    if plan is None:
        return table["scope"] == "county"
    district = plan.schools
    union = district.map(plan.districts["union"]).fillna("")
    same = {}
    for name, of in (("district", district), ("union", union)):
        user, owner = table["from"].map(of).fillna(""), table["to"].map(of).fillna("")
        same[name] = (user != "") & (user == owner)
    near = same["district"] & table["scope"].isin(["district", "union"])
    return near | (same["union"] & (table["scope"] == "union")) | (table["scope"] == "county")


def _problem(
    needs: pd.DataFrame, facilities: pd.DataFrame, pairs: pd.DataFrame, terms: SharingTerms
) -> AllotmentProblem:
    head = terms.terms
    mean = needs["pupils"].to_numpy(dtype=float) / needs["classes"].to_numpy(dtype=float)
    size = np.ceil(mean).astype(np.int64)
    keys = needs["school"] + " " + needs["stage"]
    user = np.unique(keys, return_inverse=True)[1].astype(np.int64)
    groups = np.zeros(user.max(initial=-1) + 1, dtype=np.int64)
    groups[user] = needs["classes"].to_numpy()
    open_ = np.zeros((len(facilities), head.days * head.periods), dtype=bool)
    for row, slots in enumerate(facilities["slots"]):
        for day, period in slots:
            open_[row, day * head.periods + period - 1] = True
    one = int(size.max(initial=1))  # a place of unknown size holds one class
    room = facilities["capacity"].to_numpy(dtype=float)
    capacity = np.where(np.isnan(room), one, room).astype(np.int64)
    return AllotmentProblem(
        demand=(needs["wanted"] - needs["own"]).to_numpy(dtype=np.int64),
        user=user,
        size=size,
        groups=groups,
        capacity=capacity,
        open=open_,
        pair_demand=pairs["demand"].to_numpy(dtype=np.int64),
        pair_server=pairs["server"].to_numpy(dtype=np.int64),
        minutes=pairs["minutes"].to_numpy(dtype=float),
        lost=head.minutes + 1.0,
    )


def _timetable(
    county: County,
    needs: pd.DataFrame,
    facilities: pd.DataFrame,
    pairs: pd.DataFrame,
    solved: Allotment,
    terms: SharingTerms,
) -> pd.DataFrame:
    pair, slot = np.nonzero(solved.sessions)
    demand = needs.iloc[pairs["demand"].to_numpy(dtype=np.int64)[pair]].reset_index(drop=True)
    server = facilities.iloc[pairs["server"].to_numpy(dtype=np.int64)[pair]].reset_index(drop=True)
    names = county.schools["name"]
    table = pd.DataFrame(
        {
            "facility": server["facility"],
            "kind": server["kind"],
            "owner": server["school"],
            "owner_name": server["school"].map(names),
            "user": demand["school"],
            "user_name": demand["name"],
            "stage": demand["stage"],
            "day": slot // terms.terms.periods,
            "period": slot % terms.terms.periods + 1,
            "classes": solved.sessions[pair, slot],
            "minutes": pairs["minutes"].to_numpy(dtype=float)[pair],
        }
    )
    return table.sort_values(["facility", "day", "period", "user"], ignore_index=True)


def _reach(needs: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return 受益面 by kind: shares of pupils, before and after."""
    near = needs.index.isin(pairs["demand"])
    table = needs.assign(
        had=needs["pupils"] * needs["own"] / needs["wanted"],
        may=needs["pupils"] * ((needs["own"] > 0) | near),
        has=needs["pupils"] * (needs["own"] + needs["shared"]) / needs["wanted"],
    )
    sums = table.groupby("kind")[["pupils", "had", "may", "has"]].sum()
    shares = 100.0 * sums[["had", "may", "has"]].div(sums["pupils"], axis=0)
    shares.columns = ["own", "possible", "after"]
    return pd.concat([sums["pupils"].astype("int64"), shares], axis=1).reset_index()
