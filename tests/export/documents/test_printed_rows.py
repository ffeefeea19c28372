"""LibreOffice prints every document of a county, and no row is lost on the way."""

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from districting.county import TEACHES, County
from districting.export.documents import Document, Material, Table, compose, recipes
from districting.export.documents.docx import write_docx
from districting.export.documents.pdf import find_office, office_pdfs
from districting.export.documents.xlsx import write_xlsx
from districting.plan.plan import Plan
from districting.plan.rotation_plan import RotationPlan, move_table
from districting.policy import Policy, read_policy
from districting.proposing import propose
from districting.sample import make_county, staffed

pytestmark = [
    pytest.mark.skipif(find_office() is None, reason="LibreOffice is not installed"),
    pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed"),
]


def rotation_of(county: County) -> RotationPlan:
    """Return a plan in which twenty teachers go to the next school of their stage."""
    schools, rows = county.schools, []
    for teacher in county.tables["teachers"].to_dict("records"):
        kinds = TEACHES[teacher["stage"]]
        others = schools.index[schools["kind"].isin(kinds) & (schools.index != teacher["school"])]
        if len(rows) < 20 and teacher["stage"] == "primary":
            to = others[len(rows) % len(others)]
            rows.append(
                {
                    "teacher": teacher["teacher"],
                    "year": county.year,
                    "stage": teacher["stage"],
                    "subject": teacher["subject"],
                    "from_school": teacher["school"],
                    "to_school": to,
                    "start": f"{county.year}-09",
                    "end": "",
                    "moved": False,
                    "exchange": "",
                    "scope": "county",
                    "reason": "share",
                }
            )
    head = {"name": "轮岗", "county": county.code, "year": county.year}
    return RotationPlan(**head, moves=move_table(rows))


def plans_of(county: County, policy: Policy) -> dict[str, Plan]:
    """Return a plan of each kind."""
    kinds = ("districts", "zones", "posts", "teaching")
    found = {kind: propose(county, policy, kind, seed=1).plan for kind in kinds}
    return {k: p for k, p in found.items() if p is not None} | {"rotation": rotation_of(county)}


SKIPPED = re.compile(r"[\s≥]")
"""White space, and a sign that another typeface lends, which PDFs tell apart from its line."""


def told(path: Path) -> str:
    """Return the text of a PDF in the order it was written, without what is skipped."""
    command = ["pdftotext", "-raw", str(path), "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return SKIPPED.sub("", text)


def row_keys(table: Table) -> Counter[str]:
    """Return the texts of the column that tells most rows apart; of an empty table none."""
    columns = [
        Counter(SKIPPED.sub("", cell) for cell in cells if isinstance(cell, str) and cell)
        for cells, column in zip(zip(*table.rows(), strict=True), table.columns, strict=False)
        if not column.merged
    ]
    return max(columns, key=len, default=Counter())


def lost(document: Document, text: str) -> Mapping[str, int]:
    """Return the row keys that stand in `text` less often than in the document's tables."""
    wanted: Counter[str] = Counter()
    for table in document.tables():
        wanted += row_keys(table)
    return {key: n for key, n in wanted.items() if text.count(key) < n}


def test_no_row_is_lost_in_print(tmp_path: Path) -> None:
    """Each row of each table of every document stands in the PDF of its DOCX and of its XLSX."""
    county, policy = staffed(make_county(3, 2, 24), seed=1), read_policy("starter")
    plans = plans_of(county, policy)
    assert set(plans) == {"districts", "zones", "posts", "teaching", "rotation"}
    made: dict[Path, Document] = {}
    for recipe in recipes():
        for kind in recipe.kinds:
            shown = (plans[kind],)
            if recipe.name == "comparison":
                shown = (*shown, replace(plans[kind], name="另一方案"))
            document = compose(recipe, Material(county, shown, policy))
            for write, ending in ((write_docx, "docx"), (write_xlsx, "xlsx")):
                path = tmp_path / f"{recipe.name}-{kind}-{ending}.{ending}"
                write(document, path)
                made[path] = document
    assert all(lost(d, "") for d in made.values() if any(row_keys(t) for t in d.tables()))
    printed = office_pdfs(list(made), tmp_path)
    missing = {
        page.name: found
        for page, document in zip(printed, made.values(), strict=True)
        if (found := lost(document, told(page)))
    }
    assert not missing
    assert sum(len(table.frame) for d in made.values() for table in d.tables()) > 500
