"""Groups against brute force over every way to put a few schools into groups."""

from collections.abc import Iterator

import networkx as nx
import numpy as np
import pytest

from districting.model.grouping import GroupProblem
from districting.plan.record import Status
from districting.solve.grouping import solve_grouping
from districting.solve.stop import Stop

COUNT = 7


def _problem(seed: int) -> GroupProblem:
    rng = np.random.default_rng(seed)
    near = np.triu(rng.random((COUNT, COUNT)) < 0.5, 1)
    together = np.triu(rng.random((COUNT, COUNT)) < 0.85, 1)
    metres = rng.integers(500, 4000, (COUNT, COUNT))
    np.fill_diagonal(metres, 300)
    quality = rng.uniform(40, 90, COUNT)
    quality[rng.random(COUNT) < 0.15] = np.nan
    children = rng.integers(0, 200, COUNT)
    return GroupProblem(
        near=near | near.T,
        together=together | together.T,
        children=children,
        seats=rng.integers(1, 400, COUNT),
        quality=quality,
        child_metres=children[:, None] * metres.astype(float),
        least=int(rng.integers(2, 4)),
        most=4,
        worth=float(rng.choice([0.0, 20.0, 300.0])),
        tolerance=float(rng.choice([8.0, 20.0, np.inf])),
    )


def _partitions(rest: list[int]) -> Iterator[list[list[int]]]:
    if not rest:
        yield []
        return
    for parts in _partitions(rest[1:]):
        yield [[rest[0]], *parts]
        for k, part in enumerate(parts):
            yield [*parts[:k], [rest[0], *part], *parts[k + 1 :]]


def _index(p: GroupProblem, group: list[int]) -> float:
    """Return the mean index by seats, from the definition."""
    known = [s for s in group if p.quality[s] == p.quality[s]]
    total = sum(p.seats[s] for s in known)
    return sum(p.seats[s] * p.quality[s] for s in known) / total if known else float("nan")


def _off(p: GroupProblem, group: list[int]) -> float:
    off = abs(_index(p, group) - _index(p, list(range(COUNT))))
    return 0.0 if off != off else off


def _fits(p: GroupProblem, group: list[int]) -> bool:
    if len(group) == 1:
        return True
    if not p.least <= len(group) <= p.most or _off(p, group) > p.tolerance:
        return False
    pairs = [(s, t) for s in group for t in group if s < t]
    graph = nx.Graph([(s, t) for s, t in pairs if p.near[s, t]])
    whole = len(graph) == len(group) and nx.is_connected(graph)
    return whole and all(p.together[s, t] for s, t in pairs)


def _cost(p: GroupProblem, group: list[int]) -> int:
    seats = sum(p.seats[s] for s in group)
    expected = sum(p.child_metres[s, t] * p.seats[t] / seats for s in group for t in group)
    uneven = p.worth * sum(p.children[s] for s in group) * _off(p, group)
    return round(uneven + expected - sum(p.child_metres[s, s] for s in group))


@pytest.mark.parametrize("seed", range(12))
def test_the_best_of_all_groupings_is_found_and_proven(seed: int) -> None:
    """As few alone as possible, and of those groupings the cheapest."""
    problem = _problem(seed)
    candidates = problem.candidates(10_000)
    assert candidates is not None
    found = solve_grouping(problem, candidates, Stop())
    every = [ps for ps in _partitions(list(range(COUNT))) if all(_fits(problem, g) for g in ps)]
    best = min((sum(len(g) == 1 for g in ps), sum(_cost(problem, g) for g in ps)) for ps in every)
    assert (sum(len(g) == 1 for g in found.groups), found.objective) == best
    assert found.status is Status.OPTIMAL
    assert best[1] * (1 - 1e-6) <= found.bound <= found.objective
    assert sorted(s for g in found.groups for s in g) == list(range(COUNT))


def test_too_many_candidates_are_not_listed() -> None:
    full = np.ones((COUNT, COUNT), bool)
    ones = np.ones(COUNT, np.int64)
    problem = GroupProblem(
        full, full, ones, ones, ones * 50.0, full * 1.0, least=2, most=4, worth=1.0
    )
    listed = problem.candidates(98)
    assert listed is not None and len(listed) == 7 + 21 + 35 + 35
    assert problem.candidates(97) is None
