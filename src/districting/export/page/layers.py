"""What the page lays over the villages: the areas of each plan, coloured, with their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from districting.county import STAGES, County
from districting.evaluate.measures.ground import Ground, labels_of
from districting.evaluate.measures.travel import ways as district_ways
from districting.export.regions import district_colours
from districting.export.summary import district_table
from districting.export.zone_areas import as_layout, zone_table
from districting.plan.district_plan import DistrictPlan
from districting.plan.plan import Plan
from districting.plan.zone_plan import STAGES as ZONE_STAGES
from districting.plan.zone_plan import ZonePlan
from districting.policy.zones.base import ways as zone_ways
from districting.terms import say

NUMBERS = (
    "villages",
    "schools",
    "children_primary",
    "children_junior",
    "seats_primary",
    "seats_junior",
)
"""Columns of the table of districts."""


@dataclass(frozen=True, eq=False)
class Layer:
    """The districts of a plan, or its zones of one stage.

    Parameters
    ----------
    title : str
        Name of the plan; of zones with the stage.
    kind : {"district", "primary", "junior"}
        What the areas are.
    villages, schools : pandas.Series
        Name of the area by village code and school id; schools without one do not appear.
    colours : dict of str to str
        Fill of each area, in printed order.
    ways : dict of str to pandas.Series
        By stage: metres to school by village; NaN where no school is reached.
    table : pandas.DataFrame
        Indexed by area, in printed order; columns headed in the current language.
    plan : int
        Number of the plan on the page.
    """

    title: str
    kind: str
    villages: pd.Series
    schools: pd.Series
    colours: dict[str, str]
    ways: dict[str, pd.Series]
    table: pd.DataFrame
    plan: int = 0


Fills = dict[str, dict[str, str]]
"""Fill by kind of layer and name of area."""


def layers_of(
    plans: Sequence[Plan],
    ground: Ground,
    known: Fills | None = None,
    stages: Sequence[str] = ZONE_STAGES,
) -> list[Layer]:
    """Return the layers of `plans` in their order; a zone plan gives one a stage.

    An area bears the same fill on every layer of its kind on which its name occurs, so that the
    eye finds what changed and not what was coloured anew.

    Parameters
    ----------
    known : dict, optional
        Fills given so far; those of new areas are added.
    stages : sequence of str
        Stages of zone plans that are wanted.
    """
    found: list[Layer] = []
    known = {} if known is None else known
    for number, plan in enumerate(plans):
        of: list[Layer] = []
        if isinstance(plan, DistrictPlan):
            of = [_district_layer(plan, ground, known)]
        elif isinstance(plan, ZonePlan):
            of = [
                _zone_layer(plan, ground, stage, known)
                for stage in stages
                if (plan.zones[stage] != "").any()
            ]
        found += [replace(layer, plan=number) for layer in of]
    return found


def _coloured(
    county: County, layout: DistrictPlan, names: Iterable[str], known: dict[str, str]
) -> dict[str, str]:
    """Return the fill of each area in the order of `names`; fills of new ones become known."""
    names = list(map(str, names))
    if not known.keys() >= set(names):
        known |= district_colours(county, layout) | known
    return {name: known[name] for name in names}


def _district_layer(plan: DistrictPlan, ground: Ground, known: Fills) -> Layer:
    county, table = ground.county, district_table(ground.county, plan)
    labels = labels_of(county, plan)
    headed = table[list(NUMBERS)].rename(columns=lambda c: say(f"export.column.{c}"))
    if (table["union"] != "").any():
        headed.insert(0, say("terms.union"), table["union"])
    return Layer(
        title=plan.name,
        kind="district",
        villages=plan.villages.reindex(county.villages.index).fillna(""),
        schools=plan.schools[plan.schools != ""],
        colours=_coloured(county, plan, table.index, known.setdefault("district", {})),
        ways={s: _known(district_ways(ground, labels, s)["metres"]) for s in STAGES[1:]},
        table=headed,
    )


def _zone_layer(plan: ZonePlan, ground: Ground, stage: str, known: Fills) -> Layer:
    county, layout = ground.county, as_layout(plan, ground.county, stage)
    table = zone_table(plan, county, stage).set_index("zone")
    heads = {
        "town": say("terms.town"),
        "villages": say("export.column.villages"),
        "children": say(f"export.column.children_{stage}"),
        "seats": say(f"export.column.seats_{stage}"),
        "surplus": say("page.surplus"),
        "feeder": say("page.feeder"),
    }
    if not table["feeder"].any():
        del heads["feeder"]
    return Layer(
        title=say("page.zone_layer", plan=plan.name, stage=say(f"terms.{stage}")),
        kind=stage,
        villages=layout.villages,
        schools=layout.schools,
        colours=_coloured(county, layout, table.index, known.setdefault(stage, {})),
        ways={stage: _known(zone_ways(county, plan, stage, ground.roads)["metres"])},
        table=table[list(heads)].rename(columns=heads),
    )


def _known(metres: pd.Series) -> pd.Series:
    return metres.replace(np.inf, np.nan)
