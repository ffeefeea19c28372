"""Travel: how far children have to the nearest school of their stage in their own district."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from districting.county import STAGES, TEACHES
from districting.evaluate.measures.ground import Floats, Ground, Ints, Labels, numbers
from districting.evaluate.measures.item import Item
from districting.graph import MODES, Mode, nearest_distances

NEEDED = ("own", "union", "elsewhere", "none")
"""Where the nearest school was found: own district, own union, anywhere, nowhere."""


@dataclass(frozen=True)
class Way:
    """How children of a stage are taken to travel, and how long they may.

    Parameters
    ----------
    mode : Mode
    minutes : float
        One-way limit.
    """

    mode: Mode
    minutes: float

    @property
    def metres(self) -> float:
        """The limit as metres along the road."""
        return (self.minutes - self.mode.wait) * self.mode.speed * 1000.0 / 60.0


WAYS = {
    "preschool": Way(MODES["walk_lower"], 30.0),
    "primary": Way(MODES["walk_lower"], 30.0),
    "junior": Way(MODES["walk_junior"], 40.0),
}
"""On foot: 30 minutes in the lower grades (国办发〔2018〕27号), 40 minutes one way for juniors
(国办发〔2012〕48号); kindergartens as the lower grades."""


def stages(ground: Ground) -> list[str]:
    """Return the stages for which the county knows children."""
    villages = ground.county.villages
    return [s for s in STAGES if numbers(villages, f"children_{s}").sum() > 0]


def ways(ground: Ground, labels: Labels, stage: str) -> pd.DataFrame:
    """Return each village's way to school.

    Children go to the nearest public school of the stage in their own district; where the district
    has none they can reach, in their union; else anywhere in the county.

    Returns
    -------
    pandas.DataFrame
        Indexed by village; ``children``, ``metres`` (inf where nothing is reached), ``needed`` (one
        of :data:`NEEDED`), ``nearest`` (metres to the nearest public school anywhere, a lower bound
        whatever the plan), ``near_home`` (whether the nearest of the districts' own schools lies in
        the own district).
    """
    county = ground.county
    public = (county.schools["run_by"] != "private").to_numpy()
    teaching = np.flatnonzero(public & county.schools["kind"].isin(TEACHES[stage]).to_numpy())
    ids, district = county.schools.index[teaching], labels.school[teaching]
    everyone = np.zeros(len(county.villages), dtype=np.int64)

    def nearest(of_school: Ints, of_village: Ints) -> Floats:
        return nearest_distances(county, ids, of_school, of_village, ground.roads)

    own = nearest(district, labels.village)
    union = nearest(labels.union[district], labels.union[labels.village])
    anywhere = nearest(np.zeros_like(district), everyone)
    of_districts = nearest(np.where(district >= 0, 0, -1), everyone)
    found = [np.isfinite(own), np.isfinite(union), np.isfinite(anywhere)]
    return pd.DataFrame(
        {
            "children": numbers(county.villages, f"children_{stage}"),
            "metres": np.select(found, [own, union, anywhere], np.inf),
            "needed": np.select(found, NEEDED[:3], NEEDED[3]),
            "nearest": anywhere,
            "near_home": np.isfinite(own) & (own <= of_districts),
        },
        index=county.villages.index,
    )


def travel(ground: Ground, labels: Labels) -> pd.DataFrame:
    """Return travel by stage, each child counting once.

    Returns
    -------
    pandas.DataFrame
        Indexed by stage; ``children``; ``mean``, ``p95``, ``max`` (metres, of children who reach a
        school); ``mean_minutes``, ``p95_minutes``, ``max_minutes`` (on foot); ``limit`` (metres)
        and ``beyond`` (% of children above it, those who reach none included); ``own``, ``union``,
        ``elsewhere``, ``none`` (% of children by where their school was found); ``nearest_mean``
        (metres, lower bound); ``near_home`` (% of children).
    """
    rows = {stage: _row(ways(ground, labels, stage), WAYS[stage]) for stage in stages(ground)}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("stage")


def _row(table: pd.DataFrame, way: Way) -> dict[str, float]:
    children, metres = table["children"].to_numpy(), table["metres"].to_numpy()
    row = {"children": float(children.sum())}
    row |= {"mean": _mean(metres, children), "p95": centile(metres, children, 0.95)}
    travelling = np.isfinite(metres) & (children > 0)
    row["max"] = float(metres[travelling].max()) if travelling.any() else float("nan")
    for name in ("mean", "p95", "max"):
        row[f"{name}_minutes"] = float(way.mode.minutes(row[name]))
    # A millimetre above the limit is rounding, not a longer way.
    row |= {"limit": way.metres, "beyond": _share(metres > way.metres + 1e-3, children)}
    row |= {name: _share((table["needed"] == name).to_numpy(), children) for name in NEEDED}
    row["nearest_mean"] = _mean(table["nearest"].to_numpy(), children)
    row["near_home"] = _share(table["near_home"].to_numpy(), children)
    return row


def _mean(metres: Floats, children: Floats) -> float:
    reached = np.isfinite(metres)
    total = children[reached].sum()
    return float((metres[reached] * children[reached]).sum() / total) if total else float("nan")


def _share(which: npt.NDArray[np.bool_], children: Floats) -> float:
    return float(100.0 * children[which].sum() / children.sum())


def centile(metres: Floats, children: Floats, share: float) -> float:
    """Return the least distance within which `share` of the children who reach a school live."""
    reached = np.isfinite(metres) & (children > 0)
    if not reached.any():
        return float("nan")
    order = np.argsort(metres[reached], kind="stable")
    running = np.cumsum(children[reached][order])
    place = np.searchsorted(running, share * running[-1] * (1 - 1e-12))
    return float(metres[reached][order][place])


def travel_items(table: pd.DataFrame) -> Iterator[Item]:
    """Yield the numbers of :func:`travel` that plans are compared by."""
    for stage, row in table.iterrows():
        of, leading = str(stage), stage != "preschool"
        yield Item("travel_mean", row["mean"], "m", "lower", of, leading)
        yield Item("travel_p95", row["p95"], "m", "lower", of, leading)
        yield Item("travel_max", row["max"], "m", "lower", of)
        yield Item("minutes_mean", row["mean_minutes"], "min", "lower", of)
        yield Item("minutes_p95", row["p95_minutes"], "min", "lower", of)
        yield Item("minutes_max", row["max_minutes"], "min", "lower", of)
        yield Item("beyond", row["beyond"], "percent", "lower", of, leading)
        yield Item("own", row["own"], "percent", "higher", of)
        yield Item("union", row["union"], "percent", "", of)
        yield Item("elsewhere", row["elsewhere"], "percent", "lower", of)
        yield Item("none", row["none"], "percent", "lower", of)
        yield Item("nearest_mean", row["nearest_mean"], "m", "", of)
        yield Item("near_home", row["near_home"], "percent", "higher", of, stage == "primary")
