"""Change: what one plan moves against another, districts matched by the children they share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from districting.county import STAGES, County
from districting.evaluate.measures.ground import Floats, Ground, Ints, labels_of, numbers, sums
from districting.evaluate.measures.travel import stages, ways
from districting.plan.district_plan import DistrictPlan

COMPULSORY = ("children_primary", "children_junior")


@dataclass(frozen=True, eq=False)
class Changes:
    """What a plan moves against an earlier one.

    Parameters
    ----------
    before, after : str
        Names of the plans.
    matched : dict of str to str
        The earlier district that each district carries on; a new district is missing here.
    villages : pandas.DataFrame
        Moved villages, indexed by code: ``name``, ``town``, ``before``, ``after`` (districts),
        ``children`` (of primary and junior age).
    schools : pandas.DataFrame
        Moved schools, indexed by id: ``name``, ``town``, ``before``, ``after``, ``pupils``.
    children : float
        Children of primary and junior age in moved villages.
    share : float
        The same, % of all children in the county.
    ways : pandas.DataFrame
        Villages whose way to school changes by more than `further_m`: ``stage``, ``village``,
        ``name``, ``children``, ``before``, ``after`` (metres, inf where none is reached).
    further_m : float
    """

    before: str
    after: str
    matched: dict[str, str]
    villages: pd.DataFrame
    schools: pd.DataFrame
    children: float
    share: float
    ways: pd.DataFrame
    further_m: float

    def children_further(self, stage: str) -> float:
        """Return how many children of `stage` have a way longer by more than `further_m`."""
        return self._children(stage, self.ways["after"] > self.ways["before"])

    def children_nearer(self, stage: str) -> float:
        """Return how many children of `stage` have a way shorter by more than `further_m`."""
        return self._children(stage, self.ways["after"] < self.ways["before"])

    def _children(self, stage: str, which: pd.Series) -> float:
        return float(self.ways.loc[which & (self.ways["stage"] == stage), "children"].sum())


def changes(
    ground: Ground, before: DistrictPlan, after: DistrictPlan, further_m: float = 1000.0
) -> Changes:
    """Return what `after` moves against `before`.

    A village or school that has no district in one of the plans counts as neither moved nor kept.

    Parameters
    ----------
    ground : Ground
    before, after : DistrictPlan
    further_m : float
        Metres by which a way must change for its children to count as better or worse off.
    """
    county = ground.county
    children = np.sum([numbers(county.villages, c) for c in COMPULSORY], axis=0)
    matched = match_districts(county, before, after)
    pupils = pd.Series(
        np.sum([numbers(county.schools, f"pupils_{s}") for s in STAGES], axis=0),
        index=county.schools.index,
    )
    villages = _moved(county.villages, before.villages, after.villages, matched)
    schools = _moved(county.schools, before.schools, after.schools, matched)
    weight = pd.Series(children, index=county.villages.index)
    moved = float(weight[villages.index].sum())
    return Changes(
        before=before.name,
        after=after.name,
        matched=matched,
        villages=villages.assign(children=weight.loc[villages.index].astype("int64")),
        schools=schools.assign(
            pupils=pd.Series(pupils, county.schools.index).loc[schools.index].astype("int64")
        ),
        children=moved,
        share=100.0 * moved / float(weight.sum()) if weight.sum() else 0.0,
        ways=_ways(ground, before, after, further_m),
        further_m=further_m,
    )


def match_districts(county: County, before: DistrictPlan, after: DistrictPlan) -> dict[str, str]:
    """Return the district of `before` that each district of `after` carries on.

    One to one, so that the children who stay are as many as can be; among equals, villages that
    stay and then districts that keep their name count.
    """
    old, new = labels_of(county, before), labels_of(county, after)
    if not old.names or not new.names:
        return {}
    children = np.sum([numbers(county.villages, c) for c in COMPULSORY], axis=0)
    shared = _overlap(old.village, new.village, children, len(old.names), len(new.names))
    villages = _overlap(old.village, new.village, np.ones(len(children)), *shared.shape)
    names = np.array(old.names, dtype=object)[:, None] == np.array(new.names, dtype=object)[None, :]
    scale = 2.0 * (len(children) + 1)
    rows, columns = linear_sum_assignment(
        (shared * scale + villages) * scale + names, maximize=True
    )
    return {
        new.names[c]: old.names[r] for r, c in zip(rows, columns, strict=True) if villages[r, c]
    }


def _overlap(old: Ints, new: Ints, weights: Floats, rows: int, columns: int) -> Floats:
    both = (old >= 0) & (new >= 0)
    cell = np.where(both, old * columns + new, -1)
    return sums(cell, weights, rows * columns).reshape(rows, columns)


def _moved(
    table: pd.DataFrame, before: pd.Series, after: pd.Series, matched: dict[str, str]
) -> pd.DataFrame:
    old = before.reindex(table.index).fillna("").astype(object)
    new = after.reindex(table.index).fillna("").astype(object)
    gone = (old != "") & (new != "") & (new.map(matched).fillna("") != old)
    frame = pd.DataFrame(
        {"name": table["name"], "town": table["town"], "before": old, "after": new}
    )
    return frame[gone]


def _ways(
    ground: Ground, before: DistrictPlan, after: DistrictPlan, further_m: float
) -> pd.DataFrame:
    old, new = labels_of(ground.county, before), labels_of(ground.county, after)
    tables = [pd.DataFrame(columns=["stage", "village", "name", "children", "before", "after"])]
    for stage in stages(ground):
        was, now = ways(ground, old, stage), ways(ground, new, stage)
        with np.errstate(invalid="ignore"):
            change = np.nan_to_num(
                (now["metres"] - was["metres"]).to_numpy(), posinf=np.inf, neginf=-np.inf
            )
        changed = (np.abs(change) > further_m) & (was["children"] > 0).to_numpy()
        table = pd.DataFrame(
            {
                "stage": stage,
                "village": was.index,
                "name": ground.county.villages["name"].to_numpy(),
                "children": was["children"].to_numpy().astype("int64"),
                "before": was["metres"].to_numpy(),
                "after": now["metres"].to_numpy(),
            }
        )
        tables.append(table[changed])
    kept = [t for t in tables if len(t)] or tables[:1]
    return pd.concat(kept, ignore_index=True)
