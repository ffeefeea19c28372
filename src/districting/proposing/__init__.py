"""From county and policy to a proposed plan: build the problem, solve it, name what came out."""

from districting.proposing.districts import Proposal, propose
from districting.proposing.explain import explain_conflict

__all__ = ["Proposal", "explain_conflict", "propose"]
