"""The command for many counties at once."""

import json
from pathlib import Path

import pytest
from calls import run


def test_scenarios_leave_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file in, a table out; run again it says the same; an unreadable county is exit code 1."""
    file, out = tmp_path / "many.toml", tmp_path / "out"
    sample = "[[sample]]\nseed = 1\ntowns = 2\nvillages = 12\n"
    file.write_text(f'policies = ["starter"]\n{sample}', encoding="utf-8")
    words = ("scenarios", file, "-o", out, "--workers", "1")
    code, told, _ = run(capsys, *words)
    assert (code, "有方案 1，无可行方案 0，出错 0" in told) == (0, True)
    assert run(capsys, *words)[1] == told
    file.write_text(f'policies = ["starter"]\ncounties = ["none"]\n{sample}', encoding="utf-8")
    code, told, _ = run(capsys, *words, "--json")
    assert code == 1
    assert [row["status"] for row in json.loads(told)] == ["error", "optimal"]
