"""The map sheet: names apart, lengths true, everything in the legend, fonts inside."""

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
import shapely
from matplotlib.figure import Figure
from matplotlib.path import Path as Outline

from districting.county import County
from districting.export import draw_map, export, typeface
from districting.export.inset import LEAST_ZOOM, find_inset
from districting.export.labels import overlaps
from districting.export.map_sheet import county_bounds
from districting.export.paper import POINT, lay_out
from districting.plan.district_plan import DistrictPlan
from districting.sample import make_county
from districting.terms import using_language

Floats = np.ndarray


def texts(figure: Figure) -> dict[str, list[str]]:
    """Return the texts of a sheet by the name of their artist."""
    found: dict[str, list[str]] = {}
    for text in figure.axes[0].texts:
        found.setdefault(text.get_gid() or "", []).append(text.get_text())
    return found


def ink(figure: Figure, prefix: str) -> np.ndarray:
    """Return the boxes (mm) that hold the ink of the texts whose name begins with `prefix`."""
    boxes = []
    with typeface.drawing_context("test"):
        for text in figure.axes[0].texts:
            if (text.get_gid() or "").startswith(prefix):
                x, y = text.get_position()
                size = text.get_fontsize() * POINT
                path = typeface.outline_path(text.get_text(), x, y, size)
                points = path.vertices[path.codes != Outline.CLOSEPOLY]
                boxes.append(np.r_[points.min(axis=0), points.max(axis=0)])
    return np.array(boxes)


@pytest.fixture(scope="module")
def sheet(county: County, plan: DistrictPlan) -> Figure:
    return draw_map(plan, county)


def test_drawn_names_do_not_overlap(sheet: Figure) -> None:
    """The ink of no two names on the map meets."""
    boxes = ink(sheet, "label:")
    shared = overlaps(boxes, boxes)
    np.fill_diagonal(shared, 0.0)
    assert len(boxes) > 60
    assert shared.max() == 0.0


def test_names_left_out_are_counted(county: County, plan: DistrictPlan) -> None:
    """On a crowded sheet every district is named, and omitted school names are counted."""
    at = county.schools[["x", "y"]]
    crowded = county.schools.assign(**(at.mean() + 0.1 * (at - at.mean())))
    found = texts(draw_map(plan, county.with_tables(schools=crowded), size="A4"))
    written = sum(key.startswith("label:school:") for key in found)
    missing = len(county.schools) - written
    assert missing > 0
    assert all(f"label:district:{name}" in found for name in plan.districts.index)
    remark = "".join(found["provenance"])
    assert f"另有 {missing} 所学校（园）因位置不足未标注校名" in remark
    assert "村居名未标注" in remark


@pytest.mark.parametrize("size", ["A3", "A4"])
def test_scale_bar_has_its_length(county: County, plan: DistrictPlan, size: str) -> None:
    """The bar is as long on paper as the distance it names, at the printed scale."""
    figure = draw_map(plan, county, size=size)
    (bar,) = [p for p in figure.axes[0].patches if (p.get_gid() or "").startswith("scalebar:")]
    metres = float(bar.get_gid().split(":")[1])
    (scale,) = texts(figure)["scalebar-ratio"]
    ratio = float(scale.split("1:")[1].replace(" ", ""))
    west, south, east, north = county.outline.total_bounds
    paper = lay_out((west, south, east, north), size)
    assert bar.get_width() == pytest.approx(metres * 1000 / ratio)
    assert ratio == paper.scale
    east_of = paper.place(np.array([[west, south], [west + metres, south]]))
    assert east_of[1, 0] - east_of[0, 0] == pytest.approx(bar.get_width())


def test_legend_names_every_district(sheet: Figure, plan: DistrictPlan) -> None:
    """Every district has its swatch, in the colour of its area, and its row."""
    axes = sheet.axes[0]
    swatches = {p.get_gid(): p.get_facecolor() for p in axes.patches if p.get_gid()}
    areas = {c.get_gid(): c.get_facecolor() for c in axes.collections if c.get_gid()}
    for name in plan.districts.index:
        assert swatches[f"legend:{name}"] == pytest.approx(tuple(areas[f"district:{name}"][0]))
        assert texts(sheet)[f"row:{name}"] == [name]


