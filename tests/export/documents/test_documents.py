"""Documents: every kind in every format, with sums that agree between them."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pandas as pd
import pytest

from districting.county import County
from districting.export import export
from districting.export.documents import (
    Column,
    Document,
    Material,
    Section,
    Table,
    compose,
    find_recipe,
    recipes,
    write_document,
)
from districting.export.documents import pdf as pdf_module
from districting.export.documents.docx import write_docx, write_template
from districting.export.documents.docx_parts import SMALL, USUAL, fitted
from districting.export.documents.layout import column_widths
from districting.export.documents.material import DocumentError
from districting.export.documents.pdf import find_office, office_pdf
from districting.export.documents.xlsx import write_xlsx
from districting.plan.district_plan import DistrictPlan
from districting.plan.history import ancestors, differences
from districting.plan.plan_file import write_plan
from districting.policy import read_policy
from districting.terms import say, using_language

OF_DISTRICTS = [r.name for r in recipes() if "districts" in r.kinds]


@pytest.fixture(scope="module")
def material(county: County, plan: DistrictPlan) -> Material:
    """Return a plan with a moved village and a recorded reason, its parent and its policy."""
    county = county.with_tables(children=children_by_age(county))
    here, there = plan.districts.index[:2]
    moved = plan.assign(county, str(plan.villages.index[plan.villages == here][0]), there, "就近")
    child = replace(moved, name="甲", policy="taierzhuang")
    return Material(county, (child,), read_policy("taierzhuang"), (plan,))


def children_by_age(county: County) -> pd.DataFrame:
    """Return the table of children by age: each stage's children spread over its ages."""
    rows = []
    for stage, ages in (("primary", range(6, 12)), ("junior", range(12, 15))):
        for village, count in county.villages[f"children_{stage}"].items():
            share, rest = divmod(int(count), len(ages))
            rows += [(village, county.year, a, share + (a - ages[0] < rest)) for a in ages]
    return pd.DataFrame(rows, columns=["village", "year", "age", "count"])


def words_of_docx(path: Path) -> list[str]:
    """Return the texts of all paragraphs and cells; a cell over several columns counts once."""
    paper = docx.Document(str(path))
    cells = paper.element.body.xpath(".//w:tc")
    texts = ["".join(str(t.text) for t in cell.xpath(".//w:t")) for cell in cells]
    return [p.text for p in paper.paragraphs] + texts


def words_of_xlsx(path: Path) -> list[str]:
    """Return the texts of all filled cells of all sheets."""
    book = openpyxl.load_workbook(path)
    return [str(c.value) for s in book for row in s.iter_rows() for c in row if c.value is not None]


@pytest.mark.parametrize("name", OF_DISTRICTS)
def test_every_document_is_written_whole(name: str, material: Material, tmp_path: Path) -> None:
    """Both formats hold each text cell of each table, the policy's basis and the marks."""
    document = compose(find_recipe(name), material)
    assert document.tables() and document.basis and "内部工作图" in document.mark
    write_xlsx(document, tmp_path / "d.xlsx")
    write_docx(document, tmp_path / "d.docx")
    for words in (words_of_xlsx(tmp_path / "d.xlsx"), words_of_docx(tmp_path / "d.docx")):
        told = "\n".join(words)
        assert document.title in words
        assert all(basis in told for basis in document.basis)
        assert "合成" in told, "synthetic data are marked"
        for table in document.tables():
            texts = {v for row in table.rows() for v in row if isinstance(v, str) and v}
            assert texts <= set(words)


@pytest.mark.parametrize("name", OF_DISTRICTS)
def test_english_leaves_no_message_behind(name: str, material: Material) -> None:
    """Every document is made in English as well, and heads are not Chinese."""
    with using_language("en"):
        document = compose(find_recipe(name), material)
        heads = [c.label for table in document.tables() for c in table.columns]
    plans = {p.name for p in (*material.plans, *material.ancestors)}
    assert not [h for h in heads if re.search("[一-鿿]", h) and h not in plans]


def total(document: Document, key: str) -> float:
    """Return the sum of a column over all tables of a document that add it up."""
    tables = [t for t in document.tables() if any(c.total and c.key == key for c in t.columns)]
    assert tables
    return sum(t.totals()[key] for t in tables)


