"""What a document is made from, and how a kind of document is declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

from districting.county import County
from districting.errors import DistrictingError
from districting.export.documents.document import Document
from districting.policy.policy import Policy
from districting.terms import say

P = TypeVar("P")


class DocumentError(DistrictingError):
    """A document cannot be made as asked."""


@dataclass(frozen=True, eq=False)
class Material:
    """County, plans and policy that a document is made from.

    Parameters
    ----------
    county : County
    plans : tuple of plans
        The plan that the document is about first; a comparison takes several.
    policy : Policy, optional
    ancestors : tuple of plans
        The plans it was made from, oldest first.
    names : Mapping of str to str
        Names of teachers by id, for the documents that print them.
    """

    county: County
    plans: tuple[Any, ...] = ()
    policy: Policy | None = None
    ancestors: tuple[Any, ...] = ()
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def plan_of(self, kind: type[P]) -> P:
        """Return the first plan that is a `kind`, e.g. ``DistrictPlan``.

        Raises
        ------
        DocumentError
            If there is none.
        """
        for plan in self.plans:
            if isinstance(plan, kind):
                return plan
        wanted = getattr(kind, "kind", kind.__name__)
        raise DocumentError(say("documents.no_plan", kind=wanted))

    def needed_policy(self) -> Policy:
        """Return the policy.

        Raises
        ------
        DocumentError
            If none is given.
        """
        if self.policy is None:
            raise DocumentError(say("documents.no_policy"))
        return self.policy


@dataclass(frozen=True)
class Recipe:
    """A kind of document.

    Parameters
    ----------
    name : str
        As written on the command line.
    title : str
        Message key of its short title, which is taken on the command line as well.
    build : callable
        ``build(material) -> Document``.
    kinds : tuple of str
        Kinds of plan it can be made from (``districts``, ``zones`` …); empty when it needs none.
    """

    name: str
    title: str
    build: Callable[[Material], Document]
    kinds: tuple[str, ...] = ("districts",)
