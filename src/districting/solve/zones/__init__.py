"""Attendance zones: a plan and a proven bound from one run."""
