"""What a district is scored on: dimensions, indicators, points and where the points come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from districting.errors import PolicyError
from districting.evaluate.profile_file import read_record
from districting.terms import language, say

FOLDER = "evaluate/scorecard/profiles"
HOW = ("computed", "manual", "target")
"""Points follow from a measure of the tables; are confirmed by the bureau (核分); or follow from
what was reached of a target (目标责任)."""
WHOLE = 100.0


@dataclass(frozen=True)
class Head:
    """The scorecard as such.

    Parameters
    ----------
    name, title : str
    labels : Mapping of language to str
    units : tuple of str
        What is scored: ``district``, ``union``.
    share : float
        Part of a principal's yearly score that is the district's score, 0-1.
    tiny : int
        Pupils below which a school is tiny, so that a ranking is told with and without it.
    best_units, best_principals : float
        Shares of units and of principals to commend, 0-1.
    floor : float
        Least score, of 100, to be commended.
    known : float
        Least share of the points that must be settled to be commended, 0-1.
    source, confidence : str
    """

    name: str
    title: str
    labels: Mapping[str, str]
    units: tuple[str, ...]
    share: float
    tiny: int
    best_units: float
    best_principals: float
    floor: float
    known: float
    source: str
    confidence: str


@dataclass(frozen=True)
class Dimension:
    """A dimension, with the sentence it comes from."""

    id: str
    label: Mapping[str, str]
    clause: str
    text: str

    @property
    def title(self) -> str:
        """Name in the current language."""
        return self.label[language()]


@dataclass(frozen=True)
class Indicator:
    """One indicator of a dimension.

    Parameters
    ----------
    points : float
        Most points; those of all indicators add up to 100.
    how : str
        One of :data:`HOW`.
    measure : str
        Name of a computation, for ``computed``.
    none, full : float
        Values of the measure that earn nothing and all points; linear between, whichever is larger.
    """

    id: str
    dimension: str
    label: Mapping[str, str]
    points: float
    how: str
    source: str
    confidence: str
    measure: str = ""
    none: float = 0.0
    full: float = 1.0

    @property
    def title(self) -> str:
        """Name in the current language."""
        return self.label[language()]

    def earned(self, value: float) -> float:
        """Return the points that `value` of the measure earns; NaN where it is not known."""
        if value != value:
            return float("nan")
        return self.points * min(max((value - self.none) / (self.full - self.none), 0.0), 1.0)


@dataclass(frozen=True)
class Profile:
    """A whole scorecard; see the TOML files in ``evaluate/scorecard/profiles``."""

    scorecard: Head
    dimension: tuple[Dimension, ...]
    indicator: tuple[Indicator, ...]

    @property
    def label(self) -> str:
        """Display name in the current language."""
        return self.scorecard.labels.get(language(), self.scorecard.title)


def read_scorecard(name_or_path: str | Path) -> Profile:
    """Read a scorecard: a shipped name or the path of a TOML file.

    Raises
    ------
    PolicyError
        With every fault: of form, points that do not add up to 100, unknown dimensions or measures.
    """
    from districting.evaluate.scorecard.measures import MEASURES

    profile = read_record(Profile, FOLDER, name_or_path)
    faults = []
    total = sum(i.points for i in profile.indicator)
    if abs(total - WHOLE) > 1e-9:
        faults.append(say("scorecard.points", total=f"{total:g}"))
    known = [d.id for d in profile.dimension]
    for one in profile.indicator:
        if one.dimension not in known:
            allowed = "、".join(known)
            faults.append(
                say("scorecard.dimension", id=one.id, value=one.dimension, allowed=allowed)
            )
        if one.how not in HOW:
            faults.append(
                say("scorecard.unknown_how", id=one.id, value=one.how, allowed="、".join(HOW))
            )
        if one.how == "computed" and one.measure not in MEASURES:
            allowed = "、".join(MEASURES)
            faults.append(say("scorecard.measure", id=one.id, value=one.measure, allowed=allowed))
        if one.none == one.full:
            faults.append(say("scorecard.scale", id=one.id))
    if faults:
        raise PolicyError("\n".join(faults))
    return profile
