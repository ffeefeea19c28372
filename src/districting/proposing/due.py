"""Who is due when in a plan of several years, and the calendar that gives everyone a year."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.rotation import Bools, Ints, coded, lottery
from districting.model.rotation_view import Ahead, RotationView, place_table, staff_table
from districting.model.rotation_years import changes_of, county_in_autumn, newcomers
from districting.plan.rotation_plan import RotationPlan, leave_table
from districting.policy.policy import Policy
from districting.policy.rotation.base import RotationRule
from districting.policy.rotation.due_once import DueOnce
from districting.policy.rotation.out_cap import OutCap
from districting.policy.rotation.retirement import Retirement
from districting.policy.rotation.share_county import ShareCounty
from districting.policy.rule import Strength
from districting.solve.rotation.calendar import Turns, least_share, make_calendar
from districting.terms import say


@dataclass(frozen=True, eq=False)
class Outlook:
    """What is known of a plan's years before anybody moves.

    Parameters
    ----------
    rule : DueOnce
    years : range
    able : pandas.DataFrame of bool
        By teacher id and year: who is eligible as long as he or she has not moved.
    again : bool
        Whether somebody who has moved may become eligible again within the years.
    share : float
        Most of a year's eligible teachers that may move; infinite where nothing binds.
    """

    rule: DueOnce
    years: range
    able: pd.DataFrame
    again: bool
    share: float

    @property
    def due(self) -> pd.Series:
        """Who is due, by teacher id: eligible in some year but the last few."""
        few = min(self.rule.grace, len(self.years) - 1)
        counted = [y for y in self.years if y <= self.years[-1] - few]
        due: pd.Series = self.able[counted].any(axis=1)
        return due

    def turns(self, able: Bools, due: Bools, group: Ints, cap: Ints, spare: int = 0) -> Turns:
        """Return the calendar's problem for teachers as rows of `able`."""
        return Turns(able, group, cap, self.share, spare, self.again, due)


@dataclass(frozen=True)
class TooMany:
    """More are due than the shares of the years let move.

    Parameters
    ----------
    due, needed : int
        Teachers who are due, and how many of them have to move.
    most : int
        Proven: no more than these can.
    share, enough : float
        Upper share of a year, and the least that would be enough (NaN: none is).
    """

    due: int
    needed: int
    most: int
    share: float
    enough: float


def leaves_of(county: County, rules: Sequence[RotationRule], years: range) -> pd.DataFrame:
    """Return a plan's ``leaves``: who retires by the policy's table, who is known to leave."""
    known = changes_of(county, "leave")
    grounds = pd.DataFrame({"teacher": known["teacher"], "year": known["autumn"]})
    found = [grounds.assign(ground="leaves")]
    staff = county.tables["teachers"][["teacher", "born", "sex"]]
    everyone = pd.concat([staff, newcomers(county)[["teacher", "born", "sex"]]], ignore_index=True)
    for rule in rules:
        if isinstance(rule, Retirement):
            gone = rule.leaving(everyone, years)
            rows = {"teacher": gone.index, "year": gone.to_numpy(), "ground": "retires"}
            found.append(pd.DataFrame(rows))
    table = pd.concat(found, ignore_index=True)
    table["year"] = table["year"].clip(lower=years[0] + 1)
    table = table[table["year"] <= years[-1]].sort_values(["year", "ground"], kind="stable")
    return leave_table(table[~table["teacher"].duplicated()].to_dict("records"))


def outlook_of(county: County, rules: Sequence[RotationRule], plan: RotationPlan) -> Outlook | None:
    """Return what is known before anybody moves; None where no rule says who is due."""
    rule = next((r for r in rules if isinstance(r, DueOnce)), None)
    if rule is None:
        return None
    columns = {year: _able(county_in_autumn(county, plan, year), rule, year) for year in plan.years}
    able = pd.DataFrame(columns).fillna(False).astype(bool).sort_index()
    moved = county.tables["teachers"].assign(joined=np.datetime64(f"{plan.year}-09-01", "s"))
    settled = county.with_tables(teachers=moved)
    again = bool(_able(settled, rule, plan.last).any())
    shares = [r.most for r in rules if isinstance(r, ShareCounty) and r.most]
    return Outlook(rule, plan.years, able, again, min(shares, default=np.inf))


def _able(county: County, rule: DueOnce, year: int) -> pd.Series:
    """Return who is eligible in a year, by teacher id."""
    places = place_table(county)
    staff = staff_table(county, year, places)
    view = RotationView(county, year, staff, places, (), np.empty((0, 0)))
    return pd.Series(rule.able(view), index=staff["teacher"])


