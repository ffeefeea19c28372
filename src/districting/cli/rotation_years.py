"""Rotation plans of several school years: each year told as it is done."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from districting.terms import say

if TYPE_CHECKING:
    from districting.county import County
    from districting.plan.plan import Plan
    from districting.policy import Policy
    from districting.proposing.horizon import HorizonYear
    from districting.solve.stop import Stop


def rotation_years(text: str, first: int) -> range:
    """Return the years that ``6`` (from the county's on) or ``2026-2031`` means.

    Raises
    ------
    typer.BadParameter
        If the text means nothing of the kind.
    """
    from districting.cli.years import year_range

    if text.isdecimal() and len(text) < 3:
        return range(first, first + int(text))
    return year_range(text, first)


def propose_rotation_years(
    county: County,
    policy: Policy,
    years: str,
    start: Plan | None,
    out: Path,
    stop: Stop,
    seed: int,
    as_json: bool,
) -> None:
    """Propose a rotation plan for several years, tell each year, and write the plan."""
    from districting.cli.drafting import plan_or_leave, solver_json, solver_lines
    from districting.plan.plan_file import write_plan
    from districting.proposing.horizon import HorizonSolution, propose_horizon

    span = rotation_years(years, county.year)
    proposal = propose_horizon(
        county,
        policy,
        span,
        start=start,
        stop=stop,
        seed=seed,
        name=out.name.removesuffix(".toml").removesuffix(".plan"),
        told=None if as_json else _tell,
    )
    plan, solution = plan_or_leave(proposal), proposal.solution
    assert isinstance(solution, HorizonSolution) and plan.solver is not None
    write_plan(plan, out)
    if as_json:
        told = json.loads(solver_json(plan.solver, out))
        told |= {"years": [_numbers(y) for y in solution.years], "short": solution.short}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    typer.echo(solver_lines(plan))
    if math.isfinite(plan.solver.bound):
        typer.echo(say("horizon.bound_note"))
    if solution.short:
        typer.echo(solution.short)
    typer.echo(say("cli.saved", path=out))


def _tell(year: HorizonYear) -> None:
    status = say(f"cli.status.{year.solution.status}")
    gap = f"{year.solution.gap:.3%}"
    typer.echo(
        say("horizon.year_line", year=year.year, moves=year.moves, leaders=year.leaders,
            due=year.due, status=status, gap=gap)
    )  # fmt: skip


def _numbers(year: HorizonYear) -> dict[str, object]:
    gap = float(year.solution.gap)
    return {
        "year": year.year,
        "moves": year.moves,
        "leaders": year.leaders,
        "due": year.due,
        "status": str(year.solution.status),
        "gap": gap if math.isfinite(gap) else None,
    }
