"""Why hard seats cannot hold everyone, by a maximum flow of children to seats.

If not even split villages fit, the minimum cut names villages whose children exceed the seats of
all the schools they may attend.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from districting.model.zones import Ints, ZoneProblem
from districting.solve.zones.net import Net
from districting.solve.zones.solution import Shortage


def find_yearly_shortage(problem: ZoneProblem, net: Net) -> Shortage | None:
    """Return the shortage of the first year that has one."""
    hard = problem.elastic is None
    shortage = find_shortage(net, hard)
    if shortage is None and hard and problem.years is not None:
        years = problem.years
        for name, children, seats in zip(years.names, years.children, years.seats, strict=True):
            shortage = find_shortage(replace(net, weight=children, seats=seats), hard)
            if shortage is not None:
                return replace(shortage, year=name)
    return shortage


def find_shortage(net: Net, hard: bool) -> Shortage | None:
    """Return a shortage that rules out every plan, None if this test finds none."""
    stranded = np.flatnonzero(np.diff(net.start) == 0)
    if len(stranded):
        nobody = np.empty(0, np.int64)
        return Shortage(stranded, nobody, int(net.weight[stranded].sum()), 0)
    if not hard:
        return None
    n, m = net.n, net.m
    graph, flow, seated = _flow(net)
    if seated >= int(net.weight.sum()):
        return None
    left = csr_array(graph - flow)
    left.data = np.maximum(left.data, 0)
    left.eliminate_zeros()
    side = breadth_first_order(left, n + m, return_predecessors=False)
    villages: Ints = np.sort(side[side < n]).astype(np.int64)
    schools: Ints = np.sort(side[(side >= n) & (side < n + m)] - n).astype(np.int64)
    return Shortage(
        villages, schools, int(net.weight[villages].sum()), int(net.seats[schools].sum())
    )


def seat_deficit(net: Net) -> int:
    """Return the children that find no seat even if villages may be split: a lower bound."""
    return int(net.weight.sum()) - _flow(net)[2]


def _flow(net: Net) -> tuple[csr_array, csr_array, int]:
    """Return the graph source - villages - schools - sink, its maximum flow and what it seats."""
    n, m = net.n, net.m
    source, sink = n + m, n + m + 1
    village = np.repeat(np.arange(n), np.diff(net.start))
    rows = np.concatenate([np.full(n, source), village, n + np.arange(m)])
    columns = np.concatenate([np.arange(n), n + net.school, np.full(m, sink)])
    room = np.concatenate([net.weight, net.weight[village], net.seats]).astype(np.int32)
    graph = csr_array((room, (rows, columns)), shape=(n + m + 2, n + m + 2))
    found = maximum_flow(graph, source, sink)
    return graph, found.flow, int(found.flow_value)
