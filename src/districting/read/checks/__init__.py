"""Everything that can be wrong with a county's tables, one topic a file."""

from __future__ import annotations

from collections.abc import Callable

from districting.errors import Problem
from districting.read.checks.ids import check_ids
from districting.read.draft import Draft

CHECKS: tuple[Callable[[Draft], list[Problem]], ...] = (check_ids,)


def check_draft(draft: Draft) -> list[Problem]:
    """Return what is wrong with the tables taken together, in the order of the checks."""
    return [problem for check in CHECKS for problem in check(draft)]
