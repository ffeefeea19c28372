"""The assessment of quality and balance against tables reckoned by hand."""

from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from districting.errors import PolicyError
from districting.evaluate import assess, read_standard
from districting.export.balance_sheets import write_assessment
from districting.read.schema import empty_frame
from districting.sample.frames import side_table
from districting.terms import using_language

JUST = {  # exactly the thresholds for 1,000 primary pupils
    "teachers_degree": 42,
    "teachers_backbone": 10,
    "teachers_pe_art": 9,
    "area_teaching": 4500.0,
    "area_sports": 7500.0,
    "equipment": 2_000_000.0,
    "media_rooms": 23,
}
JUNIOR = {
    "teachers_degree": 53,
    "teachers_backbone": 10,
    "teachers_pe_art": 9,
    "area_teaching": 5800.0,
    "area_sports": 10_200.0,
    "equipment": 2_500_000.0,
    "media_rooms": 24,
}


@pytest.fixture
def county_of(grid_county):
    """Return a maker of counties from rows of resources and from schools."""

    def make(rows, schools=None, **tables):
        schools = schools or [{"pupils_primary": r["pupils"]} for r in rows]
        county = grid_county(1, len(schools), [{"at": i, **s} for i, s in enumerate(schools)])
        area = [s.get("area_type", "rural") for s in schools]
        full = [{"school": f"S{i}", "stage": "primary", **r} for i, r in enumerate(rows)]
        frame = pd.DataFrame(full) if full else empty_frame("resources")
        tables["resources"] = side_table("resources", frame)
        return county.with_tables(schools=county.schools.assign(area_type=area), **tables)

    return make


def row_of(found, school="S0", stage="primary"):
    table = found.schools
    return table[(table["school"] == school) & (table["stage"] == stage)].iloc[0]


def item_of(found, number, part=""):
    return next(r for i, r in found.items if i.id == number and r.part == part)


def test_just_enough_of_everything_is_enough(county_of):
    row = row_of(assess(county_of([{"pupils": 1000, **JUST}])))
    assert row["met"] == 7
    assert row["lowest"] == pytest.approx(1.0)
    assert row["verdict"] == "pass"


@pytest.mark.parametrize("column", list(JUST))
def test_each_indicator_by_hand(county_of, column):
    """One unit less leaves six indicators, and the share is what division gives."""
    row = row_of(assess(county_of([{"pupils": 1000, **JUST, column: JUST[column] - 1}])))
    assert row["met"] == 6
    assert row[f"{column}_share"] == pytest.approx((JUST[column] - 1) / JUST[column])
    per = 1 if column in ("area_teaching", "area_sports", "equipment") else 100
    assert row[f"{column}_each"] == pytest.approx((JUST[column] - 1) * per / 1000)
    assert row["verdict"] == "pass"


def test_six_of_seven_and_the_rest_at_85_percent(county_of):
    at_85 = {**JUST, "area_sports": 7500 * 0.85}
    below = {**JUST, "area_sports": 7500 * 0.85 - 1}
    two_short = {**JUST, "area_sports": 7400.0, "media_rooms": 22}
    found = assess(county_of([{"pupils": 1000, **r} for r in (at_85, below, two_short)]))
    assert found.schools["verdict"].tolist() == ["pass", "fail", "fail"]
    assert found.schools["met"].tolist() == [6, 6, 5]
    passed = found.table().iloc[0]
    assert (passed["number"], passed["limit"], passed["gap"]) == (1, 3, 2)
    assert passed["places"] == ["第1学校", "第2学校"]


def test_a_nine_year_school_is_two_rows_with_two_thresholds(county_of):
    rows = [
        {"pupils": 1000, **JUST},
        {"school": "S0", "stage": "junior", "pupils": 1000, **JUNIOR},
    ]
    schools = [{"kind": "nine_year", "pupils_primary": 1000, "pupils_junior": 1000}]
    found = assess(county_of(rows, schools))
    assert found.schools["verdict"].tolist() == ["pass", "pass"]
    rows[1] |= JUST
    assert row_of(assess(county_of(rows, schools)), "S0", "junior")["met"] == 2
    missing = assess(county_of(rows[:1], schools))
    assert row_of(missing, "S0", "junior")["verdict"] == "incomplete"
    assert missing.verdict != "pass"


