"""One measured number with its unit and which direction is better."""

from __future__ import annotations

from dataclasses import dataclass

from districting.terms import say


@dataclass(frozen=True)
class Item:
    """One number of a plan.

    Parameters
    ----------
    name : str
        Key; its title is the message ``evaluate.measure.<name>``.
    value : float
        NaN where it cannot be told.
    unit : str
        Key; its text is the message ``evaluate.unit.<unit>``.
    better : {"lower", "higher", ""}
        Which direction is better; empty where neither is.
    stage : str
        ``preschool``, ``primary``, ``junior``; empty where the measure knows no stage.
    leading : bool
        Whether short summaries show it.
    """

    name: str
    value: float
    unit: str
    better: str = ""
    stage: str = ""
    leading: bool = False

    @property
    def title(self) -> str:
        """Name in the current language, with the stage where there is one."""
        title = say(f"evaluate.measure.{self.name}")
        return f"{say(f'terms.{self.stage}')} · {title}" if self.stage else title
