"""Assess a county by the 优质均衡 standard, from its tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from districting.county import County
from districting.evaluate.balance.items import judge_items
from districting.evaluate.balance.printed import printed_items, printed_spread
from districting.evaluate.balance.reading import Reading
from districting.evaluate.balance.seven import seven
from districting.evaluate.balance.spread import spread
from districting.evaluate.balance.standard import STAGES, Item, Standard, read_standard
from districting.evaluate.text import table_text
from districting.terms import say


@dataclass(frozen=True, eq=False)
class Assessment:
    """What :func:`assess` found.

    Parameters
    ----------
    county : str
    year : int
    standard : Standard
    schools : pandas.DataFrame
        As :func:`districting.evaluate.balance.seven.seven` returns it.
    spreads : pandas.DataFrame
        As :func:`districting.evaluate.balance.spread.spread` returns it.
    items : tuple of (Item, Reading)
    """

    county: str
    year: int
    standard: Standard
    schools: pd.DataFrame
    spreads: pd.DataFrame
    items: tuple[tuple[Item, Reading], ...]

    @property
    def verdict(self) -> str:
        """``fail`` where something fails, else ``incomplete`` where something is open."""
        found = {
            *self.schools["verdict"],
            *self.spreads["verdict"],
            *(r.verdict for _, r in self.items),
        }
        return next((v for v in ("fail", "incomplete") if v in found), "pass")

    def table(self) -> pd.DataFrame:
        """Return one row an item of the standard, the seven indicators and their spread included.

        Returns
        -------
        pandas.DataFrame
            ``id``, ``group``, ``title``, ``part``, ``number``, ``limit``, ``gap`` (what is lacking,
            in ``unit``), ``unit`` (key), ``verdict``, ``target``, ``note`` (key), ``places``
            (schools where it fails), ``source``, ``confidence``.
        """
        rows = [*_school_rows(self), *_spread_rows(self)]
        rows += [_item_row(item, reading) for item, reading in self.items]
        return pd.DataFrame(rows)

    def places(self) -> pd.DataFrame:
        """Return where items fail: ``id``, ``part``, then school, number, limit and gap."""
        parts = [
            reading.places.assign(id=item.id, part=reading.part)
            for item, reading in self.items
            if reading.places is not None and len(reading.places)
        ]
        if not parts:
            return pd.DataFrame(columns=["id", "part", "school", "name", "stage", "number"])
        table = pd.concat(parts, ignore_index=True)
        return table[["id", "part", *(c for c in table.columns if c not in ("id", "part"))]]

    def headline(self) -> str:
        """Return the outcome in one sentence."""
        table = self.table()
        counts = table["verdict"].value_counts()
        done = self.schools[self.schools["verdict"].isin(["pass", "fail"])]
        return say(
            f"balance.headline.{self.verdict}",
            county=self.county,
            items=len(table),
            passed=int(counts.get("pass", 0)),
            failed=int(counts.get("fail", 0)),
            open=int(counts.get("incomplete", 0)),
            schools=len(done),
            enough=int((done["verdict"] == "pass").sum()),
        )

    def __str__(self) -> str:
        head = say("balance.report", county=self.county, standard=self.standard.label)
        excluded = int((self.schools["excluded"] != "").sum())
        lines = [head, self.headline(), ""]
        if excluded:
            lines += [say("balance.left_out", number=excluded), ""]
        lines += [table_text(printed_spread(self.spreads)), ""]
        lines += [table_text(printed_items(self.table()), most=60)]
        return "\n".join(lines)


def assess(county: County, standard: Standard | str | Path = "quality_balance") -> Assessment:
    """Assess `county` by a standard of quality and balance.

    Parameters
    ----------
    county : County
        Table ``resources`` gives the seven indicators; ``classes``, ``facilities``, ``conditions``,
        ``teachers``, ``rotations`` and ``evidence`` the other items, each where it is there.
    standard : Standard, str or Path
        A shipped name or one's own TOML file; 教督〔2017〕6号 by default.

    Returns
    -------
    Assessment
        An item without data is ``incomplete``, never met.

    Raises
    ------
    PolicyError
        If the standard has faults.
    """
    if not isinstance(standard, Standard):
        standard = read_standard(standard)
    schools = seven(county, standard)
    return Assessment(
        county=county.name,
        year=county.year,
        standard=standard,
        schools=schools,
        spreads=spread(schools, standard),
        items=tuple(judge_items(county, standard)),
    )


def _school_rows(found: Assessment) -> list[dict[str, Any]]:
    enough, rows = found.standard.rule.enough, []
    for stage in STAGES:
        here = found.schools[(found.schools["stage"] == stage) & (found.schools["verdict"] != "")]
        if here.empty:
            continue
        failing = here[here["verdict"] == "fail"]
        open_ = here[here["verdict"] == "incomplete"]
        verdict = "fail" if len(failing) else "incomplete" if len(open_) else "pass"
        passed = float((here["verdict"] == "pass").sum())
        rows.append(
            _row(
                enough.id,
                "resources",
                say("balance.schools_enough", least=enough.least, rest=f"{enough.remainder:.0%}"),
                stage,
                Reading(verdict, passed, float(len(here)), float(len(failing)), stage),
                "schools",
                enough.source,
                enough.confidence,
                [str(n) for n in failing["name"]],
            )
        )
    return rows


def _spread_rows(found: Assessment) -> list[dict[str, Any]]:
    rule, rows = found.standard.rule.spread, []
    for row in found.spreads.to_dict("records"):
        number, limit = float(row["weighted"]), float(row["ceiling"])
        reading = Reading(
            str(row["verdict"]),
            number,
            limit,
            float(np.maximum(number - limit, 0.0)),
            str(row["stage"]),
            note="flips" if row["flips"] else "",
        )
        title = say("balance.spread_of", title=row["title"])
        rows.append(
            _row(
                f"{rule.id} {row['id']}",
                "resources",
                title,
                str(row["stage"]),
                reading,
                "ratio",
                rule.source,
                rule.confidence,
                [],
            )
        )
    return rows


def _item_row(item: Item, reading: Reading) -> dict[str, Any]:
    where = [] if reading.places is None else [str(n) for n in reading.places["name"]]
    return _row(
        item.id,
        item.group,
        item.title,
        reading.part,
        reading,
        item.unit,
        item.source,
        item.confidence,
        list(dict.fromkeys(where)),
    )


def _row(
    id_: str,
    group: str,
    title: str,
    part: str,
    reading: Reading,
    unit: str,
    source: str,
    confidence: str,
    where: list[str],
) -> dict[str, Any]:
    return {
        "id": id_,
        "group": group,
        "title": title,
        "part": part,
        "number": reading.number,
        "limit": reading.limit,
        "gap": reading.gap,
        "unit": unit,
        "verdict": reading.verdict,
        "target": reading.target,
        "note": reading.note,
        "places": where,
        "source": source,
        "confidence": confidence,
    }
