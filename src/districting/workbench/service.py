"""What a page may ask for, as functions from the fields of a request to an answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from districting.errors import DistrictingError, PlanFileError
from districting.export import export
from districting.plan.plan import Plan
from districting.plan.plan_file import read_plan
from districting.proposing.explaining import explain_place
from districting.terms import say
from districting.workbench import edits
from districting.workbench.checking import Checker
from districting.workbench.desk import CURRENT, CURRENT_ZONES, NEAREST, Desk, ReadOnlyError
from districting.workbench.folder import RESULTS, Writer, plan_files, usable_name
from districting.workbench.page import desk_page
from districting.workbench.solving import Solve, order_for
from districting.workbench.state import View

T = TypeVar("T")
Fields = dict[str, Any]
MOST_BESIDE = 3
ENDINGS = ("pdf", "png", "svg", "gpkg", "geojson", "shp", "kml", "csv", "xlsx", "docx", "html")
SHORTEST, LONGEST = 1.0, 86_400.0
"""Seconds that a solve may be given."""


class Service:
    """A desk with all that pages do to it.

    Parameters
    ----------
    desk : Desk
    policy : str
        Name or path of the desk's policy profile, for solves in another process.
    writer : Writer
        Tells who has the folder where this process may not write.
    greeting : str
        Shown when a page opens.
    """

    def __init__(self, desk: Desk, policy: str, writer: Writer, greeting: str = "") -> None:
        self.desk, self._policy, self._writer = desk, policy, writer
        self._greeting = greeting
        self._view = View(desk)
        self._checker = Checker(self._view)
        self._solve: Solve | None = None

    def close(self) -> None:
        """End a solve that is still running."""
        if self._solve is not None and self._solve.running:
            self._solve.kill()

    def page(self, beside: list[str]) -> str:
        """Return the page, with up to three more plans to compare with."""
        plans = [self.desk.plan, *(self.desk.read(f) for f in beside[:MOST_BESIDE])]
        with self.desk.lock:
            layers = [layer for plan in plans for layer in self._view.look(plan).layers]
        return desk_page(self.desk.county, plans, layers)

    def state(self) -> Fields:
        """Return what pages show, and how long it took to make [ms]."""
        began = time.perf_counter()
        state = self._view.state()
        owner = None if self.desk.writable else self._writer.owner()
        told = "" if owner is None else say("workbench.taken", **vars(owner))
        return {
            **state,
            "owner": told,
            "greeting": self._greeting,
            "ms": round((time.perf_counter() - began) * 1000),
        }

    def check(self) -> Fields:
        """Return the clause-by-clause check."""
        return self._checker.state()

    def why(self, fields: Fields) -> Fields:
        """Return why the plan is as it is at a village or school, and what else would cost."""
        desk = self.desk
        _, place = edits.unit_of(desk.county, _get(fields, "key", str))
        return {"text": explain_place(desk.county, desk.policy, desk.plan, place)}

    def plans(self) -> list[Fields]:
        """Return the plans that can be opened or compared with: ``file``, ``name``, ``kind``."""
        county, found = self.desk.county, []
        if county.current_plan is not None:
            found.append((CURRENT, say("terms.current"), "districts"))
        if county.current_zones is not None:
            found.append((CURRENT_ZONES, say("terms.current"), "zones"))
        found.append((NEAREST, say("zone_measure.nearest_name"), "zones"))
        for file, path in plan_files(self.desk.folder).items():
            try:
                plan = read_plan(path)
            except PlanFileError:
                continue  # not a plan: nothing to offer
            if plan.county == county.code:
                found.append((file, plan.name, plan.kind))
        return [{"file": f, "name": n, "kind": k} for f, n, k in found]

    def assign(self, fields: Fields) -> Fields:
        """Put places into an area; those that are locked or not of the source stay."""
        units, to = _texts(fields, "units"), _get(fields, "to", str)
        source, stage = _get(fields, "from", str, ""), _get(fields, "stage", str, "")
        counts = [0, 0]

        def change(plan: Plan) -> Plan:
            changed, counts[0], counts[1] = edits.assign(
                self.desk.county, plan, units, to, source, stage
            )
            return changed

        with self.desk.lock:
            name = self._named(to)
            self._edit(fields, change, lambda: say("workbench.did.assign", n=counts[0], to=name))
        return {**self.state(), "moved": counts[0], "stayed": counts[1]}

    def _named(self, area: str) -> str:
        return str(self.desk.county.schools["name"].get(area, area))

    def lock(self, fields: Fields) -> Fields:
        """Lock places, a town or everything."""
        units, town = _texts(fields, "units"), _get(fields, "town", str, "")
        reason = _get(fields, "reason", str, "")
        self._edit(
            fields,
            lambda plan: edits.lock(self.desk.county, plan, units, town, reason),
            lambda: say("workbench.did.lock"),
        )
        return self.state()

    def forbid(self, fields: Fields) -> Fields:
        """Keep places out of an area from now on."""
        units, away = _texts(fields, "units"), _get(fields, "to", str)
        reason = _get(fields, "reason", str, "")
        self._edit(
            fields,
            lambda plan: edits.forbid(self.desk.county, plan, units, away, reason),
            lambda: say("workbench.did.forbid", to=self._named(away)),
        )
        return self.state()

    def unlock(self, fields: Fields) -> Fields:
        """Take the locks and bars off places, a town or everything."""
        units, town = _texts(fields, "units"), _get(fields, "town", str, "")
        self._edit(
            fields,
            lambda plan: edits.unlock(self.desk.county, plan, units, town),
            lambda: say("workbench.did.unlock"),
        )
        return self.state()

    def exempt(self, fields: Fields) -> Fields:
        """Record why a principle is broken somewhere."""
        rule, places = _get(fields, "rule", str), _texts(fields, "places")
        reason = _get(fields, "reason", str)
        self._edit(
            fields,
            lambda plan: plan.exempt(rule, places, reason),
            lambda: say("workbench.did.exempt", places="、".join(places)),
        )
        return self.state()

    def undo(self, fields: Fields) -> Fields:
        """Take the last edit back."""
        self.desk.step(_get(fields, "revision", int), -1)
        return self.state()

    def redo(self, fields: Fields) -> Fields:
        """Bring back what was taken back last."""
        self.desk.step(_get(fields, "revision", int), 1)
        return self.state()

    def save(self, fields: Fields) -> Fields:
        """Save as a new plan with a reason."""
        name, reason = _get(fields, "name", str), _get(fields, "reason", str)
        path = self.desk.save(_get(fields, "revision", int), name, reason)
        return {**self.state(), "file": path.relative_to(self.desk.folder).as_posix()}

    def open(self, fields: Fields) -> Fields:
        """Put another plan on the desk."""
        discard = _get(fields, "discard", bool, False)
        self.desk.open(_get(fields, "revision", int), _get(fields, "file", str), discard)
        return self.state()

    def export(self, fields: Fields) -> Fields:
        """Write the plan as it stands to files in the county's folder of results."""
        endings = _texts(fields, "endings")
        desk = self.desk
        with desk.lock:
            if not desk.writable:
                raise ReadOnlyError(say("workbench.read_only"))
            plan = desk.plan
        if desk.pending:
            raise PlanFileError(say("workbench.save_first"))
        stem = usable_name(plan.name)
        if unknown := set(endings) - set(ENDINGS):
            raise PlanFileError(say("workbench.bad_request", field=min(unknown)))
        targets = [desk.folder / RESULTS / f"{stem}.{ending}" for ending in endings]
        written = export(plan, desk.county, *targets, policy=desk.policy)
        return {"files": [p.relative_to(desk.folder).as_posix() for p in written]}

    def solve(self, fields: Fields) -> Fields:
        """Start to solve from the plan as it stands, its locks held."""
        seconds = min(max(float(_get(fields, "seconds", (int, float))), SHORTEST), LONGEST)
        gap = max(float(_get(fields, "gap", (int, float), 0.0)), 0.0)
        seed, revision = _get(fields, "seed", int, 0), _get(fields, "revision", int)
        with self.desk.lock:
            self.desk.expect(revision)
            if self._solve is not None and self._solve.running:
                raise DistrictingError(say("workbench.solving"))
            order = order_for(self.desk, self._policy, seconds, gap, seed)
            self._solve = Solve(order, revision)
        return self.solve_state()

    def solve_state(self) -> Fields:
        """Return how far the solve is; empty when none was started."""
        return {} if self._solve is None else self._solve.state()

    def stop(self, fields: Fields) -> Fields:
        """Ask the solve for its best plan so far."""
        if self._solve is not None:
            self._solve.stop()
        return self.solve_state()

    def take(self, fields: Fields) -> Fields:
        """Put the plan that was found on the desk, as an edit that undo takes back."""
        found = None if self._solve is None else self._solve.plan
        if found is None:
            raise DistrictingError(say("workbench.nothing_found"))
        self._edit(fields, lambda _: found, lambda: say("workbench.did.solve"))
        return self.state()

    def _edit(
        self, fields: Fields, change: Callable[[Plan], Plan], done: Callable[[], str]
    ) -> None:
        self.desk.edit(_get(fields, "revision", int), change, done)


def _get(
    fields: Fields, name: str, kind: type[T] | tuple[type[T], ...], default: T | None = None
) -> T:
    """Return a field of a request.

    Raises
    ------
    DistrictingError
        If it is missing, or of another type.
    """
    value = fields.get(name, default)
    # True is an int to Python and no number to a page.
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise DistrictingError(say("workbench.bad_request", field=name))
    return value


def _texts(fields: Fields, name: str) -> list[str]:
    """Return a list of texts, empty where it is missing."""
    values: list[Any] = _get(fields, name, list, [])
    if not all(isinstance(v, str) for v in values):
        raise DistrictingError(say("workbench.bad_request", field=name))
    return values
