"""台儿庄's published layout held against both counties' policies."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from districting.county import County
from districting.plan.district_plan import DistrictPlan
from districting.plan.record import Exemption, Lock
from districting.policy import Finding, Policy, Strength, Verdict, district_problem, read_policy
from districting.policy.build import town_counts
from districting.policy.districts.districts_per_town import DistrictsPerTown, threshold_range
from districting.terms import LANGUAGES, using_language


def _found(policy: Policy, county: County, plan: DistrictPlan) -> list[Finding]:
    return [f for rule in policy.of("districts") for f in rule.check(county, plan)]


def _broken(policy: Policy, county: County, plan: DistrictPlan, rule: str) -> set[str]:
    found = policy.rule(rule).check(county, plan)
    return {p for f in found if f.verdict is not Verdict.PASS for p in f.place}


@pytest.fixture(scope="module")
def current(annex_county: County) -> DistrictPlan:
    plan = annex_county.current_plan
    assert plan is not None
    return plan


def test_the_layout_passes_its_own_policy(annex_county: County, current: DistrictPlan) -> None:
    """Every must and principle of 台儿庄 holds in its annex; three districts await a 初中."""
    policy = read_policy("taierzhuang")
    found = _found(policy, annex_county, current)
    short = {(f.rule, f.place[0]) for f in found if f.verdict is not Verdict.PASS}
    assert short == {("junior_per_district", d) for d in ("薛庄学区", "兰城学区", "运办学区")}
    assert policy.rule("junior_per_district").strength is Strength.AIM
    assert {f.rule for f in found} == {r.name for r in policy.of("districts")} - {"locks"}


def test_three_districts_have_no_candidate_for_director(
    annex_county: County, current: DistrictPlan
) -> None:
    """曹县's rule names exactly the districts without a junior school."""
    broken = _broken(read_policy("caoxian"), annex_county, current, "director_candidate")
    assert broken == {"薛庄学区", "兰城学区", "运办学区"}


def test_other_rules_of_caoxian_name_the_divided_towns(
    annex_county: County, current: DistrictPlan
) -> None:
    """One district a town is broken where 台儿庄 has two; 9 is not 26 or 27."""
    policy = read_policy("caoxian")
    assert _broken(policy, annex_county, current, "one_district_per_town") == {
        "涧头集镇",
        "马兰屯镇",
        "泥沟镇",
    }
    (count,) = policy.rule("district_count").check(annex_county, current)
    assert (count.verdict, count.number) == (Verdict.FAIL, 9.0)


def test_districts_without_junior_school_feed_inside_their_union(
    annex_county: County, current: DistrictPlan
) -> None:
    """薛庄 and 兰城 feed their union's junior school, 运办 the named one; unnamed, it fails."""
    policy = read_policy("taierzhuang")
    rule = policy.rule("junior_reachable")
    ways = {f.place[0]: f.details for f in rule.check(annex_county, current)}
    assert ways["薛庄学区"]["message"] == "in_union"
    assert ways["薛庄学区"]["schools"] == "枣庄第六中学"
    assert ways["兰城学区"]["schools"] == "枣庄第十七中学"
    assert (ways["运办学区"]["message"], ways["运办学区"]["schools"]) == ("named", "区直初中")
    bare = replace(rule, alternatives={})
    failed = [f.place for f in bare.check(annex_county, current) if f.verdict is Verdict.FAIL]
    assert failed == [("运办学区",)]


def test_thresholds_that_reproduce_the_annex(annex_county: County, current: DistrictPlan) -> None:
    """11, 12 and 13 schools with kindergartens, 9 to 12 without, and no other number."""
    assert threshold_range(annex_county, current) == (11, 13)
    assert threshold_range(annex_county, current, with_kindergartens=False) == (9, 12)
    rule = read_policy("taierzhuang").rule("districts_per_town")
    assert isinstance(rule, DistrictsPerTown)
    for many in range(9, 16):
        tried = replace(rule, many_schools=many)
        passes = all(f.verdict is Verdict.PASS for f in tried.check(annex_county, current))
        assert passes == (11 <= many <= 13)


def test_a_union_over_the_wrong_town_is_found(annex_county: County, current: DistrictPlan) -> None:
    """运办学区 put under 泥沟's union, 兰城 out of it, and unions not named yet."""
    rule = read_policy("taierzhuang").rule("districts_per_town")

    def judged(district: str, union: str, town: str) -> Finding:
        table = current.districts.copy()
        table.loc[district, "union"] = union
        changed = replace(current, districts=table)
        return next(f for f in rule.check(annex_county, changed) if f.place == (town,))

    wrong = judged("运办学区", "泥沟镇教育联区", "运河街道")
    assert (wrong.verdict, wrong.details["message"]) == (Verdict.FAIL, "union_not_wanted")
    other = judged("兰城学区", "兰城联区", "泥沟镇")
    assert (other.verdict, other.details["message"]) == (Verdict.FAIL, "union_differs")
    unnamed = judged("兰城学区", "", "泥沟镇")
    assert unnamed.verdict is Verdict.INCOMPLETE


