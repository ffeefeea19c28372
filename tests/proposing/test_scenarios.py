"""Many scenarios: same bytes however run, resumable, nothing lost when a worker dies."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from deadly import CALM, Deadly, bytes_of

from districting.errors import DistrictingError
from districting.proposing import scenarios as runner
from districting.proposing.scenario import Recipe, Scenario, keys_of, solve_scenario
from districting.proposing.scenario_file import read_scenarios
from districting.proposing.scenarios import ScenarioError, run_scenarios
from districting.terms import using_language


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run in this process."""
    folder = tmp_path_factory.mktemp("serial")
    run_scenarios(CALM, folder, workers=1)
    return folder


def test_rows_say_what_was_found(serial: Path) -> None:
    table = (serial / "scenarios.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(table) == 1 + len(CALM)
    head = "county,policy,kind,seed,children,status,objective,bound,gap,ok,pass,fail,"
    assert table[0].startswith(head)
    assert "seconds" not in table[0]
    row = solve_scenario(CALM[0])
    assert (row["county"], row["children"]) == ("sample-1-2-12", 0.9)
    assert row["bound"] <= row["objective"]
    assert row["gap"] <= CALM[0].gap
    assert row["ok"] and row["fail"] == 0
    assert any(key.endswith(".primary") for key in row)


def test_pool_and_a_killed_worker_give_the_bytes_of_a_serial_run(
    serial: Path, tmp_path: Path
) -> None:
    """The pool is killed once in the middle; the rows of the calm scenarios are the same bytes."""
    marks = tmp_path / "marks"
    marks.mkdir()
    deadly = Scenario(Deadly(3, 2, 12, str(marks)), "starter")
    table = run_scenarios([CALM[0], deadly, *CALM[1:]], tmp_path / "pool", workers=2)
    assert (marks / "0").exists()
    assert len(table) == len(CALM) + 1
    pooled = bytes_of(tmp_path / "pool")
    rows = {name: content for name, content in bytes_of(serial).items() if name.startswith("rows")}
    assert rows.items() <= pooled.items()
    run_scenarios(CALM, tmp_path / "pool", workers=2)
    again = (tmp_path / "pool" / "scenarios.csv").read_bytes()
    assert again == (serial / "scenarios.csv").read_bytes()


def test_a_scenario_that_always_kills_is_named(tmp_path: Path) -> None:
    """It is tried as often as said, alone, and only it is blamed."""
    deadly = Scenario(Deadly(7, 2, 12, str(tmp_path), deaths=9), "starter")
    with pytest.raises(ScenarioError) as told:
        run_scenarios([deadly, CALM[0]], tmp_path / "out", workers=2, retries=1)
    assert str(deadly) in str(told.value)
    assert str(CALM[0]) not in str(told.value)
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.isdigit()) == ["0", "1"]


def test_a_second_run_solves_only_what_is_missing(
    serial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    solved = []
    monkeypatch.setattr(runner, "solve_scenario", lambda s, _: solved.append(s) or {"county": "x"})
    missing = serial / "rows" / f"{keys_of(CALM[1:2])[0]}.json"
    kept = missing.read_bytes()
    missing.unlink()
    run_scenarios(CALM[:2], serial, workers=1)
    assert solved == CALM[1:2]
    missing.write_bytes(kept)
    monkeypatch.undo()
    run_scenarios(CALM, serial, workers=1)


def test_keys_change_with_the_files(tmp_path: Path) -> None:
    """A row is never taken for data or rules that have changed since."""
    (tmp_path / "county.toml").write_text("a = 1")
    scenario = Scenario(str(tmp_path), "starter")
    before = keys_of([scenario])
    assert keys_of([scenario]) == before
    (tmp_path / "county.toml").write_text("a = 2")
    assert keys_of([scenario]) != before


def test_a_county_with_faults_is_a_row_that_says_so(tmp_path: Path) -> None:
    table = run_scenarios([Scenario(str(tmp_path / "none"), "starter")], tmp_path, workers=1)
    assert table["status"].tolist() == ["error"]
    assert table["message"][0]


def test_ctrl_c_leaves_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A solve cut short is not kept as if it were whole."""
    from districting.solve.stop import Stop

    monkeypatch.setattr(Stop, "interrupted", property(lambda self: True))
    with pytest.raises(KeyboardInterrupt):
        run_scenarios(CALM[:1], tmp_path, workers=1)
    assert not list((tmp_path / "rows").iterdir())


def test_no_workers_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="workers"):
        run_scenarios(CALM, tmp_path, workers=0)


@pytest.fixture
def english() -> Iterator[None]:
    with using_language("en"):
        yield


def test_a_file_of_scenarios(tmp_path: Path, english: None) -> None:
    """Every combination, folders beside the file; faults all at once."""
    file = tmp_path / "many.toml"
    file.write_text(
        'policies = ["starter"]\ncounties = ["甲"]\nchildren = [0.9, 1]\nseeds = [3]\n'
        "[[sample]]\nseed = 5\ntowns = 2\nvillages = 12\n",
        encoding="utf-8",
    )
    found = read_scenarios(file)
    assert [(s.county, s.children, s.seed) for s in found] == [
        (str(tmp_path / "甲"), 0.9, 3),
        (str(tmp_path / "甲"), 1, 3),
        (Recipe(5, 2, 12), 0.9, 3),
        (Recipe(5, 2, 12), 1, 3),
    ]
    file.write_text('kind = ["zones"]\nseeds = ["a"]\ngap = -1\nkinds = ["roads"]\n')
    with pytest.raises(DistrictingError) as told:
        read_scenarios(file)
    for words in ("“kind”", "seeds", "gap", "“roads”", "policies are needed"):
        assert words in str(told.value)
