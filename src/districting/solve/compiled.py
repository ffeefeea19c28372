"""Functions compiled for the innermost loops.

Numba counts references to every array that a function is handed, atomically and at each call; where
small functions pass a dozen arrays on, that is most of the time. Kernels leave the counting out.
They may therefore create no arrays: callers keep those that they hand in.
"""

from __future__ import annotations

from numba import njit

kernel = njit(cache=True, nogil=True, _nrt=False)
"""Decorator of such a function."""


@kernel
def copy(to, source):  # type: ignore[no-untyped-def]
    """Write one array into another, both of shape (n,)."""
    for i in range(len(source)):
        to[i] = source[i]
