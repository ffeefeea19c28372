"""From county and policy to the partition problem that solvers read."""

from __future__ import annotations

from itertools import chain

from districting.county import County
from districting.errors import PolicyError
from districting.model.district_view import DistrictView, district_view
from districting.model.partition import DistrictCount, DistrictsPerGroup, Ints, PartitionProblem
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.district_count import DistrictNumber
from districting.policy.districts.districts_per_town import DistrictsPerTown
from districting.policy.districts.one_district_per_town import OneDistrictPerTown
from districting.policy.districts.zone_units import held_to_units
from districting.policy.limits import aim_limits
from districting.policy.needs import rules_for
from districting.policy.policy import Policy
from districting.terms import say


def district_problem(
    county: County, policy: Policy, start: DistrictPlan | None = None
) -> tuple[PartitionProblem, DistrictView]:
    """Return the partition problem of `county` under `policy`, and the view it was built from.

    Parameters
    ----------
    county : County
    policy : Policy
    start : DistrictPlan, optional
        Plan to start from; its locks and exemptions hold. The current layout by default.

    Raises
    ------
    PolicyError
        If the policy has no district rules, a rule needs a column that the county lacks, or the
        numbers cannot hold together from the outset.
    """
    county = county.for_planning()
    start = county.current_plan if start is None else start
    policy = held_to_units(policy, start)
    rules = rules_for(county, policy, "districts")
    counts = town_counts(county, policy, start)
    total = _total(policy, counts)
    view = district_view(county, start, policy.seat_kinds, district_counts=counts, total=total)
    by_rule = {rule.name: tuple(rule.constrain(view)) for rule in rules}
    limits = aim_limits(policy, view, by_rule)
    parts = tuple(chain(*by_rule.values(), limits))
    _compare_numbers(policy, view, parts)
    return PartitionProblem(view.n, view.edges, view.seats, parts), view


def town_counts(county: County, policy: Policy, start: DistrictPlan | None) -> Ints | None:
    """Return the number of districts that `policy` wants in each town; None where it is silent."""
    for rule in policy.of("districts"):
        if isinstance(rule, (DistrictsPerTown, OneDistrictPerTown)):
            return rule.counts(county, start)
    return None


def _total(policy: Policy, counts: Ints | None) -> int | None:
    """Return the number of districts in all where the policy fixes it."""
    if counts is not None:
        return int(counts.sum())
    for rule in policy.of("districts"):
        if isinstance(rule, DistrictNumber) and rule.least == rule.most:
            return rule.most
    return None


def _compare_numbers(policy: Policy, view: DistrictView, parts: tuple[object, ...]) -> None:
    """Refuse numbers that arithmetic alone excludes, with the numbers in the message.

    Raises
    ------
    PolicyError
        If there are fewer villages or seat candidates than districts.
    """
    for part in parts:
        if isinstance(part, DistrictCount) and part.least > len(view.seats):
            raise PolicyError(
                say("policy.few_seats", file=policy.path, seats=len(view.seats), need=part.least)
            )
        if isinstance(part, DistrictsPerGroup):
            for position, need in enumerate(part.count):
                have = int((part.groups == position).sum())
                if have < need:
                    town = view.county.towns["name"].iloc[position]
                    raise PolicyError(
                        say("policy.few_villages", town=town, villages=have, need=int(need))
                    )
