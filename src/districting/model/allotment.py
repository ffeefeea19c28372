r"""Users to servers by time slot, as data: demands, capacities, opening slots, ways.

Each demand wants a number of sessions of some users' groups; a pair says which server may take
it and how far it is. In a slot a server holds groups up to its capacity, and a user sends no
more groups than it has. The aim is :math:`\min \sum_d w_d \bigl(\sum_p m_p y_p + L u_d\bigr)`
with sessions *y*, way *m* and *u* sessions not served at the price *L* of a way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from districting.model.partition import Floats, Ints
from districting.plan.record import Status

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class AllotmentProblem:
    """Who may go where and when.

    Parameters
    ----------
    demand : int array, shape (d,)
        Sessions a week.
    user : int array, shape (d,)
        User of each demand.
    size : int array, shape (d,)
        People in one group; also the weight of a session.
    groups : int array, shape (u,)
        Groups of each user, of which each is in one place at a time.
    capacity : int array, shape (f,)
        People that a server holds at one time.
    open : bool array, shape (f, t)
        Slots in which a server is open.
    pair_demand, pair_server : int array, shape (p,)
    minutes : float array, shape (p,)
        Way of each pair, less than `lost`.
    lost : float
        Minutes that a session not served counts as.
    """

    demand: Ints
    user: Ints
    size: Ints
    groups: Ints
    capacity: Ints
    open: Bools
    pair_demand: Ints
    pair_server: Ints
    minutes: Floats
    lost: float


@dataclass(frozen=True, eq=False)
class Allotment:
    """Sessions by pair and slot.

    Parameters
    ----------
    status : Status
    objective, bound : float
        Person-minutes; the proven lower bound never exceeds the objective.
    sessions : int array, shape (p, t)
    """

    status: Status
    objective: float
    bound: float
    sessions: Ints
