"""A profile with groups of schools written into its rule on shared zones."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tomli_w

from districting.county import TEACHES, County
from districting.errors import PolicyError
from districting.plan.zone_plan import STAGES
from districting.policy.profile import profile_text, read_policy
from districting.policy.zones.several_schools import SeveralSchools
from districting.terms import say


def profile_with_groups(
    county: County,
    name_or_path: str | Path,
    stage: str,
    groups: Mapping[str, str],
    towns: Sequence[str] = (),
) -> str:
    """Return the text of a profile whose rule on shared zones holds `groups`.

    Groups of the other stage stay; those of `stage` that share a school with `groups` are replaced.
    Without such a rule one is added, marked as a condition of comparison and not of the document.

    Parameters
    ----------
    county : County
    name_or_path : str or Path
        A shipped profile, or one's own.
    stage : {"primary", "junior"}
    groups : Mapping of str to str
        School id → leading school's id; one that stays alone, to itself: it leaves its group.
    towns : sequence of str
        Towns whose schools were grouped; the whole county by default.

    Raises
    ------
    PolicyError
        If the profile has faults, or schools of both stages would share in a stage not asked for.
    """
    policy = read_policy(name_or_path)
    document = tomllib.loads(profile_text(name_or_path)[1])
    old = next((r for r in policy.of("zones") if isinstance(r, SeveralSchools)), None)
    pairs = {} if old is None else old.shared(county)
    touched = {lead for school, lead in pairs.items() if school in groups}
    kept = {s: lead for s, lead in pairs.items() if lead not in touched and s != lead}
    stages = list(STAGES) if kept and old is not None else [stage]
    kinds = county.schools["kind"]
    for school, lead in groups.items() if len(stages) > 1 else ():
        other = next(s for s in STAGES if s != stage)
        if school != lead and {kinds[school], kinds[lead]} <= set(TEACHES[other]):
            raise PolicyError(say("groups.both_stages", a=_name(county, school)))
    named = {_name(county, s): _name(county, g) for s, g in {**kept, **groups}.items() if s != g}
    rule = _rule(document)
    where = {"towns": list(towns), "groups": named, "stages": stages}
    rule["params"] = {**rule.get("params", {}), **where}
    rule.pop("enabled", None)
    return say("groups.written", name=policy.label) + "\n" + tomli_w.dumps(document)


def _rule(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document's rule on shared zones, added where there is none."""
    for rule in document.setdefault("rule", []):
        if (rule.get("kind"), rule["use"]) == ("zones", SeveralSchools.name):
            found: dict[str, Any] = rule
            return found
    added: dict[str, Any] = {
        "kind": "zones",
        "use": SeveralSchools.name,
        "clause": say("groups.clause"),
        "text": say("groups.text"),
        "strength": "must",
        "params": {"part_hot": False},
    }
    document["rule"].append(added)
    return added


def _name(county: County, school: str) -> str:
    """Return the school's name, or its id where another school bears the name too."""
    name = str(county.schools["name"][school])
    return name if (county.schools["name"] == name).sum() == 1 else school
