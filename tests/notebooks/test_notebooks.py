"""The notebooks are all run and named, and are kept as they were written."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_all_five_are_in_the_readme() -> None:
    """The table of the README names every notebook and no other."""
    named = re.findall(r"\]\((notebooks/[\w.]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert named == [f"notebooks/{p.name}" for p in NOTEBOOKS]
    assert len(named) == 5


def test_all_five_are_run() -> None:
    """The tests beside this one, a file each so that workers share them, run every notebook."""
    tests = "".join(p.read_text("utf-8") for p in sorted(Path(__file__).parent.glob("test_*.py")))
    assert sorted(re.findall(r'"(0\d_\w+)"', tests)) == [p.stem for p in NOTEBOOKS]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_is_stripped(path: Path) -> None:
    """No output, no number of execution, no path of a machine, and only public names."""
    text = path.read_text("utf-8")
    book = json.loads(text)
    assert set(book["metadata"]) == {"kernelspec", "language_info"}
    for cell in book["cells"]:
        assert cell["metadata"] == {}
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [] and cell["execution_count"] is None
    assert not re.search(r"/(home|Users|root|tmp|work)/|[A-Z]:\\\\", text)
    modules = set(re.findall(r"from (districting[\w.]*) import", text))
    assert modules <= {f"districting.{m}" for m in ("demand", "export", "export.documents")}
