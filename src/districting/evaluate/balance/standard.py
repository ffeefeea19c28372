"""The standard a county is assessed by: every threshold, with its source and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from districting.errors import PolicyError
from districting.evaluate.profile_file import read_record
from districting.terms import language, say

FOLDER = "evaluate/balance/standards"
STAGES = ("primary", "junior")
GROUPS = ("guarantee", "quality", "society")


@dataclass(frozen=True)
class Head:
    """Which document: name, title, number (文号), display labels and where it was found."""

    name: str
    title: str
    number: str
    labels: Mapping[str, str]
    source: str


@dataclass(frozen=True)
class Indicator:
    """One of the seven resource indicators (RES-01 … RES-07).

    Parameters
    ----------
    id, column : str
        Number in the standard; column of table ``resources``.
    per : float
        Pupils that the threshold refers to: 100, or 1 for amounts a pupil.
    primary, junior : float
        Least amount for `per` pupils.
    unit : str
        Key; its text is the message ``balance.unit.<unit>``.
    """

    id: str
    column: str
    label: Mapping[str, str]
    per: float
    primary: float
    junior: float
    unit: str
    source: str
    confidence: str

    @property
    def title(self) -> str:
        """Name in the current language."""
        return self.label[language()]

    def least(self, stage: str) -> float:
        """Return the threshold of `stage` for `per` pupils."""
        return self.primary if stage == "primary" else self.junior


@dataclass(frozen=True)
class Enough:
    """How many indicators a school must meet (RES-08), and how far short the others may be."""

    id: str
    least: int
    remainder: float
    source: str
    confidence: str


@dataclass(frozen=True)
class Spread:
    """Ceilings of the pupil-weighted variation coefficient (RES-09)."""

    id: str
    primary: float
    junior: float
    source: str
    confidence: str

    def most(self, stage: str) -> float:
        """Return the ceiling of `stage`."""
        return self.primary if stage == "primary" else self.junior


@dataclass(frozen=True)
class Scope:
    """Which schools are left out (RES-11): by kind, and small ones by number of pupils."""

    id: str
    left_out_kinds: tuple[str, ...]
    least_pupils: int
    small_kinds: tuple[str, ...]
    source: str
    confidence: str


@dataclass(frozen=True)
class Visiting:
    """Small schools whose visiting teachers count (RES-13): pupils from … to, kinds of area."""

    id: str
    column: str
    least_pupils: int
    most_pupils: int
    areas: tuple[str, ...]
    source: str
    confidence: str


@dataclass(frozen=True)
class Rented:
    """Rented grounds that count (RES-14): minutes on foot, kinds of area."""

    id: str
    column: str
    minutes: float
    areas: tuple[str, ...]
    source: str
    confidence: str


@dataclass(frozen=True)
class Counting:
    """What a teacher of the roster counts for.

    Parameters
    ----------
    degrees : Mapping of stage to tuple of str
        Degrees above the one required.
    honours, subjects : tuple of str
        Honours of backbone teachers; subjects of physical education and the arts.
    """

    degrees: Mapping[str, tuple[str, ...]]
    honours: tuple[str, ...]
    subjects: tuple[str, ...]
    source: str
    confidence: str


@dataclass(frozen=True)
class Rules:
    """How the seven indicators are judged."""

    enough: Enough
    spread: Spread
    scope: Scope
    visiting: Visiting
    rented: Rented
    counting: Counting


@dataclass(frozen=True)
class Means:
    """What closing a gap costs.

    Parameters
    ----------
    column : str
        Column of table ``resources``.
    way : str
        Key of what is bought: ``hire``, ``upgrade``, ``train``, ``build``, ``purchase``.
    price : float
        Yuan a unit.
    step : float
        Units that are bought at a time.
    move_near, move_far, visit : float or None
        Yuan for moving one unit within a district, beyond it, and for one visiting teacher at a
        small school; None where that cannot be done.
    """

    column: str
    way: str
    price: float
    step: float
    source: str
    confidence: str
    move_near: float | None = None
    move_far: float | None = None
    visit: float | None = None


@dataclass(frozen=True)
class Item:
    """One item of government guarantee, quality of education or public approval.

    Parameters
    ----------
    how : str
        What judges it: the name of a computation, ``reported`` (a number from table ``evidence``)
        or ``evidence`` (documents that were seen).
    limits : Mapping of str to float
        Thresholds by name.
    """

    id: str
    group: str
    how: str
    label: Mapping[str, str]
    source: str
    confidence: str
    unit: str = ""
    limits: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def title(self) -> str:
        """Name in the current language."""
        return self.label[language()]


@dataclass(frozen=True)
class Standard:
    """A whole standard; see the TOML files in ``evaluate/balance/standards``."""

    standard: Head
    indicator: tuple[Indicator, ...]
    rule: Rules
    means: tuple[Means, ...]
    item: tuple[Item, ...]

    @property
    def label(self) -> str:
        """Display name in the current language."""
        return self.standard.labels.get(language(), self.standard.title)

    def means_of(self, column: str) -> Means:
        """Return what closing a gap in `column` costs."""
        return next(m for m in self.means if m.column == column)


def read_standard(name_or_path: str | Path = "quality_balance") -> Standard:
    """Read a standard: a shipped name or the path of a TOML file.

    Raises
    ------
    PolicyError
        With every fault: of form, unknown columns and computations, missing prices.
    """
    from districting.evaluate.balance.items import COMPUTED
    from districting.read.schema import tables

    standard = read_record(Standard, FOLDER, name_or_path)
    columns = tables()["resources"].columns
    priced = {m.column for m in standard.means}
    used = [i.column for i in standard.indicator]
    faults = [say("balance.unknown_column", value=c) for c in (*used, *priced) if c not in columns]
    faults += [say("balance.no_means", value=c) for c in used if c not in priced]
    known = (*COMPUTED, "reported", "evidence")
    faults += [
        say("balance.unknown_how", item=i.id, value=i.how, allowed="、".join(known))
        for i in standard.item
        if i.how not in known
    ]
    faults += [
        say("balance.unknown_group", item=i.id, value=i.group, allowed="、".join(GROUPS))
        for i in standard.item
        if i.group not in GROUPS
    ]
    if faults:
        raise PolicyError("\n".join(faults))
    return standard
