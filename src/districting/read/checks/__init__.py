"""Everything that can be wrong with a county's tables, one topic a file."""

from __future__ import annotations

from collections.abc import Callable

from districting.errors import Problem
from districting.read.checks.children import check_children
from districting.read.checks.coverage import check_coverage
from districting.read.checks.facilities import check_facilities
from districting.read.checks.ids import check_ids
from districting.read.checks.network import check_network
from districting.read.checks.plan import check_plan
from districting.read.checks.positions import check_positions
from districting.read.checks.references import check_references
from districting.read.checks.schools import check_schools
from districting.read.checks.staff import check_staff
from districting.read.checks.staff_changes import check_staff_changes
from districting.read.checks.staff_moves import check_staff_moves
from districting.read.checks.staff_posts import check_staff_posts
from districting.read.checks.subjects import check_subjects
from districting.read.draft import Draft

CHECKS: tuple[Callable[[Draft], list[Problem]], ...] = (
    check_ids,
    check_references,
    check_positions,
    check_coverage,
    check_network,
    check_schools,
    check_children,
    check_staff,
    check_staff_changes,
    check_staff_moves,
    check_staff_posts,
    check_subjects,
    check_facilities,
    check_plan,
)


def check_draft(draft: Draft) -> list[Problem]:
    """Return what is wrong with the tables taken together, in the order of the checks."""
    return [problem for check in CHECKS for problem in check(draft)]