def test_exempt_towns_keep_the_districts_they_have(
    annex_county: County, current: DistrictPlan
) -> None:
    """A recorded exemption from the principle keeps a town's number of districts in the model."""
    policy = read_policy("taierzhuang")
    names = list(annex_county.towns["name"])
    plain = town_counts(annex_county, policy, current)
    assert dict(zip(names, plain, strict=True))["泥沟镇"] == 2
    merged = current.villages.replace("兰城学区", "泥沟学区")
    start = replace(
        current,
        villages=merged,
        exemptions=(Exemption("districts_per_town", "泥沟镇", "两学区校数悬殊"),),
    )
    counts = town_counts(annex_county, policy, start)
    assert dict(zip(names, counts, strict=True))["泥沟镇"] == 1
    assert sum(counts) == sum(plain) - 1


def test_every_finding_can_be_said(annex_county: County, current: DistrictPlan) -> None:
    """All rules explain passes, faults and gaps in both languages, without unfilled places."""
    villages = annex_county.villages.index
    mixed, bare, split = current.villages.copy(), current.villages.copy(), current.villages.copy()
    mixed.iloc[::5] = "运办学区"
    bare.iloc[::3] = ""
    split[villages[0]], split[villages[40]] = "邳庄镇学区", "张山子镇学区"
    locks = (
        Lock("village", villages[0], "张山子镇学区", "村民意见"),
        Lock("school", "S1", "运办学区"),
    )
    for labels in (current.villages, mixed, bare, split):
        schools = current.schools.copy()
        schools[:] = labels.reindex(annex_county.schools["village"]).to_numpy()
        plan = replace(current, villages=labels, schools=schools, locks=locks)
        for name in ("taierzhuang", "caoxian"):
            policy = read_policy(name)
            rules = {r.name: r for r in policy.of("districts")}
            for finding in _found(policy, annex_county, plan):
                for code in LANGUAGES:
                    with using_language(code):
                        text = rules[finding.rule].explain(finding)
                    assert text
                    assert "{" not in text


def test_an_unfinished_plan_is_incomplete_not_wrong(
    annex_county: County, current: DistrictPlan
) -> None:
    """What more assignments can still mend is 未完成; what they cannot is 不符合."""
    policy = read_policy("taierzhuang")
    none = replace(
        current,
        villages=current.villages.where(current.villages == "邳庄镇学区", ""),
        schools=current.schools.where(current.schools == "邳庄镇学区", ""),
    )
    verdicts = {f.verdict for f in _found(policy, annex_county, none)}
    assert verdicts == {Verdict.PASS, Verdict.INCOMPLETE}
    crossing = none.villages.copy()
    crossing.iloc[0] = "邳庄镇学区"
    failed = _broken(policy, annex_county, replace(none, villages=crossing), "within_town")
    assert failed == {"邳庄镇学区"}


def test_membership_names_each_fault(annex_county: County, current: DistrictPlan) -> None:
    """Schools apart from their village, unlisted districts, strangers and empty districts."""
    rule = read_policy("taierzhuang").rule("membership")
    schools = annex_county.schools.copy()
    schools.loc["S0", "run_by"] = "county"
    county = annex_county.with_tables(schools=schools)
    villages, members = current.villages.copy(), current.schools.copy()
    members["S1"], members["S2"], members["S3"], members["X9"] = (
        "运办学区",
        "无此学区",
        "",
        "运办学区",
    )
    villages["9"] = "运办学区"
    villages[villages == "兰城学区"] = "泥沟学区"
    plan = replace(current, villages=villages, schools=members)
    parts = [str(f.details["message"]) for f in rule.check(county, plan)]
    assert sorted(set(parts)) == [
        "apart",
        "empty_district",
        "not_town_run",
        "unassigned_school",
        "unknown_district",
        "unknown_school",
        "unknown_village",
    ]


def test_the_whole_county_makes_one_problem(annex_county: County) -> None:
    """The problem has all villages, a seat for every wanted district, and every rule's part."""
    policy = read_policy("taierzhuang")
    problem, view = district_problem(annex_county, policy)
    assert problem.n == len(annex_county.villages)
    assert view.total == 9
    assert (view.town_sums((view.seats[:, None] == range(problem.n)).sum(axis=0) * 1.0) >= 2).all()
    gates = {p.gate for p in problem.parts}
    assert gates == {r.name for r in policy.of("districts")} - {"membership", "locks"}


def test_seats_follow_kinds_and_fall_back(grid_county: Callable[..., County]) -> None:
    """Seats are the wanted schools' villages; where a town has too few, any school, then any."""
    policy = read_policy("taierzhuang")
    rule = policy.rule("districts_per_town")
    schools = [{"at": 0, "kind": "junior"}, {"at": 1, "kind": "kindergarten"}, {"at": 4}]
    county = grid_county(2, 3, schools=schools, town=["370999101"] * 3 + ["370999102"] * 3)
    strict = replace(
        policy, seat_kinds=("junior",), rules=(replace(rule, exceptions={"101镇": 2}),)
    )
    _, view = district_problem(county, strict)
    assert list(view.seats) == [0, 1, 4]
    three = replace(strict, rules=(replace(rule, exceptions={"101镇": 3}),))
    assert list(district_problem(county, three)[1].seats) == [0, 1, 2, 4]
