"""Problems beyond the plain exact model: annealing, bounds, narrowing, windows, stopping."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from brute import KINDS, grid, optimum, tiny
from landscapes import landscape

from districting.model.partition import DistrictCount, PartitionProblem
from districting.plan.record import Status
from districting.solve.partition import partition, portfolio, solve_partition
from districting.solve.partition.anneal import anneal
from districting.solve.partition.arrays import to_arrays
from districting.solve.partition.bound import fix, lagrangian
from districting.solve.partition.exact import solve_exact
from districting.solve.partition.grow import grow, seeds_apart
from districting.solve.partition.value import evaluate
from districting.solve.partition.windows import improve_windows
from districting.solve.stop import Stop


def drawn(problem: PartitionProblem, seed: int = 0) -> tuple[object, np.ndarray]:
    """Return the problem's arrays and a grown contiguous start."""
    arrays = to_arrays(problem)
    seeds = seeds_apart(arrays, arrays.least, np.random.default_rng(seed))
    labels = grow(arrays, np.where(arrays.allowed, arrays.cost, 1e12)[:, seeds], seeds)
    assert labels is not None
    return arrays, labels


def pieces_of(problem: PartitionProblem, labels: np.ndarray) -> int:
    """Count connected pieces of all districts, by networkx."""
    graph = nx.Graph()
    graph.add_nodes_from(range(problem.n))
    graph.add_edges_from((u, v) for u, v in problem.edges.tolist() if labels[u] == labels[v])
    return nx.number_connected_components(graph)


def test_annealed_and_narrowed_equals_the_plain_model() -> None:
    """Two independent routes prove the same optimum."""
    problem = landscape(60, 20, 4, seed=3, towns=4)
    arrays, labels = drawn(problem)
    plain = solve_exact(arrays, Stop(60.0))  # type: ignore[arg-type]
    run = anneal(arrays, labels, Stop(60.0), seed=1)  # type: ignore[arg-type]
    route, _ = portfolio._proved(arrays, [run], Stop(60.0), 0)  # type: ignore[arg-type]
    assert plain.status is route.status is Status.OPTIMAL
    assert route.objective == pytest.approx(plain.objective, rel=1e-6)


def test_larger_problem_is_contiguous_feasible_and_proven() -> None:
    """Every must holds, checked by networkx besides the solver's own judge."""
    problem = landscape(130, 24, 5, seed=1, towns=4)
    solution = solve_partition(problem, Stop(60.0))
    assert solution.status is Status.OPTIMAL
    assert solution.labels is not None
    assert evaluate(problem, solution.labels, solution.seats).feasible
    assert pieces_of(problem, solution.labels) == 5
    assert 0 < solution.bound <= solution.objective
    assert (np.diff(problem.seats[solution.seats]) > 0).all()


def test_same_seed_same_bytes() -> None:
    """Two runs agree to the last byte."""
    problem = landscape(110, 24, 5, seed=2)
    one, two = (solve_partition(problem, Stop(60.0), seed=5) for _ in range(2))
    assert one.labels is not None and two.labels is not None
    assert one.labels.tobytes() == two.labels.tobytes()
    assert one.objective == two.objective


@pytest.mark.parametrize("kind", KINDS)
def test_bound_never_exceeds_the_enumerated_optimum(kind: str) -> None:
    """The Lagrangian holds for every kind, and fixing spares every optimal plan."""
    for seed in range(3):
        problem = tiny(frozenset({"travel", kind}), "grid", 7, 5, 3, seed)
        best = optimum(problem)
        if np.isinf(best):
            continue
        arrays = to_arrays(problem)
        bound = lagrangian(arrays, Stop(10.0), best, iterations=200)
        assert bound.value <= best + 1e-6
        narrow = fix(arrays, bound, best)
        plan = solve_exact(arrays, Stop(10.0))
        assert plan.objective == pytest.approx(best)
        kept = replace(arrays, allowed=narrow.arcs)
        assert solve_exact(kept, Stop(10.0)).objective == pytest.approx(best)


