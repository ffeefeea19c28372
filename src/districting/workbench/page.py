"""The page of the workbench: the offline page's map and tables with the tools of the desk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from importlib.resources import files

from districting.county import County
from districting.export.page.layers import Layer
from districting.export.page.write import fill_page, page_parts
from districting.plan.plan import Plan
from districting.terms import say, words

SCRIPTS = ("desk.js", "paint.js", "panels.js", "solve.js")


def desk_page(county: County, plans: Sequence[Plan], layers: Sequence[Layer]) -> str:
    """Return the page for the plan on the desk, the first of `plans`, and those beside it."""
    parts = page_parts(plans, county, layers)
    parts["style"] += _text("desk.css")
    parts["script"] += "".join(_text(name) for name in SCRIPTS)
    parts |= {f"w_{name}": escape(text) for name, text in words("workbench.page").items()}
    parts["town"] = escape(say("terms.town"))
    parts["w_words"] = json.dumps(_spoken(county), ensure_ascii=False).replace("<", "\\u003c")
    return fill_page(_text("desk.html"), parts)


def _spoken(county: County) -> dict[str, object]:
    """Return what the scripts say, and the towns that can be locked."""
    towns = county.towns["name"].reindex(sorted(set(county.villages["town"]))).fillna("")
    return {
        "words": words("workbench.said"),
        "towns": [{"id": str(code), "name": str(name)} for code, name in towns.items()],
    }


def _text(name: str) -> str:
    return files("districting.workbench").joinpath(name).read_text(encoding="utf-8")
