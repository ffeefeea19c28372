"""Zone plans for several years: one map that fits them all, or one a year."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from districting.terms import say

if TYPE_CHECKING:
    from districting.county import County
    from districting.plan.plan import Plan
    from districting.policy import Policy
    from districting.solve.stop import Stop


def year_range(text: str, first: int) -> range:
    """Return the years that ``2026-2031`` or ``2026`` means; none may lie before `first`.

    Raises
    ------
    typer.BadParameter
        If the text means nothing of the kind.
    """
    match = re.fullmatch(r"(\d{4})(?:[-—–](\d{4}))?", text)
    years = range(0)
    if match:
        years = range(int(match[1]), int(match[2] or match[1]) + 1)
    if not years or years[0] < first or len(years) > 15:
        raise typer.BadParameter(say("years.bad_years", value=text, first=first))
    return years


@dataclass(frozen=True)
class Ways:
    """How several years were asked for on the command line.

    Parameters
    ----------
    kind : str
        Kind of plan.
    years : str
    robust, sequence, entrants : bool
    """

    kind: str
    years: str
    robust: bool
    sequence: bool
    entrants: bool


def propose_for_years(
    county: County,
    policy: Policy,
    ways: Ways,
    start: Plan | None,
    out: Path,
    stop: Stop,
    seed: int,
) -> None:
    """Propose one map for all years, or one a year.

    Raises
    ------
    typer.BadParameter
        If no years, both ways or neither, or another kind of plan was asked for.
    """
    if not ways.years or ways.robust == ways.sequence or ways.kind != "zones":
        raise typer.BadParameter(say("years.one_way"))
    years = year_range(ways.years, county.year)
    if ways.robust:
        propose_robust(county, policy, years, start, out, stop, seed)
    else:
        propose_sequence(county, policy, years, start, out, stop, seed, ways.entrants)


def propose_robust(
    county: County,
    policy: Policy,
    years: range,
    start: Plan | None,
    out: Path,
    stop: Stop,
    seed: int,
) -> None:
    """Propose one zone plan whose seats suffice in the worst of `years`, and write it."""
    from districting.cli.drafting import plan_or_leave, solver_lines
    from districting.demand import county_in_year, project
    from districting.plan.plan_file import write_plan
    from districting.plan.zone_plan import ZonePlan
    from districting.policy.rule import Verdict
    from districting.policy.years import every_year
    from districting.proposing import propose

    if years[0] > county.year:
        county = county_in_year(
            county, project(county, range(county.year, years[-1] + 1)), years[0]
        )
    robust = every_year(policy, len(years))
    name = out.name.removesuffix(".toml").removesuffix(".plan")
    plan = plan_or_leave(
        propose(county, robust, "zones", start=start, stop=stop, seed=seed, name=name)
    )
    assert isinstance(plan, ZonePlan)
    plan = replace(plan, until=years[-1] if len(years) > 1 else 0)
    write_plan(plan, out)
    assert plan.solver is not None
    typer.echo(solver_lines(plan))
    rule = robust.rule("seats_every_year", "zones")
    short = [f for f in rule.check(county, plan) if f.verdict is Verdict.FAIL]
    typer.echo(say("years.robust", first=years[0], last=years[-1], number=len(short)))
    for finding in short[:12]:
        typer.echo("  " + rule.explain(finding))
    typer.echo(say("cli.saved", path=out))


def propose_sequence(
    county: County,
    policy: Policy,
    years: range,
    start: Plan | None,
    out: Path,
    stop: Stop,
    seed: int,
    entrants: bool,
) -> None:
    """Propose one zone plan a year and write each beside `out`, the year added to its name."""
    import pandas as pd

    from districting.cli.drafting import plan_or_leave
    from districting.evaluate import verify
    from districting.evaluate.text import table_text
    from districting.evaluate.verify import Outcome
    from districting.plan.plan_file import write_plan
    from districting.plan.zone_plan import ZonePlan
    from districting.proposing.sequence import moved_children, propose_years

    assert start is None or isinstance(start, ZonePlan)
    stem = out.name.removesuffix(".toml").removesuffix(".plan")
    rows = []
    before = start or county.current_zones
    steps = propose_years(
        county, policy, years, start=start, entrants=entrants, stop=stop,
        seed=seed, name=stem,
    )  # fmt: skip
    for here, proposal in steps:
        plan = plan_or_leave(proposal)
        assert isinstance(plan, ZonePlan) and plan.solver is not None
        path = out.with_name(f"{stem}-{here.year}.plan.toml")
        write_plan(plan, path)
        moved = moved_children(here, before, plan)
        report = verify(here, plan, policy, as_it_stands=True)
        row = (here.year, plan.solver.objective, f"{plan.solver.widest_gap:.3%}")
        judged = (report.counts[Outcome.FAIL], report.counts[Outcome.UNEXCUSED])
        rows.append((*row, moved["primary"], moved["junior"], *judged, path.name))
        before = plan
    moves = ("moved_primary", "moved_junior")
    heads = ("year", "objective", "gap", *moves, "broken", "exceptions", "file")
    table = pd.DataFrame(rows, columns=[say(f"years.column.{h}") for h in heads])
    typer.echo(table_text(table))
    typer.echo(say("years.entrants_note" if entrants else "years.everyone_note"))
