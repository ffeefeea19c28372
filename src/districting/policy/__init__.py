"""Policies: one file a rule, one TOML a county's profile."""
