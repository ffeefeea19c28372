"""Ways over neighbouring villages: which village comes next on the shortest way to a host."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from districting.county import County
from districting.graph.parts import neighbour_lists

Ints = npt.NDArray[np.int64]


def next_villages(county: County, edges: Ints, hosts: Ints) -> Ints:
    """Return for every village and host the next village on the shortest way to the host.

    Steps lead from village to neighbouring village and are as long as the straight line between
    the two, in whole metres; of equally short ways the one over the first village in county order
    counts. Next to the host, and at it, the host itself is next; -1 where no way leads.

    Parameters
    ----------
    county : County
    edges : int array, shape (e, 2)
        Neighbouring villages.
    hosts : int array, shape (h,)

    Returns
    -------
    int array, shape (n, h)
    """
    n = len(county.villages)
    point = county.villages[["x", "y"]].to_numpy(dtype=float)
    step = np.rint(np.hypot(*(point[edges[:, 0]] - point[edges[:, 1]]).T)) if len(edges) else []
    length = np.maximum(np.asarray(step, dtype=np.int64), 1)
    ends = np.concatenate([edges, edges[:, ::-1]]) if len(edges) else np.empty((0, 2), np.int64)
    both = np.concatenate([length, length])
    graph = csr_array((both.astype(float), (ends[:, 0], ends[:, 1])), shape=(n, n))
    far = np.atleast_2d(dijkstra(graph, indices=hosts)) if len(hosts) else np.empty((0, n))
    way = np.full((n, len(hosts)), -1, dtype=np.int64)
    order = np.lexsort((-ends[:, 1],))
    here, there, metres = ends[order, 0], ends[order, 1], both[order]
    start, neighbour = neighbour_lists(n, edges)
    for column, host in enumerate(hosts):
        reach = far[column]
        on = np.isfinite(reach[here]) & (reach[there] + metres == reach[here])
        way[here[on], column] = there[on]
        way[neighbour[start[host] : start[host + 1]], column] = host
        way[host, column] = host
    return way
