"""Names of proposed districts: kept from the current layout, and bound by locks."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from districting.county import County
from districting.plan.record import Lock
from districting.proposing.naming import name_districts


def test_a_district_with_locked_units_bears_the_name_they_are_locked_to(
    grid_county: Callable[..., County],
) -> None:
    """Overlap gives names only to districts that no lock has named."""
    county = grid_county(
        1, 6, schools=[{"at": 0}, {"at": 5}], labels=["甲", "甲", "甲", "乙", "乙", "乙"]
    )
    current = county.current_plan
    assert current is not None
    labels, seats = np.array([0, 0, 0, 0, 1, 1]), np.array([0, 5])
    free = name_districts(county, labels, seats, current)
    assert list(free["district"]) == ["甲", "乙"]
    locked = replace(
        current, locks=(Lock("village", county.villages.index[3], "乙"), Lock("school", "S1", "丙"))
    )
    held = name_districts(county, labels, seats, locked)
    assert list(held["district"]) == ["乙", "丙"]
