"""Compare plans of staff of one kind: the numbers of their rules, and who is where in which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pandas as pd

from districting.county import County
from districting.evaluate.compare import LISTED, Compared, distinct
from districting.evaluate.measure import printed
from districting.evaluate.measures.item import Item
from districting.evaluate.verify import Report, verify
from districting.plan.adopt import with_moves
from districting.plan.plan import Plan
from districting.plan.posts_plan import PostsPlan
from districting.plan.rotation_plan import RotationPlan
from districting.plan.teaching_plan import TeachingPlan
from districting.policy import read_policy
from districting.policy.policy import Policy
from districting.terms import say

NUMBER = "number"
MEASURES = (
    # rule, number of its finding (or a detail), unit, better, whether summaries show it
    ("share_sending", NUMBER, "persons", "higher", False),
    ("share_county", NUMBER, "persons", "higher", False),
    ("share_backbone", NUMBER, "persons", "higher", False),
    ("near_district", "in_district", "persons", "higher", False),
    ("near_district", "in_union", "persons", "", False),
    ("near_district", "in_county", "persons", "lower", False),
    ("direction", NUMBER, "persons", "lower", False),
    ("shortage", NUMBER, "periods", "lower", True),
    ("staff_variation", NUMBER, "coefficient", "lower", True),
    ("worst_commute", NUMBER, "km", "lower", True),
    ("total_commute", NUMBER, "km", "lower", True),
    ("wishes", NUMBER, "persons", "higher", True),
    ("wishes", "first", "persons", "higher", False),
    ("full_curriculum", NUMBER, "periods", "lower", True),
    ("visit_scope", NUMBER, "periods", "higher", False),
    ("visit_scope", "union", "periods", "", False),
    ("visit_scope", "county", "periods", "lower", False),
    ("mentor_pairs", NUMBER, "pairs", "higher", True),
    ("studio_reach", NUMBER, "places", "higher", True),
    ("keep_holders", NUMBER, "offices", "lower", True),
    ("standing", NUMBER, "points", "higher", True),
    ("rural_service", NUMBER, "offices", "lower", True),
)
BY_PLACE = ("staff_variation", "full_curriculum")
"""Rules whose measure is one for each of their findings, named by what these are about."""
HALF_DAYS = "half_days"


@dataclass(frozen=True)
class RuleItem(Item):
    """A number that a rule's check found; `told` is its title."""

    told: str = ""

    @property
    def title(self) -> str:
        """Title of the measure, and what it is about."""
        return self.told


@dataclass(frozen=True, eq=False, kw_only=True)
class StaffComparison(Compared):
    """What :func:`compare_staff` found.

    Parameters
    ----------
    kind : str
        Of all plans.
    items : tuple of tuple of Item
        One a plan.
    changes : tuple of pandas.DataFrame
        One a plan from the second on: what it has otherwise than the first. Columns ``before`` and
        ``after``, headed by the plans' names when printed, are empty where there is nothing.
    schools : tuple of pandas.DataFrame
        The same by school and subject: teachers after the moves, or periods covered by visits.
    """

    kind: str
    items: tuple[tuple[Item, ...], ...]
    changes: tuple[pd.DataFrame, ...]
    schools: tuple[pd.DataFrame, ...] = field(default=())

    def numbers(self, place: int) -> tuple[Item, ...]:
        """Return what was measured."""
        return self.items[place]

    def sheets(self) -> dict[str, pd.DataFrame]:
        """Return all tables with titles and headings in the current language, for a workbook."""
        sheets = {say("evaluate.sheet.measures"): printed(self.table())}
        for what, tables in (("changes", self.changes), ("schools", self.schools)):
            for name, table in zip(self.plans[1:], tables, strict=False):
                title = say(f"staff_compare.sheet.{what}", plan=name)
                sheets[title] = self._headed(table, name)
        return sheets

    def _headed(self, table: pd.DataFrame, name: str) -> pd.DataFrame:
        ends = {"before": self.plans[0], "after": name}
        return table.rename(columns=lambda c: ends.get(c) or say(f"staff_compare.column.{c}"))

    def __str__(self) -> str:
        lines = self.told()
        for name, table in zip(self.plans[1:], self.changes, strict=True):
            words = {"first": self.plans[0], "plan": name}
            counts = {
                "left": int((table["after"] == "").sum()),
                "new": int((table["before"] == "").sum()),
            }
            other = len(table) - sum(counts.values())
            lines.append(say(f"staff_compare.head.{self.kind}", other=other, **words, **counts))
            for row in table.head(LISTED).to_dict("records"):
                known = [str(v) for k, v in row.items() if k not in ("before", "after") and v]
                ends = (row["before"] or "—", row["after"] or "—")
                lines.append(f"  {' '.join(known)}：{ends[0]} → {ends[1]}")
            if len(table) > LISTED:
                lines.append("  " + say("evaluate.more", count=len(table) - LISTED))
            lines.append("")
        return "\n".join(lines).rstrip()


