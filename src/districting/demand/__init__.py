"""Children and seats by year: who will come to which school, and how many places there will be."""

from districting.demand.at_year import county_in_year
from districting.demand.catchment import Catchment, catchment
from districting.demand.cohort import VARIANTS, Outlook, project
from districting.demand.enrolment import ClassSizes, enrolment
from districting.demand.surplus import seat_balance

__all__ = [
    "VARIANTS",
    "Catchment",
    "ClassSizes",
    "Outlook",
    "catchment",
    "county_in_year",
    "enrolment",
    "project",
    "seat_balance",
]
