"""Sharing by hand: who may, how far, what is left after a school serves itself, no clashes."""

from dataclasses import replace

import pandas as pd
import pytest

from districting.errors import PolicyError
from districting.graph import between_schools
from districting.proposing.sharing import share
from districting.proposing.sharing_terms import read_sharing_terms
from districting.sample import equipped, make_county
from districting.sample.frames import side_table
from districting.solve.stop import Stop
from districting.terms import using_language


def music(scope="district", minutes=30.0):
    """Return terms under which a class wants one period of music a week, and nothing else."""
    terms = read_sharing_terms()
    use = tuple(u for u in terms.use if u.kind == "music")
    head = replace(terms.terms, scope=scope, minutes=minutes)
    return replace(terms, use=tuple(replace(u, fee=10.0) for u in use), terms=head)


@pytest.fixture
def county(grid_county):
    """甲: S0 with a music room and S1 without, 1 km apart; 乙: S2, 1 km on; one union."""
    made = grid_county(
        1, 3, [{"at": i, "pupils_primary": 60} for i in range(3)], labels=["甲", "甲", "乙"]
    )
    classes = pd.DataFrame(
        [(f"S{i}", 2026, g, 1, 30, 45) for i in range(3) for g in (1, 2)],
        columns=["school", "year", "grade", "classes", "pupils", "seats"],
    )
    rooms = pd.DataFrame(
        [("F1", "S0", "music", 96.0, 45, 3, "周一7、周二7、周三7")],
        columns=["facility", "school", "kind", "area", "capacity", "periods", "hours"],
    )
    return made.with_tables(
        districts=made.tables["districts"].assign(union="联"),
        classes=side_table("classes", classes),
        facilities=side_table("facilities", rooms),
    )


def test_own_classes_come_first_and_the_district_next(county):
    """S0 serves its own two classes in periods of its own; S1 of the same district gets two."""
    found = share(county, terms=music())
    needs = found.needs.set_index("school")
    assert needs["own"].tolist() == [2, 0, 0]
    assert needs["shared"].tolist() == [0, 2, 0]
    assert needs["unmet"].tolist() == [0, 0, 2]
    reach = found.reach.set_index("kind").loc["music"]
    assert reach["own"] == pytest.approx(100 / 3)
    assert reach["possible"] == pytest.approx(200 / 3)
    assert reach["after"] == pytest.approx(200 / 3)
    assert found.solved.status == "optimal"


def test_the_union_shares_what_is_open_and_no_more(county):
    """Three periods are open for four classes: the nearer school is served first."""
    found = share(county, terms=music("union"))
    assert found.needs.set_index("school")["shared"].tolist() == [0, 2, 1]
    assert set(zip(found.timetable["day"], found.timetable["period"], strict=True)) == {
        (0, 7),
        (1, 7),
        (2, 7),
    }


def test_the_way_limits_who_may_come(county):
    """1 km on foot takes 13.3 minutes, 2 km twice that."""
    assert share(county, terms=music("union", 20)).needs["shared"].sum() == 2
    assert share(county, terms=music("union", 10)).needs["shared"].sum() == 0


def test_a_facility_may_be_closed_or_opened_by_itself(county):
    rooms = county.tables["facilities"]
    closed = county.with_tables(facilities=rooms.assign(open_to="school"))
    assert share(closed, terms=music("county")).needs["shared"].sum() == 0
    opened = county.with_tables(facilities=rooms.assign(open_to="county"))
    assert share(opened, terms=music()).needs["shared"].sum() == 3


def test_agreements_say_who_what_when_and_how_much(county):
    found = share(county, terms=music()).agreements
    assert len(found) == 1
    row = found.iloc[0]
    assert (row["owner"], row["user"], row["periods"], row["fee"]) == ("S0", "S1", 2, 20.0)
    assert "音乐教室：周" in row["hours"]
    assert row["minutes"] == pytest.approx(1000 / 75)
    assert row["duties"]


def test_without_facilities_or_classes_there_is_nothing_to_share(grid_county):
    found = share(grid_county(1, 1, [{"at": 0}], labels=["甲"]))
    assert found.timetable.empty
    assert found.agreements.empty
    assert len(str(found).splitlines()) > 1


def test_a_whole_county_has_no_clash_and_no_crowd():
    county = equipped(make_county(4, 3, 40, records=True), 1)
    terms = read_sharing_terms()
    terms = replace(terms, terms=replace(terms.terms, scope="county", mode="bus"))
    found = share(county, terms=terms, stop=Stop(60))
    table = found.timetable
    assert len(table)
    classes = county.tables["classes"]
    stage = classes["grade"].map(lambda g: "primary" if g <= 6 else "junior")
    sums = classes.groupby([classes["school"], stage])[["classes", "pupils"]].sum()
    size = -(-sums["pupils"] // sums["classes"])
    sent = table.groupby(["user", "stage", "day", "period"])["classes"].sum()
    for (user, of, _, _), number in sent.items():
        assert number <= sums.loc[(user, of), "classes"]
    rooms = county.tables["facilities"].set_index("facility")
    people = table["classes"] * [
        size[(u, s)] for u, s in zip(table["user"], table["stage"], strict=True)
    ]
    held = people.groupby([table["facility"], table["day"], table["period"]]).sum()
    for (facility, _, _), number in held.items():
        assert number <= rooms.loc[facility, "capacity"]
    slots = table.drop_duplicates(["facility", "day", "period"]).groupby("facility").size()
    assert (slots <= rooms.loc[slots.index, "periods"]).all()
    assert (table["user"] != table["owner"]).all()
    assert found.solved.bound <= found.solved.objective + 1e-6
    assert (found.needs["unmet"] >= 0).all()


def test_ways_between_schools(county):
    ways = between_schools(county, ["S0", "S2"], 1500.0)
    assert ways.to_numpy().tolist() == [
        ["S0", "S0", 0.0],
        ["S1", "S0", 1000.0],
        ["S1", "S2", 1000.0],
        ["S2", "S2", 0.0],
    ]
    with pytest.raises(KeyError, match="S9"):
        between_schools(county, ["S9"])


def test_faults_of_terms_are_told(tmp_path):
    from importlib.resources import files

    place = files("districting").joinpath("proposing/sharing_terms/default.toml")
    text = place.read_text(encoding="utf-8").replace('"walk"', '"fly"').replace('"art"', '"zoo"')
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        read_sharing_terms(path)
    assert "fly" in str(error.value)
    assert "zoo" in str(error.value)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_reports_and_sheets(county, language):
    with using_language(language):
        found = share(county, terms=music())
        assert len(found.sheets()) == 4
        assert ("受益面" in str(found)) == (language == "zh")
