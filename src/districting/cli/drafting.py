"""Commands that solve: propose, why, and draft (the main job from county to printed plan)."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from districting.terms import say

if TYPE_CHECKING:
    from districting.plan.plan import Plan
    from districting.plan.record import SolverRecord, TierRecord
    from districting.proposing import Proposal
    from districting.solve.stop import Progress, Stop

Folder = Annotated[Path, typer.Argument(help=say("cli.folder"))]
PolicyName = Annotated[str, typer.Option(help=say("cli.policy"))]
Seconds = Annotated[float, typer.Option(min=0.1, help=say("cli.seconds"))]
Gap = Annotated[float, typer.Option(min=0.0, help=say("cli.gap"))]
Json = Annotated[bool, typer.Option("--json", help=say("cli.json"))]
Seed = Annotated[int, typer.Option(help=say("cli.seed"))]


def register(app: typer.Typer) -> None:
    """Add the commands of this file to `app`."""
    app.command("propose", help=say("cli.propose"))(propose)
    app.command("why", help=say("cli.why"))(why)
    app.command("draft", help=say("cli.draft"))(draft)


def propose(
    kind: Annotated[str, typer.Argument(help=say("cli.any_kind"))],
    folder: Folder,
    policy: PolicyName,
    out: Annotated[Path, typer.Option("-o", "--out", help=say("cli.out_plan"))],
    start: Annotated[Path | None, typer.Option("--from", help=say("cli.start"))] = None,
    seconds: Seconds = 60.0,
    gap: Gap = 0.0,
    seed: Seed = 0,
    ensemble: Annotated[int, typer.Option(min=0, help=say("ensemble.after"))] = 0,
    alternatives: Annotated[int, typer.Option(min=1, max=10, help=say("alternatives.count"))] = 1,
    differ: Annotated[float, typer.Option(min=0.0, help=say("alternatives.differ"))] = 0.02,
    zones: Annotated[Path | None, typer.Option(help=say("cli.zones"))] = None,
    units: Annotated[str, typer.Option(help=say("units.option"))] = "",
    as_json: Json = False,
    years: Annotated[str, typer.Option(help=say("years.option"))] = "",
    robust: Annotated[bool, typer.Option("--robust", help=say("years.robust_option"))] = False,
    sequence: Annotated[
        bool, typer.Option("--sequence", help=say("years.sequence_option"))
    ] = False,
    entrants: Annotated[
        bool, typer.Option("--entrants", help=say("years.entrants_option"))
    ] = False,
    joint: Annotated[bool, typer.Option("--joint", help=say("joint.option"))] = False,
    announced: Annotated[Path | None, typer.Option(help=say("replan.announced_option"))] = None,
    withdrawn: Annotated[
        list[str] | None, typer.Option(help=say("replan.withdrawn_option"))
    ] = None,
    after: Annotated[Path | None, typer.Option(help=say("cli.after"))] = None,
) -> None:
    """Solve for a plan, or for several that differ, and write what was found."""
    from districting.cli import layouts
    from districting.cli import years as horizon
    from districting.cli.replan import propose_again
    from districting.plan.plan_file import write_plan
    from districting.policy import read_policy
    from districting.proposing import propose as solve
    from districting.read import read_county

    if joint and (years or robust or sequence or alternatives > 1):
        raise typer.BadParameter(say("joint.alone"))
    if after is not None and kind not in ("teaching", "posts"):
        raise typer.BadParameter(say("cli.after_kind"))
    county, rules = layouts.adopting(read_county(folder), zones, after), read_policy(policy)
    begin = layouts.beginning(county, rules, kind, units, zones, start)
    if announced is not None or withdrawn:
        alone = not (start or years or robust or sequence or joint or alternatives > 1)
        if announced is None or not withdrawn or kind != "rotation" or not alone:
            raise typer.BadParameter(say("replan.not_rotation"))
        again = stop_for(seconds, gap)
        propose_again(county, rules, announced, withdrawn, out, again, seed, as_json)
        return
    if years and kind == "rotation" and not (robust or sequence or entrants):
        from districting.cli.rotation_years import propose_rotation_years

        stop = stop_for(seconds, gap)
        propose_rotation_years(county, rules, years, begin, out, stop, seed, as_json)
        return
    if years or robust or sequence:
        ways = horizon.Ways(kind, years, robust, sequence, entrants)
        horizon.propose_for_years(county, rules, ways, begin, out, stop_for(seconds, gap), seed)
        return
    if alternatives > 1:
        stop = stop_for(seconds, gap)
        layouts.write_alternatives(county, rules, begin, out, alternatives, differ, stop, seed)
        return
    proposal = solve(
        county,
        rules,
        kind,
        start=begin,
        stop=stop_for(seconds, gap),
        seed=seed,
        name=out.name.removesuffix(".toml").removesuffix(".plan"),
        joint=joint,
    )
    plan = plan_or_leave(proposal)
    write_plan(plan, out)
    assert plan.solver is not None
    if as_json:
        typer.echo(solver_json(plan.solver, out))
        return
    layouts.told_units(county, plan)
    typer.echo(solver_lines(plan))
    layouts.print_judged(county, rules, plan)
    typer.echo(say("cli.saved", path=out))
    if ensemble:
        layouts.print_ensemble(county, rules, plan, ensemble, seed, stop_for(600.0, 0.0))


def why(
    folder: Folder,
    policy: PolicyName,
    kind: Annotated[str, typer.Option(help=say("cli.kind"))] = "districts",
    seconds: Seconds = 60.0,
    as_json: Json = False,
) -> None:
    """Say whether any plan exists and, if none, which clauses are in conflict."""
    from districting.policy import read_policy
    from districting.proposing import propose as solve
    from districting.read import read_county

    county, rules = read_county(folder), read_policy(policy)
    proposal = solve(county, rules, kind, stop=stop_for(seconds, gap=1.0))
    if as_json:
        found = proposal.plan is not None
        known = {"feasible": found or (False if proposal.no_plan else None)}
        reason = proposal.explain() if proposal.no_plan else say("cli.no_plan_yet")
        typer.echo(
            json.dumps(
                {**known, "explanation": "" if found else reason}, ensure_ascii=False, indent=1
            )
        )
        raise typer.Exit(0 if found else 3 if proposal.no_plan else 4)
    plan_or_leave(proposal)
    typer.echo(say("cli.feasible"))


def draft(
    folder: Folder,
    policy: PolicyName,
    out: Annotated[Path, typer.Option("-o", "--out", help=say("cli.out_folder"))],
    seconds: Seconds = 60.0,
    seed: Seed = 0,
    as_json: Annotated[bool, typer.Option("--json", help=say("cli.json"))] = False,
) -> None:
    """Do the main job: check, propose, verify, compare, print maps and tables into one folder."""
    from districting.cli.draft import run_draft

    raise typer.Exit(run_draft(folder, policy, out, stop_for(seconds, 0.0), seed, as_json))


def solver_lines(plan: Plan) -> str:
    """Return status, objective, bound and gap of a plan's solve; of ranked aims, tier by tier."""
    from districting.plan.rotation_plan import RotationPlan
    from districting.policy.tier_words import tier_words

    record = plan.solver
    assert record is not None
    line = "solver_line" if math.isfinite(record.bound) else "unbounded_line"
    head = say(
        f"cli.{'tiers_line' if record.tiers else line}",
        status=say(f"cli.status.{record.status}"),
        count=len(record.tiers),
        objective=f"{record.objective:,.0f}",
        bound=f"{record.bound:,.0f}",
        gap=f"{record.widest_gap:.3%}",
        seconds=f"{record.seconds:.1f}",
        seed=record.seed,
    )
    tiers = [say("cli.tier_line", tier=tier, came=came) for tier, came in tier_words(plan)]
    apart = (
        record.tiers and isinstance(plan, RotationPlan) and "leader" in set(plan.moves["reason"])
    )
    return "\n".join([head, *tiers, *([say("tier.leaders_apart")] if apart else [])])


