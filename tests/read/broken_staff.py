"""Faults in the tables of staff, each gives its own message."""

from __future__ import annotations

from collections.abc import Callable

from breaking import CASES, Case, Parts, case

Change = Callable[[Parts], None]


def staff(code: str, column: str, value: str, also: str = "", **second: str) -> None:
    """Register a fault of the second of two teachers, reported at its cell."""
    rows = {
        "teacher": ["T1", "T2"],
        "school": ["S4", "S4"],
        "stage": ["学前", "学前"],
        "subject": ["综合", "综合"],
        "born": ["1985-03-01", "1990-03-01"],
        "joined": ["2017-08-01", "2020-08-01"],
    }
    cells = {c: ["", ""] for c in second} | rows
    changed = {c: [v[0], second.get(c, v[1])] for c, v in cells.items()}

    def change(parts: Parts) -> None:
        parts.set("schools", 3, teachers="2")
        parts.add("teachers", **changed)

    place = {"file": "teachers.csv", "row": 3, "column": column, "value": value}
    CASES.append(Case(code, change, also=frozenset(also.split()), **place))


staff("teacher_wrong_stage", "stage", "初中", stage="初中")
staff("teacher_too_young", "joined", "2001-08-01", joined="2001-08-01")
staff("exempt_without_ground", "exempt_until", "2027-08-31", exempt_until="2027-08-31")
staff("link_of_one", "link", "L1", link="L1")
staff("id_is_card", "teacher", "370405198503010012", teacher="370405198503010012")
staff("id_is_name", "teacher", "张三", teacher="张三")
staff("teacher_too_old", "born", "1925-03-01", born="1925-03-01")
staff("joined_too_late", "joined", "2035-08-01", joined="2035-08-01")
staff("joined_too_late", "post_since", "2035-08-01", post_since="2035-08-01")
staff("post_before_school", "post_since", "2012-08-01", post_since="2012-08-01")
staff("move_though_exempt", "hold", "须交流", hold="须交流", exempt="孕期")
staff("link_kind_alone", "link_kind", "夫妻", link_kind="夫妻")
staff("limit_in_kilometres", "commute_limit", "20", commute_limit="20")
staff("second_subject_same", "subject_2", "综合", subject_2="综合")


def primary(**columns: list[str]) -> Change:
    """Return a change that adds primary teachers T1, T2 … of Chinese, changed as said."""
    number = len(next(iter(columns.values())))
    cells = {
        "teacher": [f"T{i + 1}" for i in range(number)],
        "school": ["S1"] * number,
        "stage": ["小学"] * number,
        "subject": ["语文"] * number,
    } | columns

    def change(parts: Parts) -> None:
        parts.set("schools", 0, teachers=str(number), backbone="0")
        parts.add("teachers", **cells)

    return change


@case("link_held_apart", file="teachers.csv", row=3, column="hold", value="须交流")
def _(p: Parts) -> None:
    primary(link=["L1", "L1"], hold=["留任", "须交流"])(p)


@case("couple_of_many", file="teachers.csv", row=2, column="link", value="L1", count=3)
def _(p: Parts) -> None:
    primary(link=["L1"] * 3, link_kind=["夫妻"] * 3)(p)


@case("unknown_subject", file="teachers.csv", row=3, column="subject", value="书法")
def _(p: Parts) -> None:
    primary(subject=["语文", "书法", "英语"])(p)


@case("wish_repeated", file="preferences.csv", row=3, column="school", value="S2")
def _(p: Parts) -> None:
    primary(subject=["语文"])(p)
    p.add("preferences", teacher=["T1"] * 2, rank=["1", "2"], school=["S2", "S2"])


@case("wish_other_stage", file="preferences.csv", row=2, column="school", value="S4")
def _(p: Parts) -> None:
    primary(subject=["语文"])(p)
    p.add("preferences", teacher=["T1"], rank=["1"], school=["S4"])


@case("duplicate_id", file="preferences.csv", row=3, column="teacher", value="T1 1",
      also="missing_value wish_repeated wish_other_stage")  # fmt: skip
def _(p: Parts) -> None:
    primary(subject=["语文"])(p)
    p.add("preferences", teacher=["T1"] * 3, rank=["1", "1", ""], school=["S3", "S2", "S3"])