def compare_staff(
    county: County, plans: Sequence[Plan], policy: Policy | None = None
) -> StaffComparison:
    """Measure plans of rotation, teaching or posts by the rules of one policy, and list changes.

    Parameters
    ----------
    county : County
    plans : sequence of Plan
        All of one kind; the first is the one to hold the others against. Of a rotation plan of
        several years its own year.
    policy : Policy, optional
        The first plan's by default.

    Raises
    ------
    ValueError
        If there are no plans.
    """
    if not plans:
        raise ValueError("compare needs at least one plan")
    rules = policy or read_policy(plans[0].policy)
    reports = tuple(verify(county, plan, rules) for plan in plans)
    pairs = tuple(zip(plans, reports, strict=True))
    return StaffComparison(
        kind=plans[0].kind,
        plans=distinct([p.name for p in plans]),
        items=tuple((*_counts(plan), *_items(plan, report)) for plan, report in pairs),
        changes=tuple(_changes(county, plans[0], plan) for plan in plans[1:]),
        schools=tuple(_schools(county, plans[0], plan) for plan in plans[1:])
        if plans[0].kind != PostsPlan.kind
        else (),
        reports=reports,
    )


def _counts(plan: Plan) -> Iterator[Item]:
    """Yield the numbers of persons that a plan concerns."""
    if isinstance(plan, RotationPlan):
        yield _item("moves", len(plan.in_year()), "persons", "lower")
    elif isinstance(plan, TeachingPlan):
        yield _item("visitors", plan.visits["teacher"].nunique(), "persons", "")
        yield _item(HALF_DAYS, len(plan.timetable), "half_days", "lower")
    elif isinstance(plan, PostsPlan):
        yield _item("offices", len(plan.posts), "offices", "")
        yield _item("holders", plan.posts["teacher"].nunique(), "persons", "")


def _item(name: str, value: float, unit: str, better: str, leading: bool = True) -> Item:
    told = say(f"staff_compare.measure.{name}")
    return RuleItem(name, float(value), unit, better, leading=leading, told=told)


def _items(plan: Plan, report: Report) -> Iterator[Item]:
    """Yield the numbers that the checks found in the plan's own year."""
    for rule, key, unit, better, leading in MEASURES:
        for judged in report.findings:
            finding = judged.finding
            here = finding.details.get("year", plan.year) == plan.year
            value = finding.number if key == NUMBER else finding.details.get(key)
            if judged.rule != rule or not here or value is None:
                continue
            name = rule if key == NUMBER else f"{rule}_{key}"
            told = say(f"staff_compare.measure.{name}")
            if rule in BY_PLACE:
                words = (str(finding.details.get("stage", "")), *finding.place)
                stage, subject = (word for word in words if word)
                about = say("teaching.why.subject", stage=stage, name=subject)
                name, told = f"{name}:{about}", f"{about} · {told}"
            yield RuleItem(name, float(value), unit, better, leading=leading, told=told)


def _changes(county: County, first: Plan, second: Plan) -> pd.DataFrame:
    """Return what two plans have otherwise, with ``before`` and ``after``."""
    a, b = (_who(county, plan) for plan in (first, second))
    keys = [c for c in a.columns if c != "value"]
    both = a.merge(b, on=keys, how="outer", suffixes=("_a", "_b")).fillna("")
    both = both.rename(columns={"value_a": "before", "value_b": "after"})
    return both[both["before"] != both["after"]].sort_values(keys, ignore_index=True)


def _who(county: County, plan: Plan) -> pd.DataFrame:
    """Return who is where in a plan: keys, and as ``value`` what may differ."""
    names = county.school_titles
    if isinstance(plan, RotationPlan):
        table = plan.in_year()
        columns = {c: table[c] for c in ("teacher", "subject")}
        columns |= {"home": table["from_school"].map(names), "value": table["to_school"].map(names)}
    elif isinstance(plan, TeachingPlan):
        table = plan.visits
        columns = {"teacher": table["teacher"], "school": table["school"].map(names)}
        columns |= {"subject": table["subject"], "value": table["periods"].astype("str")}
    else:
        assert isinstance(plan, PostsPlan)
        held = plan.posts.groupby(["place", "post"], sort=False)["teacher"].agg("、".join)
        table = held.reset_index()
        titles = [say(f"posts.post.{p}") for p in table["post"]]
        columns = {"place": table["place"], "post": pd.Series(titles), "value": table["teacher"]}
    return pd.DataFrame(columns).astype("str").reset_index(drop=True)


def _schools(county: County, first: Plan, second: Plan) -> pd.DataFrame:
    """Return the schools and subjects where two plans differ, with numbers under each."""
    keys = ["school", "stage", "subject"]
    now, a, b = (_by_subject(county, plan) for plan in (None, first, second))
    table = pd.concat({"now": now, "before": a, "after": b}, axis=1).fillna(0).astype("int64")
    table = table[table["before"] != table["after"]].rename_axis(keys).reset_index()
    if isinstance(first, TeachingPlan):
        table = table.drop(columns="now")
    table["stage"] = [say(f"terms.{s}") for s in table["stage"]]
    table["school"] = table["school"].map(county.school_titles)
    return table.sort_values(keys, ignore_index=True)


def _by_subject(county: County, plan: Plan | None) -> pd.Series:
    """Return teachers, of a teaching plan periods covered, by school, stage and subject."""
    keys = ["school", "stage", "subject"]
    if isinstance(plan, TeachingPlan):
        return plan.visits.groupby(keys)["periods"].sum()
    here = with_moves(county, plan) if isinstance(plan, RotationPlan) else county
    return here.tables["teachers"].groupby(keys).size()
