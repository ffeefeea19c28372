"""Policies: rules one file each, profiles that quote a county's text, and the problem they make."""

from districting.policy.build import district_problem
from districting.policy.policy import Policy, Sentence, rules_table
from districting.policy.profile import read_policy, shipped_profiles
from districting.policy.rule import Clause, DistrictRule, Finding, Rule, Strength, Verdict

__all__ = [
    "Clause",
    "DistrictRule",
    "Finding",
    "Policy",
    "Rule",
    "Sentence",
    "Strength",
    "Verdict",
    "district_problem",
    "read_policy",
    "rules_table",
    "shipped_profiles",
]
