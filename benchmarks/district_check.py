"""Judge a plan from the problem's numbers alone; shares no code with the solvers."""

from __future__ import annotations

import math
from collections import defaultdict

import networkx as nx

from districting.model.partition import (
    AssignCost,
    Band,
    Contiguous,
    Deviation,
    DistrictCount,
    DistrictsPerGroup,
    PairCut,
    PartitionProblem,
    Unmixed,
)


def judge(problem: PartitionProblem, labels, seats) -> tuple[float, dict[str, float]]:
    """Return the objective and by how much each must is broken, by gate.

    Parameters
    ----------
    labels : sequence of int, length n
        District of each unit.
    seats : mapping or sequence of int
        Seat candidate of each district.
    """
    members: dict[int, list[int]] = defaultdict(list)
    for unit, label in enumerate(labels):
        members[int(label)].append(unit)
    broken: dict[str, float] = defaultdict(float)
    total = 0.0
    for part in problem.parts:
        if isinstance(part, AssignCost):
            for k, units in members.items():
                paid = sum(float(part.cost[u, seats[k]]) for u in units)
                total += part.weight * paid
                if math.isinf(paid):
                    broken[part.gate] += 1
        elif isinstance(part, PairCut):
            total += part.weight * sum(
                float(c)
                for (u, v), c in zip(part.pairs, part.cost, strict=True)
                if labels[u] != labels[v]
            )
        elif isinstance(part, Band):
            slack = 1e-6 * max(1.0, max(abs(float(w)) for w in part.weights))
            for units in members.values():
                load = math.fsum(float(part.weights[u]) for u in units)
                off = max(0.0, part.lower - load, load - part.upper)
                if part.price is not None:
                    total += part.price * off
                elif off > slack:
                    broken[part.gate] += off
        elif isinstance(part, Deviation):
            for k, units in members.items():
                target = float(part.targets[problem.seats[seats[k]]])
                load = math.fsum(float(part.weights[u]) for u in units)
                total += part.weight * abs(load - target)
        elif isinstance(part, Unmixed | DistrictsPerGroup):
            met = {(int(part.groups[u]), k) for k, units in members.items() for u in units}
            if isinstance(part, DistrictsPerGroup):
                for g in {g for g, _ in met}:
                    broken[part.gate] += abs(sum(a == g for a, _ in met) - int(part.count[g]))
            elif part.price is not None:
                total += part.price * (len(met) - len({g for g, _ in met}))
            else:
                broken[part.gate] += len(met) - len(members)
        elif isinstance(part, DistrictCount):
            broken[part.gate] += max(0, part.least - len(members), len(members) - part.most)
        elif isinstance(part, Contiguous):
            graph = nx.Graph()
            graph.add_nodes_from(range(problem.n))
            graph.add_edges_from(problem.edges.tolist())
            broken[part.gate] += sum(
                nx.number_connected_components(graph.subgraph(units)) - 1
                for units in members.values()
            )
        else:
            raise ValueError(f"cannot judge {type(part).__name__}")
    return total, {gate: amount for gate, amount in broken.items() if amount > 0}


def cheapest_seats(problem: PartitionProblem, labels) -> dict[int, int] | None:
    """Return the cheapest seat inside each district, for plans that name none."""
    cost = sum(part.weight * part.cost for part in problem.parts if isinstance(part, AssignCost))
    inside: dict[int, list[int]] = defaultdict(list)
    for j, unit in enumerate(problem.seats):
        inside[int(labels[unit])].append(j)
    found = {}
    for k in {int(label) for label in labels}:
        if not inside[k]:
            return None
        mine = [u for u, label in enumerate(labels) if label == k]
        found[k] = min(inside[k], key=lambda j: float(cost[mine, j].sum()))
    return found
