"""A binary heap in two arrays, for shortest ways in compiled code."""

from numba import njit


@njit(cache=True)
def push(keys, items, size, key, item):  # type: ignore[no-untyped-def]
    """Add `item` to the heap of `size` items; return the new size."""
    i = size
    while i > 0:
        up = (i - 1) >> 1
        if keys[up] <= key:
            break
        keys[i] = keys[up]
        items[i] = items[up]
        i = up
    keys[i] = key
    items[i] = item
    return size + 1


@njit(cache=True)
def pop(keys, items, size):  # type: ignore[no-untyped-def]
    """Drop the first item, ``keys[0]`` and ``items[0]``; return the new size."""
    size -= 1
    key, item = keys[size], items[size]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[i] = keys[child]
        items[i] = items[child]
        i = child
    keys[i] = key
    items[i] = item
    return size
