"""The Chinese typeface of maps: shipped with the package, measured here, never a silent box.

The shipped font is a subset of Noto Sans SC (GB2312 and the counties' rare characters). A character
it lacks is taken from a Chinese font of the system; one that no font has is printed as 〓, the sign
for a missing character, and a :class:`MissingGlyphWarning` names it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.resources import files

import matplotlib as mpl
import numpy as np
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from districting.terms import say

FAMILY = "Districting Sans SC"
SYSTEM_FAMILIES = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Sans CJK JP",
)
MISSING_SIGN = "〓"
ASCENT, DESCENT = 0.88, 0.12
"""Height of the em box above and below the base line, as shares of the font size."""


class MissingGlyphWarning(UserWarning):
    """Some characters are in no font at hand and print as 〓."""


@lru_cache(maxsize=1)
def shipped_path() -> str:
    """Return the path of the shipped font after making it known to matplotlib."""
    path = str(files("districting.export").joinpath("fonts", "DistrictingSansSC-Regular.ttf"))
    if path not in {entry.fname for entry in fontManager.ttflist}:
        fontManager.addfont(path)
    return path


@lru_cache(maxsize=1)
def _paths() -> dict[str, str]:
    """Return path by family: the shipped font first, then the system's Chinese fonts."""
    found = {FAMILY: shipped_path()}
    installed = {entry.name: entry.fname for entry in fontManager.ttflist}
    return found | {f: installed[f] for f in SYSTEM_FAMILIES if f in installed}


@lru_cache(maxsize=16)
def _characters(path: str) -> frozenset[int]:
    return frozenset(get_font(path).get_charmap())


def families() -> list[str]:
    """Return the families to draw with, in order of preference."""
    return list(_paths())


def printable(text: str) -> str:
    """Return `text` with every character that no font has replaced by 〓, warning of it."""
    have = [_characters(path) for path in _paths().values()]
    absent = {c for c in text if c != "\n" and not any(ord(c) in known for known in have)}
    if not absent:
        return text
    listed = "".join(sorted(absent))
    warnings.warn(say("export.missing_glyphs", characters=listed), MissingGlyphWarning, 2)
    return "".join(MISSING_SIGN if c in absent else c for c in text)


@lru_cache(maxsize=20_000)
def _advance(character: str) -> float:
    """Return the width of one character as a share of the font size."""
    code = ord(character)
    for path in _paths().values():
        if code in _characters(path):
            font = get_font(path)
            font.set_size(100, 72)
            return float(font.load_char(code).linearHoriAdvance) / 65536 / 100
    return 1.0


def text_width(text: str, size: float) -> float:
    """Return the width of the one-line `text` in points when set at `size` points."""
    return size * sum(map(_advance, text))


def wrapped(text: str, size: float, width: float) -> list[str]:
    """Break `text` into lines no wider than `width` points, at any Chinese character or space."""
    lines, line = [], ""
    for word in _words(text):
        if line and text_width((line + word).rstrip(), size) > width:
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
    return [*lines, line.rstrip()] if line.strip() else lines


def _words(text: str) -> Iterator[str]:
    """Yield pieces that may not be broken: Latin words, characters with closing signs."""
    piece = ""
    for character in text:
        closing = character in "，。；：、！？）》」』”’,.;:!?)]%"
        joined = character.isascii() and not character.isspace()
        if piece and not closing and not (joined and piece[-1].isascii() and piece[-1] != " "):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def properties(size: float) -> FontProperties:
    """Return the font for text of `size` points."""
    return FontProperties(family=families(), size=size)


def outline_path(text: str, x: float, y: float, size: float) -> Path:
    """Return the outlines of `text` starting at (x, y), `size` in the same unit."""
    drawn = _outlines(text, size)
    return Path(np.add(drawn.vertices, (x, y)), drawn.codes)


@lru_cache(4096)
def _outlines(text: str, size: float) -> Path:
    """Return the outlines from (0, 0); the sheets of a county write the same names again."""
    return TextPath((0, 0), text, size=size, prop=FontProperties(family=families()))


@contextmanager
def drawing_context(salt: str) -> Iterator[None]:
    """Draw with embedded TrueType fonts and repeatable bytes, leaving global settings alone."""
    settings = {
        "font.family": families(),
        "font.size": 8.0,
        "pdf.fonttype": 42,
        "pdf.compression": 6,
        "svg.fonttype": "path",
        "svg.hashsalt": salt,
        "path.simplify": False,
        "text.hinting": "no_hinting",
        "text.usetex": False,
        "hatch.linewidth": 0.6,
    }
    with mpl.rc_context(settings):
        yield