def test_a_hundred_districts_still_fit_the_legend(county: County, plan: DistrictPlan) -> None:
    """A layout of as many districts as villages lists them all, inside the panel."""
    many = plan.villages.copy()
    many[:] = [f"{i}号学区" for i in range(len(many))]
    table = plan.districts.iloc[:0].reindex(sorted(many)).fillna("")
    figure = draw_map(replace(plan, villages=many, districts=table), county)
    found = texts(figure)
    assert all(found[f"row:{name}"] == [name] for name in many)
    paper = lay_out(tuple(county.outline.total_bounds))
    rows = ink(figure, "row:")
    assert len(rows) == len(many) + 1
    assert rows[:, 1].min() >= paper.panel[1] - 0.5 and rows[:, 2].max() <= paper.panel[2]


def test_internal_until_approved(county: County, plan: DistrictPlan) -> None:
    """Without an approval number watermark and footer forbid publication; with one they go."""
    internal = texts(draw_map(plan, replace(county, approval="")))
    assert internal["watermark"] == ["内部工作图，不得公开"]
    assert internal["notice"][0] == "内部工作图，不得公开"
    approved = texts(draw_map(plan, replace(county, approval="鲁S（2026）001号")))
    assert "watermark" not in approved
    assert approved["notice"][0] == "审图号：鲁S（2026）001号"


def test_layout_note_and_projection_are_on_the_face(county: County, plan: DistrictPlan) -> None:
    """An invented layout says so, and the projection is named."""
    found = texts(draw_map(plan, replace(county, layout_note="演示布局")))
    assert "演示布局" in "".join(found["notice"]) and "示意" in "".join(found["notice"])
    assert "117°E" in found["projection"][0] and "EPSG:4548" in found["projection"][0]


def test_pdf_embeds_truetype_text(county: County, plan: DistrictPlan, tmp_path: Path) -> None:
    """The PDF carries its TrueType fonts (Type 42) and no Type 3 glyphs."""
    export(plan, county, tmp_path / "图.pdf")
    content = (tmp_path / "图.pdf").read_bytes()
    assert b"/FontFile2" in content and b"DistrictingSansSC" in content
    assert b"/Type3" not in content and b"CreationDate" not in content


@pytest.mark.parametrize("ending", ["pdf", "png", "svg"])
def test_same_plan_same_bytes(
    county: County, plan: DistrictPlan, tmp_path: Path, ending: str
) -> None:
    """Drawing the same plan twice gives the same file."""
    first, second = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
    export(plan, county, first)
    export(plan, county, second)
    assert first.read_bytes() == second.read_bytes()


def test_moved_villages_are_hatched_and_counted(county: County, plan: DistrictPlan) -> None:
    """Against an earlier plan the villages that move are hatched, one by one, and summed."""
    one, other = plan.districts.index[:2]
    moved = plan.villages.index[plan.villages == one][:2].tolist()
    after = replace(plan.assign(county, moved, other), name="甲案")
    figure = draw_map(after, county, before=plan)
    (hatched,) = [c for c in figure.axes[0].collections if c.get_gid() == "changed"]
    assert len(hatched.get_paths()) == 2 and hatched.get_hatch()
    remark = "".join(texts(figure)["provenance"])
    children = county.villages.loc[moved, ["children_primary", "children_junior"]].sum().sum()
    assert f"共 2 个，涉及适龄儿童 {children:,} 人" in remark
    assert "对照：现行" in texts(figure)["subtitle"][0]


def test_unassigned_villages_are_said(county: County, plan: DistrictPlan) -> None:
    """A plan that leaves villages out draws, and says how many."""
    partial = plan.villages.copy()
    partial.iloc[:3] = ""
    found = texts(draw_map(replace(plan, villages=partial), county))
    assert "尚有 3 个村居未划入学区" in "".join(found["provenance"])


def test_english_sheet(county: County, plan: DistrictPlan) -> None:
    """In English every word of the sheet's own is English."""
    with using_language("en"):
        found = texts(draw_map(plan, county))
    assert found["title"][0].startswith("School unions and districts of")
    assert found["watermark"] == ["Internal working map, not for publication"]


