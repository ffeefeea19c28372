"""The three gaps on a county of four schools, before and after a teacher moves."""

import pandas as pd
import pytest

from districting.evaluate import after_moves, gaps, gaps_of
from districting.sample.frames import side_table
from districting.terms import using_language


@pytest.fixture
def county(grid_county):
    """Towns 101 and 102 with two schools each; backbone teachers 4, 0 | 2, 2 for 100 pupils."""
    made = grid_county(
        2,
        2,
        schools=[{"at": i, "pupils_primary": 100} for i in range(4)],
        labels=["甲", "甲", "乙", "乙"],
        town=["370999101", "370999101", "370999102", "370999102"],
    )
    resources = pd.DataFrame(
        {
            "school": [f"S{i}" for i in range(4)],
            "stage": "primary",
            "pupils": 100,
            "teachers_degree": 5,
            "teachers_backbone": [4, 0, 2, 2],
            "teachers_pe_art": 1,
            "area_teaching": 450.0,
            "area_sports": 750.0,
            "equipment": 200_000.0,
            "media_rooms": 3,
        }
    )
    teachers = pd.DataFrame(
        {
            "teacher": ["T0", "T1"],
            "school": "S0",
            "stage": "primary",
            "subject": ["语文", "音乐"],
            "honour": ["county", "none"],
            "degree": ["bachelor", "secondary"],
        }
    )
    area = ["urban", "rural", "rural", "rural"]
    return made.with_tables(
        schools=made.schools.assign(area_type=area),
        resources=side_table("resources", resources),
        teachers=side_table("teachers", teachers),
    )


def figure(found, level, measure, state=None, number="RES-02"):
    rows = found.values
    state = state or found.states[0]
    here = rows[(rows["id"] == number) & (rows["level"] == level) & (rows["state"] == state)]
    return here[measure].iloc[0]


def test_gaps_between_schools_towns_and_areas_by_hand(county):
    found = gaps(county)
    assert figure(found, "school", "variation") == pytest.approx((2**0.5) / 2)
    assert figure(found, "town", "variation") == pytest.approx(0)
    assert figure(found, "district", "between") == pytest.approx(0)
    assert figure(found, "area", "range_ratio") == pytest.approx(4 / (4 / 3))
    assert figure(found, "area", "highest") == "城区"
    assert figure(found, "school", "range_ratio") == float("inf")
    assert figure(found, "school", "lowest") == "第1学校"
    assert figure(found, "school", "met") == pytest.approx(0.75)
    assert figure(found, "school", "mean") == pytest.approx(2)


def test_moving_a_teacher_recounts_what_the_teacher_counts_for(county):
    """T0 is a backbone teacher above the degree; T1 teaches music and has neither."""
    moved = after_moves(county, {"T0": "S1", "T1": "S2"})
    after = moved.tables["resources"].set_index("school")
    assert after["teachers_backbone"].tolist() == [3, 1, 2, 2]
    assert after["teachers_degree"].tolist() == [4, 6, 5, 5]
    assert after["teachers_pe_art"].tolist() == [0, 1, 2, 1]
    assert county.tables["resources"]["teachers_backbone"].tolist() == [4, 0, 2, 2]
    found = gaps(county, also={"轮岗后": moved})
    before, then = (figure(found, "school", "variation", s) for s in found.states)
    assert then == pytest.approx(0.5**0.5 / 2)
    assert then < before
    assert found.states == ("现行", "轮岗后")


def test_unknown_teachers_and_schools_are_refused(county):
    with pytest.raises(KeyError, match="T9"):
        after_moves(county, {"T9": "S1"})
    with pytest.raises(KeyError, match="S9"):
        after_moves(county, {"T0": "S9"})


def test_another_layout_changes_the_gap_between_districts_only(county):
    plan = county.current_plan
    other = plan.assign(county, ["S1"], "乙")
    found = gaps(county, also={"方案": other})
    assert figure(found, "district", "variation", "方案") > 0.4
    assert figure(found, "school", "variation", "方案") == figure(found, "school", "variation")
    table = found.table("variation")
    assert {"现行", "方案"} <= set(table.columns)


def test_any_indicator_may_be_held_against_the_groups(county):
    """Books 1, 3, 5, 5 a pupil: towns have 2 and 5, the urban school 1, the rural ones 13/3."""
    amounts = pd.DataFrame(
        {"school": [f"S{i}" for i in range(4)], "pupils": 100, "amount": [100, 300, 500, 500]}
    )
    found = gaps_of(county, amounts)
    assert found.loc["town", "range_ratio"] == pytest.approx(2.5)
    assert found.loc["area", "range_ratio"] == pytest.approx(13 / 3)
    assert found.loc["school", "mean"] == pytest.approx(3.5)
    assert found.loc["school", "theil"] == pytest.approx(
        found.loc["town", "between"] + found.loc["town", "within"]
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_reports_in_both_languages(county, language):
    with using_language(language):
        found = gaps(county)
        assert "RES-07" in str(found)
        assert all(len(s) for s in found.sheets().values())
