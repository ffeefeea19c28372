"""Maps in classes, and pairs of them."""

from pathlib import Path

import numpy as np
import pytest

from districting.county import County
from districting.evaluate import measure
from districting.export.maps import NAMES, MapError, write_map
from districting.export.theme_map import draw_pair, draw_theme
from districting.export.themes import THEMES, round_breaks, same_classes, theme_of
from districting.plan.district_plan import DistrictPlan


def gids(figure) -> list[str]:
    """Return the names of all things drawn."""
    return [str(a.get_gid()) for a in figure.findobj() if a.get_gid()]


@pytest.mark.parametrize("name", THEMES)
def test_classes_hold_every_area_once(name: str, county: County, plan: DistrictPlan) -> None:
    """Each area is in one class, its value within the class's ends."""
    theme = theme_of(name, county, plan)
    ends = [-np.inf, *theme.breaks, np.inf]
    assert list(theme.breaks) == sorted(set(theme.breaks))
    assert len(theme.colours) == len(theme.breaks) + 1 == len(theme.labels())
    for value, number in zip(theme.values, theme.classes(), strict=True):
        assert number == -1 if np.isnan(value) else ends[number] < value <= ends[number + 1]


def test_themes_show_what_is_measured(county: County, plan: DistrictPlan) -> None:
    """Travel and quality on the map are the numbers of the evaluation."""
    measured = measure(county, plan)
    travel = theme_of("travel", county, plan)
    known = travel.values.notna()
    mean = np.average(travel.values[known] * 1000, weights=travel.weights[known])
    assert mean == pytest.approx(measured.value("travel_mean", "primary"))
    quality = theme_of("quality", county, plan)
    assert quality.values.to_dict() == pytest.approx(measured.districts["quality"].to_dict())


def test_breaks_are_round_and_weighted() -> None:
    """Few values give few classes; weights move the ends; what is not known does not count."""
    assert round_breaks(np.array([5.0, 5.0]), np.ones(2)) == ()
    assert round_breaks(np.array([np.nan]), np.ones(1)) == ()
    heavy = round_breaks(np.array([1.0, 2.0, 3.0, 400.0]), np.array([1, 1, 1, 97.0]))
    assert heavy == ()
    assert round_breaks(np.array([1.234, 2.345, 9.0]), np.ones(3), 3) == (2.3,), "1.2 holds none"


def test_pair_shares_classes_and_scale(county: County, plan: DistrictPlan) -> None:
    """Both halves of a pair are in the same classes; each village is drawn twice."""
    here, there = plan.districts.index[:2]
    moved = plan.villages.index[plan.villages == here][:3].tolist()
    after = plan.assign(county, [str(v) for v in moved], there)
    first, second = same_classes([theme_of("travel", county, p) for p in (plan, after)])
    assert first.breaks == second.breaks and first.colours == second.colours
    figure = draw_pair("travel", plan, after, county)
    names = gids(figure)
    assert names.count("frame") == 2 and sum(n.startswith("legend:") for n in names) >= 3


@pytest.mark.parametrize("name", THEMES)
def test_theme_sheet_has_legend_scale_and_notice(
    name: str, county: County, plan: DistrictPlan
) -> None:
    """A theme is a whole sheet: classes, names, scale bar and the mark of internal maps."""
    drawn = gids(draw_theme(name, plan, county))
    theme = theme_of(name, county, plan)
    assert [n for n in drawn if n.startswith("class:≤") or n.startswith("class:>")]
    assert sum(n.startswith("legend:") for n in drawn) >= len(theme.colours)
    assert {"title", "frame", "notice", "watermark"} <= set(drawn)
    assert any(n.startswith("scalebar:") for n in drawn)


def test_what_cannot_be_drawn_is_said(county: County, plan: DistrictPlan, tmp_path: Path) -> None:
    """Unknown names, stages, papers and endings each have their sentence; no file is left."""
    for words, told in (
        (("heat", "x.pdf", {}), "sheet"),
        (("travel", "x.gpkg", {}), r"\.pdf"),
        (("travel", "x.pdf", {"stage": "senior"}), "primary"),
        (("travel", "x.pdf", {"size": "A0"}), "A3"),
    ):
        name, file, more = words
        with pytest.raises(MapError, match=told):
            write_map(name, plan, county, tmp_path / file, **more)
    assert not list(tmp_path.iterdir()) and NAMES[0] == "sheet"
