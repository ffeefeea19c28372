"""Commands on the evidence of a county: assess, gaps, scorecard, share, feedback."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from districting.terms import say

if TYPE_CHECKING:
    import pandas as pd

    from districting.county import County
    from districting.plan.district_plan import DistrictPlan

Folder = Annotated[Path, typer.Argument(help=say("cli.folder"))]
Json = Annotated[bool, typer.Option("--json", help=say("cli.json"))]
Out = Annotated[Path | None, typer.Option("-o", "--out", help=say("evidence.out"))]


MOVE_COLUMNS = {"教师编号": "teacher", "交流单位标识码": "to_school"}


def register(app: typer.Typer) -> None:
    """Add the commands of this file to `app`."""
    app.command("assess", help=say("evidence.assess"))(assess)
    app.command("gaps", help=say("evidence.gaps"))(gaps)
    app.command("scorecard", help=say("evidence.scorecard"))(scorecard)
    app.command("share", help=say("evidence.share"))(share)
    app.command("feedback", help=say("evidence.feedback"))(feedback)


def assess(
    folder: Folder,
    standard: Annotated[str, typer.Option(help=say("evidence.standard"))] = "quality_balance",
    close: Annotated[bool, typer.Option("--close", help=say("evidence.close"))] = False,
    plan: Annotated[Path | None, typer.Option(help=say("evidence.near"))] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help=say("cli.seconds"))] = 120.0,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Assess a county by the standard of quality and balance; say how its gaps are closed."""
    from districting.evaluate import assess as judge
    from districting.export.balance_sheets import write_assessment
    from districting.proposing.closing import close_gaps
    from districting.read import read_county
    from districting.solve.stop import Stop

    county = read_county(folder)
    found = judge(county, standard)
    text, closings = str(found), []
    if close:
        near = None if plan is None else district_plan(county, plan)
        stop = Stop(seconds)
        with stop.on_ctrl_c():
            closings = [close_gaps(county, found, near, stop)]
        text += f"\n\n{closings[0]}"
    if out is not None:
        write_assessment(found, county, out, closings)
    _tell(found.table(), text, as_json, out)


def gaps(
    folder: Folder,
    plan: Annotated[list[Path] | None, typer.Option(help=say("evidence.plan"))] = None,
    moves: Annotated[Path | None, typer.Option(help=say("evidence.moves"))] = None,
    year: Annotated[list[Path] | None, typer.Option(help=say("evidence.year"))] = None,
    standard: Annotated[str, typer.Option(help=say("evidence.standard"))] = "quality_balance",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Measure the gaps between schools, towns, districts, and town and country."""
    from districting.evaluate import gaps as measure_gaps
    from districting.export import write_tables
    from districting.read import read_county

    county = read_county(folder)
    also: dict[str, County | DistrictPlan] = dict(_state(county, path) for path in plan or [])
    if moves is not None:
        also[say("evidence.after_moves")] = _after(county, moves)
    for other in year or []:
        past = read_county(other)
        also[str(past.year)] = past
    found = measure_gaps(county, also=also, standard=standard)
    if out is not None:
        write_tables(found.sheets(), county, out)
    _tell(found.values, str(found), as_json, out)


def scorecard(
    folder: Folder,
    profile: Annotated[str, typer.Option(help=say("evidence.profile"))],
    plan: Annotated[Path | None, typer.Option(help=say("evidence.scored_plan"))] = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Score the districts of a year and bundle the score into principals' scores."""
    from districting.evaluate import scorecard as score
    from districting.export import write_tables
    from districting.read import read_county

    county = read_county(folder)
    found = score(county, profile, None if plan is None else district_plan(county, plan))
    if out is not None:
        write_tables(found.sheets(), county, out)
    _tell(found.lines, str(found), as_json, out)


def share(
    folder: Folder,
    terms: Annotated[str, typer.Option(help=say("evidence.terms"))] = "default",
    plan: Annotated[Path | None, typer.Option(help=say("evidence.shared_plan"))] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help=say("cli.seconds"))] = 60.0,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Assign school periods to facilities that other schools open; write agreements, timetable."""
    from districting.export import write_tables
    from districting.proposing.sharing import share as share_facilities
    from districting.read import read_county
    from districting.solve.stop import Stop

    county = read_county(folder)
    own = None if plan is None else district_plan(county, plan)
    stop = Stop(seconds)
    with stop.on_ctrl_c():
        found = share_facilities(county, own, terms, stop)
    if out is not None:
        write_tables(found.sheets(), county, out)
    _tell(found.timetable, str(found), as_json, out)


def feedback(
    folder: Folder,
    least: Annotated[int, typer.Option(min=1, help=say("evidence.least"))] = 5,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Report junior results back to the primary schools that pupils came from."""
    from districting.evaluate import feedback as report_back
    from districting.export import write_tables
    from districting.read import read_county

    county = read_county(folder)
    found = report_back(county, least)
    if out is not None:
        write_tables(found.sheets(), county, out)
    _tell(found.table, str(found), as_json, out)


