"""What the README shows must run."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def test_python_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The library example runs as printed and gives an optimal plan."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, flags=re.S)
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out.startswith("optimal")
    assert {p.suffix for p in (tmp_path / "out").iterdir()} == {".pdf", ".xlsx", ".gpkg"}


def test_links_lead_somewhere() -> None:
    """Every file that the README and the pages of docs/ link to is there."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    links = [
        (page, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
        if "://" not in target
    ]
    assert len(links) > 60
    lost = [f"{page.name}: {t}" for page, t in links if not (page.parent / t).exists()]
    assert not lost, lost


def test_commands_shown_exist(capsys: pytest.CaptureFixture[str]) -> None:
    """Every command of the quick start is a command of the program."""
    from districting.cli.main import main

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["--help"])
    known = capsys.readouterr().out
    for command in set(re.findall(r"^districting ([\w-]+)", text, flags=re.M)):
        assert f"\n  {command} " in known, command
