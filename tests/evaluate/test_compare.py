"""Comparison: labels matched, moves listed, winners and losers counted."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.evaluate import compare, survey
from districting.evaluate.measures.change import changes, match_districts
from districting.policy.districts.contiguous import Contiguity
from districting.policy.policy import Policy
from districting.policy.rule import Clause, Strength
from districting.terms import using_language


@pytest.fixture(scope="module")
def line(grid_county):
    """Return five villages in a row with a primary at each end, 甲甲甲乙乙."""
    return grid_county(
        1,
        5,
        schools=[{"at": 0}, {"at": 4}, {"at": 2, "kind": "kindergarten", "pupils_primary": 0}],
        labels=["甲", "甲", "甲", "乙", "乙"],
        children_primary=[10, 10, 10, 10, 10],
        children_junior=[0, 0, 7, 0, 0],
    )


def relabelled(county, plan, labels, name="方案A"):
    """Return `plan` with other villages' labels; schools follow their villages."""
    villages = pd.Series(labels, index=plan.villages.index)
    homes = county.schools.loc[plan.schools.index, "village"]
    schools = pd.Series(villages[homes].to_numpy(), index=plan.schools.index)
    districts = pd.DataFrame({"union": "", "town": "", "seat": ""}, index=sorted(set(labels)))
    return replace(plan, name=name, villages=villages, schools=schools, districts=districts)


def test_renamed_districts_move_nobody(line):
    plan = relabelled(line, line.current_plan, ["东", "东", "东", "西", "西"])
    found = changes(survey(line), line.current_plan, plan)
    assert found.matched == {"东": "甲", "西": "乙"}
    assert (len(found.villages), len(found.schools), found.children) == (0, 0, 0)


def test_a_moved_village_takes_its_children_and_school(line):
    plan = relabelled(line, line.current_plan, ["甲", "甲", "乙", "乙", "乙"])
    found = changes(survey(line), line.current_plan, plan)
    assert found.villages.index.tolist() == [line.villages.index[2]]
    assert found.villages[["before", "after", "children"]].iloc[0].tolist() == ["甲", "乙", 17]
    assert found.schools.index.tolist() == ["S2"]
    assert found.children == 17
    assert found.share == pytest.approx(100 * 17 / 57)


def test_a_new_district_carries_on_none(line):
    plan = relabelled(line, line.current_plan, ["甲", "甲", "甲", "乙", "丙"])
    found = changes(survey(line), line.current_plan, plan)
    assert len(found.matched) == 2
    assert len(found.villages) == 1


def test_swapped_names_are_matched_by_the_children_who_stay(line):
    plan = relabelled(line, line.current_plan, ["乙", "乙", "乙", "甲", "甲"])
    assert match_districts(line, line.current_plan, plan) == {"甲": "乙", "乙": "甲"}


def test_units_without_a_district_do_not_count_as_moved(line):
    villages = line.current_plan.villages.copy()
    villages.iloc[0] = ""
    found = changes(survey(line), line.current_plan, replace(line.current_plan, villages=villages))
    assert found.villages.empty


def test_winners_and_losers_beyond_a_distance(line):
    """Village 2 goes 2 km either way; village 3 now goes 3 km instead of 1."""
    plan = relabelled(line, line.current_plan, ["甲", "甲", "甲", "甲", "乙"])
    found = changes(survey(line), line.current_plan, plan, further_m=1500.0)
    assert found.ways["village"].tolist() == [line.villages.index[3]]
    assert found.ways[["before", "after"]].iloc[0].tolist() == [1000, 3000]
    assert found.children_further("primary") == 10
    assert found.children_nearer("primary") == 0
    back = changes(survey(line), plan, line.current_plan, further_m=1500.0)
    assert back.children_nearer("primary") == 10
    assert changes(survey(line), line.current_plan, plan, further_m=2000.0).ways.empty


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(["甲", "乙", "丙"]), min_size=6, max_size=6))
def test_moves_do_not_depend_on_what_districts_are_called(grid_county, labels):
    county = grid_county(2, 3, schools=[{"at": 0}], labels=["甲", "甲", "乙", "乙", "丙", "丙"])
    plan = relabelled(county, county.current_plan, labels)
    other = relabelled(county, plan, [{"甲": "b", "乙": "c", "丙": "a"}[x] for x in labels])
    ground = survey(county)
    one, two = (changes(ground, county.current_plan, p).children for p in (plan, other))
    assert one == two
    assert changes(ground, plan, plan).children == 0


def test_the_table_holds_plans_side_by_side(line):
    plan = relabelled(line, line.current_plan, ["甲", "甲", "乙", "乙", "乙"])
    table = compare(line, [line.current_plan, plan]).table().set_index(["measure", "stage"])
    assert list(table.columns) == ["title", "unit", "better", "现行", "方案A"]
    # Village 2 comes to 乙, two kilometres from its school either way.
    assert table.loc[("travel_mean", "primary"), ["现行", "方案A"]].tolist() == [800, 800]
    assert table.loc[("children_moved", ""), "方案A"] == 17
    assert pd.isna(table.loc[("children_moved", ""), "现行"])
    assert set(table["better"]) == {"lower", "higher", ""}


def test_a_policy_adds_what_is_broken(line):
    rule = Contiguity(clause=Clause("一", "成片"), strength=Strength.MUST)
    policy = Policy("p", "办法", {}, rules=(rule,))
    plan = relabelled(line, line.current_plan, ["甲", "乙", "甲", "乙", "乙"])
    table = compare(line, [line.current_plan, plan], policy).table().set_index("measure")
    assert table.loc["verdict_fail", ["现行", "方案A"]].tolist() == [0, 2]


def test_plans_of_one_name_are_told_apart(line):
    assert compare(line, [line.current_plan] * 3).plans == ("现行", "现行 (2)", "现行 (3)")


def test_nothing_cannot_be_compared(line):
    with pytest.raises(ValueError, match="at least one"):
        compare(line, [])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_print_and_sheets_name_what_moved(line, language):
    plan = relabelled(line, line.current_plan, ["甲", "甲", "乙", "乙", "甲"])
    with using_language(language):
        found = compare(line, [line.current_plan, plan])
        text, sheets, summary = str(found), found.sheets(), found.summary()
    assert "第2村委会：甲 → 乙" in text
    assert len(sheets) == 1 + 2 + 3
    assert all(len(frame.columns) for frame in sheets.values())
    assert 0 < len(summary) < len(found.table())
