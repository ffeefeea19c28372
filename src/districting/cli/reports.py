"""Commands that judge and print plans: verify, evaluate, compare, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from districting.cli.app import county_of
from districting.terms import say

if TYPE_CHECKING:
    import pandas as pd

    from districting.county import County
    from districting.plan.district_plan import DistrictPlan
    from districting.plan.plan import Plan

CountyPath = Annotated[Path | None, typer.Option("--county", help=say("cli.county"))]
PolicyName = Annotated[str | None, typer.Option("--policy", help=say("cli.policy"))]
Json = Annotated[bool, typer.Option("--json", help=say("cli.json"))]
PlanPath = Annotated[Path, typer.Argument(help=say("cli.plan"))]


def register(app: typer.Typer) -> None:
    """Add the commands of this file to `app`."""
    app.command("verify", help=say("cli.verify"))(verify)
    app.command("evaluate", help=say("cli.evaluate"))(evaluate)
    app.command("compare", help=say("cli.compare"))(compare)
    app.command("export", help=say("cli.export"))(export)


def verify(
    plan: PlanPath, policy: PolicyName = None, county: CountyPath = None, as_json: Json = False
) -> None:
    """Re-check every rule from the raw tables."""
    from districting.evaluate import verify as check_plan
    from districting.policy import read_policy

    read, (draft,) = load_plans(county, plan)
    report = check_plan(read, draft, read_policy(policy or draft.policy))
    if as_json:
        typer.echo(_json(report.table()))
    else:
        typer.echo(str(report))
    raise typer.Exit(0 if report.ok else 1)


def evaluate(plan: PlanPath, county: CountyPath = None, as_json: Json = False) -> None:
    """Measure one plan."""
    _print_comparison(county, [plan], as_json)


def compare(
    plans: Annotated[list[Path], typer.Argument(help=say("cli.plans"))],
    county: CountyPath = None,
    as_json: Json = False,
) -> None:
    """Measure two to four plans on one scale and list what moved."""
    _print_comparison(county, plans, as_json)


def export(
    plan: PlanPath,
    files: Annotated[list[Path], typer.Argument(help=say("cli.out_files"))],
    policy: PolicyName = None,
    county: CountyPath = None,
) -> None:
    """Write maps, sheets and GIS files by their endings."""
    from districting.export import export as write_files
    from districting.policy import read_policy

    read, (draft,) = load_plans(county, plan)
    name = policy or draft.policy
    write_files(draft, read, *files, policy=read_policy(name) if name else None)
    for path in files:
        typer.echo(say("cli.saved", path=path))


def _print_comparison(county: Path | None, plans: list[Path], as_json: bool) -> None:
    from districting.evaluate import compare as compare_plans

    read, drafts = load_plans(county, *plans)
    comparison = compare_plans(read, [_district_plan(p) for p in drafts])
    typer.echo(_json(comparison.table()) if as_json else str(comparison))


def _district_plan(plan: Plan) -> DistrictPlan:
    from districting.errors import PlanFileError
    from districting.plan.district_plan import DistrictPlan

    if not isinstance(plan, DistrictPlan):
        wanted = DistrictPlan.kind
        raise PlanFileError(say("plan.other_kind", path=plan.name, found=plan.kind, wanted=wanted))
    return plan


def load_plans(county: Path | None, *plans: Path) -> tuple[County, list[Plan]]:
    """Read the county and the plans; the words 现行 and ``current`` stand for the current plan.

    Raises
    ------
    PlanFileError
        If a plan belongs to another county, or there is no current plan.
    """
    from districting.errors import PlanFileError
    from districting.plan.plan_file import read_plan
    from districting.read import read_county

    files = [p for p in plans if p.name not in ("现行", "current")]
    read = read_county(county_of(files[0] if files else Path("plan"), county))
    drafts: list[Plan] = []
    for path in plans:
        draft = read_plan(path) if path in files else read.current_plan
        if draft is None:
            raise PlanFileError(say("plan.no_current"))
        if draft.county != read.code:
            message = say("cli.wrong_county", plan=path, found=draft.county, expected=read.code)
            raise PlanFileError(message)
        drafts.append(draft)
    return read, drafts


def _json(table: pd.DataFrame) -> str:
    return str(table.to_json(orient="records", force_ascii=False, indent=1))
