"""Plan 学区 (school districts), attendance zones and teachers for a county.

>>> import districting as dt
>>> county = dt.make_county(seed=1, towns=2, villages=12)
>>> policy = dt.read_policy("starter")
>>> proposal = dt.propose(county, policy, "districts", seed=1)
>>> dt.verify(county, proposal.plan, policy).ok
True

Maps, tables and GIS layers are written by :func:`districting.export.export`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from districting.county import County
    from districting.evaluate import (
        after_moves,
        assess,
        compare,
        feedback,
        gaps,
        measure,
        scorecard,
        verify,
    )
    from districting.evaluate.what_if import effect
    from districting.plan.district_plan import DistrictPlan
    from districting.plan.plan_file import read_plan, write_plan
    from districting.plan.zone_plan import ZonePlan
    from districting.policy import Policy, read_policy
    from districting.proposing import Proposal, propose
    from districting.proposing.alternatives import Alternatives, alternatives
    from districting.proposing.closing import close_gaps
    from districting.proposing.ensemble import Ensemble, ensemble
    from districting.proposing.explaining import explain_place
    from districting.proposing.front import Front
    from districting.proposing.horizon import propose_horizon
    from districting.proposing.pareto import pareto
    from districting.proposing.school_changes import closing, merging, opening, resizing
    from districting.proposing.sharing import share
    from districting.proposing.units import in_units
    from districting.proposing.what_if import what_if
    from districting.read import check_county, read_county
    from districting.sample import make_county, write_county
    from districting.solve.stop import Stop
    from districting.terms import using_language

_WHERE = {
    "Alternatives": "proposing.alternatives",
    "County": "county",
    "DistrictPlan": "plan.district_plan",
    "Ensemble": "proposing.ensemble",
    "Front": "proposing.front",
    "Policy": "policy",
    "Proposal": "proposing",
    "Stop": "solve.stop",
    "ZonePlan": "plan.zone_plan",
    "after_moves": "evaluate",
    "assess": "evaluate",
    "close_gaps": "proposing.closing",
    "closing": "proposing.school_changes",
    "effect": "evaluate.what_if",
    "explain_place": "proposing.explaining",
    "feedback": "evaluate",
    "merging": "proposing.school_changes",
    "opening": "proposing.school_changes",
    "pareto": "proposing.pareto",
    "resizing": "proposing.school_changes",
    "scorecard": "evaluate",
    "share": "proposing.sharing",
    "gaps": "evaluate",
    "in_units": "proposing.units",
    "alternatives": "proposing.alternatives",
    "check_county": "read",
    "compare": "evaluate",
    "ensemble": "proposing.ensemble",
    "make_county": "sample",
    "measure": "evaluate",
    "propose": "proposing",
    "propose_horizon": "proposing.horizon",
    "read_county": "read",
    "read_plan": "plan.plan_file",
    "read_policy": "policy",
    "using_language": "terms",
    "verify": "evaluate",
    "what_if": "proposing.what_if",
    "write_county": "sample",
    "write_plan": "plan.plan_file",
}

__all__ = [
    "Alternatives",
    "County",
    "DistrictPlan",
    "Ensemble",
    "Front",
    "Policy",
    "Proposal",
    "Stop",
    "ZonePlan",
    "after_moves",
    "alternatives",
    "assess",
    "check_county",
    "close_gaps",
    "closing",
    "compare",
    "effect",
    "ensemble",
    "explain_place",
    "feedback",
    "gaps",
    "in_units",
    "make_county",
    "measure",
    "merging",
    "opening",
    "pareto",
    "propose",
    "propose_horizon",
    "read_county",
    "read_plan",
    "read_policy",
    "resizing",
    "scorecard",
    "share",
    "using_language",
    "verify",
    "what_if",
    "write_county",
    "write_plan",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that ``--help`` stays quick."""
    if name not in _WHERE:
        raise AttributeError(f"module 'districting' has no attribute {name!r}")
    return getattr(import_module(f"districting.{_WHERE[name]}"), name)
