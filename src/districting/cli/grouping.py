"""The command that forms groups of schools which share a zone (多校划片)."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from districting.cli.drafting import Folder, Gap, Json, PolicyName, Seconds, Seed, stop_for
from districting.terms import say


class Stage(StrEnum):
    """Words of ``--stage``."""

    PRIMARY = "primary"
    JUNIOR = "junior"


def register(app: typer.Typer) -> None:
    """Add the command of this file to `app`."""
    app.command("groups", help=say("groups.command"))(groups)


def groups(
    folder: Folder,
    policy: PolicyName,
    out: Annotated[Path, typer.Option("-o", "--out", help=say("groups.out"))],
    stage: Annotated[Stage, typer.Option(help=say("groups.stage"))] = Stage.PRIMARY,
    town: Annotated[list[str] | None, typer.Option(help=say("groups.town"))] = None,
    within: Annotated[float, typer.Option(min=0.0, help=say("groups.within"))] = 3_000.0,
    least: Annotated[int, typer.Option(min=2, max=6, help=say("groups.least"))] = 2,
    most: Annotated[int, typer.Option(min=2, max=6, help=say("groups.most"))] = 4,
    worth: Annotated[float, typer.Option(min=0.0, help=say("groups.worth"))] = 100.0,
    hot: Annotated[float | None, typer.Option(min=0.0, max=1.0, help=say("groups.hot"))] = None,
    apart: Annotated[bool, typer.Option("--apart/--no-apart", help=say("groups.apart"))] = True,
    seconds: Seconds = 60.0,
    gap: Gap = 0.0,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Form the groups and write the profile that `propose zones` then reads."""
    from districting.export.files import replacing
    from districting.policy import read_policy
    from districting.policy.group_build import Wishes
    from districting.policy.profile_edit import profile_with_groups
    from districting.proposing.grouping import propose_groups
    from districting.read import read_county

    wishes = Wishes(
        stage=stage.value, towns=tuple(town or ()), within=within, least=least, most=most,
        worth=worth, hot=hot, apart=apart,
    )  # fmt: skip
    county = read_county(folder)
    found = propose_groups(county, read_policy(policy), wishes, stop_for(seconds, gap), seed)
    if not found.shared:
        typer.echo(say("groups.none"), err=True)
        raise typer.Exit(3)
    every = {**found.shared, **{school: school for school in found.alone}}
    text = profile_with_groups(county, policy, wishes.stage, every, wishes.towns)
    with replacing(out) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    best = found.grouping
    if as_json:
        told = {
            "policy": str(out), "status": str(best.status), "objective": best.objective,
            "bound": best.bound, "gap": best.gap, "seed": seed, **found.figures(),
            "alone": found.alone, "groups": found.shared,
        }  # fmt: skip
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    typer.echo(str(found))
    typer.echo(
        say("groups.solved", status=say(f"cli.status.{best.status}"), objective=best.objective,
            bound=best.bound, gap=best.gap)
    )  # fmt: skip
    typer.echo(say("groups.next", path=out, folder=folder))
