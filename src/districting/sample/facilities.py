"""Synthetic facilities: special rooms that larger schools have and village schools often lack."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from districting.county import County, Mark
from districting.sample.frames import mark_columns, side_table

ROOMS = {  # area in m², pupils at one time; chance in a village school, in a central or junior one
    "music": (80.0, 50, 0.45, 1.0),
    "art": (78.0, 50, 0.40, 1.0),
    "laboratory": (90.0, 50, 0.30, 0.95),
    "computer": (96.0, 50, 0.55, 1.0),
    "library": (110.0, 60, 0.70, 1.0),
    "gymnasium": (600.0, 100, 0.02, 0.35),
    "course": (90.0, 50, 0.10, 0.40),
}
CLASSES_PER_ROOM = 18
OPEN_PERIODS = 10


def equipped(county: County, seed: int, source: str = "合成：按学校类别随机配置") -> County:
    """Return `county` with table ``facilities``, all marked synthetic.

    Central primaries and junior schools have most kinds of room, one for every
    :data:`CLASSES_PER_ROOM` classes, and open them to others; village schools have some.

    Parameters
    ----------
    county : County
    seed : int
    source : str
        What the marks of the columns say.
    """
    rng = np.random.default_rng(seed)
    rows = []
    schools = county.schools[county.schools["kind"] != "kindergarten"]
    for school, row in schools.iterrows():
        large = bool(row["central"]) or row["kind"] in ("junior", "nine_year")
        classes = row["seats_primary"] / 45 + row["seats_junior"] / 50
        count = max(1, round(classes / CLASSES_PER_ROOM)) if large else 1
        for kind, (area, capacity, village, central) in ROOMS.items():
            if rng.random() >= (central if large else village):
                continue
            for _ in range(count if kind in ("music", "art", "laboratory", "computer") else 1):
                size = round(area * float(rng.uniform(0.85, 1.25)))
                periods = OPEN_PERIODS if large else int(rng.choice([0, 5]))
                rows.append((str(school), kind, float(size), capacity, periods))
    table = pd.DataFrame(rows, columns=["school", "kind", "area", "capacity", "periods"])
    table.insert(0, "facility", [f"F{i:05d}" for i in range(1, len(table) + 1)])
    table = side_table("facilities", table.assign(pop_q="synthetic"))
    marks = mark_columns({"facilities": table}, Mark("synthetic", source))
    whole = county.with_tables(facilities=table)
    return replace(whole, provenance=MappingProxyType({**county.provenance, **marks}))
