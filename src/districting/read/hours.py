"""Opening hours of shared facilities: ``周一5-7、周三6`` as (day, period) slots."""

from __future__ import annotations

import re

DAYS = "一二三四五六日"
_PART = re.compile(r"周([一二三四五六日])(\d{1,2})(?:[-–—至](\d{1,2}))?")


def parse_hours(text: str) -> list[tuple[int, int]] | None:
    """Return the slots that `text` names, sorted: day 0-6 and period from 1 on; None if unreadable.

    Examples
    --------
    >>> parse_hours("周一5-7、周三6")
    [(0, 5), (0, 6), (0, 7), (2, 6)]
    >>> parse_hours("下午") is None
    True
    """
    slots = set()
    for part in re.split(r"[、,，;；\s]+", text.strip()):
        found = _PART.fullmatch(part)
        if found is None:
            return None
        first, last = int(found[2]), int(found[3] or found[2])
        if not 1 <= first <= last:
            return None
        slots |= {(DAYS.index(found[1]), p) for p in range(first, last + 1)}
    return sorted(slots)


def hours_text(slots: list[tuple[int, int]]) -> str:
    """Return slots as text, neighbouring periods of a day drawn together.

    Examples
    --------
    >>> hours_text([(0, 5), (0, 6), (0, 7), (2, 6)])
    '周一5-7、周三6'
    """
    parts: list[list[int]] = []
    for day, period in sorted(set(slots)):
        if parts and parts[-1][0] == day and parts[-1][2] == period - 1:
            parts[-1][2] = period
        else:
            parts.append([day, period, period])
    return "、".join(f"周{DAYS[d]}{a}" + (f"-{b}" if b > a else "") for d, a, b in parts)
