"""The main job: from a county folder to a verified, compared, mapped and printed proposal."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from districting.terms import say

if TYPE_CHECKING:
    from districting.county import County
    from districting.evaluate import Report
    from districting.plan.district_plan import DistrictPlan
    from districting.policy import Policy
    from districting.solve.stop import Stop


def run_draft(
    folder: Path,
    policy_name: str,
    out: Path,
    stop: Stop,
    seed: int,
    as_json: bool = False,
) -> int:
    """Check, propose, verify, compare and print into `out`; return the exit code.

    The folder is filled under a temporary name and put in place when everything is there.
    """
    from districting.cli.drafting import plan_or_leave
    from districting.evaluate import verify
    from districting.plan.district_plan import DistrictPlan
    from districting.policy import read_policy
    from districting.proposing import propose
    from districting.read import read_county

    county, policy = read_county(folder), read_policy(policy_name)
    if not as_json:
        typer.echo(_read(county))
    plan = plan_or_leave(propose(county, policy, stop=stop, seed=seed))
    assert isinstance(plan, DistrictPlan)
    plans = [p for p in (county.current_plan, plan) if p is not None]
    reports = [verify(county, p, policy) for p in plans]
    staging = out.with_name(f".{out.name}.part")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    written = _write_all(county, policy, plans, reports, staging)
    _put_in_place(staging, out)
    if as_json:
        typer.echo(_as_json(county, plans, reports, [out / name for name, _ in written]))
    else:
        _summary(county, plans, reports)
        typer.echo(say("draft.files", folder=out))
        for name, what in written:
            typer.echo(f"  {name}  {what}")
    return 0 if reports[-1].ok else 1


def _read(county: County) -> str:
    """Return in one line what was read."""
    children = county.villages[["children_primary", "children_junior"]]
    return say(
        "draft.read",
        county=county.name,
        year=county.year,
        villages=len(county.villages),
        schools=len(county.schools),
        children=int(children.sum().sum()),
    )


def _as_json(
    county: County, plans: list[DistrictPlan], reports: list[Report], files: list[Path]
) -> str:
    """Return solver record, verdicts, comparison and files as JSON."""
    from districting.cli.drafting import solver_numbers
    from districting.evaluate import compare

    record = plans[-1].solver
    assert record is not None
    comparison = compare(county, plans).table().to_json(orient="records", force_ascii=False)
    told = {
        "county": county.code,
        "solver": solver_numbers(record),
        "verdicts": {p.name: r.headline() for p, r in zip(plans, reports, strict=True)},
        "ok": reports[-1].ok,
        "comparison": json.loads(comparison),
        "files": [str(path) for path in files],
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def _write_all(
    county: County,
    policy: Policy,
    plans: list[DistrictPlan],
    reports: list[Report],
    folder: Path,
) -> list[tuple[str, str]]:
    from districting.evaluate import compare
    from districting.export import export, write_comparison
    from districting.plan.plan_file import write_plan

    written: list[tuple[str, str]] = []
    for plan, report in zip(plans, reports, strict=True):
        write_plan(plan, folder / f"{plan.name}.plan.toml")
        names = [f"{plan.name}.pdf", f"{plan.name}.png", f"{plan.name}.gpkg"]
        names.append(say("draft.table_file", plan=plan.name))
        export(plan, county, *(folder / n for n in names), policy=policy)
        (folder / say("draft.report_file", plan=plan.name)).write_text(
            str(report) + "\n", encoding="utf-8"
        )
        written += [
            (f"{plan.name}.plan.toml", say("draft.is_plan")),
            (names[0], say("draft.is_map")),
            (names[1], say("draft.is_picture")),
            (names[2], say("draft.is_gis")),
            (names[3], say("draft.is_table")),
            (say("draft.report_file", plan=plan.name), say("draft.is_report")),
        ]
    if len(plans) > 1:
        comparison = compare(county, plans)
        write_comparison(comparison, county, folder / say("draft.comparison_file"))
        written.append((say("draft.comparison_file"), say("draft.is_comparison")))
    return written


def _put_in_place(staging: Path, out: Path) -> None:
    """Move finished files into `out`, each in one step; other files there stay untouched."""
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(staging.iterdir()):
        path.replace(out / path.name)
    staging.rmdir()


def _summary(county: County, plans: list[DistrictPlan], reports: list[Report]) -> None:
    from districting.cli.drafting import solver_lines
    from districting.evaluate import compare
    from districting.evaluate.text import table_text

    comparison = compare(county, plans)
    typer.echo(solver_lines(plans[-1]))
    typer.echo(table_text(comparison.summary()))
    for plan, report in zip(plans, reports, strict=True):
        typer.echo(f"{plan.name}：{report.headline()}")
    if county.layout_note or any(m.mark == "synthetic" for m in county.provenance.values()):
        typer.echo(say("draft.synthetic"))
