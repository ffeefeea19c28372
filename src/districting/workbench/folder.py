"""The county folder as the workbench uses it: plan files, where new ones go, one writer."""

from __future__ import annotations

import getpass
import json
import os
import platform
import re
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path

from filelock import FileLock, Timeout

from districting.errors import PlanFileError
from districting.plan.history import ENDING
from districting.plan.plan import Plan
from districting.plan.plan_file import read_plan, write_plan
from districting.terms import say

PLANS = "plans"
"""Folder, inside the county's, that saved plans go to."""
RESULTS = "out"
"""Folder, inside the county's, that exported files go to."""
LOCK, OWNER = ".workbench.lock", ".workbench.json"
UNSAVED = f".workbench{ENDING}"
"""Edits that are not saved yet, so that they outlive the process."""
LONGEST = 80
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Owner:
    """Who has a county open for writing: login name, machine, and since when (local time)."""

    user: str
    machine: str
    since: str


class Writer:
    """The right to write in a county folder, which one process has at a time.

    The operating system holds the lock and gives it back when the process ends, however it ends;
    a file beside it says who has it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / LOCK, timeout=0, thread_local=False)

    def take(self) -> bool:
        """Return whether this process has the folder for writing from now on.

        Half-written files that a killed process left behind are removed.
        """
        try:
            self._lock.acquire()
        except (Timeout, PermissionError):
            return False
        for folder in (self._folder, self._folder / PLANS):
            for left in folder.glob(f".*{ENDING}.*.tmp"):
                left.unlink(missing_ok=True)
        now = datetime.now().astimezone().isoformat(sep=" ", timespec="minutes")
        owner = Owner(_user(), platform.node(), now[:16])
        text = json.dumps(asdict(owner), ensure_ascii=False)
        (self._folder / OWNER).write_text(text, encoding="utf-8")
        return True

    def owner(self) -> Owner | None:
        """Return who has the folder, as far as that is written down."""
        try:
            return Owner(**json.loads((self._folder / OWNER).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def release(self) -> None:
        """Let others write."""
        if self._lock.is_locked:
            (self._folder / OWNER).unlink(missing_ok=True)
            self._lock.release()


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no login name, as in some services
        return str(os.getpid())


def plan_files(folder: Path) -> dict[str, Path]:
    """Return the plan files of a county by their path in its folder, with ``/`` on every system."""
    found = [*sorted(folder.glob(f"*{ENDING}")), *sorted((folder / PLANS).glob(f"*{ENDING}"))]
    return {p.relative_to(folder).as_posix(): p for p in found if not p.name.startswith(".")}


def path_for(folder: Path, name: str) -> Path:
    """Return where a new plan called `name` is saved.

    Raises
    ------
    PlanFileError
        If the name cannot be a file's on every system, or a plan is already called so.
    """
    usable_name(name)
    taken = {p.name.casefold() for p in plan_files(folder).values()}
    if f"{name}{ENDING}".casefold() in taken:
        raise PlanFileError(say("workbench.name_taken", value=name))
    return folder / PLANS / f"{name}{ENDING}"


def usable_name(name: str) -> str:
    """Return `name` if it can be a file's in one folder on every system.

    Raises
    ------
    PlanFileError
        If it cannot.
    """
    bad = FORBIDDEN.search(name) or RESERVED.match(name) or name != name.strip()
    if not name or bad or len(name) > LONGEST or name.startswith(".") or name.endswith("."):
        raise PlanFileError(say("workbench.bad_name", value=name, longest=LONGEST))
    return name


def keep_unsaved(folder: Path, plan: Plan | None) -> None:
    """Write down edits that are not saved yet; None when there are none."""
    if plan is None:
        (folder / UNSAVED).unlink(missing_ok=True)
    else:
        write_plan(plan, folder / UNSAVED)


def recover(folder: Path) -> str:
    """Save the edits that an earlier process left unsaved; return the plan's name, or ``""``.

    Only for the process that has the folder for writing.
    """
    left = folder / UNSAVED
    if not left.exists():
        return ""
    plan = read_plan(left)
    taken = {file.name for file in plan_files(folder).values()}
    names = (say("workbench.recovered_name", plan=plan.name, n=n) for n in count(1))
    name = next(n for n in names if f"{n}{ENDING}" not in taken)
    reason = say("workbench.recovered_reason")
    write_plan(replace(plan, name=name, parent=plan.name, reason=reason), path_for(folder, name))
    left.unlink()
    return name
