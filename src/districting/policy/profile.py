"""Reading a policy profile (TOML), with every fault reported at once."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Container, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_type_hints

from districting.errors import PolicyError
from districting.model.district_view import SEAT_KINDS
from districting.policy.districts import RULES as DISTRICT_RULES
from districting.policy.limits import may_be_bounded
from districting.policy.policy import TREATMENTS, Policy, Sentence
from districting.policy.posts import RULES as POSTS_RULES
from districting.policy.rotation import RULES as ROTATION_RULES
from districting.policy.rule import Clause, DistrictRule, Rule, Strength
from districting.policy.teaching import RULES as TEACHING_RULES
from districting.policy.zones import RULES as ZONE_RULES
from districting.terms import say

RULES: Mapping[str, Mapping[str, type[Rule]]] = {
    "districts": DISTRICT_RULES,
    "posts": POSTS_RULES,
    "teaching": TEACHING_RULES,
    "rotation": ROTATION_RULES,
    "zones": ZONE_RULES,
}
"""Rule classes by kind of plan and name."""


def rule_title(kind: str, name: str) -> str:
    """Return what planners call a rule for one kind of plan, in the current language."""
    return say(f"{RULES[kind][name].area}.{name}.title")


HEAD = {
    "name": str,
    "title": str,
    "labels": dict,
    "issued": str,
    "meeting": str,
    "basis": list,
    "seats": list,
    "tiers": tuple,
    "limits": dict,
    "allowance": float,
    "source": str,
}
RULE = {
    "use": str,
    "kind": str,
    "clause": str,
    "text": str,
    "strength": str,
    "checklist": list,
    "source": str,
    "weight": float,
    "price": float,
    "enabled": bool,
    "params": dict,
}
SENTENCE = {"clause": str, "text": str, "treated_as": str, "how": str, "checklist": list}
WRITTEN: Mapping[type, str] = {
    list: "tuple[str, ...]",
    tuple: "tuple[tuple[str, ...], ...]",
    dict: "Mapping[str, Any]",
}
MONEY = ("weight", "price")
BASE = {"clause", "strength", "weight", "price", "conditions"}
"""Fields of rules that are no parameters of profiles."""


def shipped_profiles() -> list[str]:
    """Return the names of the profiles that come with the package, sorted."""
    folder = files("districting").joinpath("policy", "profiles")
    return sorted(
        p.name.removesuffix(".toml") for p in folder.iterdir() if p.name.endswith(".toml")
    )


def read_policy(name_or_path: str | Path) -> Policy:
    """Read a policy profile.

    Parameters
    ----------
    name_or_path : str or Path
        Name of a shipped profile (``"taierzhuang"``) or path of a TOML file.

    Raises
    ------
    PolicyError
        If there is no such profile or it has faults; the message lists all of them, each with file
        and place.
    """
    name, text = profile_text(name_or_path)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(say("policy.not_toml", file=name, fault=error)) from None
    reader = _Reader(name)
    policy = reader.policy(document)
    if reader.faults:
        raise PolicyError("\n".join(reader.faults))
    return policy


def profile_text(name_or_path: str | Path) -> tuple[str, str]:
    """Return file name and text of a shipped profile, or of one's own.

    Raises
    ------
    PolicyError
        If there is no such profile, or it is not UTF-8.
    """
    word = str(name_or_path)
    if word in shipped_profiles():
        shipped = files("districting").joinpath("policy", "profiles", f"{word}.toml")
        return f"{word}.toml", shipped.read_text(encoding="utf-8")
    path = Path(word)
    try:
        return path.name, path.read_text(encoding="utf-8")
    except (FileNotFoundError, IsADirectoryError):
        known = "、".join(shipped_profiles())
        raise PolicyError(say("policy.no_profile", value=word, known=known)) from None
    except UnicodeDecodeError:
        raise PolicyError(say("policy.not_utf8", file=path.name)) from None


@dataclass
class _Reader:
    """Turns the parsed file into a policy and keeps a list of what is wrong with it."""

    file: str
    faults: list[str] = field(default_factory=list)

    def policy(self, document: Mapping[str, Any]) -> Policy:
        for key in set(document) - {"policy", "rule", "sentence"}:
            self._fault("unknown_key", "", value=key, allowed="policy、rule、sentence")
        head = self._typed(self._table(document, "policy"), HEAD, "[policy]", ("name", "title"))
        seats = tuple(head.get("seats", SEAT_KINDS))
        rules = [self._rule(r, i) for i, r in enumerate(self._tables(document, "rule"), 1)]
        kept = [(r, on) for r, on in rules if r is not None]
        seen: set[tuple[str, str]] = set()
        for rule, _ in kept:
            if (rule.kind, rule.name) in seen:
                self._fault("rule_twice", f"use = {rule.name}", value=rule.name)
            seen.add((rule.kind, rule.name))
        sentences = [
            self._sentence(s, i) for i, s in enumerate(self._tables(document, "sentence"), 1)
        ]
        self._check_tiers(head.get("tiers", ()), {r.name for r, on in kept if on})
        self._check_limits(head.get("limits", {}), [r for r, on in kept if on])
        if not 0.0 <= head.get("allowance", 0.0) < 1.0:
            self._fault("bad_allowance", "[policy]", value=head["allowance"])
        return Policy(
            name=head.get("name", ""),
            title=head.get("title", ""),
            labels=MappingProxyType(dict(head.get("labels", {}))),
            issued=head.get("issued", ""),
            meeting=head.get("meeting", ""),
            basis=tuple(head.get("basis", ())),
            seat_kinds=seats,
            tiers=tuple(map(tuple, head.get("tiers", ()))),
            limits=MappingProxyType(dict(head.get("limits", {}))),
            allowance=float(head.get("allowance", 0.0)),
            rules=tuple(r for r, on in kept if on),
            disabled=tuple(r for r, on in kept if not on),
            sentences=tuple(s for s in sentences if s is not None),
            path=self.file,
        )

    def _check_tiers(self, tiers: Iterable[Iterable[str]], known: set[str]) -> None:
        """Note names in `tiers` that are no rule in force, or stand there twice."""
        seen: set[str] = set()
        for name in (n for tier in tiers for n in tier):
            if name not in known:
                self._fault("unknown_tier", "[policy] tiers", value=name)
            if name in seen:
                self._fault("tier_twice", "[policy] tiers", value=name)
            seen.add(name)

    def _check_limits(self, limits: Mapping[str, Any], rules: Iterable[Rule]) -> None:
        """Note limits that are no numbers, or of rules that have nothing to bound."""
        known = [r.name for r in rules if isinstance(r, DistrictRule) and may_be_bounded(r)]
        for name, value in limits.items():
            if not _fit(value, "float")[0] or not value >= 0:
                self.faults.append(f"{self.file} [policy.limits]: {say('limits.bad', value=value)}")
            if name not in known:
                told = say("limits.unknown", value=name, allowed="、".join(known) or "—")
                self.faults.append(f"{self.file} [policy.limits]: {told}")

    def _rule(self, table: Mapping[str, Any], number: int) -> tuple[Rule | None, bool]:
        place = f"[[rule]] {number}" + (f" (use = {table['use']})" if "use" in table else "")
        before = len(self.faults)
        known = RULES.get(str(table.get("kind", "districts")))
        named = (known or {}).get(str(table.get("use", "")))
        inner = () if named is None else _own(named)
        row = self._typed(table, RULE, place, ("use", "text", "strength"), inner)
        kind, use = row.get("kind", "districts"), row.get("use", "")
        if known is None:
            self._fault("unknown_kind", place, value=kind, allowed="、".join(RULES))
        elif use and use not in known:
            self._fault("unknown_rule", place, value=use, allowed="、".join(sorted(known)))
        strength = row.get("strength", "must")
        if strength not in list(Strength):
            self._fault("unknown_strength", place, value=strength, allowed="、".join(Strength))
        if known is None or use not in known:
            return None, True
        for key in MONEY:
            if not 0 <= row.get(key, 0) < math.inf:
                self._fault("negative", place, entry=key, value=row[key])
        params = self._params(known[use], row.get("params", {}), place)
        if len(self.faults) > before:
            return None, True
        clause = Clause(
            row.get("clause", ""),
            row["text"],
            tuple(row.get("checklist", ())),
            row.get("source", ""),
        )
        money = {k: float(row[k]) for k in MONEY if k in row}
        try:
            rule = known[use](clause=clause, strength=Strength(strength), **money, **params)
        except PolicyError as error:
            self.faults.append(f"{self.file} {place}: {error}")
            return None, True
        return rule, row.get("enabled", True)

    def _params(self, rule: type[Rule], given: Mapping[str, Any], place: str) -> dict[str, Any]:
        """Check parameters against the rule's typed fields; convert lists and tables."""
        hints = get_type_hints(rule)
        own = _own(rule)
        for key in given:
            if key not in own:
                allowed = "、".join(own) or "—"
                self._fault("unknown_parameter", place, value=key, rule=rule.name, allowed=allowed)
        missing = [n for n, f in own.items() if n not in given and _required(f)]
        for key in missing:
            self._fault("missing_parameter", place, value=key, rule=rule.name)
        values = {}
        for key in own.keys() & given.keys():
            fits, value = _fit(given[key], str(hints[key]))
            if not fits:
                wanted = say(f"policy.type.{_type_word(str(hints[key]))}")
                self._fault("wrong_type", place, entry=key, value=given[key], wanted=wanted)
            values[key] = value
        return values

    def _sentence(self, table: Mapping[str, Any], number: int) -> Sentence | None:
        place = f"[[sentence]] {number}"
        before = len(self.faults)
        row = self._typed(table, SENTENCE, place, ("text", "treated_as"))
        treated = row.get("treated_as", TREATMENTS[0])
        if treated not in TREATMENTS:
            self._fault("unknown_treatment", place, value=treated, allowed="、".join(TREATMENTS))
        if len(self.faults) > before:
            return None
        checklist = tuple(row.get("checklist", ()))
        return Sentence(row.get("clause", ""), row["text"], treated, row.get("how", ""), checklist)

    def _table(self, document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = document.get(key, {})
        if isinstance(value, dict):
            return value
        self._fault("not_table", key, value=key)
        return {}

    def _tables(self, document: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
        value = document.get(key, [])
        if isinstance(value, list) and all(isinstance(v, dict) for v in value):
            return value
        self._fault("not_tables", key, value=key)
        return []

    def _typed(
        self,
        table: Mapping[str, Any],
        allowed: Mapping[str, type],
        place: str,
        required: tuple[str, ...],
        inner: Container[str] = (),
    ) -> dict[str, Any]:
        """Return the well-typed values of `table`; everything else becomes a fault.

        `inner` are keys that belong into the table's ``params``.
        """
        good: dict[str, Any] = {}
        for key, value in table.items():
            if key not in allowed:
                self._fault(
                    "into_params" if key in inner else "unknown_key",
                    place, value=key, given=value, allowed="、".join(allowed),
                )  # fmt: skip
                continue
            wanted = WRITTEN.get(allowed[key], allowed[key].__name__)
            fits, _ = _fit(value, wanted)
            if fits:
                good[key] = value
            else:
                said = say(f"policy.type.{_type_word(wanted)}")
                self._fault("wrong_type", place, entry=key, value=value, wanted=said)
        for key in required:
            if key not in table:
                self._fault("missing_key", place, value=key)
            elif isinstance(table[key], str) and not table[key].strip():
                self._fault("empty_key", place, value=key)
        return good

    def _fault(self, message: str, place: str, **values: Any) -> None:
        where = f"{self.file} {place}".rstrip()
        self.faults.append(f"{where}: " + say(f"policy.{message}", **values))


def _own(rule: type[Rule]) -> dict[str, Field[Any]]:
    """Return the fields of a rule that a profile gives as ``params``."""
    return {f.name: f for f in fields(rule) if f.name not in BASE}


def _required(parameter: Field[Any]) -> bool:
    return parameter.default is MISSING and parameter.default_factory is MISSING


def _type_word(hint: str) -> str:
    """Return the short word for a type hint, a key of ``policy.type``."""
    if hint.startswith("tuple[tuple["):
        return "groups"
    match = re.search(r"(Mapping|tuple)\[(\w+), ?(\w+|\.\.\.)\]", hint)
    if match is None:
        return re.sub(r"<class '(\w+)'>", r"\1", hint)
    if match[1] == "tuple":
        return "words"
    return {"int": "counts", "str": "names"}.get(match[3], "table")


def _fit(value: Any, hint: str) -> tuple[bool, Any]:
    """Return whether a TOML value is of the type, and the value as the rule wants it."""
    word = _type_word(hint)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if word == "float":
        return number, float(value) if number else value
    if word == "int":
        return number and isinstance(value, int), value
    if word in ("bool", "str"):
        return isinstance(value, bool if word == "bool" else str), value
    if word == "groups":
        rows = value if isinstance(value, list) else [None]
        fits = all(isinstance(r, list) and all(isinstance(v, str) for v in r) for r in rows)
        return fits, tuple(map(tuple, rows)) if fits else value
    if word == "words":
        fits = isinstance(value, list) and all(isinstance(v, str) for v in value)
        return fits, tuple(value) if fits else value
    inner = {"counts": int, "names": str}.get(word, object)
    fits = isinstance(value, dict) and all(
        isinstance(v, inner) and not (inner is int and isinstance(v, bool)) for v in value.values()
    )
    return fits, MappingProxyType(dict(value)) if fits else value
