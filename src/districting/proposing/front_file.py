"""A Pareto front on disk: ``front.toml`` beside the plan files of its points."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tomli_w

from districting.errors import PlanFileError
from districting.plan.plan_file import read_document, read_plan, write_plan
from districting.policy import read_policy
from districting.proposing.front import Front, Point
from districting.terms import say

NAME = "front.toml"
CURRENT = "current.plan.toml"
FORMAT = 1


def write_front_file(front: Front, folder: str | Path) -> Path:
    """Write the plans of `front` as files into `folder`, and ``front.toml`` that names them.

    Returns
    -------
    pathlib.Path
        The ``front.toml``.
    """
    target = Path(folder)
    for point in front.points:
        write_plan(point.plan, target / _file(point))
    document: dict[str, Any] = {
        "format": FORMAT,
        "kind": front.points[0].plan.kind,
        "policy": front.points[0].plan.policy,
        "over": [rule.name for rule in front.rules],
        "proof": [{"weights": w, "bound": b} for w, b in front.proofs if math.isfinite(b)],
        "point": [_numbers(p) | {"file": _file(p), "knee": p.knee} for p in front.points],
    }
    if front.current is not None:
        document["current"] = _numbers(front.current)
        write_plan(front.current.plan, target / CURRENT)
    path = target / NAME
    path.write_text(tomli_w.dumps(document), encoding="utf-8", newline="\n")
    return path


def _file(point: Point) -> str:
    return f"{point.plan.name}.plan.toml"


def _numbers(point: Point) -> dict[str, Any]:
    found = {"rest": point.rest, "aims": point.aims, "weights": point.weights}
    return found | ({"bound": point.bound} if math.isfinite(point.bound) else {})


def read_front_file(path: str | Path, policy: str = "") -> Front:
    """Read a front that :func:`write_front_file` wrote.

    Parameters
    ----------
    path : str or Path
        The ``front.toml``, or the folder it lies in.
    policy : str
        The one that the front was found under, where it is no shipped one: its rules are weighed.

    Raises
    ------
    PlanFileError
        If the file or one of its plans is missing or is no such file.
    PolicyError
        If there is no such policy, or it lacks one of the rules.
    """
    target = Path(path) / NAME if Path(path).is_dir() else Path(path)
    document = read_document(target)
    try:
        kind, over = str(document["kind"]), [str(name) for name in document["over"]]
        name = policy or str(document["policy"])
        points = tuple(_point(target, row, row["file"]) for row in document["point"])
        proofs = tuple((_floats(p["weights"]), float(p["bound"])) for p in document["proof"])
        now = document.get("current")
        current = None if now is None else _point(target, now, CURRENT)
    except (KeyError, TypeError, ValueError) as error:
        raise PlanFileError(say("plan.bad_field", path=target, error=error)) from None
    rules = tuple(read_policy(name).rule(rule, kind) for rule in over)
    return Front(rules, points, current, proofs)


def _floats(row: Iterable[Any]) -> tuple[float, ...]:
    return tuple(float(value) for value in row)


def _point(front: Path, row: dict[str, Any], file: str) -> Point:
    return Point(
        plan=read_plan(front.parent / file),
        rest=float(row["rest"]),
        aims=_floats(row["aims"]),
        weights=_floats(row["weights"]),
        bound=float(row.get("bound", -math.inf)),
        knee=bool(row.get("knee", False)),
    )
