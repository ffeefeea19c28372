"""Measure a plan: travel, size, quality and compactness, recomputed from the raw tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from districting.county import County
from districting.evaluate.measures.compactness import compactness, compactness_items, cut
from districting.evaluate.measures.ground import Ground, labels_of, survey
from districting.evaluate.measures.item import Item
from districting.evaluate.measures.quality import quality, quality_items
from districting.evaluate.measures.size import size, size_items
from districting.evaluate.measures.travel import travel, travel_items
from districting.evaluate.text import table_text
from districting.plan.district_plan import DistrictPlan
from districting.terms import say

COLUMNS = ("measure", "stage", "title", "unit", "better")
DECIMALS = {"min": 1, "percent": 1, "km": 1, "points": 2, "ratio": 3, "coefficient": 3}
"""Decimals that print by unit; none for the others."""
ARROWS = {"lower": "↓", "higher": "↑", "": ""}


@dataclass(frozen=True, eq=False, kw_only=True)
class Measured:
    """The numbers of one plan, whatever its kind.

    Parameters
    ----------
    plan : str
    items : tuple of Item
        The numbers that plans are compared by.
    """

    plan: str
    items: tuple[Item, ...]

    def table(self) -> pd.DataFrame:
        """Return `items` as rows: ``measure``, ``stage``, ``title``, ``unit``, ``better``,
        ``value``."""
        return item_rows({"value": self.items})

    def value(self, name: str, stage: str = "") -> float:
        """Return the number called `name`.

        Raises
        ------
        KeyError
            If the plan was not measured so.
        """
        return {(i.name, i.stage): i.value for i in self.items}[name, stage]

    def told(self) -> str:
        """Return the numbers as printed text under a heading."""
        head = say("evaluate.measured", plan=self.plan)
        return f"{head}\n{table_text(printed(self.table().rename(columns={'value': self.plan})))}"


@dataclass(frozen=True, eq=False, kw_only=True)
class Measures(Measured):
    """What :func:`measure_districts` found.

    Parameters
    ----------
    travel : pandas.DataFrame
        By stage, see :func:`districting.evaluate.measures.travel.travel`.
    districts : pandas.DataFrame
        By district: size, quality and shape side by side, see the modules of those names.
    """

    travel: pd.DataFrame
    districts: pd.DataFrame

    def __str__(self) -> str:
        return f"{self.told()}\n\n{table_text(self.printed_districts())}"

    def printed_districts(self) -> pd.DataFrame:
        """Return the districts with headings in the current language."""
        shown = list(SHOWN_OF_DISTRICTS)
        decimals = {"quality": 2, "area": 1, "polsby_popper": 3}
        table = self.districts[shown].round(decimals).reset_index()
        names = {c: say(f"evaluate.district.{c}") for c in shown}
        return table.rename(columns={"district": say("terms.district"), **names})


SHOWN_OF_DISTRICTS = (
    "villages",
    "children_primary",
    "children_junior",
    "institutions",
    "pupils",
    "teachers",
    "lead",
    "seats_primary",
    "seats_junior",
    "quality",
    "area",
    "polsby_popper",
    "pieces",
)


def measure_districts(county: County, plan: DistrictPlan, ground: Ground | None = None) -> Measures:
    """Measure `plan` on the raw tables of `county`.

    Parameters
    ----------
    county : County
    plan : DistrictPlan
    ground : Ground, optional
        ``survey(county)``, to share the work between plans of one county.
    """
    ground = ground or survey(county)
    labels = labels_of(county, plan)
    ways, sizes, points = travel(ground, labels), size(ground, labels), quality(ground, labels)
    shapes = compactness(ground, labels)
    items = (
        *travel_items(ways),
        *size_items(sizes),
        *quality_items(points),
        *compactness_items(shapes, *cut(ground, labels)),
    )
    districts = pd.concat([sizes, points, shapes], axis=1)
    return Measures(plan=plan.name, items=items, travel=ways, districts=districts)


def item_rows(plans: Mapping[str, Iterable[Item]], leading: bool = False) -> pd.DataFrame:
    """Return one row a measure with a column for each plan; NaN where a plan has no such number.

    Parameters
    ----------
    plans : Mapping of name to iterable of Item
    leading : bool
        Whether only the leading measures are wanted.
    """
    rows: dict[tuple[str, str], dict[str, object]] = {}
    for name, items in plans.items():
        for item in items:
            if item.leading or not leading:
                head = (item.name, item.stage, item.title, item.unit, item.better)
                row = rows.setdefault(head[:2], dict(zip(COLUMNS, head, strict=True)))
                row[name] = item.value
    return pd.DataFrame(list(rows.values()), columns=[*COLUMNS, *plans])


def printed(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of items with headings, units, arrows and figures as a planner reads them."""
    plans = [c for c in table.columns if c not in COLUMNS]
    decimals = table["unit"].map(DECIMALS).fillna(0).astype(int)
    table = table.drop(columns=["measure", "stage"])
    for plan in plans:
        values = zip(table[plan].astype(float), decimals, strict=True)
        table[plan] = [round(value, places) for value, places in values]
    table["unit"] = [say(f"evaluate.unit.{u}") for u in table["unit"]]
    table["better"] = table["better"].map(ARROWS)
    heads = {"title": "measure", "unit": "unit", "better": "better"}
    return table.rename(columns={c: say(f"evaluate.column.{h}") for c, h in heads.items()})
