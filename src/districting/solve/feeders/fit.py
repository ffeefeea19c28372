"""A feeder pattern within hard entry seats, by walks over patterns in one piece.

A primary is as a village and a target as a school, so the walks of zones apply
(:mod:`districting.solve.zones.within_seats`): with children between each primary's mean and largest
year, for the largest years of a target's primaries seldom meet. Every year counts where plans of
the walk are judged.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np

from districting.model.feeders import FeederProblem, Ints
from districting.model.zones import Contiguity, Elastic, ZoneProblem
from districting.solve.stop import Stop
from districting.solve.zones.exchange import can_walk
from districting.solve.zones.net import make_net
from districting.solve.zones.shortage import seat_deficit
from districting.solve.zones.solve import solve_zones
from districting.solve.zones.within_seats import within_seats

NEAR = 0.05
"""Gap of the zones from which walks begin."""
DEAR = 4
"""Price of a seat there, in times what a graduate costs at least on average."""
TOWARDS_LARGEST = 0.85
"""Where between their mean and their largest year the children of a primary count in a walk."""


def fit(problem: FeederProblem, stop: Stop, seed: int) -> Ints | None:
    """Return the target of each primary in a pattern with few graduates beyond the seats.

    Parameters
    ----------
    problem : FeederProblem
        All feeders begin in the first year; its price of seats is not looked at.
    stop : Stop
    seed : int

    Returns
    -------
    int array, shape (n,), or None
        None where targets lie in no primary's zone, zones need not be in one piece, or no start
        was found.
    """
    if not problem.contiguous or (problem.host < 0).any():
        return None
    least = np.full(problem.n, problem.costs().max(initial=1))
    np.minimum.at(least, problem.pair_primary, problem.costs()[:, 0])
    dear = DEAR * int(least.sum()) // max(int(problem.graduates.max(axis=0).sum()), 1) + 1
    zones = _as_zones(problem, Elastic(dear, 0.0, dear))
    net = make_net(zones)
    start = solve_zones(zones, stop.share(0.5, NEAR, quiet=True), seed).assignment
    if start is None or not can_walk(net):
        return start
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        beyond = partial(_missing, problem)
        return within_seats(net, start, stop, seed, pool, beyond)


def _missing(problem: FeederProblem, target: Ints) -> int:
    return int(overfull(problem, target).sum())


def overfull(problem: FeederProblem, target: Ints) -> Ints:
    """Return the graduates beyond the seats of each target in its worst year, shape (m,)."""
    over = problem.loads(target, np.zeros(problem.n, np.int64)) - problem.seats
    most: Ints = np.maximum(over, 0).max(axis=0)
    return most


def least_missing(problem: FeederProblem) -> int:
    """Return a number of seats below which no pattern does: split graduates, wherever they live."""
    if (problem.host < 0).any():
        return 0
    net = make_net(_as_zones(problem, Elastic()))
    years = zip(problem.graduates, problem.seats, strict=True)
    return max(seat_deficit(replace(net, weight=g, seats=q)) for g, q in years)


def _as_zones(problem: FeederProblem, elastic: Elastic) -> ZoneProblem:
    """Return primaries as villages and targets as schools, all years in one."""
    mean, largest = problem.graduates.mean(axis=0), problem.graduates.max(axis=0)
    return ZoneProblem(
        children=np.rint(mean + TOWARDS_LARGEST * (largest - mean)).astype(np.int64),
        host=problem.host,
        seats=problem.seats.min(axis=0),
        arc_start=np.searchsorted(problem.pair_primary, np.arange(problem.n + 1)),
        arc_school=problem.pair_target,
        arc_metres=np.zeros(len(problem.pair_target), np.int64),
        arc_extra=problem.costs()[:, 0],
        edges=problem.edges,
        contiguity=Contiguity.EXACT if problem.contiguous else Contiguity.FREE,
        elastic=elastic,
        own=np.zeros(problem.m, bool),
    )
