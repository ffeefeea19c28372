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
    from districting.plan.plan import Plan

CountyPath = Annotated[Path | None, typer.Option("--county", help=say("cli.county"))]
PolicyName = Annotated[str | None, typer.Option("--policy", help=say("cli.policy"))]
Json = Annotated[bool, typer.Option("--json", help=say("cli.json"))]
PlanPath = Annotated[Path, typer.Argument(help=say("cli.plan"))]
AfterPath = Annotated[Path | None, typer.Option("--after", help=say("cli.after"))]
ZonesPath = Annotated[Path | None, typer.Option("--zones", help=say("cli.zones"))]


def register(app: typer.Typer) -> None:
    """Add the commands of this file to `app`."""
    app.command("verify", help=say("cli.verify"))(verify)
    app.command("evaluate", help=say("cli.evaluate"))(evaluate)
    app.command("compare", help=say("cli.compare"))(compare)
    app.command("export", help=say("cli.export"))(export)


def verify(
    plan: PlanPath,
    policy: PolicyName = None,
    county: CountyPath = None,
    as_json: Json = False,
    zones: ZonesPath = None,
    after: AfterPath = None,
) -> None:
    """Re-check every rule from the raw tables."""
    from districting.cli.layouts import adopting
    from districting.evaluate import verify as check_plan
    from districting.policy import read_policy

    read, (draft,) = load_plans(county, plan)
    report = check_plan(adopting(read, zones, after), draft, read_policy(policy or draft.policy))
    if as_json:
        typer.echo(_json(report.table()))
    else:
        typer.echo(str(report))
    raise typer.Exit(0 if report.ok else 1)


def evaluate(
    plan: PlanPath,
    county: CountyPath = None,
    as_json: Json = False,
    after: AfterPath = None,
) -> None:
    """Measure one plan; a staff plan by the rules of its policy."""
    from districting.cli.layouts import adopting
    from districting.cli.staff_results import STAFF, result_lines, staff_results
    from districting.evaluate import verify as check_plan
    from districting.policy import read_policy

    read, drafts = load_plans(county, plan)
    if drafts[0].kind not in STAFF:
        _print_comparison(read, drafts, as_json)
        return
    report = check_plan(adopting(read, moves=after), drafts[0], read_policy(drafts[0].policy))
    typer.echo(_json(staff_results(report)) if as_json else result_lines(report))


def compare(
    plans: Annotated[list[Path], typer.Argument(help=say("cli.plans"))],
    county: CountyPath = None,
    as_json: Json = False,
    after: AfterPath = None,
) -> None:
    """Measure two to four plans on one scale and list what moved."""
    from districting.cli.layouts import adopting

    read, drafts = load_plans(county, *plans)
    _print_comparison(adopting(read, moves=after), drafts, as_json)


def export(
    plan: PlanPath,
    files: Annotated[list[Path], typer.Argument(help=say("cli.out_files"))],
    policy: PolicyName = None,
    county: CountyPath = None,
    beside: Annotated[list[Path] | None, typer.Option("--with", help=say("page.with"))] = None,
    front: Annotated[Path | None, typer.Option("--front", help=say("page.front_file"))] = None,
) -> None:
    """Write maps, sheets and GIS files by their endings."""
    from districting.export import export as write_files
    from districting.policy import read_policy
    from districting.proposing.front_file import read_front_file

    read, (draft, *others) = load_plans(county, plan, *(beside or ()))
    name = policy or draft.policy
    rules = read_policy(name) if name else None
    pages = any(path.suffix.lower() == ".html" for path in files)
    told = _told(read, [draft, *others], policy) if pages else ()
    choice = read_front_file(front, policy or "") if front else None
    write_files(draft, read, *files, policy=rules, beside=others, told=told, front=choice)
    for path in files:
        typer.echo(say("cli.saved", path=path))


def _told(county: County, plans: list[Plan], policy: str | None) -> list[pd.Series]:
    """Return why each plan is so at every place; nothing where that cannot be said.

    A plan that names no policy is explained under that of the first one; a layout with open
    villages has no prices.
    """
    import pandas as pd

    from districting.plan.district_plan import DistrictPlan
    from districting.policy import read_policy
    from districting.proposing.explaining import AREAS, explain_places

    told = []
    for plan in plans:
        name = policy or plan.policy or plans[0].policy
        open_ = isinstance(plan, DistrictPlan) and bool((plan.villages == "").any())
        known = bool(name) and plan.kind in AREAS and not open_
        told.append(
            explain_places(county, read_policy(name), plan) if known else pd.Series(dtype="str")
        )
    return told


def _print_comparison(county: County, plans: list[Plan], as_json: bool) -> None:
    from districting.evaluate import compare as compare_plans

    comparison = compare_plans(county, plans)
    typer.echo(_json(comparison.table()) if as_json else str(comparison))


CURRENT, NEAREST = ("现行", "current"), ("就近", "nearest")


def load_plans(county: Path | None, *plans: Path) -> tuple[County, list[Plan]]:
    """Read the county and the plans.

    The words 现行 and ``current`` stand for the current plan of the kind that the others are of,
    就近 and ``nearest`` for the zones by nearness alone.

    Raises
    ------
    PlanFileError
        If a plan belongs to another county, or there is no current plan.
    """
    from districting.errors import PlanFileError
    from districting.plan.plan_file import read_plan
    from districting.read import read_county

    files = [p for p in plans if p.name not in CURRENT + NEAREST]
    read = read_county(county_of(files[0] if files else Path("plan"), county))
    known = {path: read_plan(path) for path in files}
    zones = any(p.name in NEAREST for p in plans) or any(p.kind == "zones" for p in known.values())
    drafts = [known.get(path) or _standing_for(path.name, read, zones) for path in plans]
    for path, draft in zip(plans, drafts, strict=True):
        if draft.county != read.code:
            message = say("cli.wrong_county", plan=path, found=draft.county, expected=read.code)
            raise PlanFileError(message)
    return read, drafts


def _standing_for(word: str, county: County, zones: bool) -> Plan:
    """Return the plan that a word stands for."""
    from districting.errors import PlanFileError
    from districting.evaluate import nearest_zones

    if word in NEAREST:
        return nearest_zones(county)
    plan = county.current_zones if zones else county.current_plan
    if plan is None:
        raise PlanFileError(say("plan.no_current_zones" if zones else "plan.no_current"))
    return plan


def _json(table: pd.DataFrame) -> str:
    return str(table.to_json(orient="records", force_ascii=False, indent=1))
