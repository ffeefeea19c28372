"""Shared facilities as planners read them: register of agreements, timetable, headings."""

from __future__ import annotations

import pandas as pd

from districting.proposing.sharing_terms import SharingTerms
from districting.read.hours import DAYS, hours_text
from districting.terms import language, say

SHEETS = ("agreements", "timetable", "reach", "needs")
IDS = ("owner", "user")
ENGLISH_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def registered(timetable: pd.DataFrame, terms: SharingTerms) -> pd.DataFrame:
    """Return the register of agreements (共建共享协议): one row a pair of schools."""
    fees = {u.kind: u.fee for u in terms.use}
    columns = ["owner", "owner_name", "user", "user_name", "facilities", "hours"]
    columns += ["periods", "minutes", "fee"]
    rows = []
    for key, here in timetable.groupby(columns[:4], sort=True):
        things, hours = [], []
        for facility, part in here.groupby("facility"):
            kind = say(f"sharing.kind.{part['kind'].iloc[0]}")
            things.append(f"{kind}（{facility}）")
            slots = list(zip(part["day"].tolist(), part["period"].tolist(), strict=True))
            hours.append(f"{kind}：{hours_text(slots)}")
        fee = float((here["kind"].map(fees) * here["classes"]).sum())
        way = float(here["minutes"].max())
        count = int(here["classes"].sum())
        rows.append((*key, "、".join(things), "；".join(hours), count, way, fee))
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(duties=terms.terms.duties)


def printed(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of :class:`~districting.proposing.sharing.Sharing` as planners read it."""
    shown = table.drop(columns=[c for c in IDS if f"{c}_name" in table])
    for column, area in (("kind", "sharing.kind"), ("stage", "terms")):
        if column in shown:
            shown[column] = [say(f"{area}.{v}") for v in shown[column]]
    if "day" in shown:
        names = [f"周{d}" for d in DAYS] if language() == "zh" else list(ENGLISH_DAYS)
        shown["day"] = [names[d] for d in shown["day"]]
    numbers = shown.select_dtypes("float").columns
    shown[numbers] = shown[numbers].round(1)
    return shown.rename(columns={c: say(f"sharing.column.{c}") for c in shown.columns})
