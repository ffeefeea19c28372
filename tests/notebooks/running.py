"""Run a notebook from the first cell to the last."""

import json
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
STRICT = """
import warnings

warnings.simplefilter("error")
warnings.filterwarnings("ignore", category=DeprecationWarning, module="ortools")
"""


def run_notebook(name: str, tmp_path: Path) -> None:
    """Every cell runs, warnings being errors; pictures and a valid plan show, stderr is empty."""
    book = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    written = list(book.cells)
    book.cells.insert(0, nbformat.v4.new_code_cell(STRICT))
    (tmp_path / "data").symlink_to(ROOT / "data")
    NotebookClient(book, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [o for cell in written if cell.cell_type == "code" for o in cell.outputs]
    assert [o for o in outputs if o.get("name") == "stderr"] == []
    assert any("image/png" in o.get("data", {}) for o in outputs)
    assert "必须条款无一违反" in json.dumps(outputs, ensure_ascii=False)
