"""From county and policy to a proposed plan: build the problem, solve it, name what came out."""

from districting.proposing.alternatives import Alternatives, alternatives
from districting.proposing.closing import Closing, close_gaps
from districting.proposing.ensemble import Ensemble, ensemble
from districting.proposing.explain import explain_conflict
from districting.proposing.proposal import Proposal
from districting.proposing.propose import propose
from districting.proposing.sharing import Sharing, share

__all__ = [
    "Alternatives",
    "Closing",
    "Ensemble",
    "Proposal",
    "Sharing",
    "alternatives",
    "close_gaps",
    "ensemble",
    "explain_conflict",
    "propose",
    "share",
]
