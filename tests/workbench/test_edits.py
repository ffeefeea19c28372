"""Edits over HTTP: each does what it says, is undone and redone, and none is lost."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from small import HOST, TOKEN, Bench, small_folder

from districting.plan.plan_file import read_plan
from districting.proposing.explaining import explain_place
from districting.workbench.state import View


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_folder(tmp_path_factory.mktemp("county") / "source")


@pytest.fixture
def folder(source: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(source, tmp_path / "county"))


@pytest.fixture
def bench(folder: Path) -> Iterator[Bench]:
    opened = Bench(folder)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def refusing(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Return a workbench for requests that change nothing, so that many may ask the same one."""
    opened = Bench(Path(shutil.copytree(source, tmp_path_factory.mktemp("refusing") / "county")))
    yield opened
    opened.close()


def _other(bench: Bench, village: int, layer: int = 0) -> str:
    """Return an area that the village is not in."""
    here = bench.area(village, layer)
    return next(a["id"] for a in bench.state["layers"][layer]["areas"] if a["id"] != here)


def test_a_village_goes_where_it_is_put_and_takes_its_schools_along(bench: Bench) -> None:
    """The state after an edit shows the new area, the effect, and the numbers beside the old."""
    here, county = bench.area(3), bench.service.desk.county
    to = _other(bench, 3)
    found = bench.post("assign", units=["v3"], to=to)
    assert found["moved"] == 1 and found["pending"] and bench.area(3) == to
    (effect,) = found["effects"]
    (row,) = effect["villages"]
    assert (row["key"], row["before"], row["after"]) == ("v3", here, to)
    village = county.villages.iloc[3]
    assert effect["children"] == village["children_primary"] + village["children_junior"]
    own = county.district_schools()
    assert {s["name"] for s in effect["schools"]} == set(
        own["name"][own["village"] == county.villages.index[3]]
    )
    assert any(number["rise"] for number in found["numbers"])


def test_only_places_of_the_source_are_moved(bench: Bench) -> None:
    """With a source given, a brush over many villages moves those of that area alone."""
    source, to = bench.area(0), _other(bench, 0)
    inside = [i for i in range(30) if bench.area(i) == source]
    found = bench.post("assign", units=[f"v{i}" for i in range(30)], to=to, **{"from": source})
    assert found["moved"] == len(inside)
    assert {v["key"] for v in found["effects"][0]["villages"]} == {f"v{i}" for i in inside}


def test_undo_and_redo_walk_through_the_edits(bench: Bench) -> None:
    """Undo restores the former state exactly, redo brings the edit back, a new edit ends redo."""
    before, to = bench.state["layers"], _other(bench, 2)
    bench.post("assign", units=["v2"], to=to)
    after = bench.state["layers"]
    bench.post("undo")
    assert bench.state["layers"] == before and not bench.state["pending"]
    assert bench.state["redo"] and not bench.state["undo"]
    bench.post("redo")
    assert bench.state["layers"] == after
    bench.post("undo")
    bench.post("lock", units=["v1"])
    assert not bench.state["redo"]


def test_locked_places_stay(bench: Bench) -> None:
    """One, a town's or all places are locked and unlocked; a brush passes over them."""
    to = _other(bench, 5)
    bench.post("lock", units=["v5"])
    assert set(bench.state["locks"]) == {"v5"}
    found = bench.post("assign", units=["v5", "v6"], to=to)
    assert found["stayed"] + found["moved"] == 2 - (bench.area(6) == to and found["moved"] == 0)
    assert bench.area(5) != to
    county = bench.service.desk.county
    town = str(county.villages["town"].iloc[0])
    bench.post("lock", town=town)
    rows = [i for i, t in enumerate(county.villages["town"]) if t == town]
    assert {f"v{i}" for i in rows} <= set(bench.state["locks"])
    bench.post("unlock", town=town)
    assert not {f"v{i}" for i in rows} & set(bench.state["locks"]) - {"v5"}
    bench.post("lock")
    assert {f"v{i}" for i in range(30)} <= set(bench.state["locks"])
    bench.post("unlock")
    assert not bench.state["locks"]


def test_places_are_kept_out_of_an_area(bench: Bench) -> None:
    """A bar holds against edits, says its reason in the plan, and goes with the locks."""
    away, here = _other(bench, 7), bench.area(7)
    bench.post("forbid", units=["v7"], to=away, reason="隔河")
    assert bench.state["barred"] == {"v7": [away]} and not bench.state["locks"]
    (lock,) = bench.service.desk.plan.locks
    assert (lock.to, lock.forbid, lock.reason) == (away, True, "隔河")
    assert bench.post("assign", units=["v7"], to=away)["stayed"] == 1
    assert bench.area(7) == here
    bench.post("unlock", units=["v7"])
    assert not bench.state["barred"]