def rotations(code: str, row: int, column: str, value: str, **columns: list[str]) -> None:
    """Register a fault of one of two earlier rotations of a teacher."""
    cells = {
        "teacher": ["T1", "T1"],
        "from_school": ["S3", "S3"],
        "to_school": ["S1", "S1"],
        "start": ["2015-09-01", "2019-09-01"],
        "end": ["2018-08-31", "2022-08-31"],
    } | columns

    def change(parts: Parts) -> None:
        primary(subject=["语文"])(parts)
        parts.add("rotations", **cells)

    place = {"file": "rotations.csv", "row": row, "column": column, "value": value}
    CASES.append(Case(code, change, **place))


rotations("rotation_to_own_school", 3, "to_school", "S3", to_school=["S1", "S3"])
rotations("rotation_to_come", 3, "start", "2035-09-01",
          start=["2015-09-01", "2035-09-01"], end=["2018-08-31", ""])  # fmt: skip
rotations("rotation_ends_first", 2, "end", "2012-08-31", end=["2012-08-31", "2022-08-31"])
rotations("rotations_overlap", 3, "start", "2019-09-01", end=["2020-08-31", "2022-08-31"])


def grades(subjects: list[str]) -> dict[str, list[str]]:
    """Return a curriculum of one period a week in all grades."""
    rows = [(s, str(g)) for s in subjects for g in range(1, 10)]
    return {
        "subject": [r[0] for r in rows],
        "grade": [r[1] for r in rows],
        "periods": ["1"] * len(rows),
    }


@case("subject_without_teacher", file="curriculum.csv", row=11, column="subject", value="数学")
def _(p: Parts) -> None:
    primary(subject=["语文"])(p)
    p.add("curriculum", **grades(["语文", "数学"]))


@case("curriculum_lacks_grades", file="curriculum.csv", row=2, column="grade", value="8、9")
def _(p: Parts) -> None:
    primary(subject=["语文"])(p)
    p.add("curriculum", **{c: v[:7] for c, v in grades(["语文"]).items()})


def office(code: str, table: str, column: str, value: str, **columns: list[str]) -> None:
    """Register a fault of a row of present posts, or of candidates."""
    cells = {"place": ["东学区"], "post": ["主任"], "teacher": ["T1"]}
    cells |= {"terms": ["1"]} if table == "posts" else {"score": ["80"]}
    cells |= columns
    cells = {c: v * len(cells["teacher"]) if len(v) == 1 else v for c, v in cells.items()}

    def change(parts: Parts) -> None:
        primary(subject=["语文", "语文"])(parts)
        parts.add(table, **cells)

    row = 1 + len(cells["teacher"])
    place = {"file": f"{table}.csv", "row": row, "column": column, "value": value}
    CASES.append(Case(code, change, **place))


office("unknown_place", "candidates", "place", "东", place=["东"])
office("post_elsewhere", "candidates", "post", "教育指导员", post=["教育指导员"])
office("post_held_twice", "posts", "teacher", "T2", teacher=["T1", "T2"])


@case("roster_differs", file="schools.csv", row=5, column="teachers", value="8")
def _(p: Parts) -> None:
    p.add("teachers", teacher=["T1"], school=["S4"], stage=["学前"], subject=["综合"])


@case("wish_is_own_school", file="preferences.csv", row=2, column="school", value="S4")
def _(p: Parts) -> None:
    p.set("schools", 3, teachers="1")
    p.add("teachers", teacher=["T1"], school=["S4"], stage=["学前"], subject=["综合"])
    p.add("preferences", teacher=["T1"], rank=["1"], school=["S4"])


@case("unknown_teacher", file="preferences.csv", row=2, column="teacher", value="T9")
def _(p: Parts) -> None:
    p.set("schools", 3, teachers="1")
    p.add("teachers", teacher=["T1"], school=["S4"], stage=["学前"], subject=["综合"])
    p.add("preferences", teacher=["T9"], rank=["1"], school=["S1"])


def change(code: str, column: str, value: str, also: str = "", **row: str) -> None:
    """Register a fault of a known change of staff, reported at its cell."""
    cells = {
        "teacher": "N1", "change": "调入", "date": "2028-08-01",
        "school": "S4", "stage": "学前", "subject": "综合",
    } | row  # fmt: skip

    def apply(parts: Parts) -> None:
        parts.set("schools", 3, teachers="1")
        parts.add("teachers", teacher=["T1"], school=["S4"], stage=["学前"], subject=["综合"])
        parts.add("staff_changes", **{c: [v] for c, v in cells.items()})

    place = {"file": "staff_changes.csv", "row": 2, "column": column, "value": value}
    CASES.append(Case(code, apply, also=frozenset(also.split()), **place))


change("newcomer_lacks", "subject", "", subject="")
change("newcomer_on_roster", "teacher", "T1", teacher="T1")
change("change_too_early", "date", "2020-08-01", date="2020-08-01")
