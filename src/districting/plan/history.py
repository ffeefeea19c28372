"""Where a plan came from: the plans it was made from, and what each step changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from districting.errors import PlanFileError
from districting.plan.plan import Plan
from districting.plan.plan_file import read_plan

ENDING = ".plan.toml"


def ancestors(plan: Plan, folder: str | Path) -> tuple[Plan, ...]:
    """Return the plans that `plan` was made from, oldest first, as far as `folder` holds them.

    Parents are found by name among the folder's ``*.plan.toml``; the file ``<parent>.plan.toml`` is
    looked at first. Files that are no readable plans are no ancestors. The chain ends where a
    parent is not there, or is among the plans already found.
    """
    chain: list[Plan] = []
    seen, wanted = {plan.name}, plan.parent
    while wanted and wanted not in seen:
        found = _called(wanted, Path(folder))
        if found is None:
            break
        chain.insert(0, found)
        seen.add(wanted)
        wanted = found.parent
    return tuple(chain)


def _called(name: str, folder: Path) -> Plan | None:
    first = folder / f"{name}{ENDING}"
    others = [p for p in sorted(folder.glob(f"*{ENDING}")) if p != first]
    for path in (first, *others):
        try:
            plan = read_plan(path)
        except PlanFileError:
            continue
        if plan.name == name:
            return plan
    return None


def differences(before: Plan, after: Plan) -> pd.DataFrame:
    """Return what is assigned differently in two plans of one kind.

    Returns
    -------
    pandas.DataFrame
        ``part`` (table of the plan file), ``unit`` (id), ``before``, ``after`` (text; empty where
        the plan has no such entry), sorted by part and unit.
    """
    old, new = dict(_entries(before.body())), dict(_entries(after.body()))
    rows = [
        (part, unit, old.get((part, unit), ""), new.get((part, unit), ""))
        for part, unit in sorted(old.keys() | new.keys())
    ]
    changed = [row for row in rows if row[2] != row[3]]
    return pd.DataFrame(changed, columns=["part", "unit", "before", "after"], dtype="str")


def _entries(body: dict[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield ((part, unit), text): one for each entry of a table, or for each table of a list.

    The first value of a listed table names its unit.
    """
    for part, content in body.items():
        if isinstance(content, dict):
            for unit, value in content.items():
                yield (part, str(unit)), _text(value)
        elif isinstance(content, list):
            for entry in content:
                unit, *rest = [_text(v) for v in entry.values()]
                yield (part, unit), " ".join(rest)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{k}={_text(v)}" for k, v in value.items())
    return "、".join(map(_text, value)) if isinstance(value, list) else str(value)
