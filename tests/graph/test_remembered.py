"""What is remembered of a county is remembered of that county alone."""

import gc
from collections.abc import Callable

from districting.county import County
from districting.graph.remembered import remembered


def test_made_once_a_county_and_anew_for_other_tables(grid_county: Callable[..., County]) -> None:
    """The same county gives the same thing; a county with other tables gives its own."""
    made = []

    @remembered
    def villages(county: County, least: int = 0) -> list[str]:
        made.append(county.code)
        return list(county.villages.index[least:])

    county = grid_county(2, 2)
    assert villages(county) is villages(county)
    assert villages(county, 1) == villages(county)[1:] and len(made) == 2
    other = county.with_tables(villages=county.villages.iloc[:2])
    assert villages(other) == villages(county)[:2]


def test_nothing_is_kept_of_a_county_that_is_gone(grid_county: Callable[..., County]) -> None:
    """A county made later never gets what belonged to an earlier one at the same address."""

    @remembered
    def count(county: County) -> int:
        return len(county.villages)

    for rows in (1, 2, 3, 1, 2, 3):
        county = grid_county(rows, 2)
        assert count(county) == 2 * rows
        del county
        gc.collect()
