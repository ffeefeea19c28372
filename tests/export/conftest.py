"""Counties and plans that are drawn and written."""

import pytest

from districting.county import County
from districting.plan.district_plan import DistrictPlan
from districting.sample import make_county


@pytest.fixture(scope="session")
def county() -> County:
    """Return a synthetic county of four towns, some of them unions of two districts."""
    return make_county(7, towns=4, villages=150)


@pytest.fixture(scope="session")
def plan(county: County) -> DistrictPlan:
    """Return the current plan of the synthetic county."""
    found = county.current_plan
    assert found is not None
    return found
