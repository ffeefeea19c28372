"""The arrays that the kernels of the zone solver get."""

from dataclasses import fields, replace

import numba
import numpy as np
from random_zones import random_problem

from districting.solve.zones.net import make_net


def test_read_only_tables_are_no_other_type_to_the_kernels():
    """Arrays of tables are read-only; every other type would be compiled anew, for a minute."""
    problem = random_problem(3, n=9, m=3)
    given = {f.name: getattr(problem, f.name) for f in fields(problem)}
    arrays = {k: v.copy() for k, v in given.items() if isinstance(v, np.ndarray)}
    for array in arrays.values():
        array.setflags(write=False)
    table = replace(problem, **arrays)
    assert numba.typeof(make_net(table).arrays) == numba.typeof(make_net(problem).arrays)
