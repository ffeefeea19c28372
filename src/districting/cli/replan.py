"""``propose rotation --announced … --withdrawn …``: plan again after withdrawals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from districting.terms import say

if TYPE_CHECKING:
    from districting.county import County
    from districting.policy import Policy
    from districting.solve.stop import Stop


def withdrawn_ids(words: list[str]) -> list[str]:
    """Return teacher ids from words that are ids, or name text files with one id a line.

    Raises
    ------
    PlanFileError
        If a file cannot be read as text.
    """
    from districting.errors import PlanFileError

    found: list[str] = []
    for word in words:
        path = Path(word)
        if not path.is_file():
            found.append(word)
            continue
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as fault:
            raise PlanFileError(say("replan.no_file", path=path, fault=fault)) from None
        found += [line.strip() for line in lines if line.strip()]
    return found


def propose_again(
    county: County,
    policy: Policy,
    announced: Path,
    withdrawn: list[str],
    out: Path,
    stop: Stop,
    seed: int,
    as_json: bool,
) -> None:
    """Write the plan after withdrawals and print what became of the moves announced.

    Raises
    ------
    PlanFileError
        If `announced` is no rotation plan, or a teacher has no move in it.
    """
    from districting.cli.drafting import plan_or_leave, solver_json, solver_lines
    from districting.cli.layouts import print_judged
    from districting.errors import PlanFileError
    from districting.plan.plan_file import read_plan, write_plan
    from districting.plan.rotation_plan import RotationPlan
    from districting.proposing.replan import replan

    before = read_plan(announced)
    if not isinstance(before, RotationPlan):
        wanted = RotationPlan.kind
        raise PlanFileError(
            say("plan.other_kind", path=announced, found=before.kind, wanted=wanted)
        )
    name = out.name.removesuffix(".toml").removesuffix(".plan")
    found = replan(
        county, policy, before, withdrawn_ids(withdrawn), stop=stop, seed=seed, name=name
    )
    plan = plan_or_leave(found.proposal)
    write_plan(plan, out)
    assert plan.solver is not None
    if as_json:
        told = json.loads(solver_json(plan.solver, out))
        told["changes"] = found.changes.to_dict("records")
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    typer.echo(solver_lines(plan))
    typer.echo(str(found))
    print_judged(county, policy, plan)
    typer.echo(say("cli.saved", path=out))