def solver_json(record: SolverRecord, path: Path) -> str:
    """Return a solver record and the plan's file as JSON; what is not known is null."""
    return json.dumps({"plan": str(path), **solver_numbers(record)}, ensure_ascii=False, indent=1)


def solver_numbers(record: SolverRecord) -> dict[str, object]:
    """Return status, numbers and seed of a solver record; what is not known is None."""
    numbers = {k: float(getattr(record, k)) for k in ("objective", "bound", "gap", "seconds")}
    shown = {k: v if math.isfinite(v) else None for k, v in numbers.items()}
    told: dict[str, object] = {"status": str(record.status), **shown, "seed": record.seed}
    if record.tiers:
        told["tiers"] = [_tier_numbers(tier) for tier in record.tiers]
    return told


def _tier_numbers(tier: TierRecord) -> dict[str, object]:
    numbers = {"value": tier.value, "bound": tier.bound, "gap": tier.gap, "given": tier.given}
    shown = {k: v if math.isfinite(v) else None for k, v in numbers.items()}
    return {"gates": list(tier.gates), **shown}


def stop_for(seconds: float, gap: float) -> Stop:
    """Return a stop that shows progress where someone watches."""
    from districting.solve.stop import Stop

    return Stop(seconds, gap, shown_progress())


def shown_progress() -> Progress:
    """Return what shows progress, and that kernels are compiled, where someone watches."""
    from districting.solve.clock import on_compiling
    from districting.solve.stop import silent

    if not sys.stderr.isatty():
        return silent
    on_compiling(lambda: print(say("cli.compiling"), file=sys.stderr, flush=True))
    return _progress


def _progress(phase: str, objective: float, bound: float) -> None:
    from districting.proposing.phases import phase_words

    known = {"objective": objective, "bound": bound}
    told = [say(f"cli.progress.{k}", number=v) for k, v in known.items() if math.isfinite(v)]
    if len(told) == len(known):
        gap = (objective - bound) / max(abs(objective), 1.0)
        told.append(say("cli.progress.gap", number=gap))
    line = "  ".join([phase_words(phase), *told])
    # Blanks wipe the line before: older Windows consoles know no escape sequences.
    print(f"\r{line}{' ' * 20}", end="", file=sys.stderr, flush=True)


def wipe_progress() -> None:
    """Wipe the line that shows the progress, where someone watches."""
    if sys.stderr.isatty():
        print(f"\r{' ' * 79}\r", end="", file=sys.stderr, flush=True)


def plan_or_leave(proposal: Proposal) -> Plan:
    """Return the plan; without one say why and leave with code 3 (none exists) or 4 (stopped)."""
    wipe_progress()
    if proposal.plan is not None:
        return proposal.plan
    if not proposal.no_plan:
        typer.echo("\n".join(filter(None, (say("cli.no_plan_yet"), proposal.explain()))), err=True)
        raise typer.Exit(4)
    typer.echo(proposal.explain(), err=True)
    raise typer.Exit(3)
