"""Where a district plan stands among thousands of feasible layouts, measure by measure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from districting.county import County
from districting.errors import PolicyError
from districting.evaluate.layout import layout_items, layout_labels
from districting.evaluate.measures.ground import Ground, survey
from districting.evaluate.measures.item import Item
from districting.evaluate.text import table_text
from districting.model.partition import Ints
from districting.plan.district_plan import DistrictPlan
from districting.plan.plan import Plan
from districting.policy.build import district_problem
from districting.policy.policy import Policy
from districting.solve.ensemble import Sample, effective_size, sample_layouts, split_rhat
from districting.solve.partition.value import best_seats, evaluate
from districting.solve.stop import Stop
from districting.terms import say

MIXED = 1.05
"""Split R-hat up to which chains count as mixed."""


@dataclass(frozen=True, eq=False)
class Ensemble:
    """A plan among feasible layouts.

    Parameters
    ----------
    plan : str
    sample : Sample
    values : pandas.DataFrame
        One row a layout, one column a measure (name, and stage where it has one).
    items : tuple of Item
        The plan's own numbers, in the columns' order.
    """

    plan: str
    sample: Sample
    values: pd.DataFrame
    items: tuple[Item, ...]

    def ranks(self) -> pd.DataFrame:
        """Return where the plan stands.

        Returns
        -------
        pandas.DataFrame
            One row a measure that has a better direction and differs between layouts: ``title``,
            ``unit`` (key), ``better``, ``plan`` (value), ``p5``, ``median``, ``p95`` (of the
            layouts), ``beats`` and ``ties`` (share of layouts that are worse, and equal, %),
            ``rhat``, ``ess``, ``leading``.
        """
        rows = []
        for item, column in zip(self.items, self.values.columns, strict=True):
            values = self.values[column].to_numpy(float)
            rounding = 1e-9 * max(1.0, abs(item.value))
            if not item.better or not np.isfinite(values).all():
                continue
            off = values - item.value if item.better == "lower" else item.value - values
            if np.abs(off).max(initial=0.0) <= rounding:
                continue
            low, median, high = np.quantile(values, [0.05, 0.5, 0.95])
            rows.append(
                {
                    "title": item.title,
                    "unit": item.unit,
                    "better": item.better,
                    "plan": item.value,
                    "p5": low,
                    "median": median,
                    "p95": high,
                    "beats": 100.0 * float((off > rounding).mean()),
                    "ties": 100.0 * float((np.abs(off) <= rounding).mean()),
                    "rhat": split_rhat(values, self.sample.chain),
                    "ess": effective_size(values, self.sample.chain),
                    "leading": item.leading,
                }
            )
        return pd.DataFrame(rows)

    def __str__(self) -> str:
        table = self.ranks()
        sample = self.sample
        head = say(
            "ensemble.head",
            plan=self.plan,
            count=len(sample.labels),
            chains=sample.chains,
            own=sample.own_starts,
            every=sample.every,
            method=say("ensemble.reversible" if sample.reversible else "ensemble.recom"),
        )
        if table.empty:
            return "\n".join([head, say("ensemble.one")])
        lines = [head, table_text(printed_ranks(table)), self._mixing(table)]
        return "\n".join(lines)

    def _mixing(self, table: pd.DataFrame) -> str:
        sample = self.sample
        worst = float(table["rhat"].max())
        return say(
            "ensemble.mixed" if worst <= MIXED else "ensemble.unmixed",
            rhat=worst,
            ess=float(table["ess"].min()),
            moved=100.0 * sample.moves / max(sample.steps, 1),
            trees=sample.trees / max(sample.moves, 1),
            judged=sample.judged,
            kept=len(sample.labels),
        )


def ensemble(
    county: County,
    policy: Policy,
    n: int = 1000,
    seed: int = 0,
    *,
    plan: Plan | None = None,
    stop: Stop | None = None,
    reversible: bool = False,
) -> Ensemble:
    """Sample `n` feasible layouts under `policy` and rank a plan among them.

    Layouts have as many districts as the plan, hold its locks, and keep every must of the policy.

    Parameters
    ----------
    county : County
    policy : Policy
    n : int
    seed : int
    plan : DistrictPlan, optional
        The plan to rank; the county's current one by default. It must keep every must itself.
    stop : Stop, optional
    reversible : bool
        See :func:`districting.solve.ensemble.sample.sample_layouts`.

    Raises
    ------
    PolicyError
        If there is no plan, it is of another kind, leaves villages out, or breaks a must.
    """
    plan = plan or county.current_plan
    if not isinstance(plan, DistrictPlan):
        raise PolicyError(say("ensemble.no_plan"))
    problem, view = district_problem(county, policy, plan)
    labels = view.start_labels
    if labels is None:
        raise PolicyError(say("ensemble.unfinished", plan=plan.name))
    worth = evaluate(problem, labels, best_seats(problem, labels))
    if not worth.feasible:
        broken = "、".join(dict.fromkeys(v.gate for v in worth.violations))
        raise PolicyError(say("ensemble.infeasible", plan=plan.name, rules=broken))
    sample = sample_layouts(
        problem, labels, n, stop or Stop(seconds=600.0), seed, reversible=reversible
    )
    ground = survey(county)
    objective = Item("objective", worth.objective, "objective", "lower", leading=True)
    items = (objective, *_items(ground, labels))
    rows = [
        [value, *(i.value for i in _items(ground, layout))]
        for value, layout in zip(sample.objective, sample.labels, strict=True)
    ]
    columns = [" ".join(filter(None, (i.name, i.stage))) for i in items]
    return Ensemble(plan.name, sample, _table(rows, columns), items)


def _items(ground: Ground, labels: Ints) -> list[Item]:
    return list(layout_items(ground, layout_labels(ground.county, labels)))


def _table(rows: list[list[float]], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(np.array(rows, float).reshape(len(rows), len(columns)), columns=columns)


def printed_ranks(table: pd.DataFrame) -> pd.DataFrame:
    """Return :meth:`Ensemble.ranks` with headings, units and figures as a planner reads them."""
    better = {"lower": "↓", "higher": "↑"}
    shown = pd.DataFrame(
        {
            "title": table["title"],
            "better": table["better"].map(better),
            "unit": [say(f"evaluate.unit.{u}") for u in table["unit"]],
            **{c: table[c].map(_figure) for c in ("plan", "p5", "median", "p95")},
            "beats": [f"{v:.1f} %" for v in table["beats"]],
            "ties": [f"{v:.1f} %" for v in table["ties"]],
        }
    )
    return shown.rename(columns={c: say(f"ensemble.column.{c}") for c in shown.columns})


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"