def test_windows_improve_and_keep_every_must() -> None:
    """Neighbouring districts solved anew never make the plan worse or break it."""
    problem = landscape(150, 30, 6, seed=4, towns=5)
    arrays, labels = drawn(problem)
    run = anneal(arrays, labels, Stop(60.0), seed=0, steps=200_000)  # type: ignore[arg-type]
    assert run.labels is not None
    better = improve_windows(arrays, run, Stop(60.0), 0, width=2)  # type: ignore[arg-type]
    assert better.labels is not None
    assert better.objective <= run.objective
    assert evaluate(problem, better.labels, better.seats).feasible


def test_interrupt_returns_the_best_so_far_with_its_bound() -> None:
    """Ctrl-C after the first annealing run."""
    problem = landscape(400, 60, 12, seed=1, towns=10)
    stop = Stop(600.0)

    def progress(phase: str, objective: float, bound: float) -> None:
        if phase == "anneal" and np.isfinite(objective):
            stop.interrupt()

    stop.progress = progress
    solution = solve_partition(problem, stop)
    assert solution.status is Status.FEASIBLE
    assert solution.labels is not None
    assert 0 <= solution.bound <= solution.objective
    assert stop.elapsed < 30


def test_a_given_start_is_never_made_worse() -> None:
    """The present plan is where the search begins."""
    problem = landscape(110, 24, 5, seed=6)
    first = solve_partition(problem, Stop(60.0), seed=1)
    again = solve_partition(problem, Stop(0.0), seed=2, start=first.labels)
    assert again.objective <= first.objective + 1e-6


def test_free_number_of_districts_annealed() -> None:
    """Between three and six districts: the plan keeps to the range and its bound holds."""
    problem = landscape(110, 24, 5, seed=3, tolerance=0.6)
    free = replace(
        problem,
        parts=tuple(
            DistrictCount("count", 3, 6) if isinstance(p, DistrictCount) else p
            for p in problem.parts
        ),
    )
    solution = solve_partition(free, Stop(20.0, gap=0.01))
    assert solution.labels is not None
    assert 3 <= len(solution.seats) <= 6
    assert solution.bound <= solution.objective


def test_scattered_musts_break_ties_with_contiguity() -> None:
    """A hand-made ring where contiguity moves the optimum.

    Eight units in a ring, weights 1; units 0 and 4 are near each other in cost but opposite on
    the ring, so without contiguity {0, 4, ...} pairs up and with it cannot.
    """
    ring = nx.cycle_graph(8)
    nx.set_node_attributes(ring, 1, "weight")
    cost = np.full((8, 8), 9.0)
    for u in range(8):
        cost[u, u] = 0.0
        cost[u, (u + 4) % 8] = 1.0
        cost[u, (u + 1) % 8] = cost[u, (u - 1) % 8] = 5.0
    bounds = {"lower": 2.0, "upper": 2.0, "cost": cost, "stop": Stop(30.0)}
    free = partition(ring, 4, contiguous=False, **bounds)  # type: ignore[arg-type]
    tied = partition(ring, 4, **bounds)  # type: ignore[arg-type]
    assert free.solution.objective == pytest.approx(4 * 1.0)
    assert tied.solution.objective == pytest.approx(4 * 5.0)
    assert {
        frozenset(v for v in ring if tied.district[v] == c) for c in tied.district.values()
    } in (
        {frozenset({0, 1}), frozenset({2, 3}), frozenset({4, 5}), frozenset({6, 7})},
        {frozenset({1, 2}), frozenset({3, 4}), frozenset({5, 6}), frozenset({7, 0})},
    )


def test_partition_refuses_what_does_not_fit() -> None:
    """Errors carry the numbers in them."""
    graph = nx.Graph(grid(2, 2).tolist())
    with pytest.raises(ValueError, match="4 nodes lack 'weight'"):
        partition(graph, 2)
    nx.set_node_attributes(graph, 1, "weight")
    with pytest.raises(ValueError, match="k must be between 1 and the number of seats, 4, not 9"):
        partition(graph, 9)
    with pytest.raises(ValueError, match="no nodes"):
        partition(graph, 2, seats=["x"])
