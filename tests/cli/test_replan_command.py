"""``propose rotation --announced … --withdrawn …`` on a small written county."""

import json
from pathlib import Path

import pytest
from calls import run

from districting.plan.plan_file import read_plan
from districting.plan.rotation_plan import RotationPlan
from districting.sample import make_county, staffed, write_county


def test_withdrawals_by_file_and_by_id(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Ids and a file of ids are read; the answer lists every change; wrong calls are told."""
    folder, first, second = tmp_path / "县", tmp_path / "甲.plan.toml", tmp_path / "乙.plan.toml"
    write_county(staffed(make_county(4, towns=3, villages=42, records=True), 4), folder)
    words = ("propose", "rotation", folder, "--policy", "taierzhuang", "-o")
    code, out, _ = run(capsys, *words, first)
    assert code == 0
    announced = read_plan(first)
    assert isinstance(announced, RotationPlan)
    code, measured, _ = run(capsys, "evaluate", first, "--county", folder, "--json")
    results = {row["rule"]: row for row in json.loads(measured)}
    assert code == 0 and results["few_moves"]["number"] == len(announced.moves)
    assert all(row["text"] in out for row in results.values())
    one, two, *others = announced.moves["teacher"]
    listed = tmp_path / "退出.txt"
    listed.write_text(f"{one}\n\n", "utf-8-sig")
    call = (*words, second, "--announced", first)
    code, out, _ = run(capsys, *call, "--withdrawn", listed, "--withdrawn", two, "--json")
    assert code == 0
    told = json.loads(out)
    changes = {c["teacher"]: c["change"] for c in told["changes"]}
    assert [t for t, c in changes.items() if c == "withdrawn"] == sorted([one, two])
    assert sum(c == "kept" for c in changes.values()) >= len(others) - 1
    assert read_plan(second).parent == "甲"
    code, _, err = run(capsys, *call, "--withdrawn", "无此人")
    assert code == 2 and "无此人" in err
    assert run(capsys, *call)[0] == 2
