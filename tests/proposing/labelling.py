"""All layouts of a few units."""

from collections.abc import Iterator
from itertools import product

import numpy as np


def every_layout(n: int, count: int) -> Iterator[np.ndarray]:
    """Yield every division of n units into `count` districts once, unit 0 in district 0."""
    for rest in product(range(count), repeat=n - 1):
        if len({0, *rest}) == count:
            yield np.array([0, *rest], np.int64)
