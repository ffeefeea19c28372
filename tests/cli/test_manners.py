"""How the command line behaves: wrong calls, JSON, consoles, and nothing that only POSIX has."""

import ast
import io
import json
import sys
from pathlib import Path

import pytest
from calls import run
from trial_policy import RULES

import districting
from districting.cli.drafting import _progress
from districting.cli.main import main
from districting.sample import make_county, write_county

ROOT = Path(districting.__file__).parent
POSIX_MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}
POSIX_CALLS = {
    "fork",
    "forkpty",
    "getuid",
    "geteuid",
    "kill",
    "killpg",
    "mkfifo",
    "setsid",
    "alarm",
}


@pytest.mark.parametrize(
    ("words", "chinese", "english"),
    [
        (("verify",), "缺少 plan", "plan is missing"),
        (("verify", "x", "--colour"), "没有选项 --colour", "no option --colour"),
        (("sample", "x", "--towns", "many"), "--towns 的值不合要求", "--towns does not fit"),
        (("fly",), "用法有误", "Wrong call"),
    ],
)
def test_wrong_calls_are_told_in_the_planners_language(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], chinese: str, english: str
) -> None:
    """A wrong call leaves with 2, says what is wrong and where help is."""
    for language, told in (("zh", chinese), ("en", english)):
        code, out, err = run(capsys, "--lang", language, *words)
        assert code == 2 and not out
        assert told in err.replace("'", "").replace("“", "") and "--help" in err


@pytest.mark.parametrize("words", [(), ("propose",), ("edit",), ("edit", "lock"), ("pareto",)])
def test_help_speaks_the_planners_language(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    """Not only what we wrote: usage, headings, kinds of value and marks are Chinese too."""
    _, out, _ = run(capsys, *words, "--help")
    assert out.startswith("用法：") and "显示本说明并退出" in out
    for theirs in ("Usage", "Options", "OPTIONS", "Arguments", "Commands", "required", "default",
                   "<path>", "<str>", "<int", "<float", "Show"):  # fmt: skip
        assert theirs not in out
    _, out, _ = run(capsys, "--lang", "en", *words, "--help")
    assert out.startswith("Usage: ") and "--help" in out


def test_shells_complete_commands(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked as bash asks, the program names the commands that begin so."""
    monkeypatch.setenv("_DISTRICTING_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "districting pro")
    monkeypatch.setenv("COMP_CWORD", "1")
    _, out, _ = run(capsys)
    assert out.split() == ["propose"]


def test_the_main_job_and_what_if_answer_in_json(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Standard output is one JSON document; the files that draft names are there."""
    county, policy = tmp_path / "县", tmp_path / "政策.toml"
    made = make_county(2, 2, 20)
    write_county(made, county)
    policy.write_text(RULES, encoding="utf-8")
    call = ("draft", county, "--policy", policy, "-o", tmp_path / "成果", "--json")
    code, told, _ = run(capsys, *call)
    found = json.loads(told)
    assert code == 0 and found["ok"] and found["solver"]["bound"] <= found["solver"]["objective"]
    assert found["files"] and all(Path(f).is_file() for f in found["files"])
    school = str(made.schools["name"][made.schools["kind"] == "primary"].iloc[0])
    call = ("what-if", county, "--policy", "starter", "--resize", f"{school}:900", "--json")
    code, told, aside = run(capsys, *call)
    assert code == 0 and json.loads(told)["tables"] and school in aside


def test_solving_commands_answer_in_json(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Propose and why give numbers a program can read; bound never exceeds objective."""
    county, policy, out = tmp_path / "县", tmp_path / "政策.toml", tmp_path / "甲.plan.toml"
    write_county(make_county(2, 2, 20), county)
    policy.write_text(RULES, encoding="utf-8")
    call = ("propose", "districts", county, "--policy", policy, "-o", out, "--json")
    code, told, _ = run(capsys, *call)
    found = json.loads(told)
    assert code == 0 and found["bound"] <= found["objective"] and found["plan"] == str(out)
    code, told, _ = run(capsys, "why", county, "--policy", policy, "--json")
    assert (code, json.loads(told)["feasible"]) == (0, True)
    none = '[[rule]]\nuse = "district_count"\nclause = "六"\ntext = "设四个学区。"\n'
    none += 'strength = "must"\nparams = { least = 4, most = 4 }\n'
    policy.write_text(RULES + none, encoding="utf-8")
    code, told, _ = run(capsys, "why", county, "--policy", policy, "--json")
    answer = json.loads(told)
    assert code == 3 and answer["feasible"] is False and "六" in answer["explanation"]


def test_no_escape_sequences_reach_a_console(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Output is plain text with or without NO_COLOR, on a terminal too."""
    for value in ("", "1"):
        monkeypatch.setenv("NO_COLOR", value)
        for words in (("--help",), ("verify", "--help"), ("verify",)):
            _, out, err = run(capsys, *words)
            assert "\x1b" not in out + err
    _progress("搜索", 120.0, 90.0)
    line = capsys.readouterr().err
    assert "\x1b" not in line and line.startswith("\r") and "25.00%" in line


def test_output_is_utf8_whatever_the_console_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """A console that is set to GBK or ASCII gets Chinese without an error."""
    for encoding in ("gbk", "ascii"):
        raw = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
        with pytest.raises(SystemExit):
            main(["--help"])
        sys.stdout.flush()
        assert "学区规划工具" in raw.getvalue().decode("utf-8")


def test_nothing_needs_posix() -> None:
    """No module or call that Windows lacks, no text file without its encoding, no path in text."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted(ROOT.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Call) and _of_posix(node)
    ]
    assert not wrong, wrong


def _of_posix(node: ast.Import | ast.ImportFrom | ast.Call) -> bool:
    if isinstance(node, ast.Import):
        return any(a.name.split(".")[0] in POSIX_MODULES for a in node.names)
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").split(".")[0] in POSIX_MODULES
    return isinstance(node.func, ast.Attribute) and _needs_posix(node.func, node)


def _needs_posix(called: ast.Attribute, call: ast.Call) -> bool:
    owner = called.value.id if isinstance(called.value, ast.Name) else ""
    if called.attr in ("read_text", "write_text"):
        more = 1 if called.attr == "read_text" else 2
        return len(call.args) < more and not any(k.arg == "encoding" for k in call.keywords)
    if called.attr == "rename" and owner == "os":
        return True
    return owner in ("os", "signal") and called.attr in POSIX_CALLS
