"""Commands and prints that set a district plan among other layouts, or several side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from districting.cli.app import county_of
from districting.terms import say

if TYPE_CHECKING:
    from districting.county import County
    from districting.plan.plan import Plan
    from districting.policy import Policy
    from districting.solve.stop import Stop

EXAMPLES = 2
"""Breaks of a principle that are printed; the others are counted."""
Layouts = Annotated[int, typer.Option(min=4, help=say("ensemble.count"))]


def register(app: typer.Typer) -> None:
    """Add the commands of this file to `app`."""
    app.command("ensemble", help=say("ensemble.command"))(ensemble)


def ensemble(
    plan: Annotated[Path, typer.Argument(help=say("cli.plan"))],
    policy: Annotated[str | None, typer.Option("--policy", help=say("cli.policy"))] = None,
    county: Annotated[Path | None, typer.Option("--county", help=say("cli.county"))] = None,
    count: Layouts = 1000,
    seconds: Annotated[float, typer.Option(min=0.1, help=say("cli.seconds"))] = 600.0,
    seed: Annotated[int, typer.Option(help=say("cli.seed"))] = 0,
    reversible: Annotated[bool, typer.Option(help=say("ensemble.use_reversible"))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=say("cli.json"))] = False,
) -> None:
    """Rank a plan among feasible layouts."""
    from districting.cli.drafting import stop_for
    from districting.plan.plan_file import read_plan
    from districting.policy import read_policy
    from districting.read import read_county

    read, draft = read_county(county_of(plan, county)), read_plan(plan)
    rules = read_policy(policy or draft.policy)
    print_ensemble(read, rules, draft, count, seed, stop_for(seconds, 0.0), reversible, as_json)


def print_ensemble(
    county: County,
    policy: Policy,
    plan: Plan,
    count: int,
    seed: int,
    stop: Stop,
    reversible: bool = False,
    as_json: bool = False,
) -> None:
    """Sample `count` layouts and print where `plan` stands among them."""
    from districting.proposing.ensemble import ensemble as sampled

    with stop.on_ctrl_c():
        found = sampled(county, policy, count, seed, plan=plan, stop=stop, reversible=reversible)
    ranks = found.ranks().to_json(orient="records", force_ascii=False, indent=1) if as_json else ""
    typer.echo(ranks or str(found))


def write_alternatives(
    county: County,
    policy: Policy,
    start: Plan | None,
    out: Path,
    count: int,
    differ: float,
    stop: Stop,
    seed: int,
) -> None:
    """Solve for several layouts that differ, write a file each beside `out`, print their prices."""
    from districting.plan.plan_file import write_plan
    from districting.proposing.alternatives import alternatives

    paths = alternative_paths(out, count)
    names = tuple(p.name.removesuffix(".toml").removesuffix(".plan") for p in paths)
    found = alternatives(
        county, policy, count, differ=differ, start=start, stop=stop, seed=seed, names=names
    )
    typer.echo(str(found))
    for plan, path in zip(found.plans, paths, strict=False):
        write_plan(plan, path)
        typer.echo(say("cli.saved", path=path))


def alternative_paths(out: Path, count: int) -> list[Path]:
    """Return `out` and its sisters: B, C beside A; 乙, 丙 beside 甲; else x-B, x-C beside x.

    Examples
    --------
    >>> [p.name for p in alternative_paths(Path("A.plan.toml"), 3)]
    ['A.plan.toml', 'B.plan.toml', 'C.plan.toml']
    >>> [p.name for p in alternative_paths(Path("new.plan.toml"), 2)]
    ['new.plan.toml', 'new-B.plan.toml']
    """
    stem, ending = out.name.split(".", 1) if "." in out.name else (out.name, "plan.toml")
    for letters in ("ABCDEFGHIJ", "甲乙丙丁戊己庚辛壬癸"):
        if stem.endswith(letters[0]):
            return [out, *(out.with_name(f"{stem[:-1]}{x}.{ending}") for x in letters[1:count])]
    return [out, *(out.with_name(f"{stem}-{x}.{ending}") for x in "BCDEFGHIJ"[: count - 1])]


def print_judged(county: County, policy: Policy, plan: Plan) -> None:
    """Print what a staff plan comes to, then each principle broken: how often, where, the price."""
    from districting.cli.staff_results import STAFF, result_lines
    from districting.evaluate import verify
    from districting.policy import Strength

    assert plan.solver is not None
    broken: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    report = verify(county, plan, policy)
    if plan.kind in STAFF:
        typer.echo(result_lines(report))
    for judged in report.findings:
        if judged.strength is Strength.PRINCIPLE and str(judged.outcome) == "unexcused":
            broken.setdefault(judged.rule, []).append(judged.text)
            titles[judged.rule] = judged.title
    for rule, texts in broken.items():
        parts = [p for g, p in plan.solver.parts.items() if g.split("#")[0] == rule]
        paid = sum(p.value * p.weight for p in parts)  # 0 where it was settled in an earlier tier
        shown = " ".join(texts[:EXAMPLES]) + ("……" if len(texts) > EXAMPLES else "")
        line = say("cli.exception", title=titles[rule], count=len(texts), texts=shown,
                   paid=say("cli.paid", paid=paid) if paid else "")  # fmt: skip
        typer.echo(line)


def beginning(
    county: County, policy: Policy, kind: str, units: str, zones: Path | None, start: Path | None
) -> Plan | None:
    """Return the plan in file `start`, if any, with `units` as what districts are made of."""
    from districting.plan.plan_file import read_plan, read_plan_of
    from districting.plan.zone_plan import ZonePlan
    from districting.proposing.units import in_units

    begin = None if start is None else read_plan(start)
    if not units:
        return begin
    if kind != "districts":
        raise typer.BadParameter(say("units.districts_only"))
    zoned = None if zones is None else read_plan_of(zones, ZonePlan)
    return in_units(county, policy, units, zoned, begin)


def told_units(county: County, begin: Plan | None) -> None:
    """Print what the districts are made of, where these are not villages."""
    from districting.plan.district_plan import DistrictPlan
    from districting.proposing.units import told_units as told

    if isinstance(begin, DistrictPlan) and begin.units is not None:
        typer.echo(told(county, begin))


def adopting(county: County, zones: Path | None = None, moves: Path | None = None) -> County:
    """Return the county with a zone plan as its current one, with a rotation plan carried out."""
    from districting.plan.adopt import with_moves, with_zones
    from districting.plan.plan_file import read_plan_of
    from districting.plan.rotation_plan import RotationPlan
    from districting.plan.zone_plan import ZonePlan

    if zones is not None:
        county = with_zones(county, read_plan_of(zones, ZonePlan))
    return county if moves is None else with_moves(county, read_plan_of(moves, RotationPlan))
