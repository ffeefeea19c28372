"""An independent check of a zone plan: plain Python from the problem's arrays, no solver code."""

from __future__ import annotations

from collections import defaultdict, deque


def check_zones(problem, assignment):
    """Return (objective, violations); the objective is recomputed from the raw arrays."""
    wrong = []
    n, m = len(problem.children), len(problem.host)
    plan = [int(s) for s in assignment]
    if len(plan) != n or any(not 0 <= s < m for s in plan):
        return None, ["incomplete"]
    neighbours = defaultdict(set)
    for a, b in problem.edges.tolist():
        neighbours[a].add(b)
        neighbours[b].add(a)
    objective, parent = 0, {}
    zones = defaultdict(set)
    for v, s in enumerate(plan):
        arcs = range(int(problem.arc_start[v]), int(problem.arc_start[v + 1]))
        arc = next((a for a in arcs if int(problem.arc_school[a]) == s), None)
        if arc is None:
            return None, [f"village {v} may not go to school {s}"]
        if problem.forbidden is not None and problem.forbidden[arc]:
            wrong.append(f"village {v} forbidden at {s}")
        if problem.fixed is not None and problem.fixed[v] not in (-1, s):
            wrong.append(f"village {v} not at its lock")
        objective += int(problem.children[v]) * int(problem.arc_metres[arc])
        objective += 0 if problem.arc_extra is None else int(problem.arc_extra[arc])
        zones[s].add(v)
        parent[v] = None if problem.arc_parent is None else int(problem.arc_parent[arc])
    own = problem.own if problem.own is not None else [q > 0 for q in problem.seats]
    owners = defaultdict(set)
    for s in range(m):
        if own[s]:
            owners[int(problem.host[s])].add(s)
    for v, schools in owners.items():
        locked = problem.fixed is not None and problem.fixed[v] >= 0
        if not locked and plan[v] not in schools:
            wrong.append(f"host {v} outside its school")
    objective += _seats(problem, plan, wrong)
    for s in range(m):
        if problem.contiguity != "free" and not _one_piece(
            zones[s], int(problem.host[s]), neighbours
        ):
            wrong.append(f"zone {s} in pieces")
        if problem.contiguity == "tree":
            for v in zones[s]:
                if parent[v] != int(problem.host[s]) and parent[v] not in zones[s]:
                    wrong.append(f"village {v} cut from school {s}")
    return objective, wrong


def _seats(problem, plan, wrong):
    """Return the price of each school's worst year and of conditions; note what is broken."""
    rows = [("", problem.children, problem.seats)]
    if problem.years is not None:
        years = problem.years
        rows += zip(years.names, years.children, years.seats, strict=True)
    paid, worst = defaultdict(int), defaultdict(int)
    for name, children, seats in rows:
        load = defaultdict(int)
        for v, s in enumerate(plan):
            load[s] += int(children[v])
        for s, there in load.items():
            over = max(there - int(seats[s]), 0)
            worst[s] = max(worst[s], over)
            if problem.elastic is None:
                wrong += [f"school {s} over by {over} {name}"] if over else []
                continue
            low = int(int(seats[s]) * problem.elastic.share)
            price = min(over, low) * problem.elastic.price
            paid[s] = max(paid[s], price + max(over - low, 0) * problem.elastic.steep)
    priced = 0
    for side in problem.sides:
        total = side.overfull * sum(worst.values())
        for v, s in enumerate(plan):
            arcs = range(int(problem.arc_start[v]), int(problem.arc_start[v + 1]))
            total += sum(int(side.weight[a]) for a in arcs if int(problem.arc_school[a]) == s)
        low, high = side.lower, side.upper
        above = total - high if high is not None and total > high else 0
        beyond = low - total if low is not None and total < low else above
        priced += side.price * beyond
        if beyond and not side.price:
            wrong.append(f"{side.name}: {total}")
    return priced + sum(paid.values())


def _one_piece(zone, host, neighbours):
    seen, queue = {host}, deque([host])
    while queue:
        for u in neighbours[queue.popleft()]:
            if u in zone and u not in seen:
                seen.add(u)
                queue.append(u)
    return zone <= seen
