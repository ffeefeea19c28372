"""Group the districts of a layout in unions where the policy asks for pairs."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.partition import Ints
from districting.plan.district_plan import DistrictPlan
from districting.plan.record import ObjectivePart
from districting.policy.districts.paired_unions import PairedUnions
from districting.policy.policy import Policy
from districting.solve.partition import Unions, pair_districts
from districting.solve.result import PartitionSolution
from districting.terms import say


def paired(county: County, policy: Policy, labels: Ints, seats: Ints) -> Unions | None:
    """Return the cheapest pairs of the districts of a layout; None where no rule asks for them.

    Parameters
    ----------
    labels : int array, shape (n,)
        District of each village, in county order.
    seats : int array, shape (K,)
        Village position of each district's seat.
    """
    for rule in policy.of("districts"):
        if isinstance(rule, PairedUnions):
            return pair_districts(*rule.prices(county, labels, seats))
    return None


def with_unions(solution: PartitionSolution, unions: Unions) -> PartitionSolution:
    """Add the price of the unions to a layout's; their bound is for the districts found."""
    part = ObjectivePart(unions.objective, "union prices", 1.0)
    return replace(
        solution,
        objective=solution.objective + unions.objective,
        bound=solution.bound + unions.bound,
        parts=MappingProxyType({**solution.parts, PairedUnions.name: part}),
        method=f"{solution.method}; unions: maximum weight matching",
    )


def union_names(
    county: County, table: pd.DataFrame, unions: Unions, current: DistrictPlan | None
) -> list[str]:
    """Return the union of each district of `table`; a district alone has none.

    A union keeps its current name where both districts had it, is named after its town where both
    lie in one, and after its two districts otherwise.
    """
    known = {} if current is None else dict(current.districts["union"])
    names = [""] * len(table)
    for number in np.unique(unions.label):
        members = np.flatnonzero(unions.label == number).tolist()
        if len(members) < 2:
            continue
        one, other = (str(table["district"].iloc[k]) for k in members)
        stems = [n.removesuffix(say("plan.district_name", stem="")) for n in (one, other)]
        choices = [say("plan.union_of_two", one=stems[0], other=stems[1])]
        town, second = (str(table["town"].iloc[k]) for k in members)
        if town and town == second:
            choices.insert(0, say("plan.union_name", town=county.towns.loc[town, "name"]))
        if known.get(one) and known.get(one) == known.get(other):
            choices.insert(0, str(known[one]))
        name = next(c for c in choices if c not in names)
        for k in members:
            names[k] = name
    return names
