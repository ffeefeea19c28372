"""Service-area instances with known optima (Kong's, hard seats, exact contiguity), if at hand.

The data are not ours to ship: their folder is named by ``--public`` or the environment variable
SERVICE_AREAS, by default ``../shared/bench/service_areas`` beside the project.
"""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import numpy as np

from districting.model.zones import ZoneProblem

FOLDER = Path(__file__).parents[2] / "shared" / "bench" / "service_areas"
CENTIMETRES = 100_000.0
"""Per kilometre: distances become whole centimetres."""


def folder(given=None):
    """Return the folder of the instances; say clearly where it was sought."""
    path = Path(given or os.environ.get("SERVICE_AREAS") or FOLDER)
    if not (path / "index.csv").is_file():
        raise SystemExit(
            f"No service-area instances in {path}: name their folder by --public or SERVICE_AREAS."
        )
    return path


def published(path):
    """Return the published figures, by instance name."""
    with (path / "index.csv").open(encoding="utf-8") as lines:
        return {row["name"]: row for row in csv.DictReader(lines)}


def read_instance(path, name):
    """Return (problem in child-centimetres, distances in kilometres)."""
    data = json.loads((path / f"{name}.json").read_text(encoding="utf-8"))
    nodes = data["nodes"]
    at = np.array([[node["x"], node["y"]] for node in nodes])
    host = np.array([k for k, node in enumerate(nodes) if node["facility"]], np.int64)
    n, m = len(nodes), len(host)
    far = np.hypot(*(at[:, None] - at[None, host]).transpose(2, 0, 1)) / 1000
    problem = ZoneProblem(
        children=np.array([node["pop"] for node in nodes], np.int64),
        host=host,
        seats=np.array([nodes[k]["capacity"] for k in host], np.int64),
        arc_start=np.arange(n + 1) * m,
        arc_school=np.tile(np.arange(m), n),
        arc_metres=np.rint(far * CENTIMETRES).astype(np.int64).ravel(),
        edges=np.array(data["edges"], np.int64),
        elastic=None,
    )
    return problem, far


def row(name, known, found, problem, far, seconds, verified):
    """Return one line of the table: ours beside CPLEX and HGA+, objectives in child-kilometres."""
    best = float(known["cplex_obj"])
    ours = None
    if found.assignment is not None:
        ours = float((problem.children * far[np.arange(problem.n), found.assignment]).sum())
    return {
        "method": "districting", "size": "public", "seed": 0, "seats": "hard", "name": name,
        "status": str(found.status), "seconds": round(seconds, 2), "objective": ours,
        "bound": found.bound / CENTIMETRES, "gap": found.gap, "verified": verified,
        "known": best, "above_known": None if ours is None else ours / best - 1,
        "cplex_seconds": float(known["cplex_time_s"]),
        "hga_plus_best": float(known["hga_plus_best"]),
        "hga_plus_mean": float(known["hga_plus_mean"]),
    }  # fmt: skip
