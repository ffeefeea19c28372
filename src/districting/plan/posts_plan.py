"""A posts plan (岗位配备方案): who leads each union and district, and who helps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import pandas as pd

from districting.county import County
from districting.errors import PlanFileError
from districting.plan.find import find_town
from districting.plan.plan import Plan
from districting.plan.record import Lock
from districting.terms import say

BODIES = ("union", "district")
POSTS = ("director", "secretary", "deputy", "adviser", "manager")
COLUMNS = ("body", "place", "post", "teacher", "school", "start", "end")


@dataclass(frozen=True, eq=False, kw_only=True)
class PostsPlan(Plan):
    """Who holds which post (岗位). Edits return a new plan.

    Units are posts, written ``place/post`` with the post's code or title (``涧头学区/director``,
    ``涧头学区/主任``). Locks have ``unit_kind = "post"``: ``to`` is the teacher who holds it, or
    with ``forbid`` the teacher who shall not.

    Parameters
    ----------
    posts : pandas.DataFrame
        One row a holder, sorted by place, post and teacher: ``body`` (one of :data:`BODIES`),
        ``place`` (name of the union or district), ``post`` (one of :data:`POSTS`), ``teacher``
        (pseudonymous id), ``school`` (id of the school of the main post), ``start``, ``end``
        (``"2026-09"``, the term).
    schools : pandas.Series
        District by id of town-run school, as in the district plan the posts belong to.
    unions : pandas.Series
        Union by district, ``""`` where it has none.
    """

    kind: ClassVar[str] = "posts"

    posts: pd.DataFrame
    schools: pd.Series
    unions: pd.Series

    def body(self) -> dict[str, Any]:
        """Return districts, members and holders as TOML tables."""
        return {
            "district": {str(d): str(u) for d, u in self.unions.sort_index().items()},
            "schools": {str(s): str(d) for s, d in self.schools.sort_index().items()},
            "post": [
                {k: str(v) for k, v in row.items()}
                for row in posts_table(self.posts.itertuples(index=False)).to_dict("records")
            ],
        }

    @classmethod
    def from_body(cls, head: Mapping[str, Any], document: Mapping[str, Any]) -> Self:
        """Return the plan of a parsed file."""
        rows = [tuple(row[c] for c in COLUMNS) for row in document["post"]]
        return cls(
            **head,
            posts=posts_table(rows),
            schools=_series(document["schools"], "school", "district"),
            unions=_series(document["district"], "district", "union"),
        )

    def places(self) -> list[tuple[str, str]]:
        """Return ``(body, place)`` of every union and district, sorted."""
        unions = sorted(set(self.unions) - {""})
        return [("union", u) for u in unions] + [("district", d) for d in self.unions.index]

    def members(self, body: str, place: str) -> pd.Index:
        """Return the ids of the schools that belong to a union or district, sorted."""
        of = self.schools if body == "district" else self.schools.map(self.unions)
        return self.schools.index[(of == place).to_numpy()]

    def _find(self, text: str) -> tuple[str, str, str]:
        """Return (body, place, post) that `text` names.

        Raises
        ------
        PlanFileError
            If there is no such place or post.
        """
        place, _, word = text.rpartition("/")
        titles = {say(f"posts.post.{p}"): p for p in POSTS}
        post = titles.get(word, word)
        for body, name in self.places():
            if name == place and post in POSTS:
                return body, name, post
        raise PlanFileError(say("posts.unknown_post", value=text))

    def assign(self, county: County, units: str | list[str], to: str, reason: str = "") -> Self:
        """Return a child plan in which teacher `to` alone holds each post of `units`.

        Raises
        ------
        PlanFileError
            If a post or the teacher is unknown, or the post is locked to somebody.
        """
        teachers = county.tables["teachers"].set_index("teacher")
        if to not in teachers.index:
            raise PlanFileError(say("posts.unknown_teacher", value=to))
        table = self.posts
        for text in [units] if isinstance(units, str) else units:
            body, place, post = self._find(text)
            if any(k.unit == f"{place}/{post}" and not k.forbid for k in self.locks):
                raise PlanFileError(say("plan.locked_unit", value=text))
            here = (table["place"] == place) & (table["post"] == post)
            term = table.loc[here, ["start", "end"]].head(1).to_numpy().ravel().tolist() or ["", ""]
            row = (body, place, post, to, str(teachers.loc[to, "school"]), *term)
            table = posts_table([*table[~here].itertuples(index=False), row])
        return replace(self, posts=table, parent=self.name, reason=reason, solver=None)

    def lock(
        self,
        county: County,
        *,
        units: list[str] | None = None,
        town: str | None = None,
        everything: bool = False,
        reason: str = "",
    ) -> Self:
        """Return a child plan whose holders of the named posts are to stay.

        Raises
        ------
        PlanFileError
            If a post or the town is unknown.
        """
        wanted = {self._find(u)[1:] for u in units or []}
        if town is not None:
            schools = county.schools.index[county.schools["town"] == find_town(county, town)]
            here = set(self.schools.reindex(schools).dropna())
            here |= set(self.unions.reindex(sorted(here)).dropna())
            wanted |= {(p, post) for p, post in self._held() if p in here}
        if everything:
            wanted |= self._held()
        rows = self.posts[["place", "post", "teacher"]].itertuples(index=False, name=None)
        new = {Lock("post", f"{p}/{k}", t, reason) for p, k, t in rows if (p, k) in wanted}
        locks = tuple(sorted({*self.locks, *new}, key=lambda k: (k.unit, k.to, k.reason)))
        return replace(self, locks=locks, parent=self.name, reason=reason)

    def _held(self) -> set[tuple[str, str]]:
        return set(self.posts[["place", "post"]].itertuples(index=False, name=None))

    def unlock(self, county: County, units: list[str] | None = None) -> Self:
        """Return a child plan without locks on the named posts (all locks when None)."""
        gone = None if units is None else {"/".join(self._find(u)[1:]) for u in units}
        kept = tuple(k for k in self.locks if gone is not None and k.unit not in gone)
        return replace(self, locks=kept, parent=self.name)


def posts_table(rows: Iterable[Iterable[Any]]) -> pd.DataFrame:
    """Return the table of holders, sorted, posts in the order of :data:`POSTS`."""
    table = pd.DataFrame([tuple(r) for r in rows], columns=list(COLUMNS)).astype("str")
    rank = table["post"].map({p: i for i, p in enumerate(POSTS)})
    order = table.assign(rank=rank).sort_values(["body", "place", "rank", "teacher"]).index
    return table.loc[order].reset_index(drop=True)


def _series(of: Mapping[str, str], index: str, name: str) -> pd.Series:
    return pd.Series(dict(of), dtype="str", name=name).sort_index().rename_axis(index)
