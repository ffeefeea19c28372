"""Faults of schools and of the current plan, one each."""

from __future__ import annotations

from breaking import CASES, T0, T1, Case, Parts, V, case

# --- schools ----------------------------------------------------------------------------------
NAMED = {"file": "schools.csv", "row": 2, "value": "甲小学"}


def school(code: str, column: str, given: str, also: str = "", **more: str) -> None:
    """Register a fault of the first school, reported under its name."""

    def change(parts: Parts) -> None:
        parts.set("schools", 0, **{column: given}, **more)

    CASES.append(Case(code, change, **NAMED, column=column, also=frozenset(also.split())))


school("school_without_seats", "seats_primary", "0")
school("seats_of_other_stage", "seats_junior", "5")
school("pupils_of_other_stage", "pupils_junior", "5")
school("backbone_exceeds_teachers", "backbone", "21")
school("lead_and_weak", "weak", "是", lead="是")
school("school_in_other_town", "town", T1, also="member_outside_town")
school("school_outside_village", "village", V(0), lat="34.5300")


@case("children_exceed_population", file="villages.csv", row=2, column="name", value="甲村委会")
def _(p: Parts) -> None:
    p.set("villages", 0, population="50")


@case("class_wrong_grade", file="classes.csv", row=3, column="grade", value="甲小学")
def _(p: Parts) -> None:
    p.add(
        "classes", school=["S1"] * 2, year=["2026"] * 2, grade=["6", "7"], classes=["1"] * 2,
        pupils=["40"] * 2, seats=["45"] * 2,
    )  # fmt: skip


# --- the current plan -------------------------------------------------------------------------
def _no_towns(p: Parts) -> None:
    p.frames["districts"]["town"] = ""


@case("member_twice", file="members.csv", row=18, column="unit", value=V(0))
def _(p: Parts) -> None:
    p.add("members", unit_kind=["村居"], unit=[V(0)], district=["东学区"])


@case("member_in_two_districts", file="members.csv", row=18, column="unit", value="S1")
def _(p: Parts) -> None:
    _no_towns(p)
    p.add("members", unit_kind=["学校"], unit=["S1"], district=["西学区"])


@case("unknown_member", file="members.csv", row=18, column="unit", value="S1")
def _(p: Parts) -> None:
    p.add("members", unit_kind=["村居"], unit=["S1"], district=["东学区"])


@case("member_not_town_school", file="members.csv", row=14, column="unit", value="S1")
def _(p: Parts) -> None:
    p.set("schools", 0, run_by="民办")


@case("district_twice", file="districts.csv", row=4, column="district", value="东学区")
def _(p: Parts) -> None:
    p.add("districts", district=["东学区"], union=["甲联区"], town=[T0])


@case("empty_district", file="districts.csv", row=4, column="district", value="南学区")
def _(p: Parts) -> None:
    p.add("districts", district=["南学区"], union=[""], town=[T0])


@case("village_without_district", file="villages.csv", row=4, column="name", value="丙村委会")
def _(p: Parts) -> None:
    p.drop("members", [2])


@case("school_without_district", file="schools.csv", row=2, column="name", value="甲小学")
def _(p: Parts) -> None:
    p.drop("members", [12])


@case("member_outside_town", file="members.csv", row=14, column="unit", value="S1",
      also="school_district_differs")  # fmt: skip
def _(p: Parts) -> None:
    p.set("members", 12, district="西学区")


@case("school_district_differs", file="schools.csv", row=2, column="name", value="甲小学")
def _(p: Parts) -> None:
    _no_towns(p)
    p.set("members", 12, district="西学区")


@case("union_across_towns", file="districts.csv", row=2, column="union", value="大联区")
def _(p: Parts) -> None:
    p.frames["districts"]["union"] = "大联区"


@case("district_in_pieces", file="districts.csv", row=3, column="district", value="西学区",
      also="school_district_differs")  # fmt: skip
def _(p: Parts) -> None:
    _no_towns(p)
    p.set("members", 0, district="西学区")


@case("bad_hours", file="facilities.csv", row=2, column="hours", value="下午")
def _(p: Parts) -> None:
    p.add("facilities", facility=["F1"], school=["S1"], kind=["音乐教室"], hours=["下午"])


@case("zone_wrong_stage", file="zones.csv", row=3, column="school", value="甲小学")
def _(p: Parts) -> None:
    p.add("zones", village=[V(0)] * 2, stage=["小学", "初中"], school=["S1", "S1"])


@case("unknown_school", file="zones.csv", row=2, column="school", value="S9")
def _(p: Parts) -> None:
    p.add("zones", village=[V(0)], stage=["小学"], school=["S9"])


@case("name_for_code", file="zones.csv", row=2, column="school", value="庚小学")
def _(p: Parts) -> None:
    p.add("zones", village=[V(0)], stage=["小学"], school=["庚小学"])


@case("feeder_wrong_kind", file="feeders.csv", row=2, column="junior", value="庚小学")
def _(p: Parts) -> None:
    p.add("feeders", primary=["S1"], junior=["S2"])