def test_a_school_moves_alone(bench: Bench) -> None:
    """A school by its own key leaves its village where it is; the check says so."""
    layer = bench.state["layers"][0]
    row = next(i for i, area in enumerate(layer["schools"]) if area >= 0)
    to = next(a["id"] for i, a in enumerate(layer["areas"]) if i != layer["schools"][row])
    found = bench.post("assign", units=[f"s{row}"], to=to)
    (effect,) = found["effects"]
    assert not effect["villages"] and [s["key"] for s in effect["schools"]] == [f"s{row}"]


def test_of_two_pages_the_slower_is_told(bench: Bench) -> None:
    """An edit made on an older revision is refused and changes nothing."""
    old, to = bench.state["revision"], _other(bench, 4)
    bench.post("assign", units=["v4"], to=to)
    shown = bench.state
    for what in ("assign", "lock", "unlock", "forbid", "undo", "redo", "save", "open", "exempt"):
        fields = {"to": to, "name": "乙", "reason": "试", "file": "current"}
        told = bench.post(
            what, 409, revision=old, units=["v9"], rule="x", places=["x"], discard=True, **fields
        )
        assert "另一窗口" in told["error"]
    assert bench.get("state")["layers"] == shown["layers"]


def test_saving_makes_a_new_plan_with_parent_and_reason(bench: Bench, folder: Path) -> None:
    """The file holds the edits; nothing is overwritten; later edits are held against it."""
    opened = bench.state["name"]
    bench.post("assign", units=["v7"], to=_other(bench, 7))
    assert bench.post("save", 400, name="甲", reason=" ")["error"]
    found = bench.post("save", name="甲", reason="离家更近")
    assert found["file"] == "plans/甲.plan.toml" and not found["pending"]
    plan = read_plan(folder / "plans" / "甲.plan.toml")
    assert (plan.name, plan.parent, plan.reason) == ("甲", opened, "离家更近")
    assert plan.body() == bench.service.desk.plan.body()
    bench.post("assign", units=["v8"], to=_other(bench, 8))
    before = (folder / "plans" / "甲.plan.toml").read_bytes()
    assert "已有" in bench.post("save", 400, name="甲", reason="再试")["error"]
    assert (folder / "plans" / "甲.plan.toml").read_bytes() == before
    bench.post("save", name="乙", reason="再近些")
    assert read_plan(folder / "plans" / "乙.plan.toml").parent == "甲"
    bench.post("undo")
    assert bench.state["pending"]


@pytest.mark.parametrize("name", ["../甲", "a/b", "..", ".甲", "甲.", "CON", "a\\b", "", "甲" * 81])
def test_no_name_leads_out_of_the_folder(refusing: Bench, name: str) -> None:
    """Names that would be elsewhere, or are no file names on some system, are refused."""
    around = refusing.folder.parent
    refusing.post("lock", units=["v1"])
    before = sorted(around.rglob("*"))
    assert refusing.post("save", 400, name=name, reason="试")["error"]
    assert sorted(around.rglob("*")) == before
    refusing.post("undo")


@pytest.mark.parametrize("file", ["../county.toml", "/etc/passwd", "county.toml", "plans/../x"])
def test_only_plans_of_the_folder_are_opened(refusing: Bench, file: str) -> None:
    """What is not listed as a plan of the folder cannot be opened or laid beside."""
    assert refusing.post("open", 400, file=file)["error"]
    answer = refusing.client.get(f"/{TOKEN}/", params={"with": file})
    assert answer.status_code == 400


def test_open_asks_before_edits_are_lost(bench: Bench) -> None:
    """With unsaved edits another plan opens only when they may be discarded."""
    bench.post("lock", units=["v1"])
    assert bench.post("open", 400, file="nearest")["error"] == "有未保存的改动。"
    bench.post("open", file="nearest", discard=True)
    assert bench.state["kind"] == "zones" and not bench.state["pending"]


def test_zones_of_a_stage_are_painted(bench: Bench) -> None:
    """A village goes to another school of the stage shown, and to no other."""
    bench.post("open", file="nearest")
    primary = bench.state["layers"][0]
    assert primary["kind"] == "primary"
    to = _other(bench, 3)
    bench.post("assign", units=["v3"], to=to, stage="primary")
    assert bench.area(3) == to
    effects = {e["title"]: len(e["villages"]) for e in bench.state["effects"]}
    assert effects[primary["title"]] == 1
    bench.post("lock", units=["v3"])
    assert set(bench.state["locks"]["v3"]) == {"primary", "junior"}
    bench.post("undo")
    away = _other(bench, 3)
    bench.post("forbid", units=["v3"], to=away)
    assert bench.state["barred"] == {"v3": [away]}
    assert bench.post("assign", units=["v3"], to=away, stage="primary")["stayed"] == 1
    bench.post("undo")
    assert not bench.state["barred"]
    bench.post("undo")
    assert bench.area(3) == primary["areas"][primary["villages"][3]]["id"]


