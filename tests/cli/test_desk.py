"""The planner's desk from blank workbook to documents, all through the command line."""

from pathlib import Path

import openpyxl
import pytest
from trial_policy import RULES
from typer.testing import CliRunner

from districting.cli.main import main
from districting.county import County
from districting.read.schema import tables
from districting.read.workbook import read_map
from districting.sample import make_county
from districting.sample.write_county import write_county


def run(*words: object) -> int:
    """Run one command as a planner would and return its exit code."""
    with pytest.raises(SystemExit) as leave:
        main([str(w) for w in words])
    return int(leave.value.code or 0)


@pytest.fixture(scope="module")
def made() -> County:
    return make_county(3, towns=2, villages=24)


def fill(book_path: Path, county: County, folder: Path) -> None:
    """Type the county's tables into the blank workbook, header by header."""
    write_county(county, folder / "source")
    book = openpyxl.load_workbook(book_path)
    for name in ("towns", "villages", "schools", "roads"):
        table = tables()[name]
        frame = county.table(name).reset_index()
        sheet = book[table.zh]
        heads = {str(c.value).rstrip("*"): c.column for c in sheet[1]}
        degrees = (county.villages if name == "villages" else county.schools).reset_index()
        for row, values in enumerate(frame.to_dict("records"), 2):
            for column in table.columns.values():
                value = values.get(column.name)
                if column.name in ("lon", "lat"):
                    value = float(degrees[column.name][row - 2])
                if column.dtype == "enum":
                    value = column.values.get(value, "")
                if column.dtype == "bool":
                    value = "是" if value else "否"
                if column.dtype != "mark" and value == value and value != "":
                    sheet.cell(row, heads[column.zh], value)
    book.save(book_path)


@pytest.fixture
def filled(made: County, tmp_path: Path) -> Path:
    """Return a county folder begun with ``init`` and filled in by a person."""
    folder = tmp_path / "县"
    words = ("--code", made.code, "--name", made.name, "--year", made.year)
    assert run("init", folder, *words) == 0
    fill(folder / f"{made.name}数据.xlsx", made, tmp_path)
    return folder


