"""A plan as one git-diffable TOML text (``A.plan.toml``): sorted, ids as text, no clock times."""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import tomli_w

from districting.errors import PlanFileError
from districting.plan.district_plan import DistrictPlan
from districting.plan.plan import Plan
from districting.plan.posts_plan import PostsPlan
from districting.plan.record import (
    Exemption,
    Lock,
    ObjectivePart,
    SolverRecord,
    Status,
    TierRecord,
)
from districting.plan.rotation_plan import RotationPlan
from districting.plan.teaching_plan import TeachingPlan
from districting.plan.zone_plan import ZonePlan
from districting.terms import say

FORMAT = 1
P = TypeVar("P", bound=Plan)
Row = TypeVar("Row", Lock, Exemption)
KINDS: Mapping[str, type[Plan]] = {
    kind.kind: kind for kind in (DistrictPlan, ZonePlan, PostsPlan, RotationPlan, TeachingPlan)
}
"""Plan classes by the ``kind`` that their files name."""


def plan_text(plan: Plan) -> str:
    """Return the plan's file text; equal plans give equal bytes."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "kind": plan.kind,
        "name": plan.name,
        "county": plan.county,
        "year": plan.year,
        "policy": plan.policy,
        "parent": plan.parent,
        "reason": plan.reason,
        "inputs": dict(sorted(plan.inputs.items())),
    }
    if plan.solver is not None:
        document["solver"] = _solver_table(plan.solver)
    document.update(plan.body())
    document["lock"] = [
        {"unit_kind": k.unit_kind, "unit": k.unit, "to": k.to, "reason": k.reason}
        | ({"forbid": True} if k.forbid else {})
        for k in plan.locks
    ]
    document["exemption"] = [
        {"rule": e.rule, "place": e.place, "reason": e.reason} for e in plan.exemptions
    ]
    return tomli_w.dumps(document)


def write_plan(plan: Plan, path: str | Path) -> None:
    """Write `plan` to `path`: first under a temporary name, then in one step into place."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(plan_text(plan).encode("utf-8"))
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def read_plan(path: str | Path) -> Plan:
    """Read a plan file of any kind.

    Raises
    ------
    PlanFileError
        If the file is missing, is not TOML, or lacks a field; the message names the field.
    """
    target = Path(path)
    document = read_document(target)
    if document.get("format") != FORMAT or document.get("kind") not in KINDS:
        found = f"format={document.get('format')!r}, kind={document.get('kind')!r}"
        raise PlanFileError(say("plan.wrong_format", path=target, found=found))
    try:
        return plan_from(document)
    except (KeyError, TypeError, ValueError) as error:
        raise PlanFileError(say("plan.bad_field", path=target, error=error)) from None


def plan_from(document: Mapping[str, Any]) -> Plan:
    """Return the plan of a parsed file, as :func:`plan_text` writes it.

    Raises
    ------
    KeyError, TypeError, ValueError
        If a table or field is missing or malformed.
    """
    return KINDS[document["kind"]].from_body(_head(document), document)


def read_document(path: Path) -> dict[str, Any]:
    """Return the TOML document in `path`.

    Raises
    ------
    PlanFileError
        If the file is missing or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PlanFileError(say("plan.no_file", path=path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanFileError(say("plan.not_toml", path=path, error=error)) from None


def read_plan_of(path: str | Path, kind: type[P]) -> P:
    """Read a plan file of one kind.

    Raises
    ------
    PlanFileError
        As :func:`read_plan`, and if the plan is of another kind.
    """
    plan = read_plan(path)
    if isinstance(plan, kind):
        return plan
    raise PlanFileError(say("plan.other_kind", path=path, found=plan.kind, wanted=kind.kind))


def _row(of: type[Row], table: str, row: Mapping[str, Any]) -> Row:
    """Return a row of a table as its record; a key that is no field, or lacks, is named."""
    known = {f.name: f.default is MISSING for f in fields(of)}
    wrong = [key for key in row if key not in known]
    wrong += [key for key, required in known.items() if required and key not in row]
    if wrong:
        told = {"table": table, "wrong": "、".join(wrong), "allowed": "、".join(known)}
        raise ValueError(say("plan.row_fields", **told))
    return of(**row)


def _head(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": str(document["name"]),
        "county": str(document["county"]),
        "year": int(document["year"]),
        "parent": str(document.get("parent", "")),
        "reason": str(document.get("reason", "")),
        "policy": str(document.get("policy", "")),
        "locks": tuple(_row(Lock, "lock", row) for row in document.get("lock", [])),
        "exemptions": tuple(
            _row(Exemption, "exemption", row) for row in document.get("exemption", [])
        ),
        "solver": _solver(document["solver"]) if "solver" in document else None,
        "inputs": MappingProxyType(dict(document.get("inputs", {}))),
    }


def _solver_table(record: SolverRecord) -> dict[str, Any]:
    table: dict[str, Any] = {"status": str(record.status), "method": record.method}
    for name in ("objective", "bound", "gap"):
        value = float(getattr(record, name))
        if math.isfinite(value):
            table[name] = value
    table["seed"] = record.seed
    table["versions"] = dict(sorted(record.versions.items()))
    table["parts"] = {
        gate: {"value": float(p.value), "unit": p.unit, "weight": float(p.weight)}
        for gate, p in sorted(record.parts.items())
    }
    if record.tiers:
        table["tier"] = [_tier_table(tier) for tier in record.tiers]
    return table


def _tier_table(tier: TierRecord) -> dict[str, Any]:
    table: dict[str, Any] = {
        "gates": list(tier.gates),
        "value": float(tier.value),
        "given": float(tier.given),
        "prices": tier.prices,
    }
    table |= {"stage": tier.stage} if tier.stage else {}
    table |= {"weights": list(map(float, tier.weights))} if tier.weights else {}
    return table | ({"bound": float(tier.bound)} if math.isfinite(tier.bound) else {})


def _solver(table: Mapping[str, Any]) -> SolverRecord:
    return SolverRecord(
        status=Status(table["status"]),
        objective=float(table.get("objective", math.nan)),
        bound=float(table.get("bound", -math.inf)),
        gap=float(table.get("gap", math.inf)),
        parts=MappingProxyType({k: ObjectivePart(**v) for k, v in table["parts"].items()}),
        seed=int(table["seed"]),
        versions=MappingProxyType(dict(table["versions"])),
        method=str(table["method"]),
        tiers=tuple(_tier(row) for row in table.get("tier", [])),
    )


def _tier(row: Mapping[str, Any]) -> TierRecord:
    bound = float(row.get("bound", -math.inf))
    return TierRecord(
        tuple(map(str, row["gates"])),
        float(row["value"]),
        bound,
        float(row.get("given", 0.0)),
        bool(row.get("prices", False)),
        str(row.get("stage", "")),
        tuple(map(float, row.get("weights", []))),
    )
