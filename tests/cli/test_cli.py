"""The command line: help, exit codes, languages, and the way from folder to plan and back."""

import json
from pathlib import Path

import pytest
from calls import run

from districting.sample import make_county, write_county


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a county folder of three towns."""
    path = tmp_path_factory.mktemp("county")
    write_county(make_county(2, 3, 45), path)
    return path


def test_help_speaks_chinese_and_english(capsys: pytest.CaptureFixture[str]) -> None:
    """The same help comes in both languages."""
    assert "拟订方案" in run(capsys, "--help")[1]
    assert "Solve for a plan" in run(capsys, "--lang", "en", "--help")[1]


def test_unknown_language_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    """A language that is not there leaves with code 2."""
    assert run(capsys, "--lang=fr", "--help")[0] == 2


def test_check_of_good_data_is_clean(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """A good folder has exit code 0 and an empty JSON list."""
    code, out, _ = run(capsys, "check", folder, "--json")
    assert (code, json.loads(out)) == (0, [])


def test_check_of_a_missing_folder_fails(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A folder that is not there is reported and leaves with code 1."""
    code, out, _ = run(capsys, "check", tmp_path / "nowhere")
    assert code == 1
    assert "nowhere" in out


def test_proposing_twice_gives_the_same_bytes(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    """Same input and seed: the plan files are equal byte for byte; the folder is untouched."""
    before = sorted(p.name for p in folder.iterdir())
    texts = []
    for turn in ("1", "2"):
        out = tmp_path / turn / "A.plan.toml"
        code, _, err = run(capsys, "propose", "districts", folder, "--policy", "starter", "-o", out)
        assert code == 0, err
        texts.append(out.read_bytes())
    assert texts[0] == texts[1]
    assert sorted(p.name for p in folder.iterdir()) == before


def test_plan_is_verified_edited_compared_and_exported(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    """The daily round: propose, verify, move a village, compare with the current plan, export."""
    plan, edited = tmp_path / "A.plan.toml", tmp_path / "B.plan.toml"
    run(capsys, "propose", "districts", folder, "--policy", "starter", "-o", plan)
    code, out, _ = run(capsys, "verify", plan, "--county", folder)
    assert code == 0
    assert "不符合" in out
    from districting.plan.plan_file import read_plan

    proposal = read_plan(plan)
    village = str(proposal.villages.index[0])
    other = next(d for d in proposal.districts.index if d != proposal.villages[village])
    words = ("edit", "assign", plan, village, "--to", other, "-o", edited, "--county", folder)
    assert run(capsys, *words)[0] == 0
    assert read_plan(edited).villages[village] == other
    barred = tmp_path / "C.plan.toml"
    words = ("edit", "lock", plan, village, "--forbid", other, "-o", barred, "--county", folder)
    assert run(capsys, *words)[0] == 0
    assert [(k.unit, k.to, k.forbid) for k in read_plan(barred).locks] == [(village, other, True)]
    words = ("edit", "lock", plan, "--all", "--forbid", other, "-o", barred, "--county", folder)
    assert run(capsys, *words)[0] == 2
    assert run(capsys, "verify", edited, "--county", folder)[0] == 1
    code, out, _ = run(capsys, "compare", "现行", plan, edited, "--county", folder, "--json")
    assert code == 0
    assert len(json.loads(out)) > 5
    several = ("propose", "districts", folder, "--policy", "starter")
    code, out, _ = run(
        capsys, *several, "-o", tmp_path / "新.plan.toml", "--alternatives", "2", "--differ", "0.01"
    )
    assert code == 0
    assert "政策目标总值" in out
    assert (tmp_path / "新-B.plan.toml").exists() == ("只找到" not in out)
    sheet = tmp_path / "A.xlsx"
    assert run(capsys, "export", plan, sheet, "--county", folder)[0] == 0
    assert sheet.stat().st_size > 3000


def test_impossible_policy_names_the_clauses(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    """More districts than the county can hold under the size limits: code 3 and the clauses."""
    policy = tmp_path / "strict.toml"
    policy.write_text(
        '[policy]\nname = "strict"\ntitle = "试验"\n'
        '[[rule]]\nuse = "district_count"\nclause = "甲"\ntext = "设两个学区。"\n'
        'strength = "must"\nparams = { least = 2, most = 2 }\n'
        '[[rule]]\nuse = "within_town"\nclause = "乙"\ntext = "不跨镇街。"\nstrength = "must"\n',
        encoding="utf-8",
    )
    out = tmp_path / "A.plan.toml"
    code, _, err = run(capsys, "propose", "districts", folder, "--policy", policy, "-o", out)
    assert code == 3
    assert "甲" in err
    assert "乙" in err
    assert not out.exists()


def test_draft_leaves_every_result_in_one_folder(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    """Plans, maps, tables, layers and the comparison lie in one folder, and nothing else."""
    out = tmp_path / "成果"
    code, told, err = run(capsys, "draft", folder, "--policy", "starter", "-o", out)
    assert code == 0, err
    names = {p.name for p in out.iterdir()}
    assert {"现行.plan.toml", "建议方案.plan.toml", "建议方案.pdf", "方案对比.xlsx"} <= names
    assert not [n for n in names if n.startswith(".")]
    for name in names:
        assert name in told


def test_other_countys_plan_is_refused(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    """A plan of another county is an error that names both codes."""
    plan = tmp_path / "A.plan.toml"
    run(capsys, "propose", "districts", folder, "--policy", "starter", "-o", plan)
    text = plan.read_text(encoding="utf-8").replace('county = "990001"', 'county = "370405"')
    plan.write_text(text, encoding="utf-8")
    code, _, err = run(capsys, "evaluate", plan, "--county", folder)
    assert code == 2
    assert "370405" in err
    assert "990001" in err
