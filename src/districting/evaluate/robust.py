"""How plans compare when the numbers they rest on are uncertain, and which musts a shift breaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from districting.county import STAGES, County
from districting.evaluate.by_kind import MEASURERS, one_kind
from districting.evaluate.compare import distinct
from districting.evaluate.measure import DECIMALS
from districting.evaluate.measures.ground import survey
from districting.evaluate.measures.item import Item
from districting.evaluate.perturbed import with_children, with_roads
from districting.evaluate.plan_years import in_plan_years
from districting.evaluate.text import table_text
from districting.evaluate.verify import Outcome, verify
from districting.graph import road_network
from districting.plan.plan import Plan
from districting.policy.policy import Policy
from districting.terms import say

UNCERTAIN = ("assumed", "synthetic")
"""Marks of columns whose values are nobody's count or measurement."""
SPREAD = 0.1
"""Standard deviation of the logarithm of a factor: two thirds lie within some ±10 %."""
STRESS = (0.9, 1.0, 1.1)
Masks = dict[str, npt.NDArray[np.bool_]]


@dataclass(frozen=True, eq=False)
class Robustness:
    """What :func:`robustness` found.

    Parameters
    ----------
    plans : tuple of str
    draws, seed : int
    perturbed : tuple of str
        Columns that were drawn anew, as ``table.column``; empty where every number is official,
        quoted or derived, so that all draws are the county as it stands.
    pairs : pandas.DataFrame
        A row a leading measure and pair of plans: ``measure`` (key), ``stage``, ``title``,
        ``unit`` (key), ``a``, ``b`` (plans), ``a_better``, ``b_better`` (shares of the draws, the
        rest being ties), ``difference`` (mean of a less b), ``low``, ``high`` (its 5th and 95th
        centile); NaN where no draw could tell the measure of both.
    stress : pandas.DataFrame
        A row a plan and factor: ``plan``, ``children`` (factor), ``ok``, ``fails`` (findings
        against musts), ``broken`` (titles of the rules); empty without a policy.
    """

    plans: tuple[str, ...]
    draws: int
    seed: int
    perturbed: tuple[str, ...]
    pairs: pd.DataFrame
    stress: pd.DataFrame

    def __str__(self) -> str:
        inputs = "、".join(self.perturbed) or say("robust.nothing")
        parts = [say("robust.head", draws=self.draws, seed=self.seed, inputs=inputs)]
        if len(self.pairs):
            parts.append(table_text(self._printed_pairs()))
        if len(self.stress):
            parts += ["", say("robust.stress"), table_text(self._printed_stress())]
        return "\n".join(parts)

    def _printed_pairs(self) -> pd.DataFrame:
        table = self.pairs.drop(columns=["measure", "stage"])
        for column in ("a_better", "b_better"):
            table[column] = [f"{share:.0%}" for share in table[column]]
        places = table["unit"].map(DECIMALS).fillna(0).astype(int)
        for column in ("difference", "low", "high"):
            table[column] = [round(v, n) for v, n in zip(table[column], places, strict=True)]
        table["unit"] = [say(f"evaluate.unit.{u}") for u in table["unit"]]
        return table.rename(columns=lambda c: say(f"robust.column.{c}"))

    def _printed_stress(self) -> pd.DataFrame:
        table = self.stress.copy()
        table["children"] = [f"× {factor:g}" for factor in table["children"]]
        table["ok"] = [say("robust.holds" if ok else "robust.breaks") for ok in table["ok"]]
        return table.rename(columns=lambda c: say(f"robust.column.{c}"))


def robustness(
    county: County,
    plans: Sequence[Plan],
    policy: Policy | None = None,
    draws: int = 50,
    seed: int = 0,
    spread: float = SPREAD,
) -> Robustness:
    """Measure `plans` again and again on counties drawn around `county`.

    Where children or lengths of roads are assumed or synthetic by their provenance, every village
    and every road gets a lognormal factor of mean 1, the same for all plans of a draw (common
    random numbers); official, quoted and derived numbers stay. With a policy every plan is also
    verified with all children at 0.9, 1.0 and 1.1 of their number.

    Parameters
    ----------
    county : County
    plans : sequence of Plan
        Of one kind that has measures.
    policy : Policy, optional
        Whose musts the stress test checks.
    draws, seed : int
        Same county, plans, draws and seed give the same tables.
    spread : float
        Standard deviation of the logarithm of the factors.

    Raises
    ------
    ValueError
        If there are no plans or no draws.
    PlanFileError
        If plans of this kind are not measured, or the plans are not of one kind.
    """
    if draws < 1:
        raise ValueError("robustness needs at least one draw")
    one_kind(plans)
    names = distinct([p.name for p in plans])
    masks = _uncertain(county)
    drawn = _measured(county, plans, masks, draws, seed, spread) if len(plans) > 1 else []
    stress = _stress(county, plans, names, policy) if policy is not None else pd.DataFrame()
    return Robustness(names, draws, seed, tuple(masks), _pairs(names, drawn), stress)


