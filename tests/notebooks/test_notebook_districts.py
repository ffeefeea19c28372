"""The notebooks on districts run; a file of its own, so that workers share the five."""

from pathlib import Path

import pytest
from running import run_notebook


@pytest.mark.parametrize("name", ["01_first_plan", "02_two_districts_in_a_town"])
def test_notebooks_run(name: str, tmp_path: Path) -> None:
    run_notebook(name, tmp_path)
