"""Children and seats by year: who will come to which school, and how many places there will be."""

from districting.demand.at_year import county_in_year, entrants_only
from districting.demand.catchment import Catchment, catchment
from districting.demand.cohort import VARIANTS, Outlook, project
from districting.demand.enrolment import ClassSizes, enrolment
from districting.demand.surplus import seat_balance
from districting.demand.tables import by_stage, headed

__all__ = [
    "VARIANTS",
    "Catchment",
    "ClassSizes",
    "Outlook",
    "by_stage",
    "catchment",
    "county_in_year",
    "enrolment",
    "entrants_only",
    "headed",
    "project",
    "seat_balance",
]
