"""Sampler benchmark: steps a second beside GerryChain's ReCom, and how well the chains mix.

``python benchmarks/ensemble.py [COUNTY …] [--seeds 3]`` prints one JSON line a county folder and
seed. Both samplers start from the same layout of the same village graph, keep children within the
same tolerance of the mean, pick the pair of districts by a cut edge drawn uniformly, draw minimum
spanning trees of random weights until one has a balanced cut, and take one of its balanced cuts
uniformly. Seconds are CPU seconds of one thread; compilation is not counted. Every layout kept is
judged by networkx: as many connected districts, every one within the tolerance.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from functools import partial
from importlib.metadata import version
from pathlib import Path

import networkx as nx
import numpy as np
from gerrychain import Graph, MarkovChain, Partition
from gerrychain.proposals import recom
from gerrychain.tree import bipartition_tree
from gerrychain.updaters import Tally

from districting.graph import adjacency
from districting.model.partition import Band, Contiguous, DistrictCount, PartitionProblem
from districting.read import read_county
from districting.solve.ensemble import effective_size, sample_layouts, split_rhat
from districting.solve.ensemble.chain import run
from districting.solve.ensemble.sample import TRIES
from districting.solve.ensemble.start import begin, setting
from districting.solve.stop import Stop

SHIPPED = Path(__file__).resolve().parents[1] / "data" / "geo"
FOLDERS = [SHIPPED / "taierzhuang", SHIPPED / "caoxian"]


def village_problem(folder: Path, count: int, tolerance: float) -> PartitionProblem:
    county = read_county(folder)
    columns = ["children_primary", "children_junior"]
    children = county.villages[columns].sum(axis=1).to_numpy(float)
    mean = children.sum() / count
    n = len(children)
    low, high = (1 - tolerance) * mean, (1 + tolerance) * mean
    parts = (
        Contiguous("contiguous"),
        DistrictCount("count", count, count),
        Band("size", "children", children, low, high, "children"),
    )
    return PartitionProblem(n, adjacency(county).edges, np.arange(n), parts)


def random_layout(problem: PartitionProblem, count: int, seed: int) -> np.ndarray:
    """Return a feasible layout mended from a random one."""
    (band,) = problem.of(Band)
    bare = PartitionProblem(problem.n, problem.edges, problem.seats, (Contiguous("contiguous"),))
    labels = np.minimum(np.arange(problem.n), count - 1)
    graph = nx.Graph()
    graph.add_nodes_from(range(problem.n))  # GerryChain numbers nodes in the order they come
    graph.add_edges_from(problem.edges.tolist())
    order = list(nx.bfs_tree(graph, 0))[::-1]
    labels[order] = labels.copy()
    chain, own = begin(setting(bare.adding([band]), labels), labels, [seed], own=True)
    if not own:
        raise SystemExit(f"no start found with seed {seed}")
    return chain.labels


def ours(problem: PartitionProblem, start: np.ndarray, seed: int, steps: int) -> dict:
    rules = setting(problem, start)
    chain, _ = begin(rules, start, [seed], own=False)
    kept = np.empty((steps // 100, problem.n), np.int64)
    arguments = (rules.graph, rules.limits, chain, rules.work())
    run(*arguments, kept[:1], 10, TRIES, False)
    run(*arguments, kept[:1], 1, TRIES, True)
    before, begun = chain.tally.copy(), time.process_time()
    run(*arguments, kept, 100, TRIES, False)
    seconds = time.process_time() - begun
    _, trees, moves = (chain.tally - before).tolist()
    before, begun = chain.tally.copy(), time.process_time()
    run(*arguments, kept[:10], steps // 10, TRIES, True)
    reversible = time.process_time() - begun
    return {
        "steps_a_second": round(moves / seconds),
        "trees_a_second": round(trees / seconds),
        "reversible_proposals_a_second": round(10 * (steps // 10) / reversible),
        "reversible_moves_a_second": round(int((chain.tally - before)[2]) / reversible),
        "all_layouts_hold": all(holds(problem, labels) for labels in kept),
    }


def gerrychain(problem: PartitionProblem, start: np.ndarray, seed: int, steps: int) -> float:
    """Return GerryChain's steps a second."""
    (band,) = problem.of(Band)
    graph = nx.Graph()
    graph.add_nodes_from(range(problem.n))  # GerryChain numbers nodes in the order they come
    graph.add_edges_from(problem.edges.tolist())
    nx.set_node_attributes(graph, dict(enumerate(band.weights.astype(int).tolist())), "children")
    mean = (band.lower + band.upper) / 2

    def any_cut(cuts: list, /, *, rng: random.Random) -> object:
        return rng.choice(cuts)

    step = partial(
        recom,
        pop_col="children",
        pop_target=mean,
        epsilon=(band.upper - mean) / mean,
        pair_selection="cut_edges",
        bipartition_tree_fn=partial(bipartition_tree, cut_choice_fn=any_cut),
    )
    first = Partition(
        Graph.from_networkx(graph),
        dict(enumerate(start.tolist())),
        {"children": Tally("children")},
    )
    chain = MarkovChain(step, initial_partition=first, total_steps=steps + 1, rng=seed)
    states = iter(chain)
    next(states)
    begun = time.process_time()
    for _ in states:
        pass
    return steps / (time.process_time() - begun)