def test_a_primary_is_put_to_the_junior_it_feeds(bench: Bench) -> None:
    """Its villages follow it into the junior zone."""
    bench.post("open", file="nearest")
    primary = bench.state["layers"][0]
    village = 3
    leading = primary["areas"][primary["villages"][village]]["id"]
    row = list(bench.service.desk.county.schools.index).index(leading)
    to = _other(bench, village, layer=1)
    bench.post("assign", units=[f"s{row}"], to=to, stage="junior")
    assert bench.service.desk.plan.feeds() == {leading: to}
    served = [i for i, a in enumerate(primary["villages"]) if a == primary["villages"][village]]
    assert {bench.area(i, 1) for i in served} == {to}


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("assign", {"units": "v1", "to": "x"}),
        ("assign", {"units": ["v999"], "to": "x"}),
        ("assign", {"units": ["q1"], "to": "x"}),
        ("assign", {"units": ["v1"], "to": "没有的学区"}),
        ("assign", {"units": ["v1"], "to": 3}),
        ("lock", {"town": "没有的镇"}),
        ("forbid", {"units": ["v1"], "to": "没有的学区"}),
        ("save", {"name": "甲"}),
        ("export", {"endings": ["exe"]}),
        ("take", {}),
    ],
)
def test_wrong_requests_are_told_and_change_nothing(
    refusing: Bench, what: str, fields: dict[str, object]
) -> None:
    """A request that does not fit is answered with what is wrong."""
    before = refusing.get("state")["layers"]
    assert refusing.post(what, 400, **fields)["error"]
    assert refusing.get("state")["layers"] == before


def test_the_check_knows_what_the_edits_broke_and_where(bench: Bench) -> None:
    """A village cut off from its district breaks a rule that held; its place is on the map."""
    first = bench.get("check")
    assert first["broken"] == first["mended"] == 0
    far = max(range(30), key=lambda i: bench.service.desk.county.villages["x"].iloc[i])
    bench.post("assign", units=[f"v{far}"], to=_other(bench, far))
    found = bench.get("check")
    assert found["revision"] == bench.state["revision"] and found["broken"] > 0
    fresh = [f for rule in found["rules"] for f in rule["findings"] if f["fresh"]]
    assert len(fresh) == found["broken"] and all(f["state"] == "fail" for f in fresh)
    assert any(f["keys"] for f in fresh)
    assert found["counts"]["fail"] == sum(r["state"] == "fail" for r in found["rules"])


def test_an_exception_is_recorded_with_its_reason(bench: Bench) -> None:
    """A broken principle with a recorded reason no longer counts as broken."""
    far = max(range(30), key=lambda i: bench.service.desk.county.villages["x"].iloc[i])
    bench.post("assign", units=[f"v{far}"], to=_other(bench, far))
    rules = bench.get("check")["rules"]
    rule, finding = next((r, f) for r in rules for f in r["findings"] if f["excusable"])
    bench.post("exempt", rule=rule["rule"], places=finding["places"], reason="群众要求")
    again = next(r for r in bench.get("check")["rules"] if r["rule"] == rule["rule"])
    same = next(f for f in again["findings"] if f["places"] == finding["places"])
    assert same["state"] == "pass" and same["reason"] == "群众要求"


def test_a_place_is_explained_as_on_the_command_line(bench: Bench) -> None:
    """The page tells what `explain` prints of the plan as it stands."""
    desk = bench.service.desk
    told = bench.post("why", key="v3")["text"]
    place = str(desk.county.villages.index[3])
    assert told == explain_place(desk.county, desk.policy, desk.plan, place)
    assert str(desk.county.villages["name"].iloc[3]) in told


def test_files_are_exported_into_the_folder(bench: Bench, folder: Path) -> None:
    """Only saved plans are exported, and only below the county's folder."""
    bench.post("assign", units=["v7"], to=_other(bench, 7))
    assert bench.post("export", 400, endings=["csv"])["error"]
    bench.post("save", name="甲", reason="试")
    assert bench.post("export", endings=["csv", "geojson"])["files"] == [
        "out/甲.csv",
        "out/甲.geojson",
    ]
    assert (folder / "out" / "甲.csv").stat().st_size > 0


def test_the_page_says_everything_in_the_language_asked_for(bench: Bench) -> None:
    """The page holds the map, the tools and the tables, and asks for nothing from elsewhere."""
    page = bench.client.get(f"/{TOKEN}/")
    assert page.status_code == 200 and "另存为新方案" in page.text and 'id="map"' in page.text
    assert "http://" not in page.text.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in page.text and f"{HOST}" not in page.text
    assert "connect-src 'self'" in page.headers["content-security-policy"]


def test_an_edit_of_one_stage_shows_what_a_fresh_look_would(bench: Bench) -> None:
    """Layers taken over from earlier states are those that would be made anew."""
    bench.post("open", file="nearest")
    bench.post("assign", units=["v3", "v4"], to=_other(bench, 3), stage="primary")
    bench.post("assign", units=["v9"], to=_other(bench, 9, layer=1), stage="junior")
    bench.post("assign", units=["v3"], to=_other(bench, 3), stage="primary")
    fresh = View(bench.service.desk)
    fresh.fills = bench.service._view.fills
    assert fresh.state()["layers"] == bench.state["layers"]
