"""The small county of the district rules' trials, and what its layouts mean, made once a file."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from labelled import plan_of
from rule_trial import ALL, SEATS, N, Plans, Seated

from districting.county import County
from districting.model.district_view import district_view
from districting.policy import DistrictRule, Finding


@pytest.fixture(scope="module", params=[1, 2])
def county(request: pytest.FixtureRequest, grid_county: Callable[..., County]) -> County:
    """Six villages in two towns with random schools, people and qualities."""
    random = np.random.default_rng(request.param)
    towns = ["370999101"] * 3 + ["370999102"] * 3
    schools = [
        {
            "at": int(random.integers(N)),
            "kind": kind,
            "seats_junior": 60 if kind == "junior" else 0,
            "pupils_primary": int(random.integers(20, 120)),
            "quality": None if kind == "kindergarten" else float(random.integers(50, 80)),
            "teachers": int(random.integers(2, 9)),
            "lead": bool(random.random() < 0.3),
            "partner": "S0" if random.random() < 0.3 else "",
            "town_seat": bool(random.random() < 0.5),
            "backbone": int(random.integers(0, 3)),
        }
        for kind in ["junior", "primary", "primary", "kindergarten", "primary", "junior"]
    ]
    schools.append({"at": 0, "kind": "primary", "run_by": "county"})
    schools.append({"at": 4, "kind": "primary"})
    current = ["甲", "甲", "乙", "丙", "丙", ""]
    zoned = [("primary", 0, "S1"), ("primary", 1, "S1"), ("primary", 3, "S2"), ("primary", 4, "S2")]
    zoned += [("junior", at, "S0" if at < 4 else "S5") for at in range(N - 1)]
    made = grid_county(
        2,
        3,
        schools=schools,
        labels=current,
        town=towns,
        children_primary=random.integers(5, 90, N),
        children_junior=random.integers(5, 50, N),
    )
    zones = pd.DataFrame(
        [(made.villages.index[at], stage, school) for stage, at, school in zoned],
        columns=["village", "stage", "school"],
    )
    return made.with_tables(zones=zones, feeders=pd.DataFrame(columns=["primary", "junior"]))


@pytest.fixture(scope="module")
def plans(county: County) -> Plans:
    """Return the plan of every layout, made once for all rules."""
    return {labels: plan_of(county, labels) for labels in ALL}


@pytest.fixture(scope="module")
def found_by(county: County, plans: Plans) -> Callable[[DistrictRule], list[list[Finding]]]:
    """Return what a rule's check finds on each layout; many cases share a rule."""
    kept: dict[str, list[list[Finding]]] = {}

    def findings(rule: DistrictRule) -> list[list[Finding]]:
        key = repr(rule)
        if key not in kept:
            kept[key] = [list(rule.check(county, plan)) for plan in plans.values()]
        return kept[key]

    return findings


@pytest.fixture(scope="module")
def seated(county: County) -> list[Seated]:
    """Return the layouts with a seat in each district, the first that may be one."""
    view = district_view(county, seats=SEATS)
    found = []
    for labels in ALL:
        seats = [
            next((j for j, s in enumerate(view.seats) if labels[s] == k), -1)
            for k in range(max(labels) + 1)
        ]
        if -1 not in seats:
            named = [view.units[view.seats[j]] for j in seats]
            found.append((labels, seats, plan_of(county, labels, named)))
    return found
