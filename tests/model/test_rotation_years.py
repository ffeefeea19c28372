"""The staff of later years: what the model plans with is what the checks read from raw tables."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from districting.county import County
from districting.model.rotation_years import county_in_autumn, newcomers
from districting.plan.rotation_plan import RotationPlan, leave_table, move_table, new_move
from districting.policy.rotation.tables import years
from districting.sample.frames import side_table

FIRST = 2026
SCHOOLS = ("S0", "S1", "S2")
SHOWN = ["school", "stage", "subject", "joined", "post", "post_since", "honour"]


@pytest.fixture
def county(grid_county: Callable[..., County]) -> County:
    schools = [{"at": i, "pupils_primary": 60} for i in range(3)]
    base = grid_county(1, 3, schools=schools)
    teachers = pd.DataFrame(
        {
            "teacher": [f"T{k}" for k in range(5)],
            "school": ["S0", "S0", "S1", "S1", "S2"],
            "stage": "primary",
            "subject": "语文",
            "joined": pd.to_datetime(["2010-08-01"] * 5),
            "post": ["teacher", "teacher", "principal", "teacher", "teacher"],
            "post_since": pd.to_datetime([None, None, "2015-08-01", None, None]),
            "hold": ["move", "", "", "", ""],
        }
    )
    past = pd.DataFrame(
        {
            "teacher": ["T4"],
            "from_school": ["S0"],
            "to_school": ["S2"],
            "start": pd.to_datetime(["2025-09-01"]),
            "end": pd.to_datetime(["2028-08-31"]),
            "exchange": "regular",
            "moved": False,
        }
    )
    changes = pd.DataFrame(
        {
            "teacher": ["N1", "N2"],
            "change": "enter",
            "date": pd.to_datetime(["2027-08-20", "2028-10-01"]),
            "school": ["S1", "S2"],
            "stage": "primary",
            "subject": "音乐",
        }
    )
    return base.with_tables(
        teachers=side_table("teachers", teachers),
        rotations=side_table("rotations", past),
        staff_changes=side_table("staff_changes", changes),
    )


def _plan(county: County, moves: list[dict[str, Any]], leaves: list[dict[str, Any]]) -> Any:
    return RotationPlan(
        name="期", county=county.code, year=FIRST, until=FIRST + 4, moves=move_table(moves),
        leaves=leave_table(leaves),
    )  # fmt: skip


def _move(county: County, teacher: int, to: str, year: int, **more: Any) -> dict[str, Any]:
    row = county.tables["teachers"].iloc[teacher].to_dict()
    return new_move(row, to, year) | more


def _at(county: County, plan: RotationPlan, year: int) -> pd.DataFrame:
    return county_in_autumn(county, plan, year).tables["teachers"].set_index("teacher")


def test_a_term_ends_where_it_began(county: County) -> None:
    """Three years away, then home again with tenure from nought; a lasting move does not end."""
    home = _move(county, 1, "S2", 2026, end="2029-08")
    stays = _move(county, 3, "S2", 2026, end="2029-08", stays=True)
    file = _move(county, 2, "S0", 2026, end="2029-08", moved=True)
    plan = _plan(county, [home, stays, file], [])
    for year in range(2027, 2031):
        staff = _at(county, plan, year)
        assert staff.loc["T1", "school"] == ("S2" if year < 2029 else "S0")
        assert staff.loc["T1", "joined"].year == (2026 if year < 2029 else 2029)
        assert staff.loc["T3", "school"] == "S2" and staff.loc["T2", "school"] == "S0"
        assert staff.loc["T2", "post_since"].year == 2026
        assert pd.isna(staff.loc["T1", "post_since"])
    past = county_in_autumn(county, plan, 2028).tables["rotations"]
    assert sorted(past["teacher"]) == ["T1", "T2", "T3", "T4"]
    assert str(past.set_index("teacher").loc["T1", "end"].date()) == "2029-08-31"


def test_earlier_rotations_end_as_recorded(county: County) -> None:
    """T4 came for three years and goes back in 2028, unless the plan moves T4 on before."""
    plan = _plan(county, [], [])
    assert [_at(county, plan, y).loc["T4", "school"] for y in (2027, 2028)] == ["S2", "S0"]
    onward = _plan(county, [_move(county, 4, "S1", 2027)], [])
    assert _at(county, onward, 2029).loc["T4", "school"] == "S1"


def test_who_comes_and_who_goes(county: County) -> None:
    """Newcomers count from the first autumn after they came, leavers until the autumn named."""
    plan = _plan(county, [], [{"teacher": "T0", "year": 2028, "ground": "retires"}])
    here = {y: set(_at(county, plan, y).index) for y in range(2026, 2031)}
    assert "N1" in here[2027] and "N1" not in here[2026]
    assert "N2" in here[2029] and "N2" not in here[2028]
    assert "T0" in here[2027] and "T0" not in here[2028]
    assert list(newcomers(county)["autumn"]) == [2027, 2029]
    assert (_at(county, plan, 2027)["hold"] == "").all()
    assert county_in_autumn(county, plan, 2026) is county


@settings(max_examples=40, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    moves=st.dictionaries(
        st.tuples(st.integers(0, 4), st.integers(2026, 2030)),
        st.tuples(st.integers(0, 2), st.sampled_from([0, 1, 3]), st.booleans(), st.booleans()),
        max_size=6,
    ),
    leaves=st.dictionaries(st.integers(0, 4), st.integers(2027, 2030), max_size=2),
)
def test_model_and_check_see_the_same_staff(
    county: County, moves: dict[Any, Any], leaves: dict[int, int]
) -> None:
    """Whatever moves when and for how long, and whoever leaves: two ways of reckoning agree."""
    rows = []
    for (teacher, year), (to, term, moved, stays) in moves.items():
        end = f"{year + term}-08" if term else ""
        rows.append(_move(county, teacher, SCHOOLS[to], year, end=end, moved=moved, stays=stays))
    gone = [{"teacher": f"T{k}", "year": y, "ground": "leaves"} for k, y in leaves.items()]
    plan = _plan(county, rows, gone)
    for year in years(county, plan):
        expected = _at(county, plan, year.year)
        assert list(year.before.index) == list(expected.index)
        left, right = year.before[SHOWN], expected[SHOWN]
        same = (left == right) | (left.isna() & right.isna())
        assert np.asarray(same).all(), (year.year, left[~same.all(axis=1)], right)
