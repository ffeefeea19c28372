"""Reading and checking county data."""

from districting.read.county_folder import check_county, read_county

__all__ = ["check_county", "read_county"]
