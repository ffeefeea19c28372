"""Schools of a synthetic county: where they stand, how large they are, how good."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from districting.sample.people import spread_total
from districting.sample.regions import Floats, Ints

CLASS_SIZE = {"preschool": 30, "primary": 45, "junior": 50}
PUPILS_PER_TEACHER = {"preschool": 12.0, "primary": 15.5, "junior": 12.0}
SEATS_PER_CHILD = 1.15


def spread_sites(points: Floats, weight: Floats, first: int, count: int) -> Ints:
    """Return `count` positions far from each other, starting at `first`.

    Each next site is the one whose distance to the chosen ones, times the cube root of its weight,
    is largest.
    """
    chosen = [first]
    pull = np.cbrt(np.maximum(weight, 1.0))
    away = np.hypot(*(points - points[first]).T)
    while len(chosen) < min(count, len(points)):
        away_weighted = away * pull
        away_weighted[chosen] = -1.0
        chosen.append(int(np.argmax(away_weighted)))
        away = np.minimum(away, np.hypot(*(points - points[chosen[-1]]).T))
    return np.array(chosen, dtype=np.int64)


def fill_in(
    rng: np.random.Generator, schools: pd.DataFrame, children: Mapping[str, float]
) -> pd.DataFrame:
    """Return `schools` with seats, pupils, teachers, backbone and quality.

    Parameters
    ----------
    schools : pandas.DataFrame
        Columns ``kind``, ``central``, ``town_seat`` and ``size`` (relative size, any unit).
    children : Mapping of stage to float
        Children of the whole county; seats total :data:`SEATS_PER_CHILD` times that, in whole
        classes, and are drawn independently of who lives near a school.
    """
    stages = {
        "preschool": schools["kind"] == "kindergarten",
        "primary": schools["kind"].isin(["primary", "teaching_point", "nine_year"]),
        "junior": schools["kind"].isin(["junior", "nine_year"]),
    }
    out = schools.copy()
    teachers = np.zeros(len(out))
    for stage, teaches in stages.items():
        seats, pupils = np.zeros(len(out), np.int64), np.zeros(len(out), np.int64)
        here = np.flatnonzero(teaches)
        if len(here):
            size = out["size"].to_numpy(dtype=float)[here]
            size = size * np.exp(rng.normal(0.0, 0.25, len(here)))
            classes = SEATS_PER_CHILD * children[stage] / CLASS_SIZE[stage]
            least = {"preschool": 3, "primary": 6, "junior": 6}[stage]
            small = out["kind"].to_numpy()[here] == "teaching_point"
            floor = np.where(small, 2, min(least, int(classes / len(here)) or 1))
            more = spread_total(rng, max(0.0, classes - floor.sum()), size)
            seats[here] = (floor + more) * CLASS_SIZE[stage]
            use = rng.uniform(0.78, 1.0, len(here))
            pupils[here] = np.round(seats[here] / SEATS_PER_CHILD * use / use.mean()).astype(int)
            pupils = np.minimum(pupils, seats)
        out[f"seats_{stage}"], out[f"pupils_{stage}"] = seats, pupils
        teachers += pupils / PUPILS_PER_TEACHER[stage]
    out["teachers"] = np.maximum(2, np.round(teachers * rng.uniform(0.92, 1.08, len(out)))).astype(
        int
    )
    better = out["central"] | out["town_seat"]
    out["quality"] = np.round(np.clip(rng.normal(64, 7, len(out)) + 10 * better, 35, 96), 1)
    out["backbone"] = np.round(out["teachers"] * (out["quality"] - 40).clip(lower=0) / 300).astype(
        int
    )
    return out.drop(columns="size")


def classes_by_grade(rng: np.random.Generator, schools: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the ``classes`` table: grades of each school with classes, pupils and seats."""
    rows = []
    for stage, grades in (("primary", range(1, 7)), ("junior", range(7, 10))):
        size = CLASS_SIZE[stage]
        for school, pupils, seats in schools[[f"pupils_{stage}", f"seats_{stage}"]].itertuples():
            if seats == 0:
                continue
            spread = rng.multinomial(pupils, np.full(len(grades), 1 / len(grades)))
            for grade, count in zip(grades, spread, strict=True):
                number = max(1, -(-int(count) // size))
                rows.append((school, year, grade, number, int(count), number * size))
    columns = ["school", "year", "grade", "classes", "pupils", "seats"]
    table = pd.DataFrame(rows, columns=columns).assign(pop_q="synthetic")
    return table.sort_values(["school", "grade"], ignore_index=True)


def resources_by_stage(rng: np.random.Generator, schools: pd.DataFrame) -> pd.DataFrame:
    """Return the ``resources`` table: raw quantities of the seven indicators by school and stage."""
    standard = {  # per pupil, from 教督〔2017〕6号
        "primary": (0.042, 0.010, 0.009, 4.5, 7.5, 2000.0, 0.023),
        "junior": (0.053, 0.010, 0.009, 5.8, 10.2, 2500.0, 0.024),
    }
    names = [
        "teachers_degree",
        "teachers_backbone",
        "teachers_pe_art",
        "area_teaching",
        "area_sports",
        "equipment",
        "media_rooms",
    ]
    whole = {"teachers_degree", "teachers_backbone", "teachers_pe_art", "media_rooms"}
    frames = []
    for stage, per_pupil in standard.items():
        here = schools[schools[f"seats_{stage}"] > 0]
        frame = pd.DataFrame({"school": here.index, "stage": stage})
        frame["pupils"] = here[f"pupils_{stage}"].to_numpy()
        level = 0.75 + here["quality"].to_numpy() / 150
        for name, amount in zip(names, per_pupil, strict=True):
            value = frame["pupils"] * amount * level * np.exp(rng.normal(0, 0.2, len(frame)))
            frame[name] = np.ceil(value).astype(int) if name in whole else value.round(0)
        frames.append(frame)
    table = pd.concat(frames).assign(pop_q="synthetic")
    return table.sort_values(["school", "stage"], ignore_index=True)
