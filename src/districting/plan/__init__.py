"""Plans: what a planner decides, kept apart from how it was found."""
