"""The notebooks run from the first cell to the last, and are kept as they were written."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
STRICT = """
import warnings

warnings.simplefilter("error")
warnings.filterwarnings("ignore", category=DeprecationWarning, module="ortools")
"""


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_runs(path: Path, tmp_path: Path) -> None:
    """Every cell runs, warnings being errors; pictures and a valid plan show, stderr is empty."""
    book = nbformat.read(path, as_version=4)
    written = list(book.cells)
    book.cells.insert(0, nbformat.v4.new_code_cell(STRICT))
    (tmp_path / "data").symlink_to(ROOT / "data")
    NotebookClient(book, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [o for cell in written if cell.cell_type == "code" for o in cell.outputs]
    assert [o for o in outputs if o.get("name") == "stderr"] == []
    assert any("image/png" in o.get("data", {}) for o in outputs)
    assert "必须条款无一违反" in json.dumps(outputs, ensure_ascii=False)


def test_all_five_are_in_the_readme() -> None:
    """The table of the README names every notebook and no other."""
    named = re.findall(r"\]\((notebooks/[\w.]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert named == [f"notebooks/{p.name}" for p in NOTEBOOKS]
    assert len(named) == 5


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
