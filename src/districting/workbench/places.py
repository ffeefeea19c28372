"""Places that findings name, as keys on the map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from districting.county import County
from districting.export.page.layers import Layer


class Places:
    """Finds the keys of villages, schools, towns and areas by id or name.

    Parameters
    ----------
    county : County
    layers : sequence of Layer
        Their areas are found by name.
    """

    def __init__(self, county: County, layers: Sequence[Layer]) -> None:
        known: dict[str, list[str]] = {}
        areas = [
            (name, f"a{number}-{i}")
            for number, layer in enumerate(layers)
            for i, name in enumerate(layer.colours)
        ]
        schools, villages = county.schools, county.villages
        by_school = [(str(s), f"s{i}") for i, s in enumerate(schools.index)]
        by_school += [(str(s), f"s{i}") for i, s in enumerate(schools["name"])]
        by_village = [(str(v), f"v{i}") for i, v in enumerate(villages.index)]
        by_village += [(str(v), f"v{i}") for i, v in enumerate(villages["name"])]
        town = villages["town"].map(county.towns["name"]).fillna("")
        by_town = [(str(t), f"v{i}") for i, t in enumerate(villages["town"])]
        by_town += [(str(t), f"v{i}") for i, t in enumerate(town)]
        for group in (areas, by_school, by_village, by_town):
            own: dict[str, list[str]] = {}
            for name, key in group:
                own.setdefault(name, []).append(key)
            known = own | known
        self._known = known

    def keys(self, names: Iterable[str]) -> list[str]:
        """Return the keys of all places called one of `names`; those not found are left out.

        A name stands for an area before a school, a school before a village, a village before a
        town, which is all its villages.
        """
        return list(dict.fromkeys(key for name in names for key in self._known.get(name, [])))
