"""Reading and checking county data."""

from districting.read.county_folder import check_county, read_county
from districting.read.report import format_problems, problem_rows

__all__ = ["check_county", "format_problems", "problem_rows", "read_county"]
