"""Schools of a synthetic county: how large they are, how good, and the rows behind that."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from districting.county import TEACHES
from districting.sample.frames import side_table
from districting.sample.people import spread_total

CLASS_SIZE = {"preschool": 30, "primary": 45, "junior": 50}
PUPILS_PER_TEACHER = {"preschool": 12.0, "primary": 15.5, "junior": 12.0}
LEAST_CLASSES = {"preschool": 3, "primary": 6, "junior": 6}
SEATS_PER_CHILD = 1.15
GRADES = {"primary": range(1, 7), "junior": range(7, 10)}
STANDARD = {  # per pupil, thresholds of 教督〔2017〕6号
    "teachers_degree": (0.042, 0.053),
    "teachers_backbone": (0.010, 0.010),
    "teachers_pe_art": (0.009, 0.009),
    "area_teaching": (4.5, 5.8),
    "area_sports": (7.5, 10.2),
    "equipment": (2000.0, 2500.0),
    "media_rooms": (0.023, 0.024),
}


def fill_in(
    rng: np.random.Generator,
    schools: pd.DataFrame,
    children: Mapping[str, float],
    every_grade: bool = False,
) -> pd.DataFrame:
    """Return `schools` with seats, pupils, teachers, backbone and quality.

    Parameters
    ----------
    schools : pandas.DataFrame
        Columns ``kind``, ``central``, ``town_seat`` and ``size`` (relative size, any unit).
    children : Mapping of stage to float
        Children whom these schools serve; seats total :data:`SEATS_PER_CHILD` times that, in whole
        classes, and are drawn independently of who lives near a school.
    every_grade : bool
        Whether a full school has a class or more in each grade even where seats then exceed that.
    """
    out = schools.copy()
    teachers = np.zeros(len(out))
    for stage, kinds in TEACHES.items():
        seats, pupils = np.zeros(len(out), np.int64), np.zeros(len(out), np.int64)
        here = np.flatnonzero(out["kind"].isin(kinds))
        if len(here):
            classes = _classes(rng, out.iloc[here], stage, children[stage], every_grade)
            seats[here] = classes * CLASS_SIZE[stage]
            use = rng.uniform(0.78, 1.0, len(here))
            share = children[stage] / max(seats.sum(), 1)
            pupils[here] = np.round(seats[here] * share * use / use.mean()).astype(np.int64)
            pupils = np.minimum(pupils, seats)
        out[f"seats_{stage}"], out[f"pupils_{stage}"] = seats, pupils
        teachers += pupils / PUPILS_PER_TEACHER[stage]
    noisy = np.round(teachers * rng.uniform(0.92, 1.08, len(out)))
    out["teachers"] = np.maximum(2, noisy).astype(np.int64)
    better = (out["central"] | out["town_seat"]).to_numpy()
    quality = np.round(np.clip(rng.normal(64, 7, len(out)) + 10 * better, 35, 96), 1)
    out["quality"] = quality
    backbone = out["teachers"].to_numpy() * np.clip(quality - 40, 0, None) / 300
    out["backbone"] = np.round(backbone).astype(np.int64)
    return out


def _classes(
    rng: np.random.Generator,
    schools: pd.DataFrame,
    stage: str,
    children: float,
    every_grade: bool,
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    size = schools["size"].to_numpy(dtype=float) * np.exp(rng.normal(0.0, 0.25, len(schools)))
    wanted = SEATS_PER_CHILD * children / CLASS_SIZE[stage]
    least = LEAST_CLASSES[stage]
    if not every_grade:
        least = min(least, max(1, int(wanted / len(schools))))
    floor = np.where(schools["kind"] == "teaching_point", min(2, least), least)
    return floor + spread_total(rng, max(0, round(wanted) - int(floor.sum())), size)


def classes_by_grade(rng: np.random.Generator, schools: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the ``classes`` table: each school's classes, pupils and seats by grade.

    Classes add up to the school's seats; a school with fewer classes than grades teaches the lower
    grades only.
    """
    rows = []
    for stage, grades in GRADES.items():
        size = CLASS_SIZE[stage]
        here = schools[schools[f"seats_{stage}"] > 0]
        numbers = zip(here.index, here[f"pupils_{stage}"], here[f"seats_{stage}"], strict=True)
        for school, pupils, seats in numbers:
            total = int(seats) // size
            taught = list(grades)[:total]
            classes = np.full(len(taught), total // len(taught))
            classes[: total % len(taught)] += 1
            weights = classes * rng.uniform(0.9, 1.1, len(taught))
            split = spread_total(rng, int(pupils), weights)
            rows += [
                (school, year, grade, int(c), int(p), int(c) * size)
                for grade, c, p in zip(taught, classes, split, strict=True)
            ]
    columns = ["school", "year", "grade", "classes", "pupils", "seats"]
    table = pd.DataFrame(rows, columns=columns)
    return side_table("classes", table.assign(pop_q="synthetic"))


def resources_by_stage(rng: np.random.Generator, schools: pd.DataFrame) -> pd.DataFrame:
    """Return the ``resources`` table: raw quantities of the seven indicators by school, stage."""
    frames = []
    for place, stage in enumerate(("primary", "junior")):
        here = schools[schools[f"seats_{stage}"] > 0]
        frame = pd.DataFrame({"school": here.index, "stage": stage})
        frame["pupils"] = here[f"pupils_{stage}"].to_numpy()
        level = 0.75 + here["quality"].to_numpy() / 150
        for name, amounts in STANDARD.items():
            value = frame["pupils"] * amounts[place] * level
            value = value * np.exp(rng.normal(0, 0.2, len(frame)))
            whole = name.startswith("teachers") or name == "media_rooms"
            frame[name] = np.ceil(value).astype(np.int64) if whole else value.round(0)
        both = (here["seats_primary"] > 0) & (here["seats_junior"] > 0)
        part = frame["pupils"] / np.maximum(
            1, (here["pupils_primary"] + here["pupils_junior"]).to_numpy()
        )
        backbone = here["backbone"].to_numpy() * np.where(both, part, 1.0)
        frame["teachers_backbone"] = np.round(backbone).astype(np.int64)
        frames.append(frame)
    return side_table("resources", pd.concat(frames).assign(pop_q="synthetic"))
