"""Meaning of the declarative parts on one labelling, written anew from their docstrings."""

from collections.abc import Iterator, Sequence

import networkx as nx
import numpy as np
import pandas as pd

from districting.county import County
from districting.model.district_view import DistrictView
from districting.model.partition import (
    AimLimit,
    Apart,
    AssignCost,
    Band,
    Constraint,
    Contiguous,
    Deviation,
    DistrictCount,
    DistrictsPerGroup,
    PairCut,
    SeatPrice,
    Spread,
    Together,
    Unmixed,
)
from districting.plan.district_plan import DistrictPlan
from districting.plan.record import Lock


def labellings(n: int) -> Iterator[tuple[int, ...]]:
    """Yield every partition of n units once, as labels numbered by first appearance."""

    def extend(labels: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if len(labels) == n:
            yield labels
            return
        for label in range(max(labels, default=-1) + 2):
            yield from extend((*labels, label))

    yield from extend(())


def accepts(part: Constraint, view: DistrictView, labels: Sequence[int]) -> bool:
    """Whether one hard constraint allows the labelling."""
    of = np.array(labels)
    groups = [np.flatnonzero(of == k) for k in range(max(labels) + 1)]
    if isinstance(part, Contiguous):
        graph = nx.Graph(map(tuple, view.edges.tolist()))
        graph.add_nodes_from(range(view.n))
        return all(nx.is_connected(graph.subgraph(g.tolist())) for g in groups)
    if isinstance(part, Unmixed):
        return all(len(set(part.groups[g])) == 1 for g in groups)
    if isinstance(part, DistrictsPerGroup):
        return all(len(set(of[part.groups == t])) == c for t, c in enumerate(part.count))
    if isinstance(part, DistrictCount):
        return part.least <= len(groups) <= part.most
    if isinstance(part, Band):
        return all(violation(part, g) <= 1e-9 for g in groups)
    if isinstance(part, AimLimit):
        return sum(t.weight * value(t, labels, []) for t in part.terms) <= part.upper + 1e-9
    if isinstance(part, Together):
        return all(of[a] == of[b] for a, b in part.pairs)
    assert isinstance(part, Apart)
    return all(of[a] != of[b] for a, b in part.pairs)


def violation(band: Band, group: np.ndarray) -> float:
    """Return by how much a group of units misses the band."""
    total = sum(band.weights[group])
    return max(band.lower - total, total - band.upper, 0.0)


def value(
    part: AssignCost | PairCut | Deviation | SeatPrice | Spread | Band | Unmixed,
    labels: Sequence[int],
    seats: list[int],
) -> float:
    """Return what an aim (or an elastic constraint) measures; `seats` are candidate numbers."""
    of = np.array(labels)
    groups = [np.flatnonzero(of == k) for k in range(max(labels) + 1)]
    if isinstance(part, AssignCost):
        return float(sum(part.cost[u, seats[k]] for u, k in enumerate(labels)))
    if isinstance(part, PairCut):
        return float(
            sum(c for (a, b), c in zip(part.pairs, part.cost, strict=True) if of[a] != of[b])
        )
    if isinstance(part, Deviation):
        return float(sum(abs(sum(part.weights[g]) - part.targets[g[0]]) for g in groups))
    if isinstance(part, SeatPrice):
        return float(sum(part.cost[j] for j in seats))
    if isinstance(part, Spread):
        base = [sum(part.base[g]) for g in groups]
        means = [sum(part.points[g]) / b for g, b in zip(groups, base, strict=True) if b > 0]
        return float(max(means, default=0.0) - min(means, default=0.0))
    if isinstance(part, Band):
        return float(sum(violation(part, g) for g in groups))
    return float(sum(len(set(of[part.groups == t])) - 1 for t in set(part.groups)))


def plan_of(
    county: County,
    labels: Sequence[int],
    seats: Sequence[str] = (),
    locks: tuple[Lock, ...] = (),
    names: Sequence[str] = (),
) -> DistrictPlan:
    """Return the plan that a labelling means; a town's several districts form its union."""
    names = names or [f"学区{k}" for k in range(max(labels) + 1)]
    villages = pd.Series([names[k] for k in labels], index=county.villages.index, name="district")
    towns: dict[str, set[str]] = {d: set() for d in names}
    for district, town in zip(villages, county.villages["town"], strict=True):
        towns[district].add(town)
    own = {d: next(iter(t)) if len(t) == 1 else "" for d, t in towns.items()}
    several = {t for t in own.values() if t and list(own.values()).count(t) > 1}
    table = pd.DataFrame(
        {
            "union": [f"{own[d]}联区" if own[d] in several else "" for d in names],
            "town": [own[d] for d in names],
            "seat": list(seats) or [""] * len(names),
        },
        index=pd.Index(names, name="district"),
    )
    return DistrictPlan(
        name="试",
        county=county.code,
        year=county.year,
        districts=table.sort_index(),
        villages=villages,
        schools=county.district_schools()["village"].map(villages).rename("district"),
        locks=locks,
    )
