"""Size: schools, pupils, teachers, children and seats of each district, and how even they are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from districting.county import STAGES
from districting.evaluate.measures.ground import Ground, Labels, numbers, sums
from districting.evaluate.measures.item import Item
from districting.evaluate.measures.variation import relative_spread, variation_coefficient

KINDS = ("kindergarten", "teaching_point", "primary", "junior", "nine_year", "special")


def size(ground: Ground, labels: Labels) -> pd.DataFrame:
    """Return what each district holds.

    Returns
    -------
    pandas.DataFrame
        Indexed by district; ``villages``, ``children_<stage>``, ``institutions`` (the district's
        schools and kindergartens) and their number by kind, ``pupils`` (all stages), ``teachers``,
        ``lead`` (lead schools), ``seats_<stage>``.
    """
    villages, schools = ground.county.villages, ground.county.schools
    count = len(labels.names)
    columns = {"villages": sums(labels.village, np.ones(len(villages)), count)}
    for stage in STAGES:
        name = f"children_{stage}"
        columns[name] = sums(labels.village, numbers(villages, name), count)
    columns["institutions"] = sums(labels.school, np.ones(len(schools)), count)
    for kind in KINDS:
        is_kind = np.where(schools["kind"] == kind, 1.0, 0.0)
        columns[kind] = sums(labels.school, is_kind, count)
    pupils = np.sum([numbers(schools, f"pupils_{s}") for s in STAGES], axis=0)
    columns["pupils"] = sums(labels.school, pupils, count)
    for name in ("teachers", "lead", *(f"seats_{s}" for s in STAGES)):
        columns[name] = sums(labels.school, numbers(schools, name), count)
    return pd.DataFrame(columns, index=pd.Index(labels.names, name="district")).astype("int64")


def size_items(table: pd.DataFrame) -> Iterator[Item]:
    """Yield the numbers of :func:`size` that plans are compared by."""
    yield Item("districts", float(len(table)), "districts", "", leading=True)
    if table.empty:
        return
    yield Item("institutions_min", float(table["institutions"].min()), "schools")
    yield Item("institutions_max", float(table["institutions"].max()), "schools")
    children = table["children_primary"] + table["children_junior"]
    yield Item("institutions_spread", relative_spread(table["institutions"]), "ratio", "lower")
    yield Item("pupils_spread", relative_spread(table["pupils"]), "ratio", "lower", leading=True)
    yield Item("children_spread", relative_spread(children), "ratio", "lower")
    staffing = variation_coefficient(table["teachers"], table["pupils"])
    yield Item("staffing_variation", staffing, "ratio", "lower")
    yield Item(
        "without_junior",
        float(((table["junior"] + table["nine_year"]) == 0).sum()),
        "districts",
        "lower",
    )
    yield Item("without_lead", float((table["lead"] == 0).sum()), "districts", "lower")
