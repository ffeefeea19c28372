"""The offline page: one file, nothing from outside, every place on it once."""

import base64
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from districting.county import County
from districting.evaluate import nearest_zones
from districting.export import ExportError, export
from districting.export.page.front import HEIGHT, WIDTH, draw_front
from districting.plan.district_plan import DistrictPlan
from districting.plan.posts_plan import PostsPlan
from districting.policy import read_policy
from districting.proposing.front import Front, Point
from districting.read import read_county
from districting.terms import using_language

CAOXIAN = Path(__file__).parents[2] / "data/geo/caoxian"
MOST = 2_000_000
"""Bytes that a page of a county may have: it is sent by mail and opened on old machines."""
VOID = {"meta", "input", "br"}
ZIPPED = re.compile(r'<pre id="told"[^>]*>([^<]+)</pre>')


class _Reader(HTMLParser):
    """Collects tags, attributes and text; fails where a tag is closed that is not the open one."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, self.getpos()

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def keys(self, tag: str, first: str) -> list[str]:
        """Return the keys, sorted, of elements `tag` that begin with letter `first`."""
        found = [str(a["data-k"]) for t, a in self.tags if t == tag and "data-k" in a]
        return sorted(k for k in found if k.startswith(first))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[County, bytes]:
    """Return 曹县 and the page of its current layout beside its nearest zones."""
    county = read_county(CAOXIAN)
    plan, path = county.current_plan, tmp_path_factory.mktemp("page") / "a.html"
    assert plan is not None
    export(plan, county, path, beside=[nearest_zones(county)])
    return county, path.read_bytes()


def test_a_county_fits_and_asks_nothing_from_outside(written: tuple[County, bytes]) -> None:
    """Well-formed, small, without any address, and forbidden to fetch."""
    county, content = written
    assert len(content) <= MOST
    text = content.decode()
    reader = _Reader(text)
    assert not re.search(r"https?:|@import|\bfetch\(|XMLHttpRequest", text)
    for _, attributes in reader.tags:
        assert not {"src", "srcset", "data", "action", "xlink:href"} & set(attributes)
        assert (attributes.get("href") or "#").startswith("#")
    policy = [a["content"] for t, a in reader.tags if a.get("http-equiv")]
    assert policy and str(policy[0]).startswith("default-src 'none'")
    assert "内部工作图，不得公开" in text and county.layout_note in text


def test_every_place_stands_once_on_the_map_and_in_the_tables(
    written: tuple[County, bytes],
) -> None:
    """Villages and schools have one shape and one row each; every area row has its shape."""
    county, content = written
    reader = _Reader(content.decode())
    villages = sorted(f"v{i}" for i in range(len(county.villages)))
    schools = sorted(f"s{i}" for i in range(len(county.schools)))
    assert reader.keys("path", "v") == villages == reader.keys("tr", "v")
    assert reader.keys("g", "s") == schools == reader.keys("tr", "s")
    assert reader.keys("path", "a") == reader.keys("tr", "a")
    assert len([k for k in reader.keys("tr", "a") if k.startswith("a0-")]) == 26
    titled = [a for t, a in reader.tags if t == "g" and a.get("class") == "layer"]
    assert [a["data-layer"] for a in titled] == ["0", "1", "2"]


def test_text_of_users_is_escaped(county: County, plan: DistrictPlan, tmp_path: Path) -> None:
    """Names that look like markup come out as text, and nothing of them is run."""
    evil = "<script>alert('x')</script>\"&"
    villages, schools = county.villages.copy(), county.schools.copy()
    villages.loc[villages.index[0], "name"] = evil
    schools.loc[schools.index[0], "name"] = evil
    first = plan.districts.index[0]
    plan = replace(
        plan,
        name=evil,
        districts=plan.districts.rename(index={first: evil}),
        villages=plan.villages.replace(first, evil),
        schools=plan.schools.replace(first, evil),
    )
    export(plan, county.with_tables(villages=villages, schools=schools), tmp_path / "a.html")
    reader = _Reader((tmp_path / "a.html").read_text(encoding="utf-8"))
    assert Counter(t for t, _ in reader.tags)["script"] == 1
    # Village: map and row; school: map, sign and row; district: map, rows; plan: lists and tables.
    assert reader.texts.count(evil) >= 8


def test_equal_plans_give_equal_bytes(county: County, plan: DistrictPlan, tmp_path: Path) -> None:
    """Written twice the page is the same; in English it speaks English."""
    export(plan, county, tmp_path / "a.html", tmp_path / "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    with using_language("en"):
        export(plan, county, tmp_path / "c.html")
    text = (tmp_path / "c.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in text and "Internal working map" in text and "图例" not in text


def test_an_open_village_lies_in_no_area(
    grid_county: Callable[..., County], tmp_path: Path
) -> None:
    """An incomplete plan is drawn; an area keeps its fill from plan to plan."""
    county = grid_county(1, 3, schools=[{"at": 0}], labels=["甲", "乙", ""])
    plan = county.current_plan
    assert plan is not None
    changed = replace(plan, name="改", villages=plan.villages.replace("", "甲"))
    export(plan, county, tmp_path / "a.html", beside=[changed])
    reader = _Reader((tmp_path / "a.html").read_text(encoding="utf-8"))
    assert reader.keys("path", "v") == ["v0", "v1", "v2"]
    fills = {str(a["data-k"]): a["fill"] for t, a in reader.tags if t == "path" and "fill" in a}
    assert set(fills) == {"a0-0", "a0-1", "a1-0", "a1-1"}
    assert fills["a0-0"] == fills["a1-0"] != fills["a0-1"] == fills["a1-1"]


def test_what_no_page_can_show_is_refused(
    county: County, plan: DistrictPlan, tmp_path: Path
) -> None:
    """Too many plans, plans without areas, and plans beside a file that shows one only."""
    posts = PostsPlan.from_body(
        {"name": "岗", "county": plan.county, "year": plan.year},
        {"post": [], "schools": {}, "district": {}},
    )
    with pytest.raises(ExportError, match="1 至 4"):
        export(plan, county, tmp_path / "a.html", beside=[plan] * 4)
    with pytest.raises(ExportError, match="岗"):
        export(plan, county, tmp_path / "a.html", beside=[posts])
    with pytest.raises(ExportError, match=r"\.html"):
        export(plan, county, tmp_path / "a.csv", beside=[plan])
    assert list(tmp_path.iterdir()) == []


def _front(plan: DistrictPlan) -> Front:
    """Return three points between two aims, the middle one its knee, and the current plan."""
    rule = read_policy("taierzhuang").rule("quality_balance", "districts")
    places = zip("ABC", [(10.0, 9.0), (11.0, 4.0), (19.0, 3.0)], strict=True)
    points = tuple(
        Point(replace(plan, name=name), rest, (second,), (1.0,), bound=9.0, knee=name == "B")
        for name, (rest, second) in places
    )
    now = Point(plan, 15.0, (9.0,), (1.0,))
    return Front((rule,), points, now, proofs=(((1.0,), 14.0),))


def test_the_front_is_drawn_and_linked(county: County, plan: DistrictPlan, tmp_path: Path) -> None:
    """Every point is a button inside the picture whose plan is a layer of the map."""
    export(plan, county, tmp_path / "a.html", front=_front(plan))
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    reader = _Reader(text)
    points = [a for _, a in reader.tags if a.get("class") == "point"]
    layers = [a["data-plan"] for _, a in reader.tags if a.get("class") == "layer"]
    assert [p["data-plan"] for p in points] == ["1", "2", "3"]
    assert layers == ["0", "1", "2", "3"]
    assert all(p["role"] == "button" and p["tabindex"] == "0" for p in points)
    found = [re.findall(r"[\d.]+", str(p["transform"])) for p in points]
    x, y = zip(*((float(a), float(b)) for a, b in found), strict=True)
    assert WIDTH > x[0] > x[1] > x[2] > 0 and HEIGHT > y[0] > y[1] > y[2] > 0
    assert len([a for _, a in reader.tags if a.get("class") == "knee"]) == 1
    # Plans of the front have no columns of their own in the tables: there may be many.
    assert reader.keys("tr", "a") == [f"a0-{i}" for i in range(len(plan.districts))]
    assert "取舍 B" in reader.texts


def test_two_aims_are_drawn_against_each_other(plan: DistrictPlan) -> None:
    """The rest, which no axis shows, is the shade of each point; nothing claims to be a line."""
    front = _front(plan)
    points = tuple(replace(p, aims=(p.aims[0], 30.0 - p.rest)) for p in front.points)
    drawn = draw_front(Front(front.rules * 2, points), 1)
    assert len(set(re.findall(r'<circle r="7" fill="(#[0-9a-f]{6})"', drawn))) == 3
    assert "0—90.0 %" in drawn
    assert "polyline" not in drawn


def test_explanations_are_packed_by_place(
    county: County, plan: DistrictPlan, tmp_path: Path
) -> None:
    """Texts come out as they went in, whatever they hold; plans of a front tell their areas."""
    village, school = county.villages.index[2], county.schools.index[1]
    told = pd.Series({village: "因为<路程>“近”&\n次优", school: "本校"})
    export(plan, county, tmp_path / "a.html", told=[told], front=_front(plan))
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    found = ZIPPED.search(text)
    assert found is not None
    read = json.loads(zlib.decompress(base64.b64decode(found[1])))
    assert read["0"] == {"plan": plan.name, "texts": {"v2": told[village], "s1": "本校"}}
    assert read["3"]["plan"] == "取舍 C"
    assert read["3"]["texts"]["v2"] == f"学区：{plan.villages[village]}"
    export(plan, county, tmp_path / "b.html")
    assert ZIPPED.search((tmp_path / "b.html").read_text(encoding="utf-8")) is None