def test_small_and_special_schools_are_left_out(county_of):
    rows = [{"pupils": p, **JUST} for p in (49, 50, 300)]
    schools = [
        {"kind": "teaching_point", "pupils_primary": 49},
        {"kind": "teaching_point", "pupils_primary": 50},
        {"kind": "special", "pupils_primary": 300},
    ]
    found = assess(county_of(rows, schools))
    assert found.schools["excluded"].tolist() == ["small", "", "kind"]
    assert found.spreads["schools"].tolist() == [1] * 7


def test_visiting_teachers_count_at_small_rural_schools_only(county_of):
    rows = [
        {"pupils": p, **JUST, "teachers_pe_art": 0, "teachers_pe_art_visiting": 1}
        for p in (99, 100, 99)
    ]
    schools = [{"pupils_primary": r["pupils"]} for r in rows]
    schools[2]["area_type"] = "seat"
    found = assess(county_of(rows, schools)).schools
    assert found["teachers_pe_art"].tolist() == [1, 0, 0]
    assert found["teachers_pe_art_each"].iloc[0] == pytest.approx(100 / 99)


def test_rented_grounds_count_in_town_within_ten_minutes(county_of):
    rows = [
        {"pupils": 100, **JUST, "area_sports": 500, "area_sports_rented": 250, "rented_minutes": m}
        for m in (10, 11, 10)
    ]
    schools = [{"pupils_primary": 100, "area_type": a} for a in ("urban", "urban", "seat")]
    found = assess(county_of(rows, schools)).schools
    assert found["area_sports"].tolist() == [750, 500, 500]


def test_the_public_sample_and_weights_that_turn_the_verdict(county_of):
    """X̄ = 6.3344, S = 3.2639, CV = 0.5153 fails 0.50; counting schools alike gives 0.4888."""
    pupils, books = (45, 37, 89, 76, 55), (279, 137, 935, 160, 402)
    rows = [
        {"pupils": 10 * p, **JUST, "equipment": 10.0 * x}
        for p, x in zip(pupils, books, strict=True)
    ]
    found = assess(county_of(rows)).spreads.set_index("column").loc["equipment"]
    assert found["mean"] == pytest.approx(6.3344, abs=5e-5)
    assert found["deviation"] == pytest.approx(3.2639, abs=1e-4)
    assert found["weighted"] == pytest.approx(0.5153, abs=5e-5)
    assert found["unweighted"] == pytest.approx(0.4888, abs=5e-5)
    assert found["verdict"] == "fail"
    assert found["flips"]


def test_the_sheet_of_coefficients_is_live(county_of, tmp_path):
    """Every figure is a formula whose stored value is the official one."""
    pupils, books = (45, 37, 89, 76, 55), (279, 137, 935, 160, 402)
    rows = [
        {"pupils": 10 * p, **JUST, "equipment": 10.0 * x}
        for p, x in zip(pupils, books, strict=True)
    ]
    county = county_of(rows)
    write_assessment(assess(county), county, tmp_path / "a.xlsx")
    values = openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)["差异系数测算表·小学"]
    formulas = openpyxl.load_workbook(tmp_path / "a.xlsx")["差异系数测算表·小学"]
    labels = {}
    for cells in values.iter_rows(min_col=1, max_col=5):
        if cells[0].value == "RES-06　生均教学仪器设备值":
            labels = {}
        labels.setdefault(cells[0].value, cells[4])
    coefficient = labels["差异系数 CV = S/X̄"]
    assert coefficient.value == pytest.approx(0.5153, abs=5e-5)
    assert labels["不加权（仅参考）"].value == pytest.approx(0.4888, abs=5e-5)
    assert labels["结论"].value == "不符合"
    assert str(formulas[coefficient.coordinate].value).startswith("=E")