def test_from_blank_workbook_to_documents(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Init, fill, check, propose, verify, export and document follow each other without a flaw."""
    assert run("check", filled) == 0
    assert "按村居位置推得" in capsys.readouterr().out
    policy, plan = tmp_path / "政策.toml", filled / "甲.plan.toml"
    policy.write_text(RULES, encoding="utf-8")
    assert run("propose", "districts", filled, "--policy", policy, "-o", plan, "--seed", 1) == 0
    assert run("verify", plan, "--policy", policy) == 0
    files = [filled / f"甲.{ending}" for ending in ("xlsx", "docx", "gpkg", "html")]
    assert run("export", plan, *files, "--policy", policy) == 0
    survey = filled / "摸底.xlsx"
    assert run("document", "适龄儿童摸底表", plan, "-o", survey, "--policy", policy) == 0
    assert all(p.stat().st_size > 4000 for p in (*files, survey))
    assert run("document", "district-list", plan, "-o", filled / "a.odt", "--policy", policy) == 2


def test_marked_copy_shows_each_bad_cell(
    filled: Path, made: County, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The planner's own workbook comes back with colour, comment and a list; it is not touched."""
    book_path = filled / f"{made.name}数据.xlsx"
    book = openpyxl.load_workbook(book_path)
    heads = {str(c.value).rstrip("*"): c.column_letter for c in book["村居"][1]}
    bad = {f"{heads['常住人口']}5": "约一千", f"{heads['所属镇街代码']}7": "999999999"}
    for place, value in bad.items():
        book["村居"][place] = value
    book.save(book_path)
    before = book_path.read_bytes()
    out = tmp_path / "标注.xlsx"
    assert run("check", filled, "--marked", out) == 1
    assert book_path.read_bytes() == before
    marked = openpyxl.load_workbook(out)
    for place, value in bad.items():
        cell = marked["村居"][place]
        assert str(cell.value) == value and cell.fill.fgColor.rgb.endswith("FFC7CE")
        assert "改法" in cell.comment.text
    listed = marked.worksheets[0]
    assert listed.title == "问题清单"
    links = {c.hyperlink.location for c in listed["B"] if c.hyperlink}
    assert {f"'村居'!{place}" for place in bad} <= links
    assert marked["村居"].data_validations.dataValidation, "drop-downs stay"
    capsys.readouterr()
    assert run("check", filled, "--marked", book_path) == 2
    assert "被检查的文件" in capsys.readouterr().err and book_path.read_bytes() == before


def test_several_files_are_marked_into_a_folder(
    made: County, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """CSV tables come back as workbooks, one a file, when a folder is named."""
    folder = tmp_path / "县"
    write_county(made, folder)
    for name in ("villages", "schools"):
        path = folder / f"{name}.csv"
        text = path.read_text(encoding="utf-8-sig").replace("村委会,", "村委会,", 1)
        lines = text.splitlines()
        lines[1] = lines[1].replace(lines[1].split(",")[0], "X1", 1)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    assert run("check", folder, "--marked", tmp_path / "a.xlsx") == 2
    assert "文件夹" in capsys.readouterr().err
    assert run("check", folder, "--marked", tmp_path / "标") == 1
    assert {p.name for p in (tmp_path / "标").iterdir()} >= {"villages（已标注）.xlsx"}
    sheet = openpyxl.load_workbook(tmp_path / "标" / "villages（已标注）.xlsx")["villages"]
    assert sheet["A2"].value == "X1" and sheet["A2"].comment is not None


FOREIGN = [
    ["某县学校基本情况（2026）", *[""] * 11],
    [
        *("单位代码", "单位名称", "学校类型", "镇街", "所在村", "东经", "北纬", "主管"),
        *("小学生", "初中生", "教师人数", "联系电话"),
    ],
]
ANSWERS = {
    "columns": {
        "单位代码": "school", "单位名称": "name", "学校类型": "kind", "镇街": "town",
        "所在村": "village", "东经": "lon", "北纬": "lat", "主管": "run_by",
        "小学生": "pupils_primary", "初中生": "pupils_junior", "教师人数": "teachers",
        "联系电话": "",
    },
    "fill": {"seats_primary": "500", "seats_junior": "600", "lead": "否"},
}  # fmt: skip


def foreign_book(made: County, path: Path) -> None:
    """Write the schools as a bureau's own table: title, other headers and words, a row of sums."""
    words = {"primary": "完小", "teaching_point": "教学点", "junior": "初级中学"}
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Sheet1"
    for row in FOREIGN:
        sheet.append(row)
    for school, s in made.schools.iterrows():
        kind = words.get(s["kind"], {"kindergarten": "幼儿园"}.get(s["kind"], "小学"))
        where = (s["town"], s["village"], s["lon"], s["lat"], "镇街")
        counts = (s["pupils_primary"], s["pupils_junior"], s["teachers"], "123")
        sheet.append([school, s["name"], kind, *where, *counts])
    sheet.append(["合计", "", "", "", "", "", "", "", 1, 2, 3, ""])
    book.save(path)


def typed_answers() -> str:
    """Return what a person types at the questions, in their order."""
    columns = list(tables()["schools"].columns)
    lines = [str(list(tables()).index("schools") + 1)]
    left = list(columns)
    for column in ANSWERS["columns"].values():
        lines.append(str([*left, ""].index(column) + 1))
        if column:
            left.remove(column)
    return "\n".join(lines)


def test_foreign_table_is_asked_once_and_remembered(made: County, tmp_path: Path) -> None:
    """Unknown headers and words are asked; the next import with that map asks nothing."""
    from districting.cli.app import build_app

    folder = tmp_path / "县"
    words = ("--code", made.code, "--name", made.name, "--year", made.year)
    assert run("init", folder, *words) == 0
    table = tmp_path / "学校情况.xlsx"
    foreign_book(made, table)
    assert run("import", table, folder, "--no-input") == 2
    runner = CliRunner()
    answers = typed_answers() + "\n\n\n500\n600\n否\n"
    result = runner.invoke(build_app(), ["import", str(table), str(folder)], input=answers)
    assert result.exit_code == 0, result.output
    known = read_map(folder / "columns.map.toml")
    assert known.sheets == {"Sheet1": "schools"}
    assert known.of("schools").columns["单位名称"] == "name"
    assert known.of("schools").columns["联系电话"] == ""
    assert known.of("schools").words["kind"] == {"完小": "primary", "初级中学": "junior"}
    assert known.of("schools").fill == ANSWERS["fill"]
    sheet = openpyxl.load_workbook(folder / f"{made.name}数据.xlsx")["学校"]
    heads = {str(c.value).rstrip("*"): c.column for c in sheet[1]}
    names = [sheet.cell(r, heads["学校名称"]).value for r in range(2, sheet.max_row + 1)]
    assert names == made.schools["name"].tolist(), "title and sums are left out"
    assert run("import", table, folder, "--no-input") == 2, "rows are there already"
    assert run("import", table, folder, "--no-input", "--replace") == 0
