"""The best plan made of whole zones that plans met so far had, each from whichever plan.

Long walks end in plans that are good in different places; a small set-partitioning program puts
the good zones together (as routes are: Rochat & Taillard, Journal of Heuristics 1995).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from districting.model.zones import Ints
from districting.solve.stop import Stop
from districting.solve.zones.arc_search import ArcSearch
from districting.solve.zones.master import Floats, Master, Prices, Zones, prices_of
from districting.solve.zones.net import Net


def collect(net: Net, plans: npt.NDArray[np.int16], zones: Zones) -> None:
    """Add the zones of many plans, shape (k, n), that mostly share their zones."""
    key = np.random.default_rng(0).integers(1 << 62, size=net.n)
    for s in range(net.m):
        held = (plans == s) & ~net.single
        for k in np.unique(held @ key, return_index=True)[1]:
            zones.add(s, np.flatnonzero(held[k]))


def recombine(net: Net, zones: Zones, goal: float, typical: float, stop: Stop) -> Ints | None:
    """Return the best plan within the seats that has zones met only and costs less than `goal`.

    Parameters
    ----------
    typical : float
        Cost of a plan, roughly.

    Returns
    -------
    int array, shape (n,), or None
        None where there is none, or none was found in time.
    """
    master = Master(net, typical, zones)
    _, prices, fines, _ = master.solve()
    # A bound among the zones met only, which is all that the choice looks at.
    at = prices_of(master, prices, fines, master.worth(prices, fines))
    share = master.choose(at, goal, stop)
    return None if share is None else plan_of(net, share)


def offer_best(search: ArcSearch, master: Master, at: Prices) -> None:
    """Offer a search the best plan of the zones that a program has met."""
    share = master.choose(at, search.objective, search.stop)
    if share is not None:
        search.offer(plan_of(search.net, share))
        search.note("improve")


def plan_of(net: Net, share: Floats) -> Ints:
    """Return the plan by which schools a whole solution shares villages out to, shape (n,)."""
    plan: Ints = share.argmax(axis=1)
    plan[net.single] = net.school[net.start[:-1][net.single]]
    return plan
