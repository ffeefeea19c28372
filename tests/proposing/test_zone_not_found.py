"""What is said where hard seats leave no plan found: the seats with which there is one."""

from collections.abc import Callable

import numpy as np
import pytest
import typer

from districting.cli.drafting import plan_or_leave
from districting.county import County
from districting.policy import Clause, Policy, Strength
from districting.policy.zones import RULES
from districting.proposing.proposal import Proposal
from districting.proposing.zone_conflict import explain_not_found
from districting.solve.zones.relax import fewer_seats
from districting.solve.zones.solution import Relaxation


def _policy(strength: Strength) -> Policy:
    clause = Clause("一", "试")
    rules = (
        RULES["seats"](clause=clause, strength=strength),
        RULES["contiguous"](clause=clause, strength=Strength.MUST),
    )
    return Policy("试", "试", {}, rules=rules)


@pytest.fixture
def county(grid_county: Callable[..., County]) -> County:
    """Four villages of ten and schools of 15 and 25 seats: as many seats as children, and yet no
    zones of whole villages."""
    schools = [{"at": 0, "seats_primary": 15}, {"at": 3, "seats_primary": 25}]
    return grid_county(1, 4, schools=schools, children_primary=[10] * 4, children_junior=[0] * 4)


def test_the_seats_to_add_are_told(county: County) -> None:
    """Five more seats do, wherever the fourth village goes, and no fewer for whole villages."""
    told = explain_not_found(county, _policy(Strength.MUST), None, "primary")
    assert "未证明没有方案" in told
    assert "需 5 个" in told and "不少于 5 个" in told
    assert explain_not_found(county, _policy(Strength.PRINCIPLE), None, "primary") == ""


def test_a_search_cut_short_says_what_it_knows(capsys: pytest.CaptureFixture[str]) -> None:
    """Code 4, and the explanation beside it."""
    with pytest.raises(typer.Exit) as left:
        plan_or_leave(Proposal(None, None, False, lambda: "add five seats"))
    assert left.value.exit_code == 4
    assert capsys.readouterr().err.endswith("add five seats\n")


def test_of_two_relaxations_the_smaller_is_kept_with_all_that_is_proven() -> None:
    """Fewer seats, the higher proven least, and one that found nothing does not count."""
    many, few = Relaxation(np.array([4, 3]), 2), Relaxation(np.array([0, 3]), 1)
    for pair in ((many, few), (few, many)):
        best = fewer_seats(*pair)
        assert (best.total, best.least) == (3, 2)
    assert fewer_seats(many, Relaxation(least=3)).total == 7
