"""The clause-by-clause check for the page: three states, where, and what the edits broke."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from districting.evaluate import verify
from districting.evaluate.verify import WORST_FIRST, Judged, Outcome, Report
from districting.terms import say
from districting.workbench.places import Places
from districting.workbench.state import View

STATES = {
    Outcome.PASS: "pass",
    Outcome.EXEMPT: "pass",
    Outcome.SHORT: "pass",
    Outcome.FAIL: "fail",
    Outcome.UNEXCUSED: "fail",
    Outcome.INCOMPLETE: "open",
}
"""The three states of a rule: it holds (aims and recorded exceptions included), is broken, or
cannot be judged yet."""

Place = tuple[str, tuple[str, ...], str]


class Checker:
    """Checks the plan on a view's desk, and the plan it is held against."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._base: tuple[Any, Report] | None = None

    def state(self) -> dict[str, Any]:
        """Return the check for the page.

        Returns
        -------
        dict
            ``revision`` that was checked; ``rules``, worst first: ``title``, ``clause``,
            ``strength``, ``rule``, ``state`` (``pass``, ``fail``, ``open``), ``word``, ``findings``
            (``text``, ``word``, ``state``, ``keys``, ``places``, ``fresh``: not so before the
            edits), ``passed`` (findings that hold and are not listed); ``counts`` of rules by
            state; ``broken`` and ``mended``: how many findings the edits broke and mended;
            ``unread``: titles of rules the policy switches off.
        """
        desk = self._view.desk
        with desk.lock:
            revision, plan, base = desk.revision, desk.plan, desk.base
            layers = self._view.look(plan).layers
        report = verify(desk.county, plan, desk.policy)
        if self._base is None or self._base[0] is not base:
            old = report if base is plan else verify(desk.county, base, desk.policy)
            self._base = (base, old)
        before, now = _broken(self._base[1].findings), _broken(report.findings)
        places = Places(desk.county, layers)
        groups: dict[str, list[Judged]] = {}
        for judged in report.findings:
            groups.setdefault(judged.rule, []).append(judged)
        rules = [_rule(group, before, places) for group in groups.values()]
        rank = {"fail": 0, "open": 1, "pass": 2}
        rules.sort(key=lambda r: rank[r["state"]])
        off = [r.title for r in desk.policy.disabled if r.kind == plan.kind]
        return {
            "revision": revision,
            "policy": desk.policy.label,
            "headline": f"{report.years} {report.headline()}".strip(),
            "rules": rules,
            "counts": dict(Counter(r["state"] for r in rules)),
            "broken": sum((now - before).values()),
            "mended": sum((before - now).values()),
            "unread": off,
        }


def _broken(findings: Iterable[Judged]) -> Counter[Place]:
    """Return the broken findings by rule and place; texts hold numbers, which may change."""
    return Counter(_place(f) for f in findings if STATES[f.outcome] == "fail")


def _place(judged: Judged) -> Place:
    return judged.rule, judged.finding.place, str(judged.finding.details.get("stage", ""))


def _rule(group: list[Judged], before: Counter[Place], places: Places) -> dict[str, Any]:
    worst = min((f.outcome for f in group), key=WORST_FIRST.index)
    told = [f for f in group if f.outcome is not Outcome.PASS]
    fresh = {id(f): STATES[f.outcome] == "fail" and not before[_place(f)] for f in told}
    told.sort(key=lambda f: (not fresh[id(f)], WORST_FIRST.index(f.outcome)))
    first = group[0]
    return {
        "rule": first.rule,
        "title": first.title,
        "clause": first.clause,
        "strength": say(f"terms.{first.strength}"),
        "state": STATES[worst],
        "word": say(f"evaluate.outcome.{worst}"),
        "passed": len(group) - len(told),
        "findings": [
            {
                "text": f.text,
                "word": say(f"evaluate.outcome.{f.outcome}"),
                "state": STATES[f.outcome],
                "excusable": f.outcome is Outcome.UNEXCUSED,
                "reason": f.reason,
                "places": list(f.finding.place),
                "keys": places.keys(f.finding.place),
                "fresh": fresh[id(f)],
            }
            for f in told
        ],
    }