def test_rare_characters_print(county: County, plan: DistrictPlan) -> None:
    """A name with a character that no font has still draws, with the sign for it."""
    names = county.schools.assign(name="\U000f1234小学")
    odd = replace(county, schools=names, inputs=MappingProxyType({}))
    with pytest.warns(typeface.MissingGlyphWarning):
        found = texts(draw_map(plan, odd))
    assert all(v == ["〓小学"] for k, v in found.items() if k.startswith("label:school:"))


@pytest.fixture(scope="module")
def crowded() -> tuple[County, DistrictPlan]:
    """A slanting county of 800 villages whose largest town is drawn together into a dense one."""
    county = make_county(11, towns=20, villages=800)
    town = county.villages["town"].value_counts().index[0]
    at = county.villages[["x", "y"]].to_numpy()
    middle = at[(county.villages["town"] == town).to_numpy()].mean(axis=0)
    reach = float(np.quantile(np.hypot(*(at - middle).T), 0.15))
    turn = np.array([[0.8, 0.6], [-0.6, 0.8]])

    def drawn(xy: Floats) -> Floats:
        """Turn the county, and pull places together, the more the nearer to the town's middle."""
        off = xy - middle
        far = np.hypot(*off.T)[:, None] / reach
        return middle + (off * np.where(far < 1.0, 0.35 + 0.65 * far**2, 1.0)) @ turn

    tables = {}
    for name in ("towns", "villages", "roads", "schools"):
        table = county.table(name).copy()
        if {"x", "y"} <= set(table.columns):
            table[["x", "y"]] = drawn(table[["x", "y"]].to_numpy())
        if name != "schools":
            table.geometry = shapely.transform(table.geometry.to_numpy(), drawn)
        tables[name] = table
    outline = county.outline.copy()
    outline[:] = shapely.transform(outline.to_numpy(), drawn)
    made = replace(county.with_tables(**tables), outline=outline)
    assert made.current_plan is not None
    return made, made.current_plan


def test_800_villages_without_a_clash(crowded: tuple[County, DistrictPlan]) -> None:
    """No two names of a crowded county meet, inset or not, and most schools are named."""
    county, plan = crowded
    figure = draw_map(plan, county)
    boxes = ink(figure, "label:")
    shared = overlaps(boxes, boxes)
    np.fill_diagonal(shared, 0.0)
    assert (shared > 0.0).sum() == 0
    named = {str(t.get_gid()) for t in figure.axes[0].texts}
    taught = county.schools.index[county.schools["kind"] != "kindergarten"]
    assert sum(f"label:school:{s}" in named for s in taught) > 0.8 * len(taught)


def test_a_dense_town_gets_an_inset_of_its_own_scale(crowded: tuple[County, DistrictPlan]) -> None:
    """The inset lies clear of the county, is larger in scale, and names villages of the town."""
    county, plan = crowded
    paper = lay_out(county_bounds(county))
    inset = find_inset(paper, county, 8.5)
    assert inset is not None and inset.paper.scale * LEAST_ZOOM <= paper.scale
    land = shapely.union_all(paper.place_shapes(county.outline.to_numpy()))
    x0, y0, x1, y1 = paper.map
    assert not land.intersects(shapely.box(*inset.box))
    assert shapely.box(x0, y0, x1, y1).contains(shapely.box(*inset.box))
    axes = draw_map(plan, county).axes[0]
    bar = next(p for p in axes.patches if (p.get_gid() or "").startswith("inset-scalebar:"))
    metres = float(str(bar.get_gid()).split(":")[1])
    assert bar.get_width() * inset.paper.scale / 1000 == pytest.approx(metres)
    names = [t for t in axes.texts if str(t.get_gid()).startswith("label:village:")]
    bx0, by0, bx1, by1 = inset.box
    assert len(names) > 5
    assert all(bx0 < t.get_position()[0] < bx1 and by0 < t.get_position()[1] < by1 for t in names)


def test_an_even_county_needs_no_inset(county: County) -> None:
    """Where no town is dense there is none."""
    assert find_inset(lay_out(county_bounds(county)), county, 8.5) is None
