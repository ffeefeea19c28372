"""The feeder solver against all patterns of tiny problems, reckoned apart from the model."""

from __future__ import annotations

import itertools
import math

import networkx as nx
import numpy as np
import pytest

from districting.model.feeders import FeederProblem
from districting.model.zones import Elastic
from districting.plan.record import Status
from districting.solve.feeders import solve_feeders
from districting.solve.feeders.solution import loose_pieces
from districting.solve.stop import Stop


def random_problem(seed: int) -> FeederProblem:
    """Return four or five primaries on a random tree with an edge more, two or three juniors."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(4, 6)), int(rng.integers(2, 4))
    years = int(rng.integers(1, 3))
    tree = [(int(rng.integers(0, v)), v) for v in range(1, n)]
    more = [tuple(sorted(rng.choice(n, 2, replace=False).tolist()))]
    edges = np.array(sorted({*tree, *more}))
    allowed = rng.random((n, m)) < 0.8
    allowed[np.arange(n), rng.integers(0, m, n)] = True
    primary, target = np.nonzero(allowed)
    phased = years > 1 and rng.random() < 0.6
    graduates = rng.integers(0, 30, (years, n))
    seats = np.floor(graduates.sum(axis=1)[:, None] * rng.uniform(0.25, 0.8, (years, m)))
    return FeederProblem(
        graduates=graduates,
        seats=seats.astype(np.int64),
        host=rng.integers(-1, n, m),
        pair_primary=primary,
        pair_target=target,
        pair_travel=graduates[:, primary] * rng.integers(0, 3000, len(primary)),
        edges=edges,
        contiguous=bool(rng.random() < 0.8),
        elastic=None if rng.random() < 0.5 else Elastic(700, 0.2, 2500),
        pair_extra=rng.integers(0, 9_000, (years, len(primary))) if rng.random() < 0.5 else None,
        before=rng.integers(-1, m, n) if phased else None,
        before_travel=graduates * rng.integers(0, 3000, n) if phased else None,
        coverage=np.sort(rng.random(years)) if phased else None,
    )


def worth(problem: FeederProblem, targets: tuple[int, ...], starts: tuple[int, ...]) -> float:
    """Return the price of one pattern from the definition, inf where it breaks a demand."""
    pairs = zip(problem.pair_primary.tolist(), problem.pair_target.tolist(), strict=True)
    at = {pair: a for a, pair in enumerate(pairs)}
    if any((p, t) not in at for p, t in enumerate(targets)):
        return math.inf
    graph = nx.Graph(problem.edges.tolist())
    graph.add_nodes_from(range(problem.n))
    for t, host in enumerate(problem.host.tolist()):
        zone = {p for p in range(problem.n) if targets[p] == t} | {host}
        if problem.contiguous and host >= 0 and not nx.is_connected(graph.subgraph(zone)):
            return math.inf
    total = 0.0
    for y in range(problem.years):
        load = [0] * problem.m
        covered = 0
        for p in range(problem.n):
            children = int(problem.graduates[y, p])
            if starts[p] <= y:
                a = at[p, targets[p]]
                extra = 0 if problem.pair_extra is None else int(problem.pair_extra[y, a])
                total += int(problem.pair_travel[y, a]) + extra
                load[targets[p]] += children
                covered += children
            else:
                total += int(problem.before_travel[y, p])
                if problem.before[p] >= 0:
                    load[problem.before[p]] += children
        if problem.coverage is not None:
            need = problem.coverage[y] * problem.graduates[y].sum()
            if covered < need - 1e-9:
                return math.inf
        for t in range(problem.m):
            over = max(0, load[t] - int(problem.seats[y, t]))
            if problem.elastic is None:
                total += math.inf if over else 0
            else:
                some = min(over, int(problem.seats[y, t] * problem.elastic.share))
                total += some * problem.elastic.price + (over - some) * problem.elastic.steep
    return total


def brute(problem: FeederProblem) -> float:
    patterns = itertools.product(range(problem.m), repeat=problem.n)
    times = list(itertools.product(range(problem.starts), repeat=problem.n))
    return min(worth(problem, targets, starts) for targets in patterns for starts in times)


@pytest.mark.parametrize("block", range(4))
def test_equals_the_best_of_all_patterns(block: int) -> None:
    statuses = set()
    for seed in range(block * 15, block * 15 + 15):
        problem = random_problem(seed)
        solution = solve_feeders(problem)
        best = brute(problem)
        statuses.add(solution.status)
        if math.isinf(best):
            assert solution.status is Status.INFEASIBLE, seed
            assert solution.conflict, seed
            continue
        assert solution.status is Status.OPTIMAL, seed
        assert solution.objective == best == solution.bound, seed
        assert solution.target is not None and solution.start is not None
        found = tuple(solution.target.tolist()), tuple(solution.start.tolist())
        assert worth(problem, *found) == best, seed
    assert statuses == {Status.OPTIMAL, Status.INFEASIBLE}


def test_every_named_conflict_is_needed() -> None:
    """Two primaries, 20 graduates each, one junior with 30 seats: only the seats conflict."""
    problem = FeederProblem(
        graduates=np.array([[20, 20]]),
        seats=np.array([[30]]),
        host=np.array([0]),
        pair_primary=np.array([0, 1]),
        pair_target=np.array([0, 0]),
        pair_travel=np.array([[0, 10_000]]),
        edges=np.array([[0, 1]]),
        elastic=None,
    )
    assert solve_feeders(problem).conflict == ("seats",)


def test_same_input_and_seed_give_the_same_pattern() -> None:
    problem = random_problem(3)
    first, second = solve_feeders(problem, seed=5), solve_feeders(problem, seed=5)
    assert first.target is not None and second.target is not None
    assert (first.target == second.target).all() and first.bound == second.bound


def test_faults_of_the_arrays_are_refused() -> None:
    good = random_problem(1)
    with pytest.raises(ValueError, match="fall from year"):
        FeederProblem(
            graduates=np.ones((2, 1), np.int64),
            seats=np.ones((2, 1), np.int64),
            host=np.array([0]),
            pair_primary=np.array([0]),
            pair_target=np.array([0]),
            pair_travel=np.array([[10], [10]]),
            edges=np.empty((0, 2), np.int64),
            before=np.array([0]),
            before_travel=np.array([[10], [10]]),
            coverage=np.array([0.9, 0.5]),
        )
    with pytest.raises(ValueError, match="sorted"):
        FeederProblem(
            graduates=good.graduates,
            seats=good.seats,
            host=good.host,
            pair_primary=good.pair_primary[::-1],
            pair_target=good.pair_target[::-1],
            pair_travel=good.pair_travel,
            edges=good.edges,
        )


def full_grid(slack: float) -> FeederProblem:
    """Return 96 primaries on a grid and eight juniors whose seats are `slack` times a pattern's."""
    rng = np.random.default_rng(5)
    wide, n, m = 12, 96, 8
    x, y = np.arange(n) % wide, np.arange(n) // wide
    edges = [(p, p + 1) for p in range(n) if x[p] < wide - 1]
    edges += [(p, p + wide) for p in range(n - wide)]
    host = np.sort(rng.choice(n, m, replace=False))
    metres = 1000 * (abs(x[:, None] - x[host]) + abs(y[:, None] - y[host]))
    graduates = rng.integers(10, 90, n) + rng.integers(0, 9, (3, n))
    held = np.stack([np.bincount(metres.argmin(axis=1), g, m) for g in graduates]).max(axis=0)
    seats = np.floor(slack * rng.permutation(held)).astype(np.int64)
    primary, target = np.divmod(np.arange(n * m), m)
    return FeederProblem(
        graduates=graduates,
        seats=np.tile(seats, (3, 1)),
        host=host,
        pair_primary=primary,
        pair_target=target,
        pair_travel=graduates[:, primary] * metres.ravel(),
        edges=np.array(edges),
        elastic=None,
    )


def test_hard_seats_are_kept_in_every_year() -> None:
    """Where the nearest junior is rarely the one with room; the pattern is in one piece."""
    problem = full_grid(1.25)
    found = solve_feeders(problem, Stop(seconds=4), 1)
    assert found.target is not None and found.start is not None
    assert (problem.loads(found.target, found.start) <= problem.seats).all()
    assert not loose_pieces(problem, found.target)
    assert found.bound <= found.objective


def test_seats_to_add_come_with_what_is_proven() -> None:
    """With fewer seats than graduates: no fewer than the difference, and a pattern that does."""
    problem = full_grid(0.9)
    found = solve_feeders(problem, Stop(seconds=4), 1)
    lack = (problem.graduates.sum(axis=1) - problem.seats.sum(axis=1)).max()
    assert found.status is Status.INFEASIBLE
    assert "seats" in found.conflict
    assert found.extra is not None
    assert lack <= found.least <= found.extra.sum()