def test_special_rooms_by_classes_area_and_year(county_of):
    """13 classes need two rooms of each; 70 m² is an art room in a school of 1990 only."""
    classes = pd.DataFrame(
        [("S0", 2026, 1, 13, 500, 585), ("S1", 2026, 1, 12, 500, 540)],
        columns=["school", "year", "grade", "classes", "pupils", "seats"],
    )
    rooms = pd.DataFrame(
        [
            ("F1", "S0", "music", 96.0),
            ("F2", "S0", "music", 95.0),
            ("F3", "S1", "music", 73.0),
            ("F4", "S0", "art", 90.0),
            ("F5", "S0", "art", 90.0),
            ("F6", "S1", "art", 67.0),
        ],
        columns=["facility", "school", "kind", "area"],
    )
    conditions = pd.DataFrame({"school": ["S1"], "built": [1990]})
    county = county_of(
        [{"pupils": 500, **JUST}] * 2,
        classes=side_table("classes", classes),
        facilities=side_table("facilities", rooms),
        conditions=side_table("conditions", conditions),
    )
    found = assess(county)
    music, art = item_of(found, "GOV-03", "music"), item_of(found, "GOV-03", "art")
    assert (music.verdict, music.gap) == ("fail", 1)
    assert music.places["school"].tolist() == ["S0"]
    assert (art.verdict, art.gap) == ("pass", 0)


def test_school_size_and_its_wider_limit(county_of):
    schools = [
        {"pupils_primary": 2000},
        {"pupils_primary": 2001},
        {"pupils_primary": 2400},
        {"pupils_primary": 2400},
        {"kind": "nine_year", "pupils_primary": 1500, "pupils_junior": 1001},
    ]
    conditions = pd.DataFrame(
        {"school": ["S2", "S3"], "built": [2009, 2010], "migrants": [0, 1200]}
    )
    county = county_of([], schools, conditions=side_table("conditions", conditions))
    found = item_of(assess(county), "GOV-04")
    assert found.places["school"].tolist() == ["S1", "S3", "S4"]
    assert found.gap == 1 + 400 + 1


def test_class_size_as_recorded_or_evenly_divided(county_of):
    """91 pupils in two classes exceed 45; a third class mends it. 120 in two is a large class."""
    classes = pd.DataFrame(
        [
            ("S0", 2026, 1, 2, 90, 90),
            ("S0", 2026, 2, 2, 91, 90),
            ("S1", 2026, 1, 2, 80, 90),
            ("S1", 2026, 2, 2, 120, 90),
            ("S2", 2026, 1, 2, 80, 90),
        ],
        columns=["school", "year", "grade", "classes", "pupils", "seats"],
    )
    conditions = pd.DataFrame({"school": ["S2"], "largest_primary": [46]})
    county = county_of(
        [{"pupils": 400, **JUST}] * 3,
        classes=side_table("classes", classes),
        conditions=side_table("conditions", conditions),
    )
    found = assess(county)
    size = item_of(found, "GOV-05", "primary")
    assert (size.number, size.gap) == (3, 2)
    largest = size.places.set_index("school")["number"].to_dict()
    assert largest == {"S0": 46, "S1": 60, "S2": 46}
    assert item_of(found, "ADM-16", "large").number == 1
    assert item_of(found, "ADM-16", "very_large").verdict == "pass"


def test_share_of_pupils_from_the_zone_leaves_boarders_out(county_of):
    schools = [{"pupils_primary": 100, "area_type": "urban"}, {"pupils_primary": 80}]
    conditions = pd.DataFrame({"school": ["S0"], "boarders": [20], "in_zone_primary": [78]})
    county = county_of([], schools, conditions=side_table("conditions", conditions))
    found = item_of(assess(county), "GOV-13", "primary")
    assert found.number == pytest.approx(78 / 80)
    assert found.places["gap"].tolist() == [2]
    unknown = assess(county_of([], schools, conditions=empty_frame("conditions")))
    assert item_of(unknown, "GOV-13", "primary").verdict == "incomplete"


@pytest.fixture
def staff():
    """Ten teachers, nine of them long at their school; T0 and T1 rotated this year."""
    frame = pd.DataFrame(
        {
            "teacher": [f"T{i}" for i in range(10)],
            "school": ["S0"] * 6 + ["S1"] * 4,
            "stage": "primary",
            "subject": "语文",
            "joined": pd.to_datetime(["2026-09-01", "2026-09-01"] + ["2015-08-01"] * 8),
            "honour": ["county"] + ["none"] * 9,
            "exempt": [""] * 9 + ["nursing"],
        }
    )
    return side_table("teachers", frame)


