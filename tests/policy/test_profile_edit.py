"""Groups written into a profile: the rule is added or filled in, other groups stay."""

from collections.abc import Callable
from pathlib import Path

import pytest

from districting.county import County
from districting.errors import PolicyError
from districting.policy import read_policy
from districting.policy.profile_edit import profile_with_groups
from districting.policy.zone_build import shared_schools


@pytest.fixture(scope="module")
def county(grid_county: Callable[..., County]) -> County:
    """Four primaries, two junior and two nine-year schools; two primaries of one name."""
    kinds = [*["primary"] * 4, "junior", "junior", "nine_year", "nine_year"]
    names = ["甲小学", "乙小学", "同名小学", "同名小学", "甲初中", "乙初中", "甲学校", "乙学校"]
    schools = [
        {"at": at, "kind": kind, "name": name}
        for at, (kind, name) in enumerate(zip(kinds, names, strict=True))
    ]
    return grid_county(2, 4, schools=schools)


def _written(county: County, start: str | Path, stage: str, pairs: str, to: Path) -> Path:
    groups = dict(pair.split(">") for pair in pairs.split())
    to.write_text(profile_with_groups(county, start, stage, groups), encoding="utf-8")
    return to


@pytest.mark.parametrize("name", ["crosstown", "taierzhuang"])
def test_groups_of_a_stage_are_replaced_and_those_of_the_other_stay(
    county: County, tmp_path: Path, name: str
) -> None:
    """Whether or not the profile has the rule; a name borne twice is written as an id."""
    first = _written(county, name, "primary", "S0>S0 S1>S0 S2>S3 S3>S3", tmp_path / "1.toml")
    policy = read_policy(first)
    assert shared_schools(county, policy, "primary") == {
        "S0": "S0", "S1": "S0", "S2": "S3", "S3": "S3",
    }  # fmt: skip
    second = _written(county, first, "junior", "S4>S4 S5>S4", tmp_path / "2.toml")
    third = _written(county, second, "primary", "S0>S1 S1>S1", tmp_path / "3.toml")
    policy = read_policy(third)
    assert shared_schools(county, policy, "junior") == {"S4": "S4", "S5": "S4"}
    assert shared_schools(county, policy, "primary") == {
        "S0": "S1", "S1": "S1", "S2": "S3", "S3": "S3",
    }  # fmt: skip
    last = _written(county, third, "primary", "S0>S0 S1>S1", tmp_path / "4.toml")
    assert shared_schools(county, read_policy(last), "primary") == {"S2": "S3", "S3": "S3"}
    assert len(policy.rules) == len(read_policy(name).rules) + (name == "taierzhuang")


def test_schools_of_both_stages_share_in_one_alone(county: County, tmp_path: Path) -> None:
    """Alone they share in the stage asked for; beside groups of the other stage they cannot."""
    pair = "S6>S6 S7>S6"
    policy = read_policy(_written(county, "crosstown", "junior", pair, tmp_path / "1.toml"))
    assert shared_schools(county, policy, "junior") == {"S6": "S6", "S7": "S6"}
    assert shared_schools(county, policy, "primary") == {}
    with_primary = _written(county, "crosstown", "primary", "S0>S0 S1>S0", tmp_path / "2.toml")
    with pytest.raises(PolicyError, match="乙学校"):
        profile_with_groups(county, with_primary, "junior", {"S6": "S6", "S7": "S6"})
