"""Identifiers: each once, and codes that nest as statistical codes do."""

from __future__ import annotations

import pandas as pd

from districting.errors import Problem
from districting.read.draft import Draft
from districting.read.schema import tables


def check_ids(draft: Draft) -> list[Problem]:
    """Return duplicate keys, codes outside the county or town, and names that repeat."""
    return [*_duplicates(draft), *_codes(draft), *_names(draft)]


def _duplicates(draft: Draft) -> list[Problem]:
    problems: list[Problem] = []
    for name, frame in draft.frames.items():
        if name in ("members", "districts"):
            continue  # what stands twice there is a matter of the plan
        key = ["village"] if name == "cells" else list(tables()[name].key)
        text = frame[key].astype("str")
        whole = (text != "").all(axis=1)
        again = frame.index[frame.duplicated(key) & whole].to_numpy()
        if not len(again):
            continue
        position = pd.Series(frame.index, index=frame.index)
        first = position.groupby([text[k] for k in key]).transform("min")
        sheet = draft.sheets[name]
        rows = sheet.row[first.loc[again].to_numpy(dtype=int)]
        # As it stands in the file: numbers beside empty cells were read with a decimal point.
        said = sheet.cells.reindex(columns=key, fill_value="").loc[again]
        values = [" ".join(v) for v in said.to_numpy().tolist()]
        problems += sheet.faults("duplicate_id", again, key[0], values=values, first=rows)
    return problems


def _codes(draft: Draft) -> list[Problem]:
    problems: list[Problem] = []
    county = draft.settings.code
    if draft.has("towns") and county:
        towns = draft.frames["towns"]["town"]
        # A city's or province's code ends in zeros: 370400 holds the counties 3704xx.
        begin = county.removesuffix("00").removesuffix("00")
        out = (towns != "") & ~towns.str.startswith(begin)
        problems += draft.sheets["towns"].faults(
            "town_outside_county", out.to_numpy(), "town", severity="warning", county=begin
        )
    if draft.has("villages"):
        frame = draft.frames["villages"]
        given = (frame["village"] != "") & (frame["town"] != "")
        other = given & (frame["village"].str.slice(0, 9) != frame["town"])
        problems += draft.sheets["villages"].faults(
            "village_code_differs",
            other.to_numpy(),
            "village",
            severity="warning",
            town=frame["town"][other].to_numpy(),
        )
    return problems


def _names(draft: Draft) -> list[Problem]:
    problems: list[Problem] = []
    for name, within in (("towns", []), ("villages", ["town"]), ("schools", ["town"])):
        if draft.has(name):
            frame = draft.frames[name]
            again = frame.duplicated([*within, "name"]) & (frame["name"] != "")
            problems += draft.sheets[name].faults(
                "duplicate_name", again.to_numpy(), "name", severity="warning"
            )
    return problems
