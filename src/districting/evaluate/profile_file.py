"""TOML files of standards, scorecards and sharing terms, read into dataclasses fault by fault."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from districting.errors import PolicyError
from districting.terms import say

Record = TypeVar("Record")
WORDS: Mapping[type, str] = {int: "int", float: "float", bool: "bool", str: "str"}


def shipped(folder: str) -> list[str]:
    """Return the names of the files shipped in ``districting/<folder>``, sorted."""
    entries = files("districting").joinpath(*folder.split("/")).iterdir()
    return sorted(p.name.removesuffix(".toml") for p in entries if p.name.endswith(".toml"))


def read_record(kind: type[Record], folder: str, name_or_path: str | Path) -> Record:
    """Read a TOML file into dataclass `kind`, nested dataclasses included.

    Parameters
    ----------
    kind : type
        Fields without default must be there; unknown keys are faults.
    folder : str
        Where shipped files lie inside the package, e.g. ``"evaluate/balance/standards"``.
    name_or_path : str or Path
        Name of a shipped file or path of one's own.

    Raises
    ------
    PolicyError
        With every fault of the file, each with its place.
    """
    name, text = _text(folder, name_or_path)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(say("policy.not_toml", file=name, fault=error)) from None
    faults: list[str] = []
    record = _record(kind, document, name, faults)
    if record is None or faults:
        raise PolicyError("\n".join(faults))
    return record


def _text(folder: str, name_or_path: str | Path) -> tuple[str, str]:
    word, known = str(name_or_path), shipped(folder)
    if word in known:
        place = files("districting").joinpath(*folder.split("/"), f"{word}.toml")
        return f"{word}.toml", place.read_text(encoding="utf-8")
    path = Path(word)
    try:
        return path.name, path.read_text(encoding="utf-8")
    except (FileNotFoundError, IsADirectoryError):
        raise PolicyError(say("policy.no_profile", value=word, known="、".join(known))) from None
    except UnicodeDecodeError:
        raise PolicyError(say("policy.not_utf8", file=path.name)) from None


def _record(kind: type[Record], given: Any, place: str, faults: list[str]) -> Record | None:
    if not isinstance(given, dict):
        faults.append(f"{place}: " + say("policy.not_table", value=place.split()[-1]))
        return None
    hints, before = get_type_hints(kind), len(faults)
    own = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]
    for key in given.keys() - own.keys():
        allowed = "、".join(own)
        faults.append(f"{place}: " + say("policy.unknown_key", value=key, allowed=allowed))
    values = {}
    for key, field in own.items():
        if key in given:
            values[key] = _value(hints[key], given[key], f"{place} {key}", key, faults)
        elif field.default is MISSING and field.default_factory is MISSING:
            faults.append(f"{place}: " + say("policy.missing_key", value=key))
    return kind(**values) if len(faults) == before else None


def _value(hint: Any, given: Any, place: str, key: str, faults: list[str]) -> Any:
    """Return `given` as `hint` wants it: numbers, texts, lists, tables, nested records."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _value(next(a for a in inner if a is not type(None)), given, place, key, faults)
    if is_dataclass(hint):
        return _record(hint, given, place, faults)  # type: ignore[arg-type]
    if origin is tuple and isinstance(given, list):
        return tuple(
            _value(inner[0], v, f"{place} {i}", key, faults) for i, v in enumerate(given, 1)
        )
    if origin is not None and issubclass(origin, Mapping) and isinstance(given, dict):
        return MappingProxyType(
            {k: _value(inner[1], v, f"{place} {k}", k, faults) for k, v in given.items()}
        )
    number = isinstance(given, (int, float)) and not isinstance(given, bool)
    if hint is float and number:
        return float(given)
    if hint is int and number and isinstance(given, int):
        return given
    if hint in (bool, str) and isinstance(given, hint):
        return given
    word = WORDS.get(hint, "words" if origin is tuple else "table")
    wanted = say(f"policy.type.{word}")
    faults.append(f"{place}: " + say("policy.wrong_type", entry=key, value=given, wanted=wanted))
    return None
