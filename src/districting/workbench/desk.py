"""A plan on the desk: what was opened, the edits since, undo and redo, saving."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from districting.county import County
from districting.errors import DistrictingError, PlanFileError
from districting.evaluate import nearest_zones
from districting.evaluate.measures.ground import Ground, survey
from districting.plan.plan import Plan
from districting.plan.plan_file import read_plan, write_plan
from districting.policy import Policy
from districting.terms import say
from districting.workbench.folder import keep_unsaved, path_for, plan_files

KINDS = ("districts", "zones")
WORDS = CURRENT, CURRENT_ZONES, NEAREST = "current", "current-zones", "nearest"
"""Words that stand among the files for the current plans, and for zones by nearness alone."""


class StaleError(DistrictingError):
    """An edit was made on a state that is no longer the newest: another page was faster."""


class ReadOnlyError(DistrictingError):
    """Another process has the county open for writing."""


@dataclass(frozen=True)
class Step:
    """A state of the plan, and in words what led to it."""

    plan: Plan
    done: str


class Desk:
    """One plan being edited. Methods may be called from several threads.

    Every change raises :attr:`revision`; an edit names the revision it was made on and is refused
    when that is no longer the newest, so that of two pages none undoes the other's work unseen.

    Parameters
    ----------
    county : County
    folder : Path
        The county's folder, the only place that is ever written to.
    policy : Policy
    plan : Plan
        A plan of districts or zones.
    writable : bool
        Whether this process may save.
    """

    def __init__(
        self, county: County, folder: Path, policy: Policy, plan: Plan, writable: bool = True
    ) -> None:
        self.county, self.folder, self.policy = county, folder.resolve(), policy
        self.writable = writable
        self.ground: Ground = survey(county)
        self.revision = 0
        self.opened = 0
        self.lock = threading.RLock()
        self._put(self._checked(plan))

    @property
    def plan(self) -> Plan:
        """The plan as it stands."""
        return self._steps[self._at].plan

    @property
    def base(self) -> Plan:
        """The plan as opened or last saved, which pending changes are held against."""
        return self._base

    @property
    def pending(self) -> bool:
        """Whether there is something to save."""
        return self.plan is not self._base

    @property
    def undoable(self) -> str:
        """What undo would take back, in words; empty for nothing."""
        return self._steps[self._at].done if self._at else ""

    @property
    def redoable(self) -> str:
        """What redo would bring back, in words; empty for nothing."""
        rest = self._steps[self._at + 1 :]
        return rest[0].done if rest else ""

    def _put(self, plan: Plan) -> None:
        self._base, self._steps, self._at = plan, [Step(plan, "")], 0
        self.opened += 1

    def _checked(self, plan: Plan) -> Plan:
        if plan.kind not in KINDS:
            raise PlanFileError(say("page.no_areas", plan=plan.name))
        if plan.county != self.county.code:
            raise PlanFileError(
                say(
                    "cli.wrong_county",
                    plan=plan.name,
                    found=plan.county,
                    expected=self.county.code,
                )
            )
        return plan

    def _keep(self, plan: Plan) -> None:
        """Write edits down before they count, so that they outlive the process."""
        if self.writable:
            keep_unsaved(self.folder, None if plan is self._base else plan)

    def expect(self, revision: int) -> None:
        """Refuse what was asked for on a state that is no longer the newest.

        Raises
        ------
        StaleError
        """
        if revision != self.revision:
            raise StaleError(say("workbench.stale"))

    def edit(self, revision: int, change: Callable[[Plan], Plan], done: Callable[[], str]) -> None:
        """Replace the plan by what `change` makes of it, one step that undo takes back.

        `done` tells the step in words, after the change.

        Raises
        ------
        StaleError
            If `revision` is not the newest.
        """
        with self.lock:
            self.expect(revision)
            plan = change(self.plan)
            if plan is self.plan:
                return
            self._keep(plan)
            self._steps[self._at + 1 :] = [Step(plan, done())]
            self._at += 1
            self.revision += 1

    def step(self, revision: int, by: int) -> None:
        """Go back (-1) or forth (+1) one step; nothing happens at the ends.

        Raises
        ------
        StaleError
            If `revision` is not the newest.
        """
        with self.lock:
            self.expect(revision)
            at = self._at + by
            if 0 <= at < len(self._steps):
                self._keep(self._steps[at].plan)
                self._at = at
                self.revision += 1

    def save(self, revision: int, name: str, reason: str) -> Path:
        """Write the plan to a new file and go on from there; edits can still be undone.

        Raises
        ------
        StaleError
            If `revision` is not the newest.
        ReadOnlyError
            If another process writes in this folder.
        PlanFileError
            If the name will not do, or no reason is given.
        """
        with self.lock:
            self.expect(revision)
            if not self.writable:
                raise ReadOnlyError(say("workbench.read_only"))
            if not reason.strip():
                raise PlanFileError(say("workbench.no_reason"))
            path = path_for(self.folder, name)
            plan = replace(
                self.plan,
                name=name,
                parent=self._base.name,
                reason=reason.strip(),
                policy=self.policy.name,
            )
            write_plan(plan, path)
            self._base = plan
            self._keep(plan)
            self._steps[self._at] = Step(plan, self._steps[self._at].done)
            self.revision += 1
            return path

    def open(self, revision: int, file: str, discard: bool = False) -> None:
        """Put another plan on the desk.

        Raises
        ------
        StaleError
            If `revision` is not the newest.
        PlanFileError
            If there is no such plan, it is of another county or kind, or edits would be lost and
            `discard` does not say that they may be.
        """
        plan = self._checked(self.read(file))
        with self.lock:
            self.expect(revision)
            if self.pending and not discard:
                raise PlanFileError(say("workbench.unsaved"))
            self._put(plan)
            self._keep(plan)
            self.revision += 1

    def read(self, file: str) -> Plan:
        """Return the plan in one of the folder's plan files, or what a word stands for.

        Raises
        ------
        PlanFileError
            If `file` is none of them, or cannot be read.
        """
        if file in WORDS:
            plan = _standing_for(file, self.county)
            if plan is None:
                raise PlanFileError(say("plan.no_current"))
            return plan
        known = plan_files(self.folder)
        if file not in known:
            raise PlanFileError(say("plan.no_file", path=file))
        return read_plan(known[file])


def _standing_for(word: str, county: County) -> Plan | None:
    """Return the plan that one of :data:`WORDS` stands for; None where the county has none."""
    if word == CURRENT:
        return county.current_plan
    return county.current_zones if word == CURRENT_ZONES else nearest_zones(county)
