r"""The choice between two aims: a handful of plans, each with a proven distance to the front.

With :math:`f_b` the measure of rule b and :math:`f_a` the rest of the objective, every weight
:math:`\lambda` gives a plan and a proven bound :math:`B(\lambda) \le \min f_a + \lambda f_b`. No
plan with :math:`f_b \le \varepsilon` then has :math:`f_a < \max_\lambda B(\lambda) -
\lambda\varepsilon`: the bound of the :math:`\varepsilon`-constraint problem, for every point from
all solves together. Weights are chosen by halving the widest part of the front (dichotomic search),
so each solve is an ordinary proposal.

References
----------
Aneja, Nair (1979), Bicriteria transportation problem. Haimes, Lasdon, Wismer (1971), On a
bicriterion formulation (epsilon-constraint).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from districting.county import County
from districting.errors import PolicyError
from districting.plan.plan import Plan
from districting.policy.policy import Policy
from districting.policy.rule import Rule
from districting.proposing.propose import propose
from districting.solve.stop import Stop
from districting.terms import say

FAR = 100.0
"""The ends of the front weigh the second aim this many times more, and less, than the policy."""
CLOSE = 1e-6
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Point:
    """One plan of the front.

    Parameters
    ----------
    plan : Plan
    rest, second : float
        :math:`f_a` in units of the objective, :math:`f_b` in the rule's own unit.
    weight : float
        Weight of the second aim under which the plan was found.
    bound : float
        Least possible `rest` of any plan whose second aim is no worse, proven.
    knee : bool
        The point farthest from the line between the ends: the best bargain.
    """

    plan: Plan
    rest: float
    second: float
    weight: float
    bound: float = float("-inf")
    knee: bool = False

    @property
    def gap(self) -> float:
        """Proven relative gap of `rest`, ``(rest - bound) / max(|rest|, 1)``."""
        return max(0.0, (self.rest - self.bound) / max(abs(self.rest), 1.0))


@dataclass(frozen=True, eq=False)
class Front:
    """What :func:`pareto` found.

    Parameters
    ----------
    rule : Rule
        The second aim.
    points : tuple of Point
        From least `rest` to least `second`.
    current : Point or None
        The current plan on the same scales; None where it cannot be scored.
    proofs : tuple of (float, float)
        Weight and proven bound of every solve.
    """

    rule: Rule
    points: tuple[Point, ...]
    current: Point | None = None
    proofs: tuple[tuple[float, float], ...] = ()

    def least(self, second: float) -> float:
        """Return the least `rest` of any plan whose second aim is at most `second`, proven."""
        return max(bound - weight * second for weight, bound in self.proofs)

    @property
    def dominated_by(self) -> Point | None:
        """The point that is no worse than the current plan in both and better in one."""
        now = self.current
        for p in self.points if now is not None else ():
            assert now is not None
            better = p.rest < now.rest - CLOSE or p.second < now.second - CLOSE
            if p.rest <= now.rest + CLOSE and p.second <= now.second + CLOSE and better:
                return p
        return None

    def table(self) -> pd.DataFrame:
        """Return one row a plan, named by what it gives up.

        Returns
        -------
        pandas.DataFrame
            ``plan``, ``second``, ``rest``, ``rest_more`` (% above the first), ``second_less`` (%
            below the first), ``bound``, ``gap``, ``weight``, ``knee``, ``told`` (in words).
        """
        first = self.points[0]
        rows = []
        for p in self.points:
            more = 100.0 * (p.rest - first.rest) / max(abs(first.rest), 1.0)
            less = 100.0 * (first.second - p.second) / max(abs(first.second), 1e-9)
            key = "knee" if p.knee else "first" if p is first else "gives"
            told = say(f"pareto.{key}", title=self.rule.title, less=less, more=more)
            row = (p.plan.name, p.second, p.rest, more, less, p.bound, p.gap, p.weight, p.knee)
            rows.append((*row, told))
        columns = ["plan", "second", "rest", "rest_more", "second_less", "bound", "gap", "weight"]
        return pd.DataFrame(rows, columns=[*columns, "knee", "told"])

    def __str__(self) -> str:
        lines = [say("pareto.head", title=self.rule.title)]
        lines += [
            say("pareto.line", plan=row.plan, second=row.second, rest=row.rest,
                gap=row.gap, told=row.told)
            for row in self.table().itertuples()
        ]  # fmt: skip
        if self.current is not None:
            better = self.dominated_by
            now = {"second": self.current.second, "rest": self.current.rest}
            key = "dominated" if better else "undominated"
            lines.append(say(f"pareto.{key}", plan=better.plan.name if better else "", **now))
        return "\n".join(lines)


def pareto(
    county: County,
    policy: Policy,
    kind: str,
    rule: str,
    *,
    plans: int = 9,
    start: Plan | None = None,
    stop: Stop | None = None,
    seed: int = 0,
) -> Front:
    """Return plans between the rest of the policy's aims and one of them.

    Parameters
    ----------
    county : County
    policy : Policy
    kind : str
        Kind of plan.
    rule : str
        Name of the aim that is weighed against all others.
    plans : int
        Most plans of the front.
    start : Plan, optional
        Its locks hold.
    stop : Stop, optional
        For the whole front.
    seed : int

    Raises
    ------
    PolicyError
        If the policy has no such aim for this kind of plan, or no plan exists at all.
    """
    stop = stop or Stop(300)
    search = _Search(county, policy, kind, policy.rule(rule, kind), start, stop, seed, {})
    base = search.rule.weight or 1.0
    ends = [search.solve(base / FAR), search.solve(base * FAR)]
    points = sorted(ends, key=lambda p: p.second, reverse=True)
    closed: set[tuple[int, int]] = set()
    while len(points) < plans and not stop.due:
        open_ = [i for i in range(len(points) - 1) if (i, len(points)) not in closed]
        widest = _widest(points, open_)
        if widest is None:
            break
        a, b = points[widest], points[widest + 1]
        found = search.solve((b.rest - a.rest) / (a.second - b.second))
        if _inside(found, a, b):
            points.insert(widest + 1, found)
            closed = set()
        else:
            closed.add((widest, len(points)))
    kept = _bounded(_undominated(points), search)
    proofs = tuple(sorted(search.bounds.items()))
    return Front(search.rule, _named(kept), search.current(), proofs)


@dataclass(frozen=True)
class _Search:
    county: County
    policy: Policy
    kind: str
    rule: Rule
    start: Plan | None
    stop: Stop
    seed: int
    bounds: dict[float, float]
    """Proven bound by weight, less a unit a village for prices rounded to whole units."""

    def solve(self, weight: float) -> Point:
        """Return the best plan at `weight`, measured exactly.

        Zone problems round every price to whole units; at a small weight the second aim is
        therefore measured anew at the policy's own, with everything locked.
        """
        point = self.scored(weight, self.start)
        if point is None:
            raise PolicyError(say("pareto.no_plan", kind=self.kind))
        own = self.rule.weight or 1.0
        if weight >= own:
            return point
        locked = point.plan.lock(self.county, everything=True)
        again = self.scored(own, locked, note=False)
        if again is None:
            return point
        return replace(point, rest=again.rest, second=again.second)

    def scored(self, weight: float, start: Plan | None, note: bool = True) -> Point | None:
        rules = tuple(replace(r, weight=weight) if r is self.rule else r for r in self.policy.rules)
        found = propose(
            self.county, replace(self.policy, rules=rules), self.kind,
            start=start, stop=self.stop.share(0.5, self.stop.gap), seed=self.seed,
        )  # fmt: skip
        record = None if found.plan is None else found.plan.solver
        if found.plan is None or record is None:
            return None
        if note:
            self.bounds[weight] = record.bound - len(self.county.villages)
        part = record.parts.get(self.rule.name)
        paid = 0.0 if part is None else part.value * part.weight
        return Point(found.plan, record.objective - paid, paid / weight, weight)

    def current(self) -> Point | None:
        """Score the current plan by proposing with everything locked; None where that fails."""
        known = {"districts": self.county.current_plan, "zones": self.county.current_zones}
        now: Plan | None = known.get(self.kind)
        if now is None:
            return None
        locked = now.lock(self.county, everything=True)
        return self.scored(self.rule.weight or 1.0, locked, note=False)


def _widest(points: list[Point], candidates: list[int]) -> int | None:
    """Return which part of the front is widest, both measures scaled to the ends; None if none."""
    rest = max(abs(points[-1].rest - points[0].rest), CLOSE)
    second = max(abs(points[0].second - points[-1].second), CLOSE)
    best, width = None, CLOSE
    for i in candidates:
        a, b = points[i], points[i + 1]
        if a.second - b.second <= CLOSE or b.rest - a.rest <= CLOSE:
            continue
        wide = (b.rest - a.rest) / rest + (a.second - b.second) / second
        if wide > width:
            best, width = i, wide
    return best


def _inside(p: Point, a: Point, b: Point) -> bool:
    """Whether `p` lies strictly between `a` and `b` in the second aim."""
    return b.second + CLOSE < p.second < a.second - CLOSE


def _undominated(points: list[Point]) -> list[Point]:
    kept: list[Point] = []
    for p in sorted(points, key=lambda q: (q.rest, q.second)):
        if not kept or p.second < kept[-1].second - CLOSE:
            kept.append(p)
    return kept


def _bounded(points: list[Point], search: _Search) -> list[Point]:
    """Return the points with the bound that all solves together prove for each."""
    return [
        replace(p, bound=min(p.rest, max(b - w * p.second for w, b in search.bounds.items())))
        for p in points
    ]


def _named(points: list[Point]) -> tuple[Point, ...]:
    """Name plans A, B … and mark the knee."""
    first, last = points[0], points[-1]
    rest = max(last.rest - first.rest, CLOSE)
    second = max(first.second - last.second, CLOSE)
    depth = [1 - (p.rest - first.rest) / rest - (p.second - last.second) / second for p in points]
    knee = max(range(len(points)), key=lambda i: depth[i]) if len(points) > 2 else -1
    return tuple(
        replace(p, plan=replace(p.plan, name=LETTERS[i]), knee=i == knee and depth[i] > CLOSE)
        for i, p in enumerate(points)
    )
