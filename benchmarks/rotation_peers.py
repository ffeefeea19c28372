"""What the rotation benchmark holds the package against: plain solvers, and a list by hand."""

from __future__ import annotations

import numpy as np

from districting.model.rotation import Ints, RotationProblem, Rows
from districting.policy.rotation.build import Built
from districting.solve.highs import solve_highs
from districting.solve.rotation.program import SCALE, make_program
from districting.solve.rotation.second import solve_by_cpsat
from districting.solve.rotation.solution import broken
from districting.solve.stop import Stop


def cpsat(problem: RotationProblem, limit: float) -> tuple[Ints | None, float]:
    """Solve with plain CP-SAT on two workers: prices, then the weighted objective."""
    chosen, _, bounds = solve_by_cpsat(problem, Stop(limit), workers=2, lots=False)
    return chosen, bounds[-1] if len(bounds) == 2 else -np.inf


def highs(problem: RotationProblem, limit: float) -> tuple[Ints | None, float]:
    """Solve with plain HiGHS, principles as musts."""
    program = make_program(problem)
    upper = program.upper.copy()
    upper[program.slack :] = 0.0
    tier = program.tiers[-1]
    whole = np.arange(program.columns) < program.arcs
    answer = solve_highs(tier.cost / SCALE, upper, program.matrix, program.low, program.high,
                         whole=whole, seconds=limit)  # fmt: skip
    shift = tier.constant / SCALE
    if answer.status not in ("optimal", "feasible"):
        return None, answer.bound + shift
    return np.flatnonzero(answer.x[: program.arcs] > 0.5), answer.bound + shift


def by_seniority(built: Built) -> Ints:
    """Return moves drawn up by hand: longest at school first, each to the nearest school."""
    view, problem = built.view, built.problem
    share = next(p for p in problem.parts if isinstance(p, Rows) and p.gate == "share_county")
    months = view.staff["months"].to_numpy(dtype=float)
    extra = view.extra()
    chosen: list[int] = []
    for teacher in np.argsort(-months, kind="stable"):
        if len(chosen) >= share.low[0]:
            break
        arcs = np.flatnonzero(view.teacher == teacher)
        for arc in arcs[np.argsort(extra[arcs], kind="stable")][:10]:
            trial = np.array(sorted([*chosen, int(arc)]), dtype=np.int64)
            if set(broken(problem, trial)) <= {"share_county", "share_backbone"}:
                chosen.append(int(arc))
                break
    return np.array(sorted(chosen), dtype=np.int64)
