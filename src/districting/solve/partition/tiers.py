"""Aims in order of rank: each tier at its best before the next has a say.

A tier is solved with the aims and prices of its gates alone; its value, plus an allowance, then
limits the tiers after it (lexicographic goal programming, Charnes and Cooper 1961).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from districting.model.partition import Ints, PartitionProblem
from districting.solve.partition.solver import solve_partition
from districting.solve.partition.value import TOLERANCE, evaluate
from districting.solve.result import PartitionSolution
from districting.solve.stop import Stop


@dataclass(frozen=True, eq=False)
class Tier:
    """One tier's outcome.

    Parameters
    ----------
    gates : tuple of str
    solution : PartitionSolution
        Of this tier's aims, the tiers before it held to their limits: its bound holds among the
        plans within those limits.
    value : float
        Of this tier's aims in the last tier's plan; at most `limit`.
    limit : float
        What later tiers were held to.
    """

    gates: tuple[str, ...]
    solution: PartitionSolution
    value: float
    limit: float


def solve_tiers(
    problem: PartitionProblem,
    tiers: Sequence[Sequence[str]],
    stop: Stop,
    seed: int = 0,
    start: Ints | None = None,
    allowance: float = 0.0,
) -> list[Tier]:
    """Minimise the aims of the first tier, then of the second among its best plans, and so on.

    Parameters
    ----------
    problem : PartitionProblem
        Weights and prices count within a tier; aims of gates in no tier are left out.
    tiers : sequence of sequences of str
        Gates of each tier, first rank first.
    stop : Stop
        For all tiers together; each takes at most an equal share of the time then left.
    allowance : float
        Share by which a tier may exceed its best value for the sake of the tiers after it.

    Returns
    -------
    list of Tier
        Ends early, with a solution without labels, where a tier has no plan. The plan is that of
        the last.

    Raises
    ------
    ValueError
        If a tier has no aim or price, or a gate stands in two tiers.
    """
    _check(problem, tiers)
    done: list[tuple[tuple[str, ...], PartitionSolution, float]] = []
    for number, gates in enumerate(tiers):
        inner = stop.share(1.0 / (len(tiers) - number))
        held = problem.minimising(gates)
        for before, _, limit in done:
            held = held.limiting(problem.charged(before), limit, f"tier {'+'.join(before)}")
        solution = solve_partition(held, inner, seed, start)
        slack = max(allowance, TOLERANCE) * max(1.0, abs(solution.objective))
        done.append((tuple(gates), solution, solution.objective + slack))
        if solution.labels is None:
            break
        start = solution.labels
    final = done[-1][1]
    found = []
    for gates, solution, limit in done:
        value = float("nan")
        if final.labels is not None:
            bare = PartitionProblem(
                problem.n, problem.edges, problem.seats, tuple(problem.charged(gates))
            )
            value = evaluate(bare, final.labels, final.seats).objective
        found.append(Tier(gates, solution, value, limit))
    return found


def _check(problem: PartitionProblem, tiers: Sequence[Sequence[str]]) -> None:
    named = [gate for tier in tiers for gate in tier]
    twice = sorted({g for g in named if named.count(g) > 1})
    if twice:
        raise ValueError(f"gates in two tiers: {', '.join(twice)}")
    empty = [i for i, tier in enumerate(tiers) if not problem.charged(tier)]
    if empty or not tiers:
        raise ValueError(f"tiers without an aim or price: {empty}")
