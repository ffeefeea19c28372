"""Commands that edit a plan; every edit is a new file whose parent is the old plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from districting.cli.app import county_of
from districting.terms import say

if TYPE_CHECKING:
    from districting.plan.plan import Plan

PlanPath = Annotated[Path, typer.Argument(help=say("cli.plan"))]
Units = Annotated[list[str], typer.Argument(help=say("cli.units"))]
OutPath = Annotated[Path, typer.Option("-o", "--out", help=say("cli.out_plan"))]
CountyPath = Annotated[Path | None, typer.Option("--county", help=say("cli.county"))]
Reason = Annotated[str, typer.Option(help=say("cli.reason"))]


def register(app: typer.Typer) -> None:
    """Add ``edit assign|lock|unlock|exempt|adopt`` to `app`."""
    edit = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    edit.command("assign", help=say("cli.assign"))(assign)
    edit.command("lock", help=say("cli.lock"))(lock)
    edit.command("unlock", help=say("cli.unlock"))(unlock)
    edit.command("exempt", help=say("cli.exempt"))(exempt)
    edit.command("adopt", help=say("cli.adopt"))(adopt)
    app.add_typer(edit, name="edit", help=say("cli.edit"))


def assign(
    plan: PlanPath,
    units: Units,
    to: Annotated[str, typer.Option(help=say("cli.to"))],
    out: OutPath,
    county: CountyPath = None,
    reason: Reason = "",
) -> None:
    """Move villages or schools to another district."""
    from districting.plan.plan_file import read_plan
    from districting.read import read_county

    read = read_county(county_of(plan, county))
    _save(read_plan(plan).assign(read, units, to, reason), out)


def lock(
    plan: PlanPath,
    out: OutPath,
    units: Annotated[list[str] | None, typer.Argument(help=say("cli.units"))] = None,
    town: Annotated[str | None, typer.Option(help=say("cli.lock_town"))] = None,
    everything: Annotated[bool, typer.Option("--all", help=say("cli.lock_all"))] = False,
    forbid: Annotated[str, typer.Option(help=say("cli.lock_forbid"))] = "",
    county: CountyPath = None,
    reason: Reason = "",
) -> None:
    """Lock units so that solvers leave them where they are, or keep them out of somewhere."""
    from districting.errors import PlanFileError
    from districting.plan.plan_file import read_plan
    from districting.read import read_county

    read, draft = read_county(county_of(plan, county)), read_plan(plan)
    if forbid:
        if town is not None or everything or not units:
            raise PlanFileError(say("plan.forbid_units"))
        _save(draft.forbid(read, units, forbid, reason), out)
        return
    _save(draft.lock(read, units=units, town=town, everything=everything, reason=reason), out)


def unlock(
    plan: PlanPath,
    out: OutPath,
    units: Annotated[list[str] | None, typer.Argument(help=say("cli.units"))] = None,
    county: CountyPath = None,
) -> None:
    """Unlock the named units, or all of them when none is named."""
    from districting.plan.plan_file import read_plan
    from districting.read import read_county

    read = read_county(county_of(plan, county))
    _save(read_plan(plan).unlock(read, units or None), out)


def exempt(
    plan: PlanPath,
    rule: Annotated[str, typer.Argument(help=say("cli.exempt_rule"))],
    places: Annotated[list[str], typer.Argument(help=say("cli.exempt_places"))],
    reason: Reason,
    out: OutPath,
) -> None:
    """Record why a principle is broken somewhere."""
    from districting.plan.plan_file import read_plan

    _save(read_plan(plan).exempt(rule, places, reason), out)


def adopt(
    plan: PlanPath,
    out: Annotated[Path, typer.Option("-o", "--out", help=say("cli.adopt_out"))],
    county: CountyPath = None,
) -> None:
    """Write the county's folder anew, with a zone plan as its current zones and feeders."""
    from districting.plan.adopt import as_current
    from districting.plan.plan_file import read_plan_of
    from districting.plan.zone_plan import ZonePlan
    from districting.read import read_county
    from districting.sample import write_county

    read = read_county(county_of(plan, county))
    adopted = read_plan_of(plan, ZonePlan)
    write_county(as_current(read, adopted), out)
    typer.echo(say("cli.adopted", path=out, plan=adopted.name))


def _save(plan: Plan, out: Path) -> None:
    from districting.plan.plan_file import write_plan

    write_plan(replace(plan, name=out.name.removesuffix(".toml").removesuffix(".plan")), out)
    typer.echo(say("cli.saved", path=out))
