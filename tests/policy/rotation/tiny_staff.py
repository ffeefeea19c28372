"""A county with three schools and a handful of teachers, small enough to try every plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from districting.county import County
from districting.graph.remembered import remembered
from districting.model.rotation import Ints
from districting.model.rotation_view import rotation_view
from districting.plan.rotation_plan import RotationPlan, move_table, new_move
from districting.policy.rotation import RULES, RotationRule
from districting.policy.rotation.build import Built, build
from districting.policy.rule import Clause, Strength, Verdict
from districting.read.schema import empty_frame, tables

YEAR = 2026
SUBJECTS = ("语文", "音乐")


def rule_of(name: str, strength: str = "must", **params: Any) -> RotationRule:
    """Return a rule by name."""
    clause = Clause("一", "试验")
    return RULES[name](clause=clause, strength=Strength(strength), **params)


def filled(table: str, rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return a table with all documented columns; what rows leave out is empty."""
    frame = empty_frame(table)
    given = pd.DataFrame(list(rows))
    columns = {}
    for column in tables()[table].columns.values():
        values = given.get(column.name)
        if values is None:
            blank = {"date": pd.NaT, "bool": False, "float": np.nan, "int": 0}
            values = pd.Series([blank.get(column.dtype, "")] * len(given))
        if column.dtype == "date":
            values = pd.to_datetime(values).astype("datetime64[s]")
        columns[column.name] = values
    return pd.DataFrame(columns) if rows else frame


def tiny(grid_county: Callable[..., County], seed: int, teachers: int = 4, **over: Any) -> County:
    """Return a county of three primary schools with random teachers, in two districts.

    ``over["teachers"]`` holds columns that replace the random ones.
    """
    random = np.random.default_rng(seed)
    schools = [
        {"at": 0, "pupils_primary": 200, "lead": True},
        {"at": 1, "pupils_primary": int(random.integers(60, 140))},
        {"at": 2, "pupils_primary": int(random.integers(30, 60))},
    ]
    county = grid_county(1, 3, schools=schools, labels=["甲", "甲", "乙"])
    frame = county.schools.assign(area_type=["urban", "seat", "rural"], central=False)
    frame.loc["S2", "kind"] = "teaching_point"
    rows = []
    for k in range(teachers):
        joined = f"{int(random.integers(2017, 2025))}-09-01"
        rows.append(
            {
                "teacher": f"T{k}",
                "school": f"S{int(random.integers(0, 3))}",
                "stage": "primary",
                "subject": str(random.choice(SUBJECTS)),
                "sex": str(random.choice(["m", "f"])),
                "born": f"{int(random.integers(1966, 1990))}-{int(random.integers(1, 13)):02d}-01",
                "joined": joined,
                "post_since": joined,
                "title": str(random.choice(["second", "first"])),
                "honour": str(random.choice(["none", "county"])),
                "degree": str(random.choice(["college", "secondary"])),
                "post": "teacher",
                "exempt": str(random.choice(["", "", "illness"])),
                "exempt_until": random.choice([None, "2026-09-01", "2027-01-01"]),
                "home": county.villages.index[int(random.integers(0, 3))],
            }
        )
    for column, values in over.items():
        for row, value in zip(rows, values, strict=False):
            row[column] = value
    for row in rows:
        if not row["exempt"]:
            row["exempt_until"] = None
    classes = [
        {"school": s, "year": YEAR, "grade": g, "classes": n, "pupils": 20, "seats": 45}
        for s, n in (("S0", 2), ("S1", 1), ("S2", 1))
        for g in ((1, 2, 3) if s != "S2" else (1,))
    ]
    return county.with_tables(
        schools=frame,
        teachers=filled("teachers", rows),
        classes=filled("classes", classes),
        preferences=filled("preferences", []),
        rotations=filled("rotations", []),
        curriculum=filled("curriculum", []),
    )


@cache
def plain(grid_county: Callable[..., County], seed: int) -> County:
    """Return the county of three teachers as drawn, one for all rules that need no other."""
    return tiny(grid_county, seed, 3)


def built_of(county: County, rules: Sequence[RotationRule], leaders: bool = False,
             start: RotationPlan | None = None) -> Built:  # fmt: skip
    """Return the problem that `rules` make of a county."""
    joined = [r.joined(tuple(rules)) for r in rules]
    return build(joined, rotation_view(county, YEAR, start), 0, leaders)


@remembered
def plans(county: County, start: RotationPlan | None = None) -> tuple[RotationPlan, ...]:
    """Return every plan: each teacher stays or goes to any other school."""
    teachers = county.tables["teachers"].to_dict("records")
    schools = list(county.schools.index)
    base = empty_plan(county) if start is None else start
    found = []
    for goals in product(schools, repeat=len(teachers)):
        rows = (
            tuple(new_move(t, s, YEAR).items())
            for t, s in zip(teachers, goals, strict=True)
            if s != t["school"]
        )
        found.append(replace(base, moves=_moves(tuple(rows))))
    return tuple(found)


@cache
def _moves(rows: tuple[tuple[tuple[str, Any], ...], ...]) -> pd.DataFrame:
    """Return the table of moves; many rules are tried on the same plans."""
    return move_table(map(dict, rows))


def empty_plan(county: County) -> RotationPlan:
    """Return the plan in which nobody moves."""
    return RotationPlan(name="试", county=county.code, year=YEAR, moves=move_table([]))


def arcs_of(built: Built, plan: RotationPlan) -> Ints | None:
    """Return the problem's arcs that make a plan; None where a move is not among them."""
    view = built.view
    names = view.staff["teacher"].to_numpy(dtype=str)
    schools = view.places["school"].to_numpy(dtype=str)
    known = {
        (str(names[t]), str(schools[p])): arc
        for arc, (t, p) in enumerate(zip(view.teacher, view.to, strict=True))
    }
    moves = zip(plan.moves["teacher"], plan.moves["to_school"], strict=True)
    found = [known.get(m) for m in moves]
    if any(arc is None for arc in found):
        return None
    return np.array(sorted(a for a in found if a is not None), dtype=np.int64)


def passes(rule: RotationRule, rules: Sequence[RotationRule], county: County,
           plan: RotationPlan) -> bool:  # fmt: skip
    """Return whether the rule's own check finds nothing wrong."""
    joined = rule.joined(tuple(rules))
    return all(f.verdict is not Verdict.FAIL for f in joined.check(county, plan))
