"""The page in Chromium without a network: a place tells why, a point shows its plan."""

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from districting.county import County
from districting.export import export
from districting.plan.district_plan import DistrictPlan
from districting.policy import read_policy
from districting.proposing.front import Front, Point

driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_places_and_points_answer_by_mouse_and_keyboard(
    county: County, plan: DistrictPlan, tmp_path: Path
) -> None:
    """The text is that of the plan on the map; a point picked by key changes the plan and text."""
    village = str(county.villages.index[4])
    here, there = plan.districts.index[:2]
    other = replace(plan, name="B", villages=plan.villages.replace(here, there))
    rule = read_policy("taierzhuang").rule("quality_balance", "districts")
    points = tuple(
        Point(replace(p, name=n), rest, (second,), (1.0,))
        for p, n, rest, second in ((plan, "A", 1.0, 9.0), (other, "B", 2.0, 3.0))
    )
    told = pd.Series({village: "因为近。\n次优远些。"})
    path = tmp_path / "a.html"
    export(plan, county, path, told=[told], front=Front((rule,), points))
    with driver.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(offline=True).new_page()
        page.set_default_timeout(60_000)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        page.locator('tr[data-k="v4"]').click()
        driver.expect(page.locator("#facts .why")).to_contain_text("次优远些。")
        page.locator(".scatter .point").nth(1).focus()
        page.keyboard.press("Enter")
        driver.expect(page.locator("#first")).to_have_value("2")
        driver.expect(page.locator("#facts .why")).to_have_text(
            f"取舍 B学区：{other.villages[village]}"
        )
        driver.expect(page.locator(".scatter .point.picked")).to_have_count(1)
        assert asked == [path.as_uri()]
        browser.close()
