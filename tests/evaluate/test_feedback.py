"""Feedback by source primary: means by hand, small groups hidden, and never part of a plan."""

from dataclasses import replace

import pandas as pd
import pytest

from districting.county import WITHHELD
from districting.errors import PolicyError
from districting.evaluate.feedback import feedback
from districting.policy import read_policy
from districting.policy.build import district_problem
from districting.policy.needs import missing_columns
from districting.policy.policy import Policy
from districting.policy.profile import RULES
from districting.proposing import propose
from districting.read.schema import tables
from districting.sample import make_county
from districting.sample.frames import side_table
from districting.solve.stop import Stop

SCORE_WORDS = ("成绩", "分数", "学业", "考核", "均分", "自评", "核分", "score", "mark", "result")

OF_POSTS = ("candidates", "posts")
"""Appraisals of officers, for plans of posts alone."""


@pytest.fixture
def county(grid_county):
    """Juniors S3 and S4 with pupils from primaries S0, S1, S2."""
    kinds = ["primary"] * 3 + ["junior"] * 2
    made = grid_county(1, 5, [{"at": i, "kind": k} for i, k in enumerate(kinds)])
    rows = [
        ("S3", "S0", 30, 70.0),
        ("S3", "S1", 10, 50.0),
        ("S3", "S2", 4, 90.0),
        ("S4", "S0", 20, 60.0),
        ("S4", "S1", 20, 80.0),
    ]
    frame = pd.DataFrame(rows, columns=["junior", "primary", "pupils", "level"])
    frame = frame.assign(year=2026, subject="数学")
    return made.with_tables(results=side_table("results", frame))


def test_means_apart_from_the_junior_school(county):
    found = feedback(county).table.set_index(["junior", "primary"])
    assert found.loc[("S4", "S0"), "level_apart"] == pytest.approx(-10)
    mean = (30 * 70 + 10 * 50 + 4 * 90) / 44
    assert found.loc[("S3", "S0"), "level_apart"] == pytest.approx(70 - mean)


def test_one_small_group_takes_the_next_with_it(county):
    found = feedback(county)
    hidden = found.table.set_index(["junior", "primary"])["suppressed"]
    assert hidden.loc["S3"].tolist() == [False, True, True]
    assert hidden.loc["S4"].tolist() == [False, False]
    shown = found.table[found.table["suppressed"]]
    assert shown[["pupils", "level", "level_apart"]].isna().all(axis=None)
    assert "90" not in str(found)


def test_primaries_add_up_shown_groups(county):
    found = feedback(county).primaries.set_index("primary")
    assert found.loc["S0", "pupils"] == 50
    assert found.loc["S0", "level"] == pytest.approx((30 * 70 + 20 * 60) / 50)
    assert found.loc["S1", "pupils"] == 20
    assert "S2" not in found.index


def test_without_results_there_is_nothing(grid_county):
    assert feedback(grid_county(1, 1, [{"at": 0}])).table.empty
    with pytest.raises(ValueError, match="at least one"):
        feedback(grid_county(1, 1, [{"at": 0}]), least=0)


def test_no_rule_asks_for_a_score():
    """Every rule's needs are documented columns outside the withheld tables, none about scores."""
    known = tables()
    for kind, rules in RULES.items():
        for rule in rules.values():
            for need in rule.needs:
                table, column = need.split(".")
                assert table not in WITHHELD, (rule.name, need)
                if kind == "posts":
                    continue  # who leads may follow from the appraisal of officers
                assert table not in OF_POSTS, (rule.name, need)
                definition = known[table].columns[column]
                text = f"{column} {definition.zh}"
                assert not any(w in text for w in SCORE_WORDS), (rule.name, need)


def test_columns_about_scores_stand_in_withheld_tables_only():
    for table in tables().values():
        for column in table.columns.values():
            if any(w in f"{column.name} {column.zh}" for w in SCORE_WORDS):
                assert table.name in (*WITHHELD, *OF_POSTS), (table.name, column.name)


def test_a_rule_that_asks_for_results_is_refused(county, monkeypatch):
    policy = read_policy("taierzhuang")
    rule = policy.of("districts")[0]
    monkeypatch.setattr(type(rule), "needs", ("results.level",))
    only = Policy(name="x", title="x", labels={}, rules=(rule,))
    assert "results" in "".join(missing_columns(county, only, "districts"))
    with pytest.raises(PolicyError, match="results"):
        district_problem(county, only)


def test_problem_builders_never_see_a_withheld_table():
    """Scores of any size leave problem and plan as they are, and the builder has no such table."""
    county = make_county(3, 2, 16)
    rows = {"junior": county.schools.index[0], "primary": county.schools.index[1]}
    frame = pd.DataFrame([{**rows, "year": 2026, "subject": "数学", "pupils": 40, "level": 99.0}])
    with_results = county.with_tables(results=side_table("results", frame))
    shipped = read_policy("taierzhuang")
    named = "junior_reachable"  # its parameters name towns of 台儿庄
    policy = replace(shipped, rules=tuple(r for r in shipped.rules if r.name != named))
    _, view = district_problem(with_results, policy)
    assert not set(WITHHELD) & set(view.county.tables)
    plans = [propose(c, policy, stop=Stop(20), seed=1).plan for c in (county, with_results)]
    assert plans[0].villages.equals(plans[1].villages)
    assert plans[0].schools.equals(plans[1].schools)
