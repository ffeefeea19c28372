"""The command that looks ahead: children, seats and classes by year."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from districting.terms import say

if TYPE_CHECKING:
    import pandas as pd

    from districting.county import County
    from districting.demand import Outlook
    from districting.plan.zone_plan import ZonePlan


class Variant(StrEnum):
    """Words of ``--variant``."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


def register(app: typer.Typer) -> None:
    """Add the command of this file to `app`."""
    app.command("demand", help=say("demand.cli.demand"))(demand)


def demand(
    folder: Annotated[Path, typer.Argument(help=say("cli.folder"))],
    years: Annotated[int, typer.Option(min=1, max=15, help=say("demand.cli.years"))] = 6,
    variant: Annotated[Variant, typer.Option(help=say("demand.cli.variant"))] = Variant.MEDIUM,
    births: Annotated[float | None, typer.Option(help=say("demand.cli.births"))] = None,
    staying: Annotated[
        float | None, typer.Option(min=0.5, max=1.5, help=say("demand.cli.staying"))
    ] = None,
    plan: Annotated[Path | None, typer.Option("--plan", help=say("demand.cli.plan"))] = None,
    primary_class: Annotated[
        int, typer.Option(min=1, help=say("demand.cli.size", stage=say("terms.primary")))
    ] = 45,
    junior_class: Annotated[
        int, typer.Option(min=1, help=say("demand.cli.size", stage=say("terms.junior")))
    ] = 50,
    as_json: Annotated[bool, typer.Option("--json", help=say("cli.json"))] = False,
    out: Annotated[Path | None, typer.Option("-o", "--out", help=say("demand.cli.out"))] = None,
) -> None:
    """Project children; print, write or give as JSON what every school will have to seat."""
    from districting.demand import ClassSizes, catchment, enrolment, project, seat_balance
    from districting.demand.tables import notes, sheets
    from districting.read import read_county

    county = read_county(folder)
    outlook = _outlook(variant, births, staying)
    span = range(county.year, county.year + years)
    where = catchment(county, zone_plan(plan))
    children = project(county, span, outlook)
    sizes = ClassSizes(primary_class, junior_class)
    rolls = enrolment(county, children, span, where, sizes)
    balance = seat_balance(county, rolls, sizes)
    told = notes(children, where, outlook)
    if out is not None:
        from districting.export.comparison_sheet import write_tables

        write_tables(sheets(county, children, rolls, balance, told), county, out)
    if as_json:
        typer.echo(balance.to_json(orient="records", force_ascii=False, indent=1))
        return
    _print(county, span, outlook, balance, told)
    if out is not None:
        typer.echo(say("cli.saved", path=out))


def _print(
    county: County, span: range, outlook: Outlook, balance: pd.DataFrame, told: list[str]
) -> None:
    from districting.demand.tables import by_stage, headed, shortest
    from districting.evaluate.text import table_text

    variant = say(f"demand.variant.{outlook.name}")
    typer.echo(
        say("demand.head", county=county.name, first=span[0], last=span[-1], variant=variant)
    )
    typer.echo(table_text(headed(by_stage(balance))))
    short = shortest(balance)
    typer.echo("\n" + say("demand.no_short" if short.empty else "demand.short_head"))
    if not short.empty:
        typer.echo(table_text(headed(short)))
    typer.echo("\n" + "\n".join(told))


def _outlook(variant: Variant, births: float | None, staying: float | None) -> Outlook:
    from districting.demand import VARIANTS, Outlook

    base = VARIANTS[variant]
    if births is None and staying is None:
        return base
    if births is not None and births <= -1:
        raise typer.BadParameter(say("demand.bad_births"))
    return Outlook(
        "own",
        base.births if births is None else births,
        base.staying if staying is None else staying,
    )


def zone_plan(path: Path | None) -> ZonePlan | None:
    """Return the zone plan in the file `path`, None without one.

    Raises
    ------
    PlanFileError
        If it is no zone plan.
    """
    from districting.errors import PlanFileError
    from districting.plan.plan_file import read_plan
    from districting.plan.zone_plan import ZonePlan

    if path is None:
        return None
    plan = read_plan(path)
    if not isinstance(plan, ZonePlan):
        raise PlanFileError(say("plan.other_kind", path=path, found=plan.kind, wanted="zones"))
    return plan
