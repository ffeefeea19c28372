"""Ages, grades and stages: a child aged 6 on 31 August enters grade 1."""

from __future__ import annotations

AGES = {"preschool": (3, 4, 5), "primary": (6, 7, 8, 9, 10, 11), "junior": (12, 13, 14)}
"""Ages of each stage on 31 August, as ``columns.toml`` defines the children of a stage."""
GRADES = {"primary": (1, 2, 3, 4, 5, 6), "junior": (7, 8, 9)}
"""Grades of each stage."""
SCHOOL_STAGES = tuple(GRADES)


def age_of_grade(grade: int) -> int:
    """Return the age on 31 August at which children are in `grade` (1-9)."""
    return grade + 5
