"""One scenario: a county, a policy and a variant of its numbers, solved into one row."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from districting.county import County
from districting.errors import DistrictingError
from districting.evaluate import Outcome, verify
from districting.evaluate.by_kind import MEASURERS
from districting.evaluate.perturbed import with_children
from districting.plan.plan import Plan
from districting.policy import read_policy
from districting.policy.policy import Policy
from districting.policy.profile import shipped_profiles
from districting.proposing.propose import propose
from districting.read import read_county
from districting.sample import make_county
from districting.solve.stop import Stop
from districting.terms import using_language

NO_CLOCK = 1e7
"""Seconds, some four months: a scenario ends by its gap, for the clock would make rows differ."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Recipe:
    """A synthetic county; see :func:`districting.sample.make_county`."""

    seed: int
    towns: int = 6
    villages: int = 200

    def make(self) -> County:
        """Return the county."""
        return make_county(self.seed, self.towns, self.villages)

    def __str__(self) -> str:
        return f"sample-{self.seed}-{self.towns}-{self.villages}"


@dataclass(frozen=True)
class Scenario:
    """What is solved for one row.

    Parameters
    ----------
    county : str or Recipe
        A county folder, or how to make a synthetic county.
    policy : str
        Name of a shipped profile, or path of a TOML file.
    kind : str
        Kind of plan.
    seed : int
    children : float
        Factor on the children of every village, e.g. 0.9.
    gap : float
        Relative gap at which the solve ends; there is no time limit.
    """

    county: str | Recipe
    policy: str
    kind: str = "districts"
    seed: int = 0
    children: float = 1.0
    gap: float = 0.01

    def __str__(self) -> str:
        parts = (self.county, self.policy, self.kind, f"seed {self.seed}", f"× {self.children:g}")
        return " · ".join(map(str, parts))


def combine(
    counties: Iterable[str | Recipe],
    policies: Sequence[str],
    kinds: Sequence[str] = ("districts",),
    seeds: Sequence[int] = (0,),
    children: Sequence[float] = (1.0,),
    gap: float = 0.01,
) -> list[Scenario]:
    """Return every combination, counties outermost."""
    every = itertools.product(counties, policies, kinds, seeds, map(float, children))
    return [Scenario(*one, gap=gap) for one in every]


def keys_of(scenarios: Iterable[Scenario]) -> list[str]:
    """Return a key for each scenario: a hash of all that its row depends on.

    The scenario, the version of this package, and the bytes of the county's and the policy's files:
    a row kept under its key is never used for data or rules that have changed since.
    """
    known: dict[str, str] = {}
    return [_key(scenario, known) for scenario in scenarios]


def _key(scenario: Scenario, known: dict[str, str]) -> str:
    paths = {str(scenario.county)} if isinstance(scenario.county, str) else set()
    if scenario.policy not in shipped_profiles():
        paths.add(scenario.policy)
    for path in paths - known.keys():
        known[path] = _digest(Path(path))
    inputs = {path: known[path] for path in paths}
    told = [asdict(scenario), inputs, version("districting")]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


def _digest(path: Path) -> str:
    """Return a hash of a file, or of the names and bytes of the files in a folder."""
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    whole = hashlib.sha256()
    for file in files:
        content = file.read_bytes() if file.is_file() else b""
        name = file.relative_to(path).as_posix() if file != path else ""
        whole.update(f"{name}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()


def solve_scenario(scenario: Scenario, language: str = "zh") -> Row:
    """Solve a scenario and return its row; wall times are left out so that rows repeat.

    Parameters
    ----------
    scenario : Scenario
    language : str
        Language of ``message``.

    Returns
    -------
    dict
        ``county``, ``policy``, ``kind``, ``seed``, ``children``, ``status``, ``objective``,
        ``bound``, ``gap``, ``ok`` (no must broken), a count of findings of each
        :class:`~districting.evaluate.Outcome`, ``broken`` (rules broken that are musts),
        ``message``, and the leading measures as ``name`` or ``name.stage``; what is not known is
        left out. Where the data, the policy or the solve fail the status is ``error`` and the
        message says why.

    Raises
    ------
    KeyboardInterrupt
        If the solve was cut short by Ctrl-C: half a solve is no row.
    """
    given = {**asdict(scenario), "county": str(scenario.county)}
    row: Row = {k: given[k] for k in ("county", "policy", "kind", "seed", "children")}
    with using_language(language):
        try:
            return row | _solved(scenario)
        except DistrictingError as error:
            return row | {"status": "error", "message": str(error)}


def _solved(scenario: Scenario) -> Row:
    source = scenario.county
    county = read_county(source) if isinstance(source, str) else source.make()
    county, policy = with_children(county, scenario.children), read_policy(scenario.policy)
    stop = Stop(NO_CLOCK, scenario.gap)
    proposal = propose(
        county, policy, scenario.kind, stop=stop, seed=scenario.seed, name="scenario"
    )
    if stop.interrupted:
        raise KeyboardInterrupt
    if proposal.plan is None:
        status = "infeasible" if proposal.no_plan else "unknown"
        return {"status": status, "ok": False, "message": proposal.explain()}
    return _row_of(county, proposal.plan, policy)


def _row_of(county: County, plan: Plan, policy: Policy) -> Row:
    assert plan.solver is not None
    report = verify(county, plan, policy)
    broken = {f.rule for f in report.findings if f.outcome is Outcome.FAIL}
    row: Row = {
        "status": str(plan.solver.status),
        "objective": plan.solver.objective,
        "bound": plan.solver.bound,
        "gap": plan.solver.gap,
        "ok": report.ok,
        **{str(o): report.counts[o] for o in Outcome},
        "broken": " ".join(sorted(broken)),
    }
    if plan.kind in MEASURERS:
        measured = MEASURERS[plan.kind][0](county, plan)
        leading = (i for i in measured.items if i.leading)
        row |= {".".join(filter(None, (i.name, i.stage))): float(i.value) for i in leading}
    return {k: v for k, v in row.items() if not isinstance(v, float) or math.isfinite(v)}
