"""On what terms facilities are shared: who, how far, how often, what price, which duties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from districting.errors import PolicyError
from districting.evaluate.profile_file import read_record
from districting.graph import MODES
from districting.terms import language, say

FOLDER = "proposing/sharing_terms"
SCOPES = ("school", "district", "union", "county")
"""Who may use a facility: nobody else, the district, the union, the county."""


@dataclass(frozen=True)
class Head:
    """Terms that hold for every facility.

    Parameters
    ----------
    scope : str
        One of :data:`SCOPES`, where a facility does not say.
    mode, minutes : str, float
        How pupils travel between schools (:data:`districting.graph.MODES`), and the longest way.
    days, periods : int
        Days a week and periods a day.
    open_periods : int
        Periods a week a facility is open to others, where it does not say.
    duties : str
        What both sides undertake, as agreements print it.
    """

    name: str
    title: str
    labels: Mapping[str, str]
    scope: str
    mode: str
    minutes: float
    days: int
    periods: int
    open_periods: int
    duties: str
    source: str
    confidence: str


@dataclass(frozen=True)
class Use:
    """How often a class uses a kind of facility, and what a period costs.

    Parameters
    ----------
    kind : str
        Kind of facility, as in table ``facilities``.
    primary, junior : int
        Periods a week and class.
    fee : float
        Yuan a period.
    """

    kind: str
    primary: int
    junior: int
    fee: float
    source: str
    confidence: str


@dataclass(frozen=True)
class SharingTerms:
    """All terms; see ``proposing/sharing_terms/default.toml``."""

    terms: Head
    use: tuple[Use, ...]

    @property
    def label(self) -> str:
        """Display name in the current language."""
        return self.terms.labels.get(language(), self.terms.title)


def read_sharing_terms(name_or_path: str | Path = "default") -> SharingTerms:
    """Read sharing terms: a shipped name or the path of a TOML file.

    Raises
    ------
    PolicyError
        With every fault: of form, unknown scope, mode or kind of facility.
    """
    from districting.read.schema import tables

    found = read_record(SharingTerms, FOLDER, name_or_path)
    kinds = tables()["facilities"].columns["kind"].values
    words = [
        ("scope", found.terms.scope, SCOPES),
        ("mode", found.terms.mode, tuple(MODES)),
        *(("kind", use.kind, tuple(kinds)) for use in found.use),
    ]
    faults = [
        say("sharing.unknown_word", entry=entry, value=value, allowed="、".join(allowed))
        for entry, value, allowed in words
        if value not in allowed
    ]
    if faults:
        raise PolicyError("\n".join(faults))
    return found
