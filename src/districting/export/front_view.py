"""How a Pareto front is laid out flat, alike in the plot and on the page."""

from __future__ import annotations

from districting.proposing.front import Front, Point
from districting.terms import say


def place(point: Point) -> tuple[float, float]:
    """Return where `point` is drawn: the aim and the rest, or the two aims."""
    return (point.aims[0], point.rest) if len(point.aims) == 1 else (point.aims[0], point.aims[1])


def axis_titles(front: Front) -> tuple[str, str]:
    """Return the titles of the two axes of :func:`place`."""
    aims = [say("pareto.axis_aim", title=rule.title) for rule in front.rules]
    return (aims[0], say("pareto.axis_rest")) if len(aims) == 1 else (aims[0], aims[1])