def test_totals_agree_between_documents(material: Material) -> None:
    """Schools, villages and children add up alike in every document that counts them."""
    made = {name: compose(find_recipe(name), material) for name in OF_DISTRICTS}
    plan, county = material.plan_of(DistrictPlan), material.county
    counted = ("distribution", "district-list", "statement")
    assert {total(made[d], "schools") for d in counted} == {len(plan.schools)}
    assert {total(made[d], "villages") for d in counted} == {len(plan.villages)}
    named = made["district-profiles"].tables()
    listed = [t for t in named if [c.key for c in t.columns][:2] == ["name", "kind"]]
    assert sum(len(t.frame) for t in listed) == len(plan.schools)
    ages = {str(a) for a in range(6, 12)}
    survey = made["child-survey"].sections
    by_district = survey[0].tables()[0]
    primary = sum(v for k, v in by_district.totals().items() if k in ages)
    assert primary == total(made["distribution"], "children_primary")
    assert primary == county.villages["children_primary"].sum()
    by_village = sum(s.tables()[0].totals()["total"] for s in survey[1:])
    assert by_village == by_district.totals()["total"]


def test_sums_are_formulas_with_values(material: Material, tmp_path: Path) -> None:
    """A sum in the workbook is a formula, so that it follows what the planner changes."""
    write_document(find_recipe("district-list"), material, tmp_path / "d.xlsx")
    count = len(material.plans[0].districts)
    last = list(openpyxl.load_workbook(tmp_path / "d.xlsx").worksheets[0].iter_rows())
    formulas = [c.value for row in last for c in row if str(c.value).startswith("=SUM(")]
    kinds = material.county.district_schools()["kind"].nunique()
    assert len(formulas) == kinds + 2
    assert all(re.fullmatch(rf"=SUM\([A-Z]4:[A-Z]{count + 3}\)", f) for f in formulas)


def test_equal_documents_give_equal_bytes(material: Material, tmp_path: Path) -> None:
    """Written twice, a document is the same file."""
    for ending in ("docx", "xlsx"):
        files = [tmp_path / f"{n}.{ending}" for n in "ab"]
        for path in files:
            write_document(find_recipe("district-list"), material, path)
        assert files[0].read_bytes() == files[1].read_bytes()