def look_ahead(
    outlook: Outlook, rules: Sequence[RotationRule], view: RotationView, plan: RotationPlan,
    seed: int,
) -> Ahead:  # fmt: skip
    """Return where the year of `view` stands: who has moved, who is due by when, who is next."""
    names = view.staff["teacher"]
    done = names.isin(plan.moves["teacher"]).to_numpy()
    able, years = _open(outlook, view, done), np.array(outlook.years)
    due = outlook.due.reindex(names).fillna(False).to_numpy(dtype=bool)
    years = years[years >= view.year]
    wanted = able.any(axis=1) & due
    deadline = np.where(wanted, years[-1] - np.argmax(able[:, ::-1], axis=1), 0)
    planned = np.zeros(len(names), dtype=np.int64)
    if outlook.rule.strength is not Strength.AIM:
        codes = coded(names.tolist())
        lots = lottery(seed, codes, codes)
        order = np.argsort(lots, kind="stable")
        caps = _caps(rules, view, len(years))
        turns = outlook.turns(able[order], wanted[order], view.place[order], caps)
        calendar = make_calendar(turns)
        now = order[calendar.period == 0]
        moved = int(outlook.due.reindex(plan.moves["teacher"].unique()).fillna(False).sum())
        left = outlook.rule.needed(moved + int(wanted.sum())) - moved
        if outlook.rule.share < 1 and calendar.placed:
            now = now[: math.ceil(max(0, left) * len(now) / calendar.placed)]
        planned[now] = view.year
    least = [r.least for r in rules if isinstance(r, ShareCounty)]
    fewest: list[int] = []
    for count in able.sum(axis=0).tolist():
        base = count if outlook.again else max(0, count - sum(fewest))  # who has moved is not able
        fewest.append(max((of(base) for of in least), default=0))
    later = np.asarray(able[:, 1:].any(axis=1), dtype=bool)
    return Ahead(plan.last, done, deadline.astype(np.int64), planned, later, tuple(fewest))


def _open(outlook: Outlook, view: RotationView, done: Bools) -> Bools:
    """Return which of the years from the view's on are open to each teacher, shape (t, years)."""
    years = [y for y in outlook.years if y >= view.year]
    rows = outlook.able[years].reindex(view.staff["teacher"]).fillna(False)
    return np.asarray(rows.to_numpy(dtype=bool) & ~done[:, None])


def _caps(rules: Sequence[RotationRule], view: RotationView, years: int) -> Ints:
    caps = [r.most(view) for r in rules if isinstance(r, OutCap)]
    most = caps[0] if caps else np.full(len(view.places), float(len(view.staff)))
    return np.repeat(most.astype(np.int64)[:, None], years, axis=1)


def too_many(outlook: Outlook, rules: Sequence[RotationRule]) -> TooMany | None:
    """Return the proof that more have to move than the years' shares allow; None without one.

    Only the county's upper share and who is eligible when are looked at: whoever is placed moves
    in one year, wherever to.
    """
    rule = outlook.rule
    binding = [r for r in rules if isinstance(r, ShareCounty) and r.most]
    musts = [rule, *binding]
    if not binding or any(r.strength is not Strength.MUST for r in musts):
        return None
    able, who = outlook.able.to_numpy(), outlook.due.to_numpy()
    due = int(who.sum())
    needed = rule.needed(due)
    everyone = np.zeros(len(able), dtype=np.int64)
    free = np.full((1, able.shape[1]), len(able), dtype=np.int64)
    most = make_calendar(outlook.turns(able, who, everyone, free, spare=1)).bound
    if most >= needed:
        return None
    enough = least_share(outlook.turns(able, who, everyone, free), needed)
    return TooMany(due, needed, most, outlook.share, enough)


def when_due(county: County, policy: Policy, plan: RotationPlan, teacher: str) -> list[str]:
    """Return when a teacher is due in the years of `plan`, what is planned, and why that year."""
    lines = [
        say("horizon.leaves", year=row.year, ground=say(f"horizon.ground.{row.ground}"))
        for row in plan.leaves[plan.leaves["teacher"] == teacher].itertuples()
    ]
    rule = next((r for r in policy.of("rotation") if isinstance(r, DueOnce)), None)
    table = pd.DataFrame({"teacher": []}) if rule is None else rule.table(county, plan)
    found = table[table["teacher"] == teacher]
    if found.empty:
        return [*lines, say("horizon.not_due", first=plan.year, last=plan.last)]
    row = found.iloc[0]
    lines.append(say("horizon.due", first=int(row["first"]), deadline=int(row["deadline"])))
    if not row["moved"]:
        return [*lines, say("horizon.left_over", last=plan.last)]
    move = plan.moves[plan.moves["teacher"] == teacher].iloc[0]
    lines.append(
        say(
            "horizon.planned",
            year=int(row["moved"]),
            school=county.school_titles[row["to_school"]],
            reason=say(f"rotation.reason.{move['reason'] or 'edited'}"),
        )
    )
    returns = move["end"] and not move["moved"] and not move["stays"]
    if returns and int(move["end"][:4]) <= plan.last:
        lines.append(say("horizon.returns", year=move["end"][:4]))
    return lines
