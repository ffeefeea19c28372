"""Measures of a district plan, one idea a file."""
