"""The workbench and the offline page in Chromium: what a planner does, and no outside request."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from small import small_folder

from districting.export import export
from districting.plan.plan_file import read_plan
from districting.read import read_county

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000
"""Milliseconds that a page may take on a busy machine."""
SERVE = "from districting.cli.main import main; main()"

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine (apt-get install chromium)"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_folder(tmp_path_factory.mktemp("county") / "county")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Serve the folder with the program itself, as a planner starts it."""
    command = [sys.executable, "-c", SERVE, "serve", str(folder), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/\S+/", process.stdout.readline())
        assert found is not None
        yield found[0]
        process.terminate()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Open the workbench; whatever it asks for or complains of is looked at in the end."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    asked: list[str] = []
    wrong: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("pageerror", lambda error: wrong.append(str(error.stack)))
    opened.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    opened.goto(address)
    expect(opened.locator("#tab-check b")).to_have_text(re.compile("✓|[0-9]+"))
    yield opened
    assert all(url.startswith((address, "data:")) for url in asked), asked
    assert not [text for text in wrong if "409" not in text], wrong
    context.close()


def _middle(page: Page, village: int) -> tuple[float, float]:
    """Return a point inside a village on screen: where its name stands."""
    name = page.locator(".names.places text").nth(village)
    x, y = (float(name.get_attribute(axis) or 0) for axis in "xy")
    left, top, width, height = map(
        float, (page.locator("#map").get_attribute("viewBox") or "").split()
    )
    box = page.locator("#map").bounding_box()
    assert box is not None
    return box["x"] + (x - left) / width * box["width"], box["y"] + (y - top) / height * box[
        "height"
    ]


def _cell(page: Page, village: int) -> str:
    """Return the district of a village by its row of the table."""
    return page.locator(f'tr[data-k="v{village}"] td').nth(4).text_content() or ""


def _aim(page: Page, village: int) -> str:
    """Take the brush, and a district that the village is not in for its target; return its name."""
    page.keyboard.press("b")
    here = _cell(page, village)
    names = page.locator("#target option").all_text_contents()
    to = next(name for name in names if name != here)
    page.select_option("#target", label=to)
    return to


def _paint(page: Page, *villages: int) -> str:
    """Drag the brush over villages into a district that the first is not in; return its name."""
    to = _aim(page, villages[0])
    page.mouse.move(*_middle(page, villages[0]))
    page.mouse.down()
    for village in villages[1:]:
        page.mouse.move(*_middle(page, village), steps=3)
    page.mouse.up()
    expect(page.locator(f'tr[data-k="v{villages[0]}"] td').nth(4)).to_have_text(to)
    return to


def test_a_planner_paints_locks_undoes_checks_solves_saves_and_finds_it_again(
    page: Page, folder: Path
) -> None:
    """The whole way once, with the effect on screen before anything is saved."""
    before = _cell(page, 0)
    to = _paint(page, 0)
    expect(page.locator("#unsaved")).to_be_visible()
    page.click("#tab-pending")
    expect(page.locator("#pending tr[data-go]").first).to_contain_text(to)

    page.click("#undo")
    expect(page.locator('tr[data-k="v0"] td').nth(4)).to_have_text(before)
    expect(page.locator("#unsaved")).to_be_hidden()
    page.keyboard.press("Control+y")
    expect(page.locator('tr[data-k="v0"] td').nth(4)).to_have_text(to)

    page.keyboard.press("l")
    page.mouse.click(*_middle(page, 5))
    expect(page.locator('.villages [data-k="v5"]')).to_have_class(re.compile("locked"))
    held = _cell(page, 5)

    page.click("#tab-check")
    expect(page.locator("#tab-check b")).to_have_text(re.compile("[1-9]"))
    view = page.locator("#map").get_attribute("viewBox")
    page.locator("#check .go").first.click()
    expect(page.locator("#map")).not_to_have_attribute("viewBox", view or "")

    page.click("#tab-solve")
    page.fill("#seconds", "60")
    page.fill("#gap", "20")
    page.click("#start")
    page.locator("#take").click()
    expect(page.locator("#redo")).to_be_disabled()
    page.click("#tab-place")

    page.keyboard.press("Control+s")
    page.fill("#new-name", "甲")
    page.fill("#reason", "离校更近")
    page.click("#saving button.main")
    expect(page.locator("#told")).to_contain_text("plans/甲.plan.toml")
    saved = read_plan(folder / "plans" / "甲.plan.toml")
    assert saved.reason == "离校更近" and saved.body()["villages"]

    page.reload()
    expect(page.locator("#plan-name")).to_have_text("甲")
    expect(page.locator("#unsaved")).to_be_hidden()
    assert _cell(page, 5) == held
    expect(page.locator('.villages [data-k="v5"]')).to_have_class(re.compile("locked"))


def test_a_place_is_kept_out_of_an_area_until_unlocked(page: Page) -> None:
    """The target that a place is barred from is offered no more, and again once it is free."""
    to = _aim(page, 6)
    page.keyboard.press("v")
    page.click("#tab-place")
    page.mouse.click(*_middle(page, 6))
    out = page.get_by_role("button", name=f"不得划入{to}")
    out.click()
    expect(out).to_have_count(0)
    page.get_by_role("button", name="解锁", exact=True).click()
    expect(out).to_be_visible()


def test_of_two_windows_the_slower_sees_the_newest_state(page: Page) -> None:
    """An edit on an old state is refused with a word, and the window then shows what is."""
    other = page.context.new_page()
    other.set_default_timeout(PATIENCE)
    other.goto(page.url)
    expect(other.locator("#plan-name")).not_to_have_text("")
    to = _paint(page, 8)
    other.bring_to_front()
    other.keyboard.press("l")
    other.mouse.click(*_middle(other, 9))
    expect(other.locator("#told")).to_contain_text("另一窗口")
    expect(other.locator('tr[data-k="v8"] td').nth(4)).to_have_text(to)
    expect(other.locator('.villages [data-k="v9"]')).not_to_have_class(re.compile("locked"))
    other.close()


def test_without_a_pointer(page: Page) -> None:
    """The village in the middle of the map is put into the target by Enter, and back by undo."""
    page.keyboard.press("b")
    page.locator("#map").focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    districts = page.locator('tr[data-k^="v"] td:nth-child(5)')
    before = districts.all_text_contents()
    names = page.locator("#target option").all_text_contents()
    for name in names[:2]:  # the village may be in the first already
        page.select_option("#target", label=name)
        page.locator("#map").focus()
        page.keyboard.press("Enter")
    expect(page.locator("#speed")).not_to_have_text("")
    assert sum(a != b for a, b in zip(before, districts.all_text_contents(), strict=True)) == 1
    page.keyboard.press("Control+z")
    expect(page.locator("#redo")).to_be_enabled()


def test_the_offline_page_asks_for_nothing(browser: Browser, folder: Path, tmp_path: Path) -> None:
    """Opened from a file, with the network off, the page works and sends no request at all."""
    county = read_county(folder)
    assert county.current_plan is not None
    export(county.current_plan, county, tmp_path / "page.html")
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto((tmp_path / "page.html").as_uri())
    page.locator('tr[data-k="v3"]').click()
    expect(page.locator("#facts h2")).to_have_text(str(county.villages["name"].iloc[3]))
    page.click("#in")
    assert asked == [(tmp_path / "page.html").as_uri()] and not wrong
    context.close()
