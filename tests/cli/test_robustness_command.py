"""The command that shakes the numbers."""

import json
from pathlib import Path

import pytest
from calls import run

from districting.sample import make_county, write_county


def test_robustness_is_printed_and_given_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two names for one plan tie; the stress test needs a policy and names factors."""
    folder = tmp_path / "county"
    write_county(make_county(1, 2, 12), folder)
    words = ("robustness", "现行", "current", "--county", folder, "--policy", "starter")
    code, told, _ = run(capsys, *words, "--draws", "2", "--json")
    found = json.loads(told)
    assert code == 0
    assert "villages.children_primary" in found["perturbed"]
    assert {row["a_better"] for row in found["pairs"]} <= {0.0, None}
    assert [row["children"] for row in found["stress"]] == [0.9, 1.0, 1.1] * 2
    code, told, _ = run(capsys, *words, "--draws", "1", "--seed", "5")
    assert (code, "甲减乙" in told, "× 0.9" in told) == (0, True, True)
