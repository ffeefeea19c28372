"""The notebook on trade-offs and papers runs; a file of its own, so that workers share the five."""

from pathlib import Path

from running import run_notebook


def test_notebook_runs(tmp_path: Path) -> None:
    run_notebook("05_trade_offs_and_report", tmp_path)
