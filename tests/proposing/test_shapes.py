"""Counties of every shape through the public door: optimum by brute force, or no plan, proven."""

from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from labelling import every_layout

import districting as dt
from districting.county import County
from districting.graph import adjacency
from districting.policy import district_problem
from districting.solve.partition.value import best_seats, evaluate

PROFILE = """
[policy]
name = "shapes"
title = "试验"
seats = ["primary"]
[[rule]]
use = "district_count"
text = "学区数"
strength = "must"
params = {{ least = {least}, most = {most}, each = {each} }}
[[rule]]
use = "contiguous"
text = "成片"
strength = "must"
[[rule]]
use = "seat_travel"
text = "就近"
strength = "aim"
[[rule]]
use = "compact"
text = "紧凑"
strength = "aim"
weight = 900
"""
SHAPES = {
    "grid": "###/###/###",
    "line": "########",
    "tree": "#####/#.#.#/#.#..",
    "ring": "###/#.#/###",
    "cut vertex": "##../####/..##",
    "islands": "##.##/##.##",
}


@pytest.fixture
def county_of(grid_county: Callable[..., County]) -> Callable[[str], County]:
    """Return a maker of counties from drawings; every village has a primary school."""

    def make(shape: str) -> County:
        rows = SHAPES[shape].split("/")
        width = len(rows[0])
        drawn = [i for i, mark in enumerate("".join(rows)) if mark == "#"]
        children = [(7 * i * i + 3 * i) % 23 + 2 for i in range(len(rows) * width)]
        roads = [
            (a, b, 1000.0 + 10 * a, "village")
            for a in drawn
            for b in (a + 1, a + width)
            if b in drawn and (b == a + width or b % width)
        ]
        if shape == "islands":
            roads.append((1, 3, 2500.0, "town"))
        whole = grid_county(
            len(rows),
            width,
            schools=[{"at": i} for i in drawn],
            roads=roads,
            children_primary=children,
            children_junior=0,
        )
        return whole.with_tables(villages=whole.villages.iloc[drawn])

    return make


def _policy(folder: Path, least: int, most: int, each: float = 0.0) -> dt.Policy:
    path = folder / "shapes.toml"
    path.write_text(PROFILE.format(least=least, most=most, each=each), encoding="utf-8")
    return dt.read_policy(path)


def _best(county: County, policy: dt.Policy, counts: range) -> float:
    """Return the least objective of all layouts, by brute force."""
    problem, _ = district_problem(county, policy)
    worths = (
        evaluate(problem, layout, best_seats(problem, layout))
        for count in counts
        for layout in every_layout(problem.n, count)
    )
    return min((w.objective for w in worths if w.feasible), default=float("inf"))


@pytest.mark.parametrize("shape", SHAPES)
def test_two_districts_are_the_best_there_are(
    county_of: Callable[[str], County], tmp_path: Path, shape: str
) -> None:
    """Proven optimal and equal to brute force; districts are connected in the border graph."""
    county, policy = county_of(shape), _policy(tmp_path, 2, 2)
    plan = dt.propose(county, policy, seed=1, stop=dt.Stop(60)).plan
    assert isinstance(plan, dt.DistrictPlan)
    assert plan.solver is not None
    assert plan.solver.status == "optimal"
    assert plan.solver.objective == pytest.approx(_best(county, policy, range(2, 3)))
    graph = nx.Graph(map(tuple, adjacency(county).edges.tolist()))
    graph.add_nodes_from(range(len(county.villages)))
    for district in plan.districts.index:
        inside = np.flatnonzero((plan.villages == district).to_numpy())
        assert nx.is_connected(graph.subgraph(inside.tolist()))
    assert dt.verify(county, plan, policy).ok


@pytest.mark.parametrize("shape", SHAPES)
def test_one_district_and_one_a_village(
    county_of: Callable[[str], County], tmp_path: Path, shape: str
) -> None:
    """K = 1 is the whole county, or proven impossible on islands; K = n is a district a village."""
    county = county_of(shape)
    n = len(county.villages)
    single = dt.propose(county, _policy(tmp_path, 1, 1), stop=dt.Stop(60))
    if shape == "islands":
        assert single.plan is None
        assert single.no_plan
        assert "成片" in single.explain()
    else:
        assert isinstance(single.plan, dt.DistrictPlan)
        assert len(single.plan.districts) == 1
    every = dt.propose(county, _policy(tmp_path, n, n), stop=dt.Stop(60)).plan
    assert isinstance(every, dt.DistrictPlan)
    assert every.villages.nunique() == n


def test_a_ferry_joins_islands(county_of: Callable[[str], County], tmp_path: Path) -> None:
    """With a listed ferry between them two islands make one district."""
    county = county_of("islands")
    roads = county.roads.copy()
    roads.loc[roads["kind"] == "town", "kind"] = "ferry"
    joined = county.with_tables(roads=roads)
    plan = dt.propose(joined, _policy(tmp_path, 1, 1), stop=dt.Stop(60)).plan
    assert isinstance(plan, dt.DistrictPlan)
    assert len(plan.districts) == 1


@pytest.mark.parametrize(("each", "fewest"), [(0.0, False), (1e6, True)])
def test_the_number_of_districts_follows_its_price(
    county_of: Callable[[str], County], tmp_path: Path, each: float, fewest: bool
) -> None:
    """A free number is the best of the range; a dear district makes it the least."""
    county, policy = county_of("ring"), _policy(tmp_path, 1, 3, each)
    plan = dt.propose(county, policy, seed=1, stop=dt.Stop(60)).plan
    assert isinstance(plan, dt.DistrictPlan)
    assert plan.solver is not None
    assert plan.solver.objective == pytest.approx(_best(county, policy, range(1, 4)))
    assert (len(plan.districts) == 1) == fewest
