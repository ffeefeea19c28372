"""All documents by name."""

from __future__ import annotations

from districting.export.documents import (
    child_survey,
    decision_log,
    distribution,
    district_list,
    district_profiles,
    feeder_list,
    mentor_list,
    merit_list,
    missing_list,
    plan_comparison,
    plan_statement,
    posts_list,
    quota_list,
    reserve_list,
    rotation_horizon,
    rotation_list,
    rotation_shares,
    seat_list,
    studio_list,
    surplus_list,
    teaching_list,
    zone_list,
)
from districting.export.documents.material import DocumentError, Recipe
from districting.terms import LANGUAGES, say, using_language

MODULES = (
    distribution,
    district_list,
    district_profiles,
    child_survey,
    plan_comparison,
    plan_statement,
    decision_log,
    zone_list,
    feeder_list,
    seat_list,
    posts_list,
    reserve_list,
    missing_list,
    teaching_list,
    mentor_list,
    studio_list,
    rotation_list,
    rotation_shares,
    rotation_horizon,
    quota_list,
    surplus_list,
    merit_list,
)
"""One file a document; the order is that of the help."""


def recipes() -> list[Recipe]:
    """Return all kinds of document, in the order of the help."""
    return [*(module.RECIPE for module in MODULES), rotation_list.NOTICE]


def find_recipe(name: str) -> Recipe:
    """Return the document called `name`: its name, or its title in any language.

    Raises
    ------
    DocumentError
        If there is none; the message lists all.
    """
    for recipe in recipes():
        titles = []
        for language in LANGUAGES:
            with using_language(language):
                titles.append(say(recipe.title))
        if name in (recipe.name, *titles):
            return recipe
    known = "、".join(f"{r.name}（{say(r.title)}）" for r in recipes())
    raise DocumentError(say("documents.unknown", name=name, known=known))
