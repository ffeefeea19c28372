"""Make the Chinese font that maps and pages are printed with, from Noto Sans SC.

    pip download --no-deps pylopdf-fonts-zh-cn==0.1.1
    python tools/font/subset.py pylopdf_fonts_zh_cn-0.1.1-py3-none-any.whl

The subset holds GB2312, the printable ASCII and Latin-1 letters, the signs that maps use, and
every character of the counties' names. Outlines become quadratic (TrueType), so that PDF files
can embed the font as searchable text (Type 42). Coordinates are rounded to a 500 unit em: at the
sizes of a map sheet (up to 30 pt) one unit is 0.02 mm, below what a printer can show.

The result bears a name of its own: the licence asks that changed copies do not pass for the
original, and "Noto" is a trademark.
"""

from __future__ import annotations

import argparse
import csv
import io
import zipfile
from pathlib import Path

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.scaleUpem import scale_upem

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "src" / "districting" / "export" / "fonts"
FAMILY = "Districting Sans SC"
SOURCE = "pylopdf_fonts_zh_cn/NotoSansSC-Regular.otf"
COPYRIGHT = "Copyright 2014-2021 Adobe (http://www.adobe.com/)."
SIGNS = (
    "²³·—–…‘’“”、。〈〉《》「」『』【】〔〕・！（），－．／：；？～￥°±×"
    "÷≤≥≠≈→←↑↓↗↘▲△▼▽■□●○◆◇★☆√①②③④⑤⑥⑦⑧⑨⑩㎡"
)
EXTRA_NAMES = "塚堌垞垛埝畈圩塬旮旯犇喆堽埇汊洑浉洺滏濉潍沭泗濮邳郯鄄郓兖莒岞崮崦峄笏"
UNITS_PER_EM = 500


def gb2312() -> set[str]:
    """Return every character of the GB2312 table."""
    found = set()
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.add(bytes((high, low)).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found


def county_characters() -> set[str]:
    """Return the characters of every name in the counties' own table files."""
    found: set[str] = set()
    for path in sorted((ROOT / "data" / "geo").glob("*/*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.reader(stream):
                found.update("".join(row))
    return found


def keep_only(font: TTFont, characters: set[str]) -> None:
    """Drop glyphs, layout rules and tables that horizontal text does not use."""
    options = subset.Options(
        layout_features=[],
        drop_tables=["BASE", "VORG", "vhea", "vmtx", "DSIG", "GDEF", "GSUB", "GPOS"],
        name_IDs=["*"],
        glyph_names=False,
        notdef_outline=True,
        hinting=False,
        desubroutinize=True,
    )
    worker = subset.Subsetter(options)
    worker.populate(unicodes=sorted(map(ord, characters)))
    worker.subset(font)


def to_truetype(font: TTFont, tolerance: float) -> None:
    """Turn cubic outlines into quadratic ones that differ by at most `tolerance` units."""
    order = font.getGlyphOrder()
    glyphs = font.getGlyphSet()
    outlines = {}
    for name in order:
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, tolerance, reverse_direction=True))
        outlines[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = glyf = newTable("glyf")
    glyf.glyphOrder, glyf.glyphs = order, outlines
    for name, glyph in outlines.items():
        glyph.recalcBounds(glyf)
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(glyph, "xMin", 0))
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for field, value in {
        "maxZones": 1, "maxTwilightPoints": 0, "maxStorage": 0, "maxFunctionDefs": 0,
        "maxInstructionDefs": 0, "maxStackElements": 0, "maxSizeOfInstructions": 0,
        "maxComponentElements": 0, "maxPoints": 0, "maxContours": 0, "maxCompositePoints": 0,
        "maxCompositeContours": 0, "maxComponentDepth": 0,
    }.items():  # fmt: skip
        setattr(maxp, field, value)
    font["post"].formatType = 3.0
    font["head"].glyphDataFormat = 0
    del font["CFF "]
    font.sfntVersion = "\000\001\000\000"


def rename(font: TTFont) -> None:
    """Give the font its own name; keep the copyright and the licence fields."""
    names = font["name"]
    names.names = [n for n in names.names if n.nameID in (0, 13, 14) and n.langID == 0x409]
    compact = FAMILY.replace(" ", "")
    for key, text in {
        1: FAMILY, 2: "Regular", 3: f"1.0;{compact}-Regular", 4: FAMILY,
        5: "Version 1.000; subset of Noto Sans SC 2.004", 6: f"{compact}-Regular",
    }.items():  # fmt: skip
        names.setName(text, key, 3, 1, 0x409)


def make(wheel: Path) -> None:
    """Write the subset and its licence text from the font package `wheel`."""
    with zipfile.ZipFile(wheel) as archive:
        font = TTFont(io.BytesIO(archive.read(SOURCE)), recalcTimestamp=False)
        licence = next(n for n in archive.namelist() if n.endswith("licenses/LICENSE"))
        text = archive.read(licence).decode("utf-8")
    ascii_latin = {chr(c) for c in (*range(0x20, 0x7F), *range(0xA0, 0x100))}
    wanted = gb2312() | ascii_latin | set(SIGNS) | set(EXTRA_NAMES) | county_characters()
    keep_only(font, {c for c in wanted if c.isprintable() or c.isspace()})
    to_truetype(font, tolerance=1.0)
    scale_upem(font, UNITS_PER_EM)
    rename(font)
    font.save(TARGET / "DistrictingSansSC-Regular.ttf")
    notice = f"{COPYRIGHT}\n{FAMILY} is a subset of Noto Sans SC with outlines converted.\n\n"
    (TARGET / "OFL.txt").write_text(notice + text, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path, help="the downloaded font package")
    make(parser.parse_args().wheel)
