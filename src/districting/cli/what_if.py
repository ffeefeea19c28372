"""The command that asks what if: schools opened, closed, merged or resized."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from districting.terms import say

if TYPE_CHECKING:
    import pandas as pd

    from districting.county import County
    from districting.plan.record import SolverRecord
    from districting.plan.zone_plan import ZonePlan
    from districting.policy import Policy
    from districting.proposing.school_changes import Change
    from districting.solve.stop import Stop

Texts = list[str] | None
Paths = list[Path] | None


def register(app: typer.Typer) -> None:
    """Add the command of this file to `app`."""
    app.command("what-if", help=say("what_if.cli.what_if"))(what_if)


def what_if(
    folder: Annotated[Path, typer.Argument(help=say("cli.folder"))],
    policy: Annotated[str, typer.Option(help=say("cli.policy"))],
    opens: Annotated[Texts, typer.Option("--open", help=say("what_if.cli.open"))] = None,
    close: Annotated[Texts, typer.Option("--close", help=say("what_if.cli.close"))] = None,
    merge: Annotated[Texts, typer.Option("--merge", help=say("what_if.cli.merge"))] = None,
    resize: Annotated[Texts, typer.Option("--resize", help=say("what_if.cli.resize"))] = None,
    plan: Annotated[Path | None, typer.Option("--plan", help=say("what_if.cli.plan"))] = None,
    out: Annotated[
        list[Path] | None, typer.Option("-o", "--out", help=say("what_if.cli.out"))
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help=say("cli.seconds"))] = 60.0,
    seed: Annotated[int, typer.Option(help=say("cli.seed"))] = 0,
    as_json: Annotated[bool, typer.Option("--json", help=say("cli.json"))] = False,
) -> None:
    """Draw the zones around a change anew and hold them against those before."""
    from districting.cli.drafting import plan_or_leave, solver_lines, stop_for
    from districting.evaluate.plan_years import in_plan_years, told_count
    from districting.evaluate.what_if import effect
    from districting.plan.zone_plan import ZonePlan
    from districting.policy import read_policy
    from districting.proposing.what_if import what_if as ask
    from districting.read import read_county

    county, rules = read_county(folder), read_policy(policy)
    changes = _changes(county, opens or [], close or [], merge or [], resize or [])
    stop = stop_for(seconds, 0.0)
    before = _before(county, rules, plan, stop, seed, as_json)
    told_year = told_count(county, before)
    county, rules = in_plan_years(county, rules, before)
    told = [say("what_if.change", text=_told(county, change)) for change in changes]
    told += [told_year] if told_year else []
    for line in (*told, *_warnings(county, rules, changes)):
        typer.echo(line, err=as_json)
    answer = ask(county, rules, before, changes, stop, seed)
    after = plan_or_leave(answer.proposal)
    assert isinstance(after, ZonePlan) and after.solver is not None
    found = effect((county, before), (answer.county, after))
    if as_json:
        typer.echo(_as_json(after.solver, found.sheets()))
    else:
        typer.echo(say("what_if.free", **answer.free))
        typer.echo(solver_lines(after))
        _print(found.sheets(short=True), found.villages.empty)
    for path in out or []:
        _write(path, after, county, found.sheets())
        typer.echo(say("cli.saved", path=path), err=as_json)


def _changes(
    county: County, opens: list[str], close: list[str], merge: list[str], resize: list[str]
) -> list[Change]:
    from districting.proposing.school_changes import changed, closing, merging, opening, resizing

    if not (opens or close or merge or resize):
        raise typer.BadParameter(say("what_if.nothing"))
    changes: list[Change] = []
    for text in opens:
        changes.append(opening(county, text))
        county = changed(county, changes[-1])
    changes += [resizing(county, text) for text in resize]
    for text in merge:
        pair = text.replace("：", ":").split(":")
        if len(pair) != 2:
            raise typer.BadParameter(say("what_if.bad_merge", value=text))
        changes.append(merging(county, *pair))
    return [*changes, *(closing(county, text) for text in close)]


def _before(
    county: County, policy: Policy, path: Path | None, stop: Stop, seed: int, aside: bool
) -> ZonePlan:
    """Return the zones before the change, proposed where the county has none.

    What is said of it goes to the error output where `aside`.
    """
    from districting.cli.demand import zone_plan
    from districting.cli.drafting import plan_or_leave
    from districting.plan.zone_plan import ZonePlan
    from districting.proposing import propose

    plan = zone_plan(path) or county.current_zones
    if plan is None:
        typer.echo(say("what_if.proposed_before"), err=aside)
        share = stop.share(0.5, stop.gap)
        made = plan_or_leave(propose(county, policy, "zones", stop=share, seed=seed))
        assert isinstance(made, ZonePlan)
        plan = made
    typer.echo(say("what_if.before_plan", plan=plan.name), err=aside)
    return plan


def _told(county: County, change: Change) -> str:
    from districting.county import TEACHES
    from districting.proposing.school_changes import STAGES, changed

    schools = county.schools
    if change.kind == "open":
        schools = changed(county, change).schools
    kind, name = (str(schools[c][change.school]) for c in ("kind", "name"))
    stages = [s for s in STAGES if kind in TEACHES[s]]
    seats = dict(change.seats) or {s: int(schools[f"seats_{s}"][change.school]) for s in stages}
    told = "、".join(f"{say(f'terms.{s}')} {n}" for s, n in seats.items())
    into = str(schools["name"].get(change.into, ""))
    return say(f"what_if.{change.kind}", school=name, into=into, seats=told)


def _warnings(county: County, policy: Policy, changes: Iterable[Change]) -> list[str]:
    """Return what stands in the way of closing a school, without forbidding to ask."""
    from districting.policy.zones.schools_kept import SchoolsKept

    lines = []
    for change in changes:
        if change.kind not in ("close", "merge"):
            continue
        name = str(county.schools["name"][change.school])
        enrolled = county.schools[["pupils_primary", "pupils_junior"]].fillna(0).sum(axis=1)
        pupils = int(enrolled[change.school])
        clause = say("what_if.consult_clause", pupils=pupils)
        lines.append(say("what_if.consult", school=name, clause=clause))
        lines += [
            say("what_if.protected", title=rule.title, school=name)
            for rule in policy.of("zones")
            if isinstance(rule, SchoolsKept) and rule.keeps(county, change.school)
        ]
    return lines


def _as_json(record: SolverRecord, sheets: dict[str, pd.DataFrame]) -> str:
    """Return solver record and sheets as JSON."""
    from districting.cli.drafting import solver_numbers

    tables = {
        title: json.loads(table.to_json(orient="records", force_ascii=False))
        for title, table in sheets.items()
    }
    return json.dumps({**solver_numbers(record), "tables": tables}, ensure_ascii=False, indent=1)


def _print(sheets: dict[str, pd.DataFrame], nothing: bool) -> None:
    from districting.evaluate.text import table_text

    for title, table in sheets.items():
        if len(table):
            typer.echo(f"\n{title}\n" + table_text(table.head(30)))
    if nothing:
        typer.echo(say("what_if.no_effect"))


def _write(path: Path, after: ZonePlan, county: County, sheets: dict[str, pd.DataFrame]) -> None:
    from districting.export.comparison_sheet import write_tables
    from districting.plan.plan_file import write_plan

    if path.suffix == ".xlsx":
        write_tables(sheets, county, path)
    else:
        write_plan(after, path)
