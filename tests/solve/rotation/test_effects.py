"""Effects of changed moves against everything worked out anew."""

import numpy as np
import pytest
from random_rotation import random_problem

from districting.model.rotation import Rows
from districting.solve.rotation import Standing
from districting.solve.rotation.solution import misses, tier_value


@pytest.mark.parametrize("seed", range(12))
def test_an_effect_is_the_difference_of_two_plans(seed: int) -> None:
    """Tier by tier, and the musts that are broken more than before."""
    problem = random_problem(seed, agents=7)
    random = np.random.default_rng(seed)
    agents = np.unique(problem.agent)
    first = {int(a): int(random.choice(np.flatnonzero(problem.agent == a))) for a in agents[:4]}
    chosen = np.array(sorted(first.values()), dtype=np.int64)
    now = Standing(problem, chosen)
    leaver, other = int(agents[0]), int(agents[-1])
    ways = np.flatnonzero(problem.agent == leaver)
    for drop, add in (
        ([first[leaver]], [int(ways[-1])] if ways[-1] != first[leaver] else []),
        ([], [int(np.flatnonzero(problem.agent == other)[0])]),
        ([first[leaver], first[int(agents[1])]], []),
    ):
        after = np.array(sorted((set(chosen.tolist()) - set(drop)) | set(add)), dtype=np.int64)
        effect = now.effect(np.array(drop, dtype=np.int64), np.array(add, dtype=np.int64))
        truth = [
            tier_value(problem, t, after) - tier_value(problem, t, chosen)
            for t in (-1, *problem.tiers)
        ]
        assert list(effect.tiers) == pytest.approx(truth, abs=1e-6)
        worse = {
            (part.gate, part.labels[row])
            for part in problem.parts
            if isinstance(part, Rows) and part.price is None
            for row in np.flatnonzero(misses(part, after) > misses(part, chosen) + 1e-9)
        }
        assert set(effect.breaks) == worse
        assert sum(c.weighted for c in effect.changes) == pytest.approx(sum(truth), abs=1e-6)
