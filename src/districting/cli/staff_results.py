"""What a staff plan comes to: the numbers of its aims and shares, as checks measure them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from districting.terms import say

if TYPE_CHECKING:
    import pandas as pd

    from districting.evaluate.verify import Report

STAFF = ("rotation", "teaching", "posts")
"""Kinds of plans that are measured by the rules of their policy."""
MEASURED = ("share_sending", "share_county", "share_backbone", "staff_variation")
"""Rules whose numbers are told whatever their strength; of the others only aims."""


def staff_results(report: Report) -> pd.DataFrame:
    """Return a row a measure: ``rule``, ``title``, ``number``, ``limit``, ``text``."""
    import pandas as pd

    rows = [
        (j.rule, j.title, j.finding.number, j.finding.limit, j.text)
        for j in report.findings
        if j.rule != "structure" and (j.strength == "aim" or j.rule in MEASURED)
    ]
    return pd.DataFrame(rows, columns=["rule", "title", "number", "limit", "text"])


def result_lines(report: Report) -> str:
    """Return the measures as text, a line each."""
    lines = [f"  {text}" for text in staff_results(report)["text"]]
    return "\n".join([say("cli.results"), *lines])