def _state(county: County, path: Path) -> tuple[str, County | DistrictPlan]:
    """Return a name and the district plan in `path`, or the county after its rotation plan.

    Raises
    ------
    PlanFileError
        If the plan is of another kind or county, or names a teacher or school that is not there.
    """
    from districting.errors import PlanFileError
    from districting.evaluate import after_moves
    from districting.plan.plan_file import read_plan
    from districting.plan.rotation_plan import RotationPlan

    plan = None if path.name in ("现行", "current") else read_plan(path)
    if not isinstance(plan, RotationPlan) or plan.county != county.code:
        found = district_plan(county, path)
        return found.name, found
    moves = plan.moves.sort_values("year")
    try:
        last = dict(zip(moves["teacher"], moves["to_school"], strict=True))
        return plan.name, after_moves(county, last)
    except KeyError as fault:
        raise PlanFileError(say("evidence.bad_moves", path=path, fault=fault)) from None


def _after(county: County, path: Path) -> County:
    """Return the county after the moves of a CSV file with columns 教师编号, 交流单位标识码.

    Raises
    ------
    PlanFileError
        If the file lacks a column, or names a teacher or school that is not there.
    """
    import pandas as pd

    from districting.errors import PlanFileError
    from districting.evaluate import after_moves

    try:
        table = pd.read_csv(path, dtype=str).rename(columns=MOVE_COLUMNS)
        return after_moves(county, dict(zip(table["teacher"], table["to_school"], strict=True)))
    except (KeyError, OSError, ValueError) as fault:
        raise PlanFileError(say("evidence.bad_moves", path=path, fault=fault)) from None


def district_plan(county: County, path: Path) -> DistrictPlan:
    """Return the district plan in file `path`, or the current one for 现行 and ``current``.

    Raises
    ------
    PlanFileError
        If it is of another kind or county, or there is no current plan.
    """
    from districting.errors import PlanFileError
    from districting.plan.district_plan import DistrictPlan
    from districting.plan.plan_file import read_plan

    plan = county.current_plan if path.name in ("现行", "current") else read_plan(path)
    if plan is None:
        raise PlanFileError(say("plan.no_current"))
    if not isinstance(plan, DistrictPlan):
        wanted = DistrictPlan.kind
        raise PlanFileError(say("plan.other_kind", path=path, found=plan.kind, wanted=wanted))
    if plan.county != county.code:
        message = say("cli.wrong_county", plan=path, found=plan.county, expected=county.code)
        raise PlanFileError(message)
    return plan


def _tell(table: pd.DataFrame, text: str, as_json: bool, out: Path | None) -> None:
    """Print `table` as JSON or `text`, and where the Excel file is."""
    typer.echo(table.to_json(orient="records", force_ascii=False, indent=1) if as_json else text)
    if out is not None:
        typer.echo(say("cli.saved", path=out), err=as_json)
