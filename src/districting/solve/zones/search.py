"""The plan: elect, grow into one piece, then windows of rising size where excess is left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from districting.model.zones import Ints
from districting.solve.stop import Stop
from districting.solve.zones.construct import elect, grow, regrets
from districting.solve.zones.lagrangian import Dual
from districting.solve.zones.net import Net
from districting.solve.zones.windows import excesses, form_windows, improve

SIZES = (2, 3, 4, 5, 6, 8, 10, 12, 16, 20)
PASSES = 4
CHUNK = 40
WORK = 3_000_000
QUORUM = 0.1


@dataclass(frozen=True, eq=False)
class Prices:
    """Seat prices the search works with.

    Hard seats are priced so high that no gain is worth a child too many: a plan within the seats
    costs the same, and plans beyond them can be passed through.
    """

    price: Ints
    steep: Ints


def search_prices(net: Net, dual: Dual, hard: bool) -> Prices:
    """Return the prices for the search at these village prices."""
    if not hard:
        return Prices(net.price, net.steep)
    village = np.repeat(np.arange(net.n), np.diff(net.start))
    gain = int(np.max(np.abs(dual.prices[village] - net.cost), initial=1))
    dear = np.full(net.m, gain + 1, np.int64)
    return Prices(dear, dear)


def excess_of(net: Net, dual: Dual, seats: Prices, assignment: Ints) -> Ints:
    """Return each school's excess, shape (m,); they sum to objective minus bound."""
    found: Ints = excesses(
        assignment, net.back, net.village, net.arc, net.single, net.weight, net.cost, dual.prices,
        net.base, dual.values, net.seats, net.share, seats.price, seats.steep,
    )  # fmt: skip
    return found


def first_plan(net: Net, dual: Dual, form: int) -> Ints:
    """Return the elected plan made contiguous, -1 where that failed."""
    regret = regrets(net, dual)
    assignment = grow(net, regret, form, elect(net, dual, QUORUM))
    if (assignment < 0).any():
        assignment = grow(net, regret, form, np.full(net.n, -1, np.int64))
    return assignment


def polish(
    net: Net, dual: Dual, seats: Prices, form: int, assignment: Ints, enough: int,
    stop: Stop, rng: np.random.Generator, pool: ThreadPoolExecutor,
) -> Ints:  # fmt: skip
    """Improve a complete plan until the total excess is at most `enough` or windows find nothing."""
    assignment = assignment.copy()
    regret = regrets(net, dual)
    excess = excess_of(net, dual, seats, assignment)
    for size in SIZES:
        for _ in range(PASSES):
            if excess.sum() <= enough or stop.due:
                return assignment
            order = np.argsort(-excess * rng.uniform(0.5, 1.0, net.m), kind="stable")
            better = _pass(
                net, dual, seats, form, assignment, regret, order[excess[order] > 0], size, pool
            )
            excess = excess_of(net, dual, seats, assignment)
            if not better:
                break
    return assignment


def _pass(
    net: Net, dual: Dual, seats: Prices, form: int, assignment: Ints,
    regret: npt.NDArray[np.float64], order: Ints, size: int, pool: ThreadPoolExecutor,
) -> bool:  # fmt: skip
    """Work once over windows around the schools of `order`, in place; tell if any got better."""
    first, members = form_windows(
        order, size, assignment, net.start, net.school, regret, net.back, net.village, net.arc,
        np.inf,
    )  # fmt: skip
    count = len(first) - 1
    improved = np.zeros(count, np.int64)

    def part(begin: int) -> None:
        improve(
            begin, min(begin + CHUNK, count), first, members, assignment, regret, form, WORK,
            net.weight, net.start, net.school, net.cost, net.parent, net.back, net.village,
            net.arc, net.single, net.host, net.near_start, net.near, net.base, dual.prices,
            dual.values, net.seats, net.share, seats.price, seats.steep, improved,
        )  # fmt: skip

    list(pool.map(part, range(0, count, CHUNK)))
    return bool((improved == 1).any())
