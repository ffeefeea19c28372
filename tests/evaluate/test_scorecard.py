"""Scorecards on two districts of four schools, every point reckoned by hand."""

import pandas as pd
import pytest

from districting.errors import PlanFileError, PolicyError
from districting.evaluate.profile_file import shipped
from districting.evaluate.scorecard import read_scorecard, scorecard
from districting.evaluate.scorecard.profile import FOLDER
from districting.sample.frames import side_table
from districting.terms import using_language

OWN = """
[scorecard]
name = "own"
title = "试行考核"
labels = { zh = "试行考核", en = "trial" }
units = ["district", "union"]
share = 0.25
tiny = 100
best_units = 0.5
best_principals = 0.5
floor = 60
known = 0.5
source = "试"
confidence = "assumed"
[[dimension]]
id = "a"
label = { zh = "资源", en = "resources" }
clause = ""
text = ""
[[indicator]]
id = "1"
dimension = "a"
label = { zh = "班额合规", en = "class size" }
points = 40
how = "computed"
measure = "class_size"
none = 0.0
full = 1.0
source = "试"
confidence = "assumed"
[[indicator]]
id = "2"
dimension = "a"
label = { zh = "教研", en = "research" }
points = 40
how = "manual"
source = "试"
confidence = "assumed"
[[indicator]]
id = "3"
dimension = "a"
label = { zh = "轮岗人数", en = "moves" }
points = 20
how = "target"
source = "试"
confidence = "assumed"
"""


@pytest.fixture
def profile(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    return path


@pytest.fixture
def county(grid_county):
    """甲 holds S0 and S1 (tiny), 乙 holds S2 and S3, both in one union."""
    made = grid_county(
        1,
        4,
        [{"at": i, "pupils_primary": p} for i, p in enumerate((300, 60, 200, 200))],
        labels=["甲", "甲", "乙", "乙"],
    )
    classes = pd.DataFrame(
        [
            ("S0", 2026, 1, 1, 40, 45),
            ("S0", 2026, 2, 1, 45, 45),
            ("S0", 2026, 3, 1, 45, 45),
            ("S1", 2026, 1, 1, 60, 45),
            ("S2", 2026, 1, 1, 40, 45),
            ("S3", 2026, 1, 1, 50, 45),
        ],
        columns=["school", "year", "grade", "classes", "pupils", "seats"],
    )
    scores = pd.DataFrame(
        [
            ("own", 2026, "甲", "2", 40.0, 30.0, None, None),
            ("own", 2026, "甲", "3", None, None, 10.0, 8.0),
            ("own", 2026, "乙", "2", 40.0, None, None, None),
            ("own", 2025, "乙", "3", None, None, 10.0, 10.0),
            ("own", 2026, "联", "2", 40.0, 50.0, None, None),
        ],
        columns=["profile", "year", "unit", "indicator", "own", "confirmed", "target", "reached"],
    )
    numeric = ["own", "confirmed", "target", "reached"]
    scores[numeric] = scores[numeric].astype(float)
    principals = pd.DataFrame({"school": ["S0", "S2"], "year": 2026, "score": [90.0, 80.0]})
    return made.with_tables(
        districts=made.tables["districts"].assign(union="联"),
        classes=side_table("classes", classes),
        district_scores=side_table("district_scores", scores.assign(document="")),
        principal_scores=side_table("principal_scores", principals.assign(principal="")),
    )


def unit(found, name):
    return found.units.set_index("unit").loc[name]


def test_points_by_hand(county, profile):
    """甲: 3 of 4 grades keep the limit (30), 30 confirmed, 8 of 10 reached (16): 76."""
    found = scorecard(county, profile)
    lines = found.lines.set_index(["unit", "id"])
    assert lines.loc[("甲", "1"), ["value", "score"]].tolist() == [0.75, 30.0]
    assert lines.loc[("甲", "2"), ["own", "score"]].tolist() == [40.0, 30.0]
    assert lines.loc[("甲", "3"), ["value", "score"]].tolist() == pytest.approx([0.8, 16.0])
    assert unit(found, "甲")["percent"] == pytest.approx(76)


def test_points_not_confirmed_are_open_and_not_nothing(county, profile):
    """乙: half the grades keep the limit (20 of 40 settled); its own 40 points do not count."""
    found = scorecard(county, profile)
    other = unit(found, "乙")
    assert (other["score"], other["settled"], other["percent"]) == (20, 40, 50)
    assert "尚有 60 分待核" in str(found)


def test_confirmed_points_never_exceed_the_indicator(county, profile):
    lines = scorecard(county, profile).lines.set_index(["unit", "id"])
    assert lines.loc[("联", "2"), "score"] == 40


def test_a_union_is_scored_on_all_its_schools(county, profile):
    lines = scorecard(county, profile).lines.set_index(["unit", "id"])
    assert lines.loc[("联", "1"), "value"] == pytest.approx(4 / 6)


def test_the_district_score_is_bundled_into_principals_scores(county, profile):
    found = scorecard(county, profile).principals.set_index("school")
    assert found.loc["S0", "total"] == pytest.approx(0.75 * 90 + 0.25 * 76)
    assert found.loc["S2", "total"] == pytest.approx(0.75 * 80 + 0.25 * 50)
    assert found.loc["S1", "total"] != found.loc["S1", "total"]
    assert found.loc["S1", "percent"] == pytest.approx(76)


def test_commendations_keep_share_floor_and_settled_points(county, profile):
    found = scorecard(county, profile).commended
    assert found[["kind", "name"]].to_numpy().tolist() == [
        ["district", "甲"],
        ["principal", "第0学校"],
    ]


def test_a_rank_that_hangs_on_a_tiny_school_says_so(county, profile):
    """Without S1 (60 pupils) 甲 has 86; it leads either way. With 乙 at 80 the rank would turn."""
    assert unit(scorecard(county, profile), "甲")[["rank_best", "rank_worst", "tiny"]].tolist() == [
        1,
        1,
        1,
    ]
    scores = county.tables["district_scores"].copy()
    scores.loc[scores["unit"] == "乙", "confirmed"] = 40.0
    scores.loc[(scores["unit"] == "乙") & (scores["year"] == 2025), "year"] = 2026
    found = scorecard(county.with_tables(district_scores=scores), profile)
    assert unit(found, "乙")["percent"] == pytest.approx(80)
    assert unit(found, "甲")[["rank", "rank_best", "rank_worst"]].tolist() == [2, 1, 2]


def test_without_a_layout_there_is_nothing_to_score(grid_county, profile):
    with pytest.raises(PlanFileError):
        scorecard(grid_county(1, 1, [{"at": 0}]), profile)


@pytest.mark.parametrize("name", shipped(FOLDER))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_shipped_profiles_score_a_county_and_report(county, name, language):
    with using_language(language):
        found = scorecard(county, name)
        assert sum(i.points for i in found.profile.indicator) == 100
        assert "甲" in str(found)
        assert len(found.sheets()) == 4


def test_faults_of_a_profile_are_told_together(tmp_path):
    path = tmp_path / "own.toml"
    text = OWN.replace("points = 20", "points = 30").replace('"class_size"', '"luck"')
    path.write_text(text.replace('how = "manual"', 'how = "guess"'), encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        read_scorecard(path)
    assert all(word in str(error.value) for word in ("110", "luck", "guess"))