def holds(problem: PartitionProblem, labels: np.ndarray) -> bool:
    (band,), (count,) = problem.of(Band), problem.of(DistrictCount)
    inside = labels[problem.edges[:, 0]] == labels[problem.edges[:, 1]]
    graph = nx.Graph()
    graph.add_nodes_from(range(problem.n))
    graph.add_edges_from(problem.edges[inside].tolist())
    sums = np.bincount(labels, band.weights)
    return (
        len(sums) == count.least == nx.number_connected_components(graph)
        and band.lower <= sums.min()
        and sums.max() <= band.upper
    )


def mixing(problem: PartitionProblem, start: np.ndarray, seed: int, layouts: int) -> dict:
    begun, wall = time.process_time(), time.perf_counter()
    sample = sample_layouts(problem, start, layouts, Stop(600.0), seed)
    ends = sample.labels[:, problem.edges]
    cuts = (ends[..., 0] != ends[..., 1]).sum(axis=1).astype(float)
    (band,) = problem.of(Band)
    largest = np.array([np.bincount(x, band.weights).max() for x in sample.labels])
    series = {"cut_pairs": cuts, "largest_district": largest}
    return {
        "layouts": len(sample.labels),
        "chains": sample.chains,
        "own_starts": sample.own_starts,
        "every": sample.every,
        "moves_share": round(sample.moves / sample.steps, 4),
        "trees_a_move": round(sample.trees / sample.moves, 2),
        "rhat": {k: round(split_rhat(v, sample.chain), 4) for k, v in series.items()},
        "ess": {k: round(effective_size(v, sample.chain)) for k, v in series.items()},
        "sample_cpu_seconds": round(time.process_time() - begun, 2),
        "sample_wall_seconds": round(time.perf_counter() - wall, 2),
        "layouts_hold": all(holds(problem, labels) for labels in sample.labels),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=FOLDERS)
    parser.add_argument("--districts", type=int, default=0, help="0: one for each 25 villages")
    parser.add_argument("--tolerance", type=float, default=0.10)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--peer-steps", type=int, default=300)
    parser.add_argument("--layouts", type=int, default=1000)
    options = parser.parse_args()
    for folder in options.folders:
        villages = village_problem(folder, 1, 0.0).n
        count = options.districts or round(villages / 25)
        problem = village_problem(folder, count, options.tolerance)
        for seed in range(1, options.seeds + 1):
            start = random_layout(problem, count, seed)
            line = {"county": folder.name, "villages": problem.n, "districts": count}
            line |= {"tolerance": options.tolerance, "seed": seed}
            line |= ours(problem, start, seed, options.steps)
            peer = gerrychain(problem, start, seed, options.peer_steps)
            line["gerrychain_steps_a_second"] = round(peer, 1)
            line["times_gerrychain"] = round(line["steps_a_second"] / peer)
            line |= mixing(problem, start, seed, options.layouts)
            line |= {p: version(p) for p in ("gerrychain", "numba", "districting")}
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
