"""Show data problems: grouped and capped as text, or as plain rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from districting.errors import Problem
from districting.terms import say


def count_of(problem: Problem) -> int:
    """Return how many faults a problem stands for: itself and those no longer listed."""
    return 1 + int(dict(problem.details).get("more", 0))


def totals(problems: Iterable[Problem]) -> dict[str, int]:
    """Return the number of faults by severity: ``{"error": …, "warning": …}``."""
    found = {"error": 0, "warning": 0}
    for problem in problems:
        found[problem.severity] += count_of(problem)
    return found


def place_of(problem: Problem) -> str:
    """Return where a problem is, e.g. ``villages.xlsx [村居] 第 5 行 “常住人口”列``."""
    parts = [problem.file, f"[{problem.sheet}]" if problem.sheet else ""]
    parts.append(say("check_report.row", row=problem.row) if problem.row else "")
    parts.append(say("check_report.column", column=problem.column) if problem.column else "")
    return " ".join(p for p in parts if p)


def format_problems(problems: Sequence[Problem], cap: int = 5) -> str:
    """Return the problems as text in the current language, like with like.

    Parameters
    ----------
    problems : sequence of Problem
    cap : int
        Places shown for each fault in each column of each file.

    Returns
    -------
    str
        Errors first; every group ends with what is allowed and how to mend it.
    """
    if not problems:
        return say("check_report.none")
    groups: dict[tuple[str, ...], list[Problem]] = defaultdict(list)
    for p in problems:
        groups[(p.severity, p.code, p.file, p.sheet, p.column)].append(p)
    found = totals(problems)
    errors, warnings = f"{found['error']:,}", f"{found['warning']:,}"
    blocks = [say("check_report.total", errors=errors, warnings=warnings)]
    ordered = sorted(groups.items(), key=lambda item: item[0][0] != "error")
    blocks += [_block(key[0], members, cap) for key, members in ordered]
    return "\n\n".join(blocks)


def _block(severity: str, members: Sequence[Problem], cap: int) -> str:
    total = sum(count_of(p) for p in members)
    lines = [say(f"check_report.{severity}", count=f"{total:,}")]
    for p in members[:cap]:
        place = place_of(p)
        lines.append(f"  {place}: {p.what}" if place else f"  {p.what}")
    rest = total - min(cap, len(members))
    if rest:
        lines.append("  " + say("check_report.more", count=f"{rest:,}"))
    lines.append("  " + say("check_report.allowed", text=members[0].allowed))
    lines.append("  " + say("check_report.mend", text=members[0].mend))
    return "\n".join(lines)


def problem_rows(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Return the problems as rows of plain values, ready for JSON or a sheet."""
    return [
        {
            "severity": p.severity,
            "code": p.code,
            "file": p.file,
            "sheet": p.sheet,
            "row": p.row,
            "column": p.column,
            "value": p.value,
            "what": p.what,
            "allowed": p.allowed,
            "mend": p.mend,
            "count": count_of(p),
        }
        for p in problems
    ]
