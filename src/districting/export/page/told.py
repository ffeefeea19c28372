"""What the page tells of a place beyond its facts, packed so that a county stays small."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence

import pandas as pd

from districting.county import County
from districting.export.page.layers import Layer
from districting.plan.plan import Plan
from districting.terms import say


def keyed(county: County, told: pd.Series) -> dict[str, str]:
    """Return texts by village code or school id under the keys of the page, ``v3`` or ``s0``."""
    keys = {str(code): f"v{i}" for i, code in enumerate(county.villages.index)}
    keys |= {str(code): f"s{i}" for i, code in enumerate(county.schools.index)}
    return {keys[str(place)]: text for place, text in told.items()}


def areas_told(county: County, layers: Sequence[Layer]) -> dict[str, str]:
    """Return in which area of each of `layers` a place lies, by the keys of the page."""
    lines: dict[str, list[str]] = {}
    for layer in layers:
        for series in (layer.villages, layer.schools):
            for key, area in keyed(county, series).items():
                if area:
                    line = say("page.in_area", kind=say(f"page.area_{layer.kind}"), area=area)
                    lines.setdefault(key, []).append(line)
    return {key: "\n".join(of) for key, of in lines.items()}


def packed(plans: Sequence[Plan], told: Mapping[int, Mapping[str, str]]) -> str:
    """Return the texts of each plan, by its number on the page, as base64 of zlib of JSON.

    Texts of a county repeat each other: packed they are about a fifth, and every browser since
    2020 (Firefox since 2023) unpacks them itself.
    """
    if not any(told.values()):
        return ""
    found = {str(n): {"plan": plans[n].name, "texts": texts} for n, texts in told.items()}
    text = json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode("utf-8"), 9)).decode("ascii")
