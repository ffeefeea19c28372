"""Rows that several rotation rules give to the model: net change by place, or place and subject."""

from __future__ import annotations

import numpy as np

from districting.model.rotation import Floats, Ints, Rows
from districting.model.rotation_view import RotationView
from districting.model.runs import starts
from districting.policy.rule import Rule


def net_rows(rule: Rule, view: RotationView, low: Floats, high: Floats) -> Rows:
    """Return rows ``low <= in - out <= high`` by place, or by place and subject.

    Parameters
    ----------
    low, high : float array, shape (places,) or (places, subjects)
        Cells that no move touches, or that no moves could break, give no row.
    """
    return cell_rows(rule, view, low, high, sign_in=1.0, sign_out=-1.0)


def out_rows(rule: Rule, view: RotationView, high: Floats) -> Rows:
    """Return rows ``out <= high`` by place, or by place and subject."""
    return cell_rows(rule, view, np.full(high.shape, -np.inf), high, sign_in=0.0, sign_out=1.0)


def cell_rows(
    rule: Rule, view: RotationView, low: Floats, high: Floats, sign_in: float, sign_out: float
) -> Rows:
    """Return rows over arcs that enter (`sign_in`) and leave (`sign_out`) each cell.

    Leaders are left out: they fill no subject's post, and change places among themselves.
    """
    by_subject = low.ndim == 2
    width = low.shape[1] if by_subject else 1
    none = np.zeros(len(view.teacher), dtype=np.int64)
    leaves, joins = (view.code[view.teacher], view.joins) if by_subject else (none, none)
    arcs = np.flatnonzero(~view.staff["leader"].to_numpy(dtype=bool)[view.teacher])
    teacher = view.teacher[arcs]
    cell_in = view.to[arcs] * width + joins[arcs]
    cell_out = view.origin[arcs] * width + leaves[arcs]
    count_in, count_out = (
        _possible(teacher, cell, low.size, distinct) if sign else np.zeros(low.size)
        for cell, sign, distinct in ((cell_in, sign_in, False), (cell_out, sign_out, True))
    )
    ups = count_in * (sign_in > 0) + count_out * (sign_out > 0)
    downs = count_in * (sign_in < 0) + count_out * (sign_out < 0)
    flat_low, flat_high = low.ravel().astype(float), high.ravel().astype(float)
    used = np.flatnonzero((ups > flat_high) | (-downs < flat_low))
    at = np.full(low.size, -1, dtype=np.int64)
    at[used] = np.arange(len(used))
    parts: list[tuple[Ints, Ints, Floats]] = []
    for cell, sign in ((cell_in, sign_in), (cell_out, sign_out)):
        kept = at[cell] >= 0
        if sign:
            parts.append((at[cell][kept], arcs[kept], np.full(int(kept.sum()), sign)))
    labels = view.places["label"].to_numpy(dtype=str)
    names = tuple(
        f"{labels[u // width]} {view.subjects[u % width]}" if by_subject else str(labels[u])
        for u in used
    )
    return Rows(
        rule.name,
        "teachers",
        np.concatenate([p[0] for p in parts]),
        np.concatenate([p[1] for p in parts]),
        np.concatenate([p[2] for p in parts]),
        flat_low[used],
        flat_high[used],
        names,
        rule.elastic,
    )


def _possible(teacher: Ints, cell: Ints, size: int, distinct: bool) -> Floats:
    """Return how many moves could count in each cell; a teacher leaves a cell once."""
    if distinct:
        cell = cell[starts(teacher)]
    return np.bincount(cell, minlength=size).astype(float)
