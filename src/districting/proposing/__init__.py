"""From county and policy to a proposed plan: build the problem, solve it, name what came out."""

from districting.proposing.closing import Closing, close_gaps
from districting.proposing.ensemble import Ensemble, ensemble
from districting.proposing.explain import explain_conflict
from districting.proposing.proposal import Proposal
from districting.proposing.propose import propose

__all__ = [
    "Closing",
    "Ensemble",
    "Proposal",
    "close_gaps",
    "ensemble",
    "explain_conflict",
    "propose",
]
