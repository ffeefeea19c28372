"""Roads: that they lead where they say, join all villages, and bring children to schools."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from districting.county import TEACHES
from districting.errors import Problem
from districting.read.draft import Draft
from districting.read.sheet import Term

SHORTER = 0.95
"""A road may be this fraction of the straight line: village points are not road ends."""
COMPULSORY = ("primary", "junior")


def check_network(draft: Draft) -> list[Problem]:
    """Return faults of the road table and of the network that it makes."""
    if not draft.has("roads", "villages"):
        return []
    problems = _sections(draft)
    piece, linked = _pieces(draft)
    problems += _cut_off(draft, piece, linked)
    if draft.has("schools"):
        problems += _without_school(draft, piece)
    return problems


def _sections(draft: Draft) -> list[Problem]:
    roads, villages = draft.frames["roads"], draft.frames["villages"]
    sheet = draft.sheets["roads"]
    problems: list[Problem] = []
    ends = []
    for column in ("from_node", "to_node"):
        row = draft.row_of("villages", "village", roads[column])
        coded = roads[column].str.fullmatch(r"\d{12}").to_numpy()
        problems += sheet.faults("unknown_node", coded & (row < 0), column)
        ends.append(row)
    loop = (roads["from_node"] == roads["to_node"]) & (roads["from_node"] != "")
    problems += sheet.faults("road_to_itself", loop.to_numpy(), "to_node")
    metres = roads["metres"].to_numpy(dtype=np.float64)
    problems += sheet.faults("road_without_length", metres == 0, "metres")
    points = villages[["x", "y"]].to_numpy()
    straight = np.linalg.norm(points[ends[0]] - points[ends[1]], axis=1)
    known = (ends[0] >= 0) & (ends[1] >= 0) & (metres > 0)
    short = known & (metres < SHORTER * straight)
    told = [f"{s:.0f}" for s in straight[short]]
    return problems + sheet.faults("road_too_short", short, "metres", straight=told)


def _pieces(draft: Draft) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Return for each village row the piece of the network it is in, and whether a road ends there.

    Shapes (n,) and (n,).
    """
    roads, villages = draft.frames["roads"], draft.frames["villages"]
    whole = (roads["from_node"] != "") & (roads["to_node"] != "")
    ends = roads.loc[whole, ["from_node", "to_node"]]
    names = pd.concat([villages["village"], ends["from_node"], ends["to_node"]])
    node, distinct = pd.factorize(names)
    n, e = len(villages), len(ends)
    start, stop = node[n : n + e], node[n + e :]
    links = coo_array((np.ones(e), (start, stop)), shape=(len(distinct), len(distinct)))
    _, piece = connected_components(links, directed=False)
    linked = np.zeros(len(distinct), dtype=bool)
    linked[start] = linked[stop] = True
    return piece[node[:n]], linked[node[:n]]


def _cut_off(
    draft: Draft, piece: npt.NDArray[np.intp], linked: npt.NDArray[np.bool_]
) -> list[Problem]:
    villages, sheet = draft.frames["villages"], draft.sheets["villages"]
    named = (villages["village"] != "").to_numpy()
    problems = sheet.faults("village_without_road", named & ~linked, "name")
    if not linked.any():
        return problems
    size = np.bincount(piece[linked], minlength=piece.max() + 1)
    apart = named & linked & (piece != size.argmax())
    return problems + sheet.faults("village_unreachable", apart, "name", size=size[piece[apart]])


def _without_school(draft: Draft, piece: npt.NDArray[np.intp]) -> list[Problem]:
    villages, schools = draft.frames["villages"], draft.frames["schools"]
    at = draft.row_of("villages", "village", schools["village"])
    problems: list[Problem] = []
    for stage in COMPULSORY:
        open_to = schools["kind"].isin(TEACHES[stage]) & (schools[f"seats_{stage}"] > 0)
        children = villages[f"children_{stage}"].fillna(0).to_numpy()
        if not open_to.any():
            if children.sum() > 0:
                told = (("stage", Term(stage)), ("count", int(children.sum())))
                source = draft.sheets["schools"].sources[0]
                problems.append(
                    Problem("check.stage_without_school", source.path, source.sheet, details=told)
                )
            continue
        served = np.zeros(piece.max() + 1, dtype=bool)
        served[piece[at[open_to.to_numpy() & (at >= 0)]]] = True
        lost = (children > 0) & ~served[piece] & (villages["village"] != "").to_numpy()
        problems += draft.sheets["villages"].faults(
            "no_reachable_school",
            lost,
            "name",
            stage=Term(stage),
            count=children[lost].astype(int),
        )
    return problems
