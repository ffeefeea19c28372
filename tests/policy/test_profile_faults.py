"""A profile with faults is refused with all of them, each with its place."""

from pathlib import Path

import pytest

from districting.errors import PolicyError
from districting.policy import Strength, read_policy
from districting.policy.districts.districts_per_town import DistrictsPerTown
from districting.terms import using_language

HEAD = '[policy]\nname = "试"\ntitle = "试行办法"\n'
GOOD = '[[rule]]\nuse = "within_town"\ntext = "不跨镇街"\nstrength = "must"\n'


def _faults(folder: Path, text: str) -> list[str]:
    path = folder / "试.toml"
    path.write_text(text, encoding="utf-8")
    with using_language("en"), pytest.raises(PolicyError) as caught:
        read_policy(path)
    return str(caught.value).splitlines()


def test_a_profile_needs_no_code(tmp_path: Path) -> None:
    """A TOML of one's own gives rules with parameters, strength, weight and quotation."""
    path = tmp_path / "某县.toml"
    path.write_text(
        HEAD
        + 'basis = ["某号文"]\n'
        + GOOD
        + '[[rule]]\nuse = "districts_per_town"\nclause = "二"\n'
        'text = "原则上设两个学区"\nstrength = "principle"\nprice = 5\nchecklist = ["T17"]\n'
        '[rule.params]\nmany_schools = 8\nexceptions = { "某镇" = 1 }\n'
        '[[sentence]]\ntext = "成立领导小组"\ntreated_as = "organisational"\n',
        encoding="utf-8",
    )
    policy = read_policy(path)
    rule = policy.rule("districts_per_town")
    assert isinstance(rule, DistrictsPerTown)
    assert (rule.many_schools, dict(rule.exceptions), rule.price) == (8, {"某镇": 1}, 5.0)
    assert (rule.strength, rule.clause.number, rule.elastic) == (Strength.PRINCIPLE, "二", 5.0)
    assert (policy.name, policy.basis, len(policy.sentences)) == ("试", ("某号文",), 1)
    with pytest.raises(PolicyError, match="stability"):
        policy.rule("stability")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD, ["[policy]", "name", "title"]),
        (HEAD + GOOD.replace("within_town", "in_town"), ["[[rule]] 1", "in_town", "within_town"]),
        (HEAD + GOOD.replace("must", "should"), ["should", "principle"]),
        (HEAD + GOOD + "params = { towns = 2 }\n", ["within_town", "towns"]),
        (HEAD + GOOD.replace('text = "不跨镇街"\n', ""), ["[[rule]] 1", "text", "missing"]),
        (HEAD + GOOD.replace("不跨镇街", " "), ["text", "empty"]),
        (HEAD + GOOD + GOOD, ["within_town", "twice"]),
        (HEAD + GOOD + "weight = true\n", ["weight", "a number"]),
        (HEAD + GOOD + 'enabled = "no"\n', ["enabled", "true or false"]),
        (HEAD + GOOD + 'kind = "menus"\n', ["menus", "zones"]),
        (HEAD + GOOD + "colour = 1\n", ["[[rule]] 1", "colour"]),
        (HEAD + GOOD + "price = -5\n", ["[[rule]] 1", "price", "-5", "at least 0"]),
        (HEAD + GOOD + "weight = inf\n", ["[[rule]] 1", "weight", "inf"]),
        (
            HEAD + GOOD.replace("within_town", "district_count") + "most = 9\n",
            ["[[rule]] 1", "params = { most = 9 }"],
        ),
        (HEAD + "seats = [1]\n" + GOOD, ["seats", "list of texts"]),
        (HEAD + "[rule]\n", ["[[rule]]"]),
        ("policy = 3\n" + GOOD, ["[policy]"]),
        (HEAD + GOOD + "[extra]\n", ["extra"]),
        (
            HEAD + '[[sentence]]\ntext = "句"\ntreated_as = "ignored"\n',
            ["[[sentence]] 1", "ignored"],
        ),
        (HEAD + '[[sentence]]\ntreated_as = "report"\n', ["[[sentence]] 1", "text"]),
        ("[policy\n", ["not valid TOML"]),
        (
            HEAD + GOOD.replace("within_town", "district_count"),
            ["district_count", "least", "lacks"],
        ),
        (
            HEAD + GOOD.replace("within_town", "district_count") + "params = {least=3, most=2}\n",
            ["[[rule]] 1", "3", "2"],
        ),
        (
            HEAD + GOOD.replace("within_town", "size_limits") + 'params = {pupils_max = "many"}\n',
            ["pupils_max", "whole number"],
        ),
        (
            HEAD + GOOD.replace("within_town", "size_limits") + "params = {pupils_max = 1.5}\n",
            ["pupils_max", "1.5"],
        ),
        (
            HEAD + GOOD.replace("within_town", "balance") + 'params = {measure = "area"}\n',
            ["balance", "area", "children"],
        ),
        (HEAD + GOOD.replace("within_town", "balance") + "params = {tolerance = 2}\n", ["balance"]),
        (
            HEAD + GOOD.replace("within_town", "near_home") + 'params = {stages = ["senior"]}\n',
            ["senior", "primary"],
        ),
        (
            HEAD + GOOD.replace("within_town", "seats_inside") + 'params = {stages = ["x"]}\n',
            ["seats_inside", "x"],
        ),
        (
            HEAD + GOOD.replace("within_town", "lead_school") + 'params = {scope = "town"}\n',
            ["lead_school", "union"],
        ),
        (
            HEAD + GOOD.replace("within_town", "junior_reachable") + 'params = {scope = "x"}\n',
            ["junior_reachable"],
        ),
        (
            HEAD + GOOD.replace("within_town", "quality_balance") + 'params = {scope = "x"}\n',
            ["quality_balance"],
        ),
        (
            HEAD
            + GOOD.replace("within_town", "junior_reachable")
            + 'params = {alternatives = {"甲镇" = 1}}\n',
            ["alternatives", "table of name = text"],
        ),
        (
            HEAD
            + GOOD.replace("within_town", "districts_per_town")
            + 'params = {exceptions = {"甲镇" = true}}\n',
            ["exceptions", "whole number"],
        ),
    ],
)
def test_each_fault_is_named_with_its_place(tmp_path: Path, text: str, words: list[str]) -> None:
    """The message holds the file, the place, the value and what is allowed."""
    faults = "\n".join(_faults(tmp_path, text))
    assert faults.startswith("试.toml")
    assert [w for w in words if w not in faults] == []


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    """Three faults in three entries give three lines."""
    text = HEAD + GOOD.replace("must", "soll") + GOOD.replace("within_town", "x") + "[other]\n"
    assert len(_faults(tmp_path, text)) == 3


def test_unknown_profiles_and_files(tmp_path: Path) -> None:
    """A missing name lists the shipped ones; a file that is no UTF-8 text says so."""
    with pytest.raises(PolicyError, match="taierzhuang"):
        read_policy("nowhere")
    path = tmp_path / "旧.toml"
    path.write_bytes((HEAD + GOOD).encode("gb18030"))
    with pytest.raises(PolicyError, match="UTF-8"):
        read_policy(path)
