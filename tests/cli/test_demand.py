"""``demand`` on the shipped county: printed, as JSON, as a workbook, and faults of its options."""

import json
from pathlib import Path

import openpyxl
import pytest
from calls import TAIERZHUANG, run


def test_seats_of_every_school_and_year(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Every school has a row a year; the workbook has the same table and says what it rests on."""
    book = tmp_path / "学位.xlsx"
    code, out, _ = run(capsys, "demand", TAIERZHUANG, "--years", 3, "--json", "-o", book)
    rows = json.loads(out)
    assert code == 0
    assert len(rows) == 3 * 52
    assert {r["basis"] for r in rows if r["year"] == 2026} == {"entered"}
    for row in rows:
        assert row["entry_surplus"] == row["entry_seats"] - row["entrants"]
    sheets = openpyxl.load_workbook(book, read_only=True)
    assert sheets.sheetnames[0] == "学位余缺表"
    notes = [str(r[0].value) for r in sheets["方法与假定"].iter_rows(min_row=3)]
    assert any("假定" in n for n in notes)


def test_the_low_variant_has_fewer_entrants(capsys: pytest.CaptureFixture[str]) -> None:
    """Low, medium and high differ once the entrants' births are assumed."""
    last = {}
    for variant in ("low", "high"):
        _, out, _ = run(capsys, "demand", TAIERZHUANG, "--variant", variant, "--json")
        rows = [r for r in json.loads(out) if r["year"] == 2031 and r["stage"] == "primary"]
        last[variant] = sum(r["entrants"] for r in rows)
    assert last["low"] < last["high"]


def test_print_says_what_is_assumed(capsys: pytest.CaptureFixture[str]) -> None:
    """The assumptions of the variant stand under the table, in either language."""
    code, out, _ = run(capsys, "--lang", "en", "demand", TAIERZHUANG, "--births", -0.1)
    assert code == 0
    assert "births -10.0% a year" in out
    assert "217 villages have no zone" in out


def test_impossible_births_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Births cannot fall by more than all of them."""
    assert run(capsys, "demand", TAIERZHUANG, "--births", -1.5)[0] == 2
