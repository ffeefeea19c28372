"""The notebook on zones and what if runs; a file of its own, so that workers share the five."""

from pathlib import Path

from running import run_notebook


def test_notebook_runs(tmp_path: Path) -> None:
    run_notebook("03_zones_and_what_if", tmp_path)
