"""The notebook on teacher rotation runs; a file of its own, so that workers share the five."""

from pathlib import Path

from running import run_notebook


def test_notebook_runs(tmp_path: Path) -> None:
    run_notebook("04_a_rotation_year", tmp_path)