def _uncertain(county: County) -> Masks:
    """Return which rows of children and roads are uncertain, by column; sure columns left out."""
    columns = [("villages", f"children_{stage}") for stage in STAGES] + [("roads", "metres")]
    masks = {}
    for table, column in columns:
        mark, rows = county.provenance.get((table, column)), county.table(table)
        if mark is None or column not in rows:
            continue
        if mark.mark == "row":
            mask = rows[mark.source].isin(UNCERTAIN).to_numpy(dtype=bool)
        else:
            mask = np.full(len(rows), mark.mark in UNCERTAIN)
        if mask.any():
            masks[f"{table}.{column}"] = mask
    return masks


def _measured(
    county: County, plans: Sequence[Plan], masks: Masks, draws: int, seed: int, spread: float
) -> list[list[tuple[Item, ...]]]:
    """Return the items of each plan in each draw."""
    ground, take = survey(county), MEASURERS[plans[0].kind][0]
    generator, found = np.random.default_rng(seed), []
    for _ in range(draws):
        here = _drawn(county, masks, generator, spread)
        base = replace(ground, county=here, roads=road_network(here))
        found.append([take(here, plan, base).items for plan in plans])
    return found


def _drawn(county: County, masks: Masks, generator: np.random.Generator, spread: float) -> County:
    sizes = (len(county.villages), len(county.roads))
    children, roads = (np.exp(generator.normal(-(spread**2) / 2, spread, n)) for n in sizes)
    for name, mask in masks.items():
        if name == "roads.metres":
            county = with_roads(county, np.where(mask, roads, 1.0))
        else:
            stage = name.removeprefix("villages.children_")
            county = with_children(county, np.where(mask, children, 1.0), (stage,))
    return county


HEAD = ("measure", "stage", "title", "unit", "a", "b")
TOLD = ("a_better", "b_better", "difference", "low", "high")


def _pairs(names: tuple[str, ...], drawn: list[list[tuple[Item, ...]]]) -> pd.DataFrame:
    rows = []
    for a, b in combinations(range(len(names)), 2):
        for item in drawn[0][a]:
            if item.leading and item.better:
                less = np.array(list(_differences(item, a, b, drawn)))
                told = _told(less[np.isfinite(less)], 1.0 if item.better == "higher" else -1.0)
                head = (item.name, item.stage, item.title, item.unit, names[a], names[b])
                rows.append((*head, *told))
    return pd.DataFrame(rows, columns=[*HEAD, *TOLD])


def _differences(
    item: Item, a: int, b: int, drawn: list[list[tuple[Item, ...]]]
) -> Iterator[float]:
    for items in drawn:
        ours, theirs = (
            next(
                (i.value for i in items[p] if (i.name, i.stage) == (item.name, item.stage)), np.nan
            )
            for p in (a, b)
        )
        yield ours - theirs


def _told(less: npt.NDArray[np.float64], sign: float) -> tuple[float, ...]:
    """Return shares of draws better and worse, mean and centiles; ties within rounding error."""
    if not len(less):
        return (np.nan,) * len(TOLD)
    ahead = np.where(np.abs(less) > 1e-9, sign * less, 0.0)
    low, high = np.percentile(less, (5, 95))
    shares = (float((ahead > 0).mean()), float((ahead < 0).mean()))
    return (*shares, float(less.mean()), float(low), float(high))


def _stress(
    county: County, plans: Sequence[Plan], names: tuple[str, ...], policy: Policy
) -> pd.DataFrame:
    rows = []
    for name, plan in zip(names, plans, strict=True):
        here, rules = in_plan_years(county, policy, plan)
        for factor in STRESS:
            report = verify(with_children(here, factor), plan, rules, as_it_stands=True)
            failed = [f for f in report.findings if f.outcome is Outcome.FAIL]
            titles = "、".join(dict.fromkeys(f.title for f in failed))
            rows.append((name, factor, report.ok, len(failed), titles))
    return pd.DataFrame(rows, columns=["plan", "children", "ok", "fails", "broken"])
