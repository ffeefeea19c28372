"""What the villages that stay ask of those that are dealt out: pieces to join, parents to keep."""

from __future__ import annotations

import numpy as np
from numba import njit

ONE = np.int64(1)


@njit(cache=True, nogil=True)
def frozen_pieces(s, assignment, net, bit_of, piece_of, stack, touches, piece_near, bits):  # type: ignore[no-untyped-def]
    """Return (free villages next to the host's piece, number of further frozen pieces of a zone).

    ``piece_near`` holds the free villages next to each piece, `touches` the pieces next to each
    free village. The number is -1 where there are more pieces than bits.
    """
    touches[:bits] = 0
    host = net.host[s]
    root = _edge_of(host, s, assignment, net, bit_of, piece_of, stack)
    if bit_of[host] >= 0:
        root |= ONE << bit_of[host]
    pieces = 0
    for p in range(net.back[s], net.back[s + 1]):
        v = net.village[p]
        if assignment[v] != s or bit_of[v] >= 0 or piece_of[v] == s or v == host:
            continue
        if pieces == len(piece_near):
            pieces = -1
            break
        piece_near[pieces] = _edge_of(v, s, assignment, net, bit_of, piece_of, stack)
        for b in range(bits):
            if (piece_near[pieces] >> b) & 1:
                touches[b] |= ONE << pieces
        pieces += 1
    for p in range(net.back[s], net.back[s + 1]):
        piece_of[net.village[p]] = -1
    piece_of[host] = -1
    return root, pieces


@njit(cache=True, nogil=True)
def _edge_of(seed, s, assignment, net, bit_of, piece_of, stack):  # type: ignore[no-untyped-def]
    """Mark the frozen piece around `seed` and return the free villages next to it."""
    edge, top = np.int64(0), 1
    stack[0] = seed
    piece_of[seed] = s
    while top:
        top -= 1
        at = stack[top]
        for e in range(net.near_start[at], net.near_start[at + 1]):
            to = net.near[e]
            if bit_of[to] >= 0:
                edge |= ONE << bit_of[to]
            elif assignment[to] == s and piece_of[to] != s:
                piece_of[to] = s
                stack[top] = to
                top += 1
    return edge


@njit(cache=True, nogil=True)
def needed_parents(s, assignment, net, bit_of, parents):  # type: ignore[no-untyped-def]
    """Return the free villages that frozen ones need; `parents` holds what each free one needs."""
    needed = np.int64(0)
    for p in range(net.back[s], net.back[s + 1]):
        v, on = net.village[p], net.parent[net.arc[p]]
        bit = bit_of[on] if on != net.host[s] and on >= 0 else -1
        if bit_of[v] >= 0:
            parents[bit_of[v]] = ONE << bit if bit >= 0 else np.int64(0)
        elif assignment[v] == s and bit >= 0:
            needed |= ONE << bit
    return needed
