"""Remember what was made of a county, or of a plan for it: neither changes while it lives."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, TypeVar

from districting.county import County

P = ParamSpec("P")
Plan = TypeVar("Plan")
R = TypeVar("R")


def remembered(
    make: Callable[Concatenate[County, P], R],
) -> Callable[Concatenate[County, P], R]:
    """Return `make` with its results kept by county and further arguments.

    Counties are compared by identity: one with other tables is another county. Results are shared,
    so callers must not write into them.
    """
    kept: dict[int, dict[Any, R]] = {}

    def once(county: County, /, *args: P.args, **kwargs: P.kwargs) -> R:
        own = kept.get(id(county))
        if own is None:
            own = kept[id(county)] = {}
            weakref.finalize(county, kept.pop, id(county), None)
        key = (args, tuple(sorted(kwargs.items())))
        if key not in own:
            own[key] = make(county, *args, **kwargs)
        return own[key]

    return update_wrapper(once, make)


def remembered_of_plan(make: Callable[[County, Plan], R]) -> Callable[[County, Plan], R]:
    """Return `make` with its result kept while the plan lives: every rule asks for the same.

    Of each plan the last county counts. Results are shared, so callers must not write into them.
    """
    kept: weakref.WeakKeyDictionary[Plan, tuple[weakref.ref[County], R]]
    kept = weakref.WeakKeyDictionary()

    def once(county: County, plan: Plan) -> R:
        own = kept.get(plan)
        if own is None or own[0]() is not county:
            own = kept[plan] = (weakref.ref(county), make(county, plan))
        return own[1]

    return update_wrapper(once, make)
