"""The workbench: a local page in the browser on which plans are edited, checked and solved."""

from districting.workbench.desk import Desk, ReadOnlyError, StaleError

__all__ = ["Desk", "ReadOnlyError", "StaleError"]
