"""Each fault in the input gives its own precise message, and nothing is written."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

import broken_files  # noqa: F401  (adds its cases, as those below)
import broken_places  # noqa: F401
import broken_schools  # noqa: F401
import broken_staff  # noqa: F401
import pytest
from breaking import CASES, Case, Parts

from districting.errors import DataError, Problem
from districting.read import check_county, county_folder, read_county
from districting.terms import LANGUAGES, using_language


def _state(folder: Path) -> dict[str, tuple[int, int]]:
    return {p.name: (p.stat().st_mtime_ns, p.stat().st_size) for p in folder.iterdir()}


def _place(problem: Problem) -> tuple[object, ...]:
    return problem.file, problem.sheet, problem.row, problem.column, problem.value


@pytest.fixture
def loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let reading a folder that was just checked begin from what was found there."""
    monkeypatch.setattr(county_folder, "_load", cache(county_folder._load))


@pytest.mark.usefixtures("loaded_once")
@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.code}-{c.file}-{c.column}")
def test_a_fault_is_reported_where_it_is(case: Case, tmp_path: Path) -> None:
    """The fault is named with file, sheet, row, column and value; only its consequences follow.

    It is said in both languages, read_county refuses errors, and the folder is left as it was.
    """
    parts = Parts()
    case.change(parts)
    parts.write(tmp_path)
    before = _state(tmp_path)
    problems = check_county(tmp_path)
    code = f"check.{case.code}"
    found = [p for p in problems if p.code == code]
    expected = (case.file, case.sheet, case.row, case.column, case.value)
    assert expected in [_place(p) for p in found], [(p.code, *_place(p)) for p in problems]
    assert len(found) == case.count
    others = {p.code.removeprefix("check.") for p in problems} - {case.code}
    assert others == case.also
    assert _state(tmp_path) == before
    for language in LANGUAGES:
        with using_language(language):
            words = (found[0].what, found[0].allowed, found[0].mend)
        assert all(w and "{" not in w for w in words)
    if any(p.severity == "error" for p in problems):
        with pytest.raises(DataError) as raised:
            read_county(tmp_path)
        errors = [p for p in problems if p.severity == "error"]
        assert list(raised.value.problems) == errors


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    """A wrong path is answered like any other fault."""
    (problem,) = check_county(tmp_path / "nowhere")
    assert (problem.code, problem.value) == ("check.no_folder", "nowhere")


def test_every_message_has_a_case() -> None:
    """No fault is written down that no test provokes, and there are many of them."""
    text = files("districting").joinpath("messages", "check.toml").read_text("utf-8")
    written = set(tomllib.loads(text))
    provoked = {c.code for c in CASES} | {"no_folder"}
    assert written == provoked
    assert len(provoked) >= 45


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    """Faults in several files come together, errors before warnings."""
    parts = Parts()
    parts.set("villages", 0, population="x", 备注="y")
    parts.set("schools", 1, teachers="-1")
    parts.set("roads", 2, kind="天路")
    problems = check_county(parts.write(tmp_path))
    assert [(p.code, p.severity) for p in problems] == [
        ("check.not_a_number", "error"),
        ("check.negative", "error"),
        ("check.unknown_word", "error"),
        ("check.unknown_column", "warning"),
    ]
