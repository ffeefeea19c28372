"""From county and policy to a proposed plan: build the problem, solve it, name what came out."""

from districting.proposing.districts import Proposal, propose

__all__ = ["Proposal", "propose"]
