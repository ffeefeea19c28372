"""The blank workbook and the map of foreign headers."""

from pathlib import Path

import openpyxl
import pytest

from districting.errors import DistrictingError
from districting.read.headers import column_of
from districting.read.schema import tables
from districting.read.workbook import read_map, write_blank_county, write_map
from districting.terms import using_language


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_column_has_its_header_note_and_rule(language: str, tmp_path: Path) -> None:
    """Headers are read back as their columns; notes carry meaning and example; words drop down."""
    with using_language(language):
        path, _ = write_blank_county(tmp_path, "370999", "试验县", 2026, "cgcs2000")
        meanings = {
            (t.name, c.name): c.meaning for t in tables().values() for c in t.columns.values()
        }
    book = openpyxl.load_workbook(path)
    for table in tables().values():
        sheet = book[table.zh if language == "zh" else table.en]
        heads = [column_of(str(c.value), table.name) for c in sheet[1]]
        assert heads == list(table.columns)
        listed = {
            str(v.sqref).split(":")[0][:-1]
            for v in sheet.data_validations.dataValidation
            if v.type == "list"
        }
        for cell, column in zip(sheet[1], table.columns.values(), strict=True):
            assert cell.comment.text.startswith(meanings[table.name, column.name])
            assert column.example in cell.comment.text
            chosen = column.values or column.refers or column.dtype in ("bool", "mark")
            assert (cell.column_letter in listed) == bool(chosen)
        assert sheet.protection.sheet and sheet["A1"].protection.locked
        assert not sheet.column_dimensions["A"].protection.locked


def test_every_column_is_explained_in_chinese() -> None:
    """Each table and column of columns.toml has its sentence in columns.zh.toml."""
    lacking = [t.name for t in tables().values() if not t.description_zh]
    lacking += [
        f"{t.name}.{c.name}"
        for t in tables().values()
        for c in t.columns.values()
        if not c.description_zh
    ]
    columns = [c for t in tables().values() for c in t.columns.values() if c.unit]
    lacking += [c.unit for c in columns if c.unit_in_words.isascii()]
    assert not lacking, "add these to src/districting/columns.zh.toml"


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A county that is there already is left alone."""
    (tmp_path / "county.toml").write_text("x = 1", encoding="utf-8")
    with pytest.raises(DistrictingError, match=r"county\.toml"):
        write_blank_county(tmp_path, "370999", "试验县", 2026, "cgcs2000")
    assert [p.name for p in tmp_path.iterdir()] == ["county.toml"]


def test_a_map_is_checked_as_a_whole(tmp_path: Path) -> None:
    """Every entry that names what there is not is told; a good map is the same when read again."""
    path = tmp_path / "columns.map.toml"
    path.write_text(
        '[sheets]\n"甲" = "pupils"\n[schools]\ndatum = "utm"\n'
        '[schools.columns]\n"乙" = "marks"\n"丙" = ""\n'
        '[schools.words.kind]\n"完小" = "完全"\n[villages.fill]\nrent = "1"\n',
        encoding="utf-8",
    )
    with pytest.raises(DistrictingError) as told:
        read_map(path)
    for entry in ("甲 = pupils", "乙 = marks", "完小 = 完全", "villages.fill.rent", "utm"):
        assert entry in str(told.value)
    path.write_text('[schools]\ndatum = "gcj02"\n[schools.columns]\n"乙" = "name"\n', "utf-8")
    known = read_map(path)
    write_map(known, path)
    assert read_map(path) == known and known.of("schools").datum == "gcj02"
    assert read_map(tmp_path / "none.toml").tables == {}
