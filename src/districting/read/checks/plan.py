"""The current layout: that districts, unions, zones and feeders do not contradict themselves."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from districting.county import TEACHES
from districting.errors import Problem
from districting.read.draft import Draft
from districting.read.sheet import Term

_TABLES = {"village": ("villages", "village"), "school": ("schools", "school")}


def check_plan(draft: Draft) -> list[Problem]:
    """Return what is wrong with the current districts, zones and feeders."""
    problems: list[Problem] = []
    if draft.has("districts"):
        problems += _unions(draft)
    if draft.has("members", "districts", "villages", "schools"):
        member = _resolved(draft)
        problems += [*_repeated(draft), *_unknown(draft, member), *_absent(draft, member)]
        problems += [*_towns(draft, member), *_together(draft), *_pieces(draft, member)]
    if draft.has("schools"):
        problems += [*_zones(draft), *_feeders(draft)]
    return problems


def _unions(draft: Draft) -> list[Problem]:
    frame, sheet = draft.frames["districts"], draft.sheets["districts"]
    lying = frame[(frame["union"] != "") & (frame["town"] != "")]
    towns = lying.groupby("union")["town"].unique()
    spread = towns[towns.str.len() > 1]
    problems = _listed_twice(draft)
    for union, codes in spread.items():
        first = [int(frame.index[frame["union"] == union][0])]
        problems += sheet.faults(
            "union_across_towns", first, "union", severity="warning", towns="、".join(codes)
        )
    if draft.has("members"):
        used = frame["district"].isin(draft.frames["members"]["district"])
        empty = (~used & (frame["district"] != "")).to_numpy()
        problems += sheet.faults("empty_district", empty, "district", severity="warning")
    return problems


def _listed_twice(draft: Draft) -> list[Problem]:
    frame, sheet = draft.frames["districts"], draft.sheets["districts"]
    again = (frame.duplicated("district") & (frame["district"] != "")).to_numpy()
    position = pd.Series(frame.index, index=frame.index)
    first = position.groupby(frame["district"]).transform("min").to_numpy()
    return sheet.faults("district_twice", again, "district", first=sheet.row[first[again]])


def _resolved(draft: Draft) -> npt.NDArray[np.intp]:
    """Return the row of each member in its own table, -1 where there is none."""
    frame = draft.frames["members"]
    rows = np.full(len(frame), -1, dtype=np.intp)
    for kind, (table, key) in _TABLES.items():
        own = (frame["unit_kind"] == kind).to_numpy()
        rows[own] = draft.row_of(table, key, frame.loc[own, "unit"])
    return rows


def _repeated(draft: Draft) -> list[Problem]:
    frame, sheet = draft.frames["members"], draft.sheets["members"]
    named = frame[(frame["unit"] != "") & (frame["unit_kind"] != "")]
    again = named.index[named.duplicated(["unit_kind", "unit"])].to_numpy()
    position = pd.Series(named.index, index=named.index)
    first = position.groupby([named["unit_kind"], named["unit"]]).transform("min")
    first_row = first.loc[again].to_numpy(dtype=int)
    district = frame["district"].to_numpy()
    same = district[again] == district[first_row]
    problems = sheet.faults("member_twice", again[same], "unit", first=sheet.row[first_row[same]])
    return problems + sheet.faults(
        "member_in_two_districts",
        again[~same],
        "unit",
        first=sheet.row[first_row[~same]],
        district=district[again[~same]],
        other=district[first_row[~same]],
    )


def _unknown(draft: Draft, member: npt.NDArray[np.intp]) -> list[Problem]:
    frame, sheet = draft.frames["members"], draft.sheets["members"]
    problems: list[Problem] = []
    for kind, (table, key) in _TABLES.items():
        if draft.nameless(table, key):
            continue
        lost = (frame["unit_kind"] == kind) & (frame["unit"] != "") & (member < 0)
        problems += sheet.faults("unknown_member", lost.to_numpy(), "unit", table=Term(kind))
    schools = draft.frames["schools"]
    others = schools.loc[schools["run_by"].isin(["county", "private"]), "school"]
    outside = (frame["unit_kind"] == "school") & frame["unit"].isin(others)
    return problems + sheet.faults(
        "member_not_town_school", outside.to_numpy(), "unit", severity="warning"
    )


def _absent(draft: Draft, member: npt.NDArray[np.intp]) -> list[Problem]:
    frame = draft.frames["members"]
    problems: list[Problem] = []
    for kind, (table, key) in _TABLES.items():
        units = draft.frames[table]
        listed = units[key].isin(frame.loc[frame["unit_kind"] == kind, "unit"])
        absent = ~listed & (units[key] != "")
        if kind == "school":
            absent &= units["run_by"] == "town"
        problems += draft.sheets[table].faults(
            f"{kind}_without_district", absent.to_numpy(), "name", severity="warning"
        )
    return problems


def _towns(draft: Draft, member: npt.NDArray[np.intp]) -> list[Problem]:
    frame, districts = draft.frames["members"], draft.frames["districts"]
    of = draft.row_of("districts", "district", frame["district"])
    stated = np.where(of >= 0, districts["town"].to_numpy()[of], "")
    town = np.full(len(frame), "", dtype=object)
    for kind, (table, _) in _TABLES.items():
        own = (frame["unit_kind"] == kind).to_numpy() & (member >= 0)
        town[own] = draft.frames[table]["town"].to_numpy()[member[own]]
    out = (stated != "") & (town != "") & (stated != town)
    if draft.has("towns"):  # an unknown town was reported as such
        out &= pd.Series(town).isin(draft.frames["towns"]["town"]).to_numpy()
    return draft.sheets["members"].faults(
        "member_outside_town",
        out,
        "unit",
        town=town[out],
        district=frame["district"].to_numpy()[out],
        other=stated[out],
    )


def _together(draft: Draft) -> list[Problem]:
    """Return schools that belong to another district than the village they stand in."""
    frame, schools = draft.frames["members"], draft.frames["schools"]
    first = frame.drop_duplicates(["unit_kind", "unit"])
    of = {kind: first[first["unit_kind"] == kind].set_index("unit")["district"] for kind in _TABLES}
    own = schools["school"].map(of["school"])
    home = schools["village"].map(of["village"])
    apart = (own.notna() & home.notna() & (own != home)).to_numpy()
    return draft.sheets["schools"].faults(
        "school_district_differs",
        apart,
        "name",
        severity="warning",
        district=own[apart].to_numpy(),
        other=home[apart].to_numpy(),
    )


def _pieces(draft: Draft, member: npt.NDArray[np.intp]) -> list[Problem]:
    """Return districts whose villages do not hang together by shared borders or bridges."""
    frame, villages = draft.frames["members"], draft.frames["villages"]
    own = (frame["unit_kind"] == "village").to_numpy() & (member >= 0)
    label = np.full(len(villages), "", dtype=object)
    label[member[own]] = frame["district"].to_numpy()[own]
    cells = draft.shapes.get("villages")
    if cells is None or shapely.is_missing(cells).any():
        return []  # neighbours are not known
    pairs = np.vstack([draft.touching, _links(draft)])
    inner = pairs[label[pairs[:, 0]] == label[pairs[:, 1]]]
    n = len(villages)
    links = coo_array((np.ones(len(inner)), (inner[:, 0], inner[:, 1])), shape=(n, n))
    _, piece = connected_components(links, directed=False)
    parts = pd.Series(piece).groupby(label).nunique()
    broken = parts[(parts > 1) & (parts.index != "")]
    rows = draft.row_of("districts", "district", pd.Series(broken.index))
    known = rows >= 0
    return draft.sheets["districts"].faults(
        "district_in_pieces",
        rows[known],
        "district",
        severity="warning",
        parts=broken.to_numpy()[known],
    )


def _links(draft: Draft) -> npt.NDArray[np.intp]:
    """Return pairs of village rows that a bridge or ferry joins, shape (e, 2)."""
    if not draft.has("roads"):
        return np.empty((0, 2), dtype=np.intp)
    roads = draft.frames["roads"]
    links = roads[roads["kind"].isin(["bridge", "ferry"])]
    ends = [draft.row_of("villages", "village", links[c]) for c in ("from_node", "to_node")]
    pairs = np.column_stack(ends)
    return pairs[(pairs >= 0).all(axis=1)]


def _zones(draft: Draft) -> list[Problem]:
    if not draft.has("zones"):
        return []
    frame = draft.frames["zones"]
    problems: list[Problem] = []
    for stage in ("primary", "junior"):
        problems += _wrong_kind(
            draft, "zones", "school", stage, (frame["stage"] == stage).to_numpy()
        )
    return problems


def _feeders(draft: Draft) -> list[Problem]:
    if not draft.has("feeders"):
        return []
    every = np.ones(len(draft.frames["feeders"]), dtype=bool)
    return [
        *_wrong_kind(draft, "feeders", "primary", "primary", every),
        *_wrong_kind(draft, "feeders", "junior", "junior", every),
    ]


def _wrong_kind(
    draft: Draft, table: str, column: str, stage: str, where: npt.NDArray[np.bool_]
) -> list[Problem]:
    """Return the schools in `column` that do not teach `stage`, among the rows `where`."""
    schools = draft.frames["schools"]
    rows = draft.row_of("schools", "school", draft.frames[table][column])
    kind = schools["kind"].to_numpy()[rows]
    wrong = where & (rows >= 0) & (kind != "") & ~np.isin(kind, TEACHES[stage])
    code = "zone_wrong_stage" if table == "zones" else "feeder_wrong_kind"
    return draft.sheets[table].faults(
        code, wrong, column, values=schools["name"].to_numpy()[rows[wrong]], stage=Term(stage)
    )
