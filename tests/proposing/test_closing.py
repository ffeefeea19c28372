"""Closing the gaps: what is bought and moved makes every school meet the standard."""

import pandas as pd
import pytest

from districting.evaluate import assess, read_standard
from districting.proposing.closing import close_gaps
from districting.sample.frames import side_table
from districting.solve.stop import Stop
from districting.terms import using_language


@pytest.fixture
def county(grid_county):
    """Five rural primaries: S0 has backbone teachers to spare, S2 is small, S4 lacks grounds."""
    pupils = [400, 300, 80, 300, 200]
    made = grid_county(
        1,
        5,
        schools=[{"at": i, "pupils_primary": p} for i, p in enumerate(pupils)],
        labels=["甲", "甲", "甲", "乙", "乙"],
    )
    resources = pd.DataFrame(
        {
            "school": [f"S{i}" for i in range(5)],
            "stage": "primary",
            "pupils": pupils,
            "teachers_degree": [17, 13, 4, 13, 9],
            "teachers_backbone": [8, 1, 1, 3, 1],
            "teachers_pe_art": [8, 3, 0, 3, 2],
            "area_teaching": [4.5 * p for p in pupils],
            "area_sports": [7.5 * p for p in pupils[:4]] + [4.0 * 200],
            "equipment": [2000.0 * p for p in pupils],
            "media_rooms": [10, 7, 2, 7, 5],
        }
    )
    return made.with_tables(
        schools=made.schools.assign(area_type="rural"),
        resources=side_table("resources", resources),
    )


def applied(county, closing):
    """Return the county with the amounts that the closing leads to."""
    resources = (
        county.tables["resources"].set_index(["school", "stage"]).astype({"area_sports": float})
    )
    column = {i.id: i.column for i in read_standard().indicator}
    for row in closing.schools.to_dict("records"):
        resources.loc[(row["school"], row["stage"]), column[row["id"]]] = row["after"]
    return county.with_tables(resources=resources.reset_index())


def test_after_closing_every_school_and_coefficient_passes(county):
    before = assess(county)
    assert (before.schools["verdict"] == "fail").sum() >= 3
    closing = close_gaps(county, before, stop=Stop(30))
    after = assess(applied(county, closing))
    assert (after.schools["verdict"] == "pass").all()
    assert (after.spreads["verdict"] == "pass").all()
    assert closing.status == "optimal"
    assert closing.cost == pytest.approx(closing.bound)
    assert closing.schools["cost"].sum() == pytest.approx(closing.cost)


def test_moves_name_giver_and_taker_and_balance(county):
    closing = close_gaps(county, assess(county), stop=Stop(30))
    moves = closing.moves
    assert len(moves)
    for number in moves["id"].unique():
        here, rows = moves[moves["id"] == number], closing.schools
        into = rows.loc[rows["id"] == number].set_index("school")["moved_in"]
        out = rows.loc[rows["id"] == number].set_index("school")["moved_out"]
        assert here.groupby("to")["number"].sum().to_dict() == into[into > 0].to_dict()
        assert here.groupby("from")["number"].sum().to_dict() == out[out > 0].to_dict()
    same = county.current_plan.schools
    assert (moves["from"].map(same) == moves["to"].map(same)).tolist() == moves["near"].tolist()


def test_rotation_alone_by_hand(county):
    """RES-02 needs 4, 3, 1, 3, 2: S0 spares 4; S1 lacks 2 in its district, S4 lacks 1 beyond."""
    alone = close_gaps(county, assess(county), stop=Stop(30)).alone.set_index("id").loc["RES-02"]
    assert alone[["lacking", "moved_near", "moved_far", "left"]].tolist() == [3, 2, 1, 0]


def test_small_rural_schools_may_be_visited(county):
    """S2 has no teacher of PE or the arts; moves cost 3,000 and visits 12,000, hiring 90,000."""
    closing = close_gaps(county, assess(county), stop=Stop(30))
    row = closing.schools.set_index(["school", "id"]).loc[("S2", "RES-03")]
    assert row["bought"] == 0
    assert row["moved_in"] + row["visiting"] == 1


def test_nothing_to_do_costs_nothing(county):
    closing = close_gaps(county, assess(county), stop=Stop(30))
    met = applied(county, closing)
    again = close_gaps(met, assess(met), stop=Stop(30))
    assert again.cost == 0
    assert again.schools.empty


@pytest.mark.parametrize("language", ["zh", "en"])
def test_reports_and_sheets(county, language):
    with using_language(language):
        closing = close_gaps(county, assess(county), stop=Stop(30))
        assert "RES-02" in str(closing)
        assert len(closing.sheets()) == 4
