"""District problems to measure: made-up towns and counties, 台儿庄 across towns, outside instances.

Made-up counties come from the package's own sampler and policies, so that what is measured is what
planners would solve. Outside instances are JSON files with ``n``, ``k``, ``L``, ``U``, ``nodes``
(``pop``), ``edges`` and ``dist_km``: population within bounds, contiguous, centres free, least sum
of population times squared distance in thousands of kilometres (Hess). They go through the generic
:func:`districting.solve.partition.partition` model, unchanged.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

import districting as dt
from districting.county import County
from districting.model.partition import (
    AssignCost,
    Band,
    Contiguous,
    DistrictCount,
    PartitionProblem,
)
from districting.policy.build import district_problem
from districting.policy.districts.district_count import DistrictNumber
from districting.policy.policy import Policy
from districting.sample import make_county

ROOT = Path(__file__).resolve().parents[1]
INSTITUTIONS, VILLAGES = 14, (32, 44, 55)
TOLERANCE = 0.10


def town(seed: int) -> PartitionProblem:
    """Return a town of 14 institutions that the 台儿庄 policy divides into two districts."""
    villages = VILLAGES[(seed - 1) % len(VILLAGES)]
    for per_primary in np.arange(2.0, 9.0, 0.125):
        county = make_county(
            seed,
            1,
            villages,
            villages_per_primary=float(per_primary),
            villages_per_junior=20.0,
            villages_per_kindergarten=12.0,
        )
        if len(county.district_schools()) == INSTITUTIONS:
            return district_problem(county, _anywhere())[0]
    raise ValueError(f"no town of {INSTITUTIONS} institutions and {villages} villages")


def _anywhere() -> Policy:
    """Return the 台儿庄 policy without what it says of single towns by name."""
    policy = dt.read_policy("taierzhuang")
    rules = tuple(
        replace(rule, alternatives={}) if getattr(rule, "alternatives", None) else rule
        for rule in policy.rules
    )
    return replace(policy, rules=rules)


def taierzhuang() -> PartitionProblem:
    """Return the shipped county, nine districts across towns."""
    return across_towns(dt.read_county(ROOT / "data/geo/taierzhuang"), 9, quality=False)


def county(seed: int) -> PartitionProblem:
    """Return 1,150 villages in 27 towns, 27 districts, junior schools as possible seats."""
    return across_towns(make_county(seed, 27, 1_150), 27)


def prefecture(seed: int) -> PartitionProblem:
    """Return 9,000 villages in 180 towns, 200 districts."""
    return across_towns(make_county(seed, 180, 9_000), 200)


def across_towns(county: County, districts: int, quality: bool = True) -> PartitionProblem:
    """Return the study of layouts across towns with `districts` districts.

    Children within 10 % of the mean, splits of towns and districts without junior school priced;
    with `quality`, the mean school quality of each district within 10 % of the county's.
    """
    policy = dt.read_policy("crosstown")
    rules = tuple(
        replace(rule, least=districts, most=districts) if isinstance(rule, DistrictNumber) else rule
        for rule in policy.rules
    )
    problem, view = district_problem(county, replace(policy, rules=rules, seat_kinds=("junior",)))
    if not quality:
        return problem
    mean = view.points.sum() / view.rated.sum()
    low = view.points - (1 - TOLERANCE) * mean * view.rated
    high = view.points - (1 + TOLERANCE) * mean * view.rated
    return problem.adding(
        [
            Band("quality", "lower", low, 0.0, np.inf, "pupil-points"),
            Band("quality", "upper", high, -np.inf, 0.0, "pupil-points"),
        ]
    )


def with_seats(problem: PartitionProblem, seats: np.ndarray) -> PartitionProblem:
    """Return the problem with exactly the candidates `seats` as seats."""
    parts = tuple(
        replace(part, cost=part.cost[:, seats]) if isinstance(part, AssignCost) else part
        for part in problem.parts
    )
    return replace(problem, seats=problem.seats[seats], parts=parts)


def hess(path: Path) -> PartitionProblem:
    """Return an outside instance."""
    data = json.loads(path.read_text(encoding="utf-8"))
    population = np.array([node["pop"] for node in data["nodes"]], float)
    distance = np.array(data["dist_km"], float) / 1000.0
    edges = np.unique(np.sort(np.array(data["edges"], np.int64), axis=1), axis=0)
    parts = (
        Contiguous("contiguous"),
        DistrictCount("k", data["k"], data["k"]),
        Band("population", "population", population, data["L"], data["U"], "people"),
        AssignCost("hess", "people Mm2", 1.0, population[:, None] * distance**2),
    )
    return PartitionProblem(len(population), edges, np.arange(len(population)), parts)
