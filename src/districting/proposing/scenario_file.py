"""A file of scenarios: counties, policies, kinds, seeds and variants, every combination solved."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from districting.proposing.propose import PROPOSERS
from districting.proposing.scenario import Recipe, Scenario, combine
from districting.proposing.scenarios import ScenarioError
from districting.terms import say

LISTS: dict[str, type] = {
    "counties": str,
    "policies": str,
    "kinds": str,
    "seeds": int,
    "children": float,
}
SAMPLE = ("seed", "towns", "villages")


def read_scenarios(path: str | Path) -> list[Scenario]:
    """Read a TOML file of scenarios.

    Parameters
    ----------
    path : str or Path
        ``policies`` (names or files), ``counties`` (folders) or tables ``[[sample]]`` (``seed``,
        ``towns``, ``villages``); where wanted ``kinds``, ``seeds``, ``children`` (factors) and
        ``gap``. Folders and files are looked for beside the file.

    Raises
    ------
    ScenarioError
        If the file is missing or has faults; the message lists all of them.
    """
    target = Path(path)
    try:
        document = tomllib.loads(target.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ScenarioError(say("scenarios.unreadable", path=target, reason=error)) from None
    faults = _faults(document)
    if faults:
        raise ScenarioError("\n".join(f"{target}: {fault}" for fault in faults))
    beside = target.parent
    counties = [str(beside / folder) for folder in document.get("counties", ())]
    near = ((name, beside / name) for name in document["policies"])
    given = {k: document[k] for k in ("kinds", "seeds", "children", "gap") if k in document}
    return combine(
        [*counties, *(Recipe(**one) for one in document.get("sample", ()))],
        [str(file) if file.is_file() else name for name, file in near],
        **given,
    )


def _faults(document: dict[str, Any]) -> list[str]:
    allowed = (*LISTS, "gap", "sample")
    faults = [
        say("scenarios.unknown_key", name=key, allowed="、".join(allowed))
        for key in document
        if key not in allowed
    ]
    for key, kind in LISTS.items():
        if key in document and not _list_of(document[key], kind):
            faults.append(
                say("scenarios.not_a_list", name=key, kind=say(f"scenarios.{kind.__name__}"))
            )
    kinds = document.get("kinds", ())
    faults += [
        say("scenarios.unknown_kind", value=kind, allowed="、".join(PROPOSERS))
        for kind in (kinds if _list_of(kinds, str) else ())
        if kind not in PROPOSERS
    ]
    samples = document.get("sample", [])
    if not (isinstance(samples, list) and all(map(_is_sample, samples))):
        faults.append(say("scenarios.bad_sample"))
    gap = document.get("gap", 0.0)
    if isinstance(gap, bool) or not isinstance(gap, int | float) or gap < 0:
        faults.append(say("scenarios.bad_gap", value=gap))
    if "policies" not in document or not (document.get("counties") or samples):
        faults.append(say("scenarios.nothing"))
    return faults


def _list_of(value: Any, kind: type) -> bool:
    accepted = (int, float) if kind is float else kind
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(v, accepted) and not isinstance(v, bool) for v in value)
        and (kind is not float or all(v > 0 for v in value))
    )


def _is_sample(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and "seed" in value
        and set(value) <= set(SAMPLE)
        and all(type(v) is int for v in value.values())
        and 1 <= value.get("towns", 6) <= value.get("villages", 200)
    )