def test_training_certificates_and_rotation(county_of, staff):
    rotations = pd.DataFrame(
        {
            "teacher": ["T0", "T1", "T5"],
            "from_school": ["S1"] * 3,
            "to_school": ["S0"] * 3,
            "start": pd.to_datetime(["2026-09-01", "2026-09-01", "2024-09-01"]),
        }
    )
    credentials = pd.DataFrame(
        {
            "teacher": [f"T{i}" for i in range(10)],
            "training_hours": [360.0] * 9 + [359.0],
            "certificate": ["held"] * 10,
        }
    )
    county = county_of(
        [{"pupils": 100, **JUST}] * 2,
        teachers=staff,
        credentials=side_table("credentials", credentials),
        rotations=side_table("rotations", rotations),
    )
    found = assess(county)
    hours = item_of(found, "GOV-09")
    assert (hours.verdict, hours.number) == ("fail", 0.9)
    assert hours.places[["school", "gap"]].to_numpy().tolist() == [["S1", 1]]
    assert item_of(found, "GOV-12").verdict == "pass"
    # due: T2 … T8 by tenure (T9 is exempt) and the two who moved: 9; 10 % of 9 is one teacher.
    rotation = item_of(found, "GOV-11")
    assert rotation.number == pytest.approx(2 / 9)
    assert rotation.target == 1
    assert item_of(found, "GOV-11", "backbone").number == 0.5


def test_without_rotations_the_targets_are_told(county_of, staff):
    county = county_of([{"pupils": 100, **JUST}] * 2, teachers=staff)
    rotation = item_of(assess(county), "GOV-11")
    assert (rotation.verdict, rotation.target) == ("incomplete", 1)


def test_reported_numbers_and_documents(county_of):
    evidence = pd.DataFrame(
        [
            ("QUA-01", 2026, 0.96, "学籍", True),
            ("QUA-02", 2026, 0.94, "台账", True),
            ("QUA-03", 2026, 0.05, "预算", False),
            ("QUA-04", 2026, 0.15, "报告", True),
            ("GOV-01", 2026, float("nan"), "规划", True),
            ("GOV-02", 2026, float("nan"), "规划", False),
            ("SOC-02", 2026, 0.0, "通报", True),
        ],
        columns=["item", "year", "value", "document", "confirmed"],
    )
    found = assess(county_of([{"pupils": 1000, **JUST}], evidence=side_table("evidence", evidence)))
    got = {i.id: r.verdict for i, r in found.items if i.how in ("reported", "evidence")}
    assert got["QUA-01"] == "pass"
    assert got["QUA-02"] == "fail"
    assert got["QUA-03"] == "incomplete"
    assert got["QUA-04"] == "fail"
    assert got["GOV-01"] == "pass"
    assert got["GOV-02"] == "incomplete"
    assert got["SOC-02"] == "fail"
    assert got["SOC-01"] == "incomplete"


def test_thresholds_come_from_the_standard(county_of):
    standard = read_standard()
    lower = replace(
        standard, indicator=tuple(replace(i, primary=i.primary * 0.8) for i in standard.indicator)
    )
    low = {k: v * 0.8 for k, v in JUST.items()}
    county = county_of([{"pupils": 1000, **low}])
    assert row_of(assess(county))["verdict"] == "fail"
    assert row_of(assess(county, lower))["verdict"] == "pass"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_speaks_both_languages(county_of, language):
    with using_language(language):
        text = str(assess(county_of([{"pupils": 1000, **JUST}])))
    assert "RES-01" in text
    assert ("差异系数" in text) == (language == "zh")


def test_faults_of_a_standard_are_told_together(tmp_path):
    from importlib.resources import files

    place = files("districting").joinpath("evaluate/balance/standards/quality_balance.toml")
    text = place.read_text(encoding="utf-8")
    text = text.replace('how = "special_rooms"', 'how = "guess"')
    text = text.replace('column = "media_rooms"\nlabel', 'column = "screens"\nlabel')
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        read_standard(path)
    assert "guess" in str(error.value)
    assert "screens" in str(error.value)
    path.write_text(text.replace("least = 6", 'least = "six"\nmost = 7'), encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        read_standard(path)
    assert "six" in str(error.value)
    assert "most" in str(error.value)
