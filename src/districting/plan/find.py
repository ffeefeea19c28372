"""Finding villages, schools and towns by code or name, as planners write them."""

from __future__ import annotations

from districting.county import County
from districting.errors import PlanFileError
from districting.terms import say


def find_unit(county: County, text: str) -> tuple[str, str]:
    """Return ``(unit_kind, id)`` of the village or school that `text` names by code or name.

    Raises
    ------
    PlanFileError
        If nothing or more than one thing bears that name.
    """
    for kind, table in (("village", county.villages), ("school", county.schools)):
        if text in table.index:
            return kind, text
    stems = county.villages["name"].str.replace(r"(社区)?(居|村)(民)?委(员)?会$", "", regex=True)
    hits = [("school", s) for s in county.schools.index[county.schools["name"] == text]]
    hits += [("village", v) for v in county.villages.index[county.villages["name"] == text]]
    hits = hits or [("village", v) for v in county.villages.index[stems == text]]
    if len(hits) == 1:
        return hits[0]
    key = "plan.unknown_unit" if not hits else "plan.ambiguous_unit"
    raise PlanFileError(say(key, value=text, found="、".join(h[1] for h in hits)))


def find_school(county: County, text: str) -> str:
    """Return the id of the school that `text` names by id or name.

    Raises
    ------
    PlanFileError
        If no school, or more than one thing, bears that name.
    """
    kind, school = find_unit(county, text)
    if kind != "school":
        raise PlanFileError(say("plan.no_school", value=text))
    return school


def find_town(county: County, text: str) -> str:
    """Return the code of the town that `text` names by code or name.

    Raises
    ------
    PlanFileError
        If there is no such town.
    """
    if text in county.towns.index:
        return text
    hits = county.towns.index[county.towns["name"] == text]
    if len(hits) != 1:
        raise PlanFileError(say("plan.unknown_town", value=text))
    return str(hits[0])


def village_of(county: County, text: str) -> str:
    """Return the code of the village that `text` names, or in which the school stands.

    Raises
    ------
    PlanFileError
        If nothing matches or a name is ambiguous.
    """
    kind, unit = find_unit(county, text)
    return unit if kind == "village" else str(county.schools.loc[unit, "village"])
