"""Conflicts name exactly the rules that contradict each other, and what must give way."""

from __future__ import annotations

import numpy as np
import pytest
from brute import grid

from districting.model.partition import (
    AimLimit,
    Apart,
    AssignCost,
    Band,
    Contiguous,
    DistrictCount,
    DistrictsPerGroup,
    PairCut,
    PartitionProblem,
    Together,
    Unmixed,
)
from districting.plan.record import Status
from districting.solve.partition import find_conflict, solve_partition
from districting.solve.stop import Stop

UNITS = np.ones(6)


def line(*parts: object) -> PartitionProblem:
    """Six units in a row, every unit a seat candidate."""
    return PartitionProblem(6, grid(1, 6), np.arange(6), (Contiguous("contiguous"), *parts))  # type: ignore[arg-type]


def test_only_the_contradicting_rules_are_named() -> None:
    """Two districts of at most two units cannot hold six; the other rules are innocent."""
    problem = line(
        DistrictCount("count", 2, 2),
        Band("size", "units", UNITS, 0.0, 2.0, "units"),
        Apart("apart", np.array([[0, 5]])),
    )
    conflict = find_conflict(problem, Stop(20.0))
    assert conflict.proven
    assert set(conflict.gates) == {"count", "size"}
    assert conflict.unconfirmed == ()
    assert conflict.relaxation_proven
    assert sum(r.amount for r in conflict.relaxation) == pytest.approx(2.0)
    assert {r.gate for r in conflict.relaxation} == {"size"}


def test_contiguity_is_named_when_it_matters() -> None:
    """The ends of a line together without its middle is a matter of contiguity only."""
    problem = line(Together("ends", np.array([[0, 5]])), Apart("middle", np.array([[0, 3]])))
    conflict = find_conflict(problem, Stop(20.0))
    assert set(conflict.gates) == {"contiguous", "ends", "middle"}
    assert conflict.relaxation == ()


def test_the_failing_group_is_named() -> None:
    """The second half of the line wants two districts of two units but has three units."""
    groups = np.array([0, 0, 0, 1, 1, 1])
    problem = line(
        Unmixed("town", groups),
        DistrictsPerGroup("quota", groups, np.array([1, 2])),
        Band("size", "units", UNITS, 2.0, 9.0, "units"),
    )
    assert solve_partition(problem, Stop(20.0)).infeasible_groups == (1,)
    conflict = find_conflict(problem, Stop(20.0))
    assert conflict.groups == (1,)
    assert set(conflict.gates) == {"size", "quota", "town"}
    assert [r.amount for r in conflict.relaxation] == [-1.0]


def test_ruled_out_seats_are_a_conflict_of_their_own() -> None:
    """A unit that no seat may serve is named by the aim that bars it."""
    cost = np.zeros((6, 6))
    cost[2] = np.inf
    conflict = find_conflict(line(AssignCost("travel", "m", 1.0, cost)), Stop(20.0))
    assert conflict.gates == ("travel",)


def test_a_feasible_problem_has_no_conflict() -> None:
    """Nothing is claimed where a plan exists."""
    problem = line(DistrictCount("count", 2, 2))
    assert not find_conflict(problem, Stop(20.0)).proven
    assert solve_partition(problem, Stop(20.0)).status is Status.OPTIMAL


def test_a_limit_on_an_aim_gives_way_by_as_little_as_it_can() -> None:
    """Three districts of a line cut two borders; at most one is two districts' worth."""
    edges = grid(1, 6)
    cuts = PairCut("cuts", "neighbour pairs", 1.0, edges, np.ones(len(edges)))
    problem = line(DistrictCount("count", 3, 3), AimLimit("cuts", "cuts", (cuts,), 1.0))
    conflict = find_conflict(problem, Stop(20.0))
    assert set(conflict.gates) == {"count", "cuts"}
    (give,) = conflict.relaxation
    assert (give.gate, give.seat, give.unit) == ("cuts", -1, "neighbour pairs")
    assert give.amount == pytest.approx(1.0)
    assert conflict.relaxation_proven


def test_ties_across_a_border_are_named_without_a_solve() -> None:
    """Of two ties only the one across the border is needed; its ends are named."""
    towns = Unmixed("towns", np.array([0, 0, 0, 1, 1, 1]))
    problem = line(
        towns,
        Together("zones", np.array([[0, 1], [2, 3], [3, 4]])),
        Together("locks", np.array([[4, 5]])),
    )
    conflict = find_conflict(problem, Stop(20.0))
    assert conflict.proven
    assert conflict.gates == ("towns", "zones")
    assert conflict.torn.tolist() == [[2, 3]]
    for gate in conflict.gates:
        rest = tuple(p for p in problem.parts if p.gate != gate)
        found = solve_partition(PartitionProblem(6, problem.edges, problem.seats, rest), Stop(20.0))
        assert found.labels is not None


def test_a_limit_out_of_reach_is_named_with_the_least_there_is() -> None:
    """Of two limits the one that no plan keeps, the must that keeps it up, and by how much."""
    cut = PairCut("cut", "pairs", 1.0, grid(1, 6), np.ones(5))
    far = AssignCost("far", "m", 1.0, np.abs(np.subtract.outer(np.arange(6), np.arange(6))) * 1.0)
    problem = line(
        DistrictCount("count", 3, 3),
        Band("size", "units", UNITS, 1.0, 5.0, "units"),
        AimLimit("cut", "limits", (cut,), 1.0),
        AimLimit("far", "limits", (far,), 9.0),
    )
    conflict = find_conflict(problem, Stop(20.0))
    assert conflict.proven
    assert conflict.gates == ("count", "cut")
    assert conflict.unconfirmed == ()
    assert conflict.relaxation_proven
    (give,) = conflict.relaxation
    assert (give.gate, give.seat, give.amount) == ("cut", -1, pytest.approx(1.0))