def test_groups_merges_and_joined_cells(tmp_path: Path) -> None:
    """Heads span their columns, equal names stand once, an empty name joins the next cell."""
    frame = pd.DataFrame({"a": ["甲", "甲", ""], "b": ["x", "y", "z"], "c": [1, 2, 3.5]})
    columns = (
        Column("a", "", group="名称", merged=True, joined=True),
        Column("b", "", group="名称"),
        Column("c", "数", "人", total=True, group="数量"),
    )
    document = Document("题", (Section("页", (Table(frame, columns),)),))
    write_xlsx(document, tmp_path / "d.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "d.xlsx")["页"]
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert merged == {"A1:C1", "A2:B3", "A4:A5", "A6:B6", "A7:B7"}
    assert [sheet[c].value for c in ("A2", "C2", "C3", "A6", "C6")] == [
        *("名称", "数量", "数\n（人）", "z", 3.5)
    ]
    write_docx(document, tmp_path / "d.docx")
    rows = docx.Document(str(tmp_path / "d.docx")).tables[0].rows
    texts = [[cell.text for cell in row.cells] for row in rows]
    assert texts == [
        ["名称", "名称", "数量"],
        ["名称", "名称", "数\n（人）"],
        ["甲", "x", "1"],
        ["甲", "y", "2"],
        ["z", "z", "3.5"],
        ["合计", "合计", "6.5"],
    ]


def test_numbers_are_wider_than_the_width_asked_for() -> None:
    """A number is never broken over lines; a text takes the width that its column asks for."""
    frame = pd.DataFrame({"a": ["一二三四五六七八九十"], "b": [1234567]})
    columns = (Column("a", "名", width=5), Column("b", "数", width=3, total=True))
    text, number = column_widths(Table(frame, columns))
    assert text == 5 and number >= len("1,234,567")


def test_own_template_keeps_its_page_and_styles(material: Material, tmp_path: Path) -> None:
    """The bureau's page, letterhead and styles hold; a template without its place is refused."""
    write_template(tmp_path / "模板.docx")
    paper = docx.Document(str(tmp_path / "模板.docx"))
    paper.sections[0].header.paragraphs[0].text = "某县教育和体育局文件：{{标题}}"
    paper.styles["公文标题"].font.name = "Arial"
    paper.save(str(tmp_path / "本局.docx"))
    out = tmp_path / "d.docx"
    write_document(find_recipe("district-list"), material, out, tmp_path / "本局.docx")
    made = docx.Document(str(out))
    assert made.sections[0].header.paragraphs[0].text.endswith("学区名单")
    assert made.styles["公文标题"].font.name == "Arial"
    assert not any("{{" in p.text for p in made.paragraphs)
    docx.Document().save(str(tmp_path / "空.docx"))
    with pytest.raises(DocumentError, match="内容"):
        write_document(find_recipe("district-list"), material, out, tmp_path / "空.docx")
    (tmp_path / "坏.docx").write_text("no zip", encoding="utf-8")
    with pytest.raises(DocumentError, match="坏"):
        write_document(find_recipe("district-list"), material, out, tmp_path / "坏.docx")


def test_decision_log_follows_the_parents(material: Material, tmp_path: Path) -> None:
    """Parents are found by name; each step shows what it changed and why."""
    county, child = material.county, material.plan_of(DistrictPlan)
    parent = material.ancestors[0]
    write_plan(parent, tmp_path / "旧名.plan.toml")
    write_plan(child, tmp_path / "甲.plan.toml")
    (tmp_path / "坏.plan.toml").write_text("x = [", encoding="utf-8")
    chain = ancestors(child, tmp_path)
    assert [p.name for p in chain] == [parent.name]
    moved = differences(parent, child)
    assert set(moved["part"]) <= {"villages", "schools"} and len(moved) >= 1
    document = compose(find_recipe("decision-log"), Material(county, (child,), None, chain))
    steps = document.tables()[0].frame
    assert steps["changes"].tolist() == [None, len(moved)] and "就近" in steps["reason"].tolist()


def test_documents_are_found_by_title_in_both_languages() -> None:
    """学区名单 and district-list are one document; an unknown name lists them all."""
    assert find_recipe("学区名单") is find_recipe("district-list")
    with pytest.raises(DocumentError, match="child-survey"):
        find_recipe("工资表")


def test_what_is_missing_is_said(
    material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No policy, wrong ending, no LibreOffice: each has its own sentence and leaves no file."""
    bare = replace(material, policy=None)
    with pytest.raises(DocumentError, match="--policy"):
        write_document(find_recipe("statement"), bare, tmp_path / "d.docx")
    with pytest.raises(DocumentError, match=r"\.docx"):
        write_document(find_recipe("statement"), material, tmp_path / "d.odt")
    monkeypatch.setattr(pdf_module, "find_office", lambda: None)
    with pytest.raises(DocumentError, match="LibreOffice"):
        write_document(find_recipe("district-list"), material, tmp_path / "d.pdf")
    assert not list(tmp_path.iterdir())


def test_export_by_ending_writes_the_statement(material: Material, tmp_path: Path) -> None:
    """``export x.docx`` is the statement of the plan."""
    export(material.plans[0], material.county, tmp_path / "甲.docx", policy=material.policy)
    assert say("documents.statement.clauses") in words_of_docx(tmp_path / "甲.docx")


@pytest.mark.skipif(find_office() is None, reason="LibreOffice is not installed")
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_libreoffice_prints_every_row(ending: str, material: Material, tmp_path: Path) -> None:
    """In the PDF of the longest table each village's code stands once."""
    source, target = tmp_path / f"d.{ending}", tmp_path / "d.pdf"
    write_document(find_recipe("distribution"), material, source)
    office_pdf(source, target)
    told = subprocess.run(["pdftotext", str(target), "-"], capture_output=True, check=True).stdout
    found = re.findall(r"\d{12}", told.decode())
    assert sorted(found) == sorted(material.county.villages.index)


def test_ids_and_months_are_not_broken_however_narrow_the_page(tmp_path: Path) -> None:
    """A table too wide even so has smaller type; each id and month still fits its column."""
    keys = [f"k{i}" for i in range(15)]
    frame = pd.DataFrame([dict.fromkeys(keys, "很长的一段文字") | {"k0": "T000526"}])
    table = Table(frame, tuple(Column(k, "编号（人）") for k in keys))
    for kind, width in ((USUAL, 18_000), (SMALL, 12_500)):
        grid = fitted(table, width, kind)
        assert sum(grid) <= width
        assert grid[0] >= len("T000526") * kind.character + 2 * kind.margin
    document = Document("题", (Section("页", (table,)),))
    write_docx(document, tmp_path / "d.docx")
    assert "小表文字" in {p.style.name for p in _cells_of(tmp_path / "d.docx")}


def test_a_table_without_rows_says_so(tmp_path: Path) -> None:
    """An empty list is an answer, not a fault: a row 无 in both formats."""
    table = Table(pd.DataFrame({"a": [], "b": []}), (Column("a", "甲"), Column("b", "乙")))
    document = Document("题", (Section("页", (table,)),))
    write_docx(document, tmp_path / "d.docx")
    assert [p.text for p in _cells_of(tmp_path / "d.docx")][2:] == ["无", "无"]
    write_xlsx(document, tmp_path / "d.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "d.xlsx")["页"]
    assert "无" in {cell.value for row in sheet.iter_rows() for cell in row}


def _cells_of(path: Path) -> list[Any]:
    tables = docx.Document(str(path)).tables
    return [p for row in tables[0].rows for c in row.cells for p in c.paragraphs]
