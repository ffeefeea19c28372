"""Codes of the villages of grid counties, see ``conftest.grid_county``."""


def village_code(position: int) -> str:
    """Return the code of the village at `position`."""
    return f"370999101{position:03d}"
