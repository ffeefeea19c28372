"""Write plans as one HTML file that works without a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

import pandas as pd

from districting.county import County
from districting.evaluate import compare
from districting.evaluate.measures.ground import survey
from districting.export.files import ExportError
from districting.export.page.drawing import draw, signs
from districting.export.page.front import draw_front, front_plans, front_table
from districting.export.page.layers import Layer, layers_of
from districting.export.page.tables import html_table, plan_table, school_table, village_table
from districting.export.page.told import areas_told, keyed, packed
from districting.export.provenance import notices, provenance_lines
from districting.plan.plan import Plan
from districting.terms import language, say

if TYPE_CHECKING:
    from districting.proposing.front import Front

KINDS = ("districts", "zones")
MOST = 4
"""Plans on one page: more cannot be told apart."""


def write_page(
    plans: Sequence[Plan],
    county: County,
    path: Path,
    told: Sequence[pd.Series] = (),
    front: Front | None = None,
) -> None:
    """Write one to four plans to a page for the browser.

    The page holds everything it shows; its content policy forbids any request. Equal plans give
    equal bytes.

    Parameters
    ----------
    told : sequence of pandas.Series of str
        For the first plans, in their order: why the plan is so, by village code and school id; see
        :func:`districting.proposing.explaining.explain_places`.
    front : Front, optional
        Drawn as a scatter; its plans are further layers of the map.

    Raises
    ------
    ExportError
        If there are more than four plans, one is of a kind that has no areas, or one is of
        another county.
    """
    if not 1 <= len(plans) <= MOST:
        raise ExportError(say("page.too_many", most=MOST, found=len(plans)))
    for plan in (*plans, *(front_plans(front) if front else ())):
        if plan.kind not in KINDS:
            raise ExportError(say("page.no_areas", plan=plan.name))
        if plan.county != county.code:
            raise ExportError(say("export.other_county", plan=plan.county, county=county.code))
    text = _page(plans, county, told, front)
    path.write_text(text, encoding="utf-8", newline="\n")


def _page(
    plans: Sequence[Plan], county: County, told: Sequence[pd.Series], front: Front | None
) -> str:
    shown = [*plans, *(front_plans(front) if front else ())]
    layers = layers_of(shown, survey(county))
    texts = {number: keyed(county, of) for number, of in enumerate(told)}
    for number in range(len(plans), len(shown)):
        texts[number] = areas_told(county, [x for x in layers if x.plan == number])
    parts = page_parts(plans, county, layers, front)
    parts["front"] = draw_front(front, len(plans)) if front else ""
    parts["told"] = packed(shown, texts)
    parts["script"] += page_text("linked.js")
    return fill_page(page_text("page.html"), parts)


def page_parts(
    plans: Sequence[Plan], county: County, layers: Sequence[Layer], front: Front | None = None
) -> dict[str, str]:
    """Return what goes into a page, as HTML by the name of its place in the template."""
    titles = [escape(layer.title) for layer in layers]
    options = "".join(f'<option value="{i}">{title}</option>' for i, title in enumerate(titles))
    return {
        "lang": {"zh": "zh-CN", "en": "en"}[language()],
        "title": escape(say("page.title", county=county.name, year=county.year)),
        "notices": "".join(f"<li>{escape(text)}</li>" for text in notices(county)),
        "provenance": escape(" ".join(provenance_lines(county))),
        "options": options,
        "signs": signs(county),
        "map": draw(county, layers),
        "tables": _tables(plans, county, [x for x in layers if x.plan < len(plans)], front),
        "style": page_text("page.css"),
        "script": page_text("page.js"),
    }


def fill_page(template: str, parts: Mapping[str, str]) -> str:
    """Return `template` with `parts` in their places, and words of the page in the other places."""
    page = Template(template)
    words = {k: escape(say(f"page.{k}")) for k in page.get_identifiers() if k not in parts}
    return page.substitute(words | dict(parts))


def page_text(name: str) -> str:
    """Return a file of the page: its template, style or script."""
    return files("districting.export.page").joinpath(name).read_text(encoding="utf-8")


def _tables(
    plans: Sequence[Plan], county: County, layers: Sequence[Layer], front: Front | None
) -> str:
    """Return all tables, each in a section with its heading: plans, areas, schools, villages."""
    found = [html_table(plan_table(plans), say("page.plans"))]
    if front is not None:
        found.append(html_table(front_table(front), say("page.front", title=front.title)))
    for kind in KINDS:
        alike = [p for p in plans if p.kind == kind]
        if alike:
            found.append(html_table(compare(county, alike).summary(), say(f"page.measures_{kind}")))
    found += [area_table(layer, number) for number, layer in enumerate(layers)]
    schools, villages = school_table(county, layers), village_table(county, layers)
    keys = [f"s{i}" for i in range(len(schools))]
    found.append(html_table(schools, say("page.schools"), keys))
    keys = [f"v{i}" for i in range(len(villages))]
    found.append(html_table(villages, say("page.villages"), keys))
    return "\n".join(f"<section>{table}</section>" for table in found)


def area_table(layer: Layer, number: int) -> str:
    """Return the table of the areas of layer `number` of the page."""
    named = layer.table.rename_axis(say(f"page.area_{layer.kind}")).reset_index()
    keys = [f"a{number}-{i}" for i in range(len(named))]
    return html_table(named, layer.title, keys, layer.colours)
