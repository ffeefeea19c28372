"""All that a page shows of the desk, as JSON: the same after every edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from districting.evaluate.measures.item import Item
from districting.export.page.layers import Fills, Layer, layers_of
from districting.plan.plan import Plan
from districting.plan.zone_plan import STAGES, ZonePlan
from districting.terms import language
from districting.workbench.areas import Outlines, layer_state
from districting.workbench.desk import Desk
from districting.workbench.numbers import beside, effect, effect_state, measured

KEPT = 8
"""Plans whose layers and numbers are kept: that held against, some undone, some laid beside."""


@dataclass(frozen=True, eq=False)
class Look:
    """What was made of one plan: its layers and numbers."""

    plan: Plan
    layers: list[Layer]
    items: tuple[Item, ...]


class View:
    """Makes the state of a desk; what is made of a plan is kept while the plan is in use."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.fills: Fills = {}
        self.outlines = Outlines(desk.county)
        self._looks: list[Look] = []
        self._made: tuple[int, str, dict[str, Any]] | None = None

    def look(self, plan: Plan) -> Look:
        """Return layers and numbers of `plan`; those of the plans used last are kept."""
        made = next((look for look in self._looks if look.plan is plan), None)
        if made is None:
            made = Look(plan, self._layers(plan), measured(self.desk.ground, plan))
        self._looks = [made, *(look for look in self._looks if look is not made)][:KEPT]
        return made

    def _layers(self, plan: Plan) -> list[Layer]:
        """Return the layers of `plan`; those of stages like in a plan looked at are taken over.

        An edit of one stage then costs no more than that stage.
        """
        same = {x.kind: x for look in self._looks for x in look.layers if _alike(plan, look, x)}
        rest = [stage for stage in STAGES if stage not in same]
        found = layers_of([plan], self.desk.ground, self.fills, rest)
        order = [*STAGES, "district"]
        return sorted([*same.values(), *found], key=lambda layer: order.index(layer.kind))

    def state(self) -> dict[str, Any]:
        """Return what the page shows; see :func:`_plan_state` and the functions it is made of."""
        desk = self.desk
        with desk.lock:
            if self._made and self._made[:2] == (desk.revision, language()):
                return self._made[2]
            base, now = self.look(desk.base), self.look(desk.plan)
            held = {layer.kind: layer for layer in base.layers}
            pairs = [(held[a.kind], a) for a in now.layers if a.kind in held]
            made = {
                **_plan_state(desk),
                "layers": [
                    layer_state(desk.county, desk.plan, layer, n, self.outlines)
                    for n, layer in enumerate(now.layers)
                ],
                "locks": _held(desk, forbid=False),
                "barred": _held(desk, forbid=True),
                "numbers": beside(base.items, now.items),
                "effects": [effect_state(effect(desk.county, a, b)) for a, b in pairs],
            }
            self._made = (desk.revision, language(), made)
            return made


def _alike(plan: Plan, look: Look, layer: Layer) -> bool:
    """Return whether `plan` has the same zones of the stage of `layer`, of another plan's look."""
    other = look.plan
    return (
        isinstance(plan, ZonePlan)
        and isinstance(other, ZonePlan)
        and plan.name == other.name
        and plan.feeders is other.feeders
        and plan.groups is other.groups
        and plan.zones[layer.kind].equals(other.zones[layer.kind])
    )


def _plan_state(desk: Desk) -> dict[str, Any]:
    plan = desk.plan
    return {
        "revision": desk.revision,
        "opened": desk.opened,
        "name": desk.base.name,
        "kind": plan.kind,
        "pending": desk.pending,
        "undo": desk.undoable,
        "redo": desk.redoable,
        "writable": desk.writable,
        "solved": plan.solver is not None,
    }


def _held(desk: Desk, forbid: bool) -> dict[str, list[str]]:
    """Return places by key with what is locked there (``village``, ``primary`` …), or barred to."""
    rows = {
        "v": {code: i for i, code in enumerate(desk.county.villages.index)},
        "s": {code: i for i, code in enumerate(desk.county.schools.index)},
    }
    found: dict[str, list[str]] = {}
    for lock in desk.plan.locks:
        letter = "s" if lock.unit_kind in ("school", "feeder") else "v"
        if lock.forbid is forbid and lock.unit in rows[letter]:
            told = lock.to if forbid else lock.unit_kind
            found.setdefault(f"{letter}{rows[letter][lock.unit]}", []).append(told)
    return found
