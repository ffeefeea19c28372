"""The message catalogue: everything a planner reads, in Chinese by default and in English.

Messages live in ``messages/*.toml``; the file name is the first part of the key, so
``say("check.unknown_town", value="x")`` reads ``unknown_town`` in ``messages/check.toml``.
Each message is a table with ``zh`` and ``en`` templates in :meth:`str.format` syntax.
"""

from __future__ import annotations

import contextvars
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("zh", "en")
_language: contextvars.ContextVar[str] = contextvars.ContextVar("language", default="zh")


def language() -> str:
    """Return the language messages are given in, ``"zh"`` or ``"en"``."""
    return _language.get()


@contextmanager
def using_language(code: str) -> Iterator[None]:
    """Give messages in `code` inside the ``with`` block.

    Raises
    ------
    ValueError
        If `code` is not one of :data:`LANGUAGES`.
    """
    if code not in LANGUAGES:
        raise ValueError(f"language must be one of {LANGUAGES}, not {code!r}")
    token = _language.set(code)
    try:
        yield
    finally:
        _language.reset(token)


@cache
def _messages(area: str) -> dict[str, Any]:
    text = files("districting").joinpath("messages", f"{area}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def say(key: str, **values: Any) -> str:
    """Return message `key` in the current language with `values` filled in.

    Parameters
    ----------
    key : str
        ``"area.name"`` or ``"area.name.part"``.

    Raises
    ------
    KeyError
        If the catalogue has no such message: every message must be written down.

    Examples
    --------
    >>> with using_language("en"):
    ...     say("terms.district")
    'district'
    """
    area, *path = key.split(".")
    entry: Any = _messages(area)
    for part in path:
        entry = entry[part]
    template: str = entry[language()]
    return template.format(**values) if values else template


def words(key: str) -> dict[str, str]:
    """Return all messages of table `key` (``"area"`` or ``"area.name"``) in the current language.

    For pages that fill them in themselves; tables below it are left out.
    """
    area, *path = key.split(".")
    table: Any = _messages(area)
    for part in path:
        table = table[part]
    return {name: entry[language()] for name, entry in table.items() if language() in entry}
