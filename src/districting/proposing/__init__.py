"""From county and policy to a proposed plan: build the problem, solve it, name what came out.

Each kind of plan, and each other question, is a module of its own, imported when it is asked for.
"""

from districting.proposing.proposal import Proposal
from districting.proposing.propose import propose

__all__ = ["Proposal", "propose"]
