"""What every sheet must admit about its data."""

from dataclasses import replace
from types import MappingProxyType

from districting.county import County, Mark
from districting.export.provenance import further_tables, is_schematic, notices, provenance_lines
from districting.sample import make_staffed_county
from districting.terms import using_language


def test_synthetic_columns_are_named(county: County) -> None:
    """The line of a synthetic county names positions, borders, roads and people as synthetic."""
    (line,) = provenance_lines(county)
    assert line.startswith("合成：")
    assert all(
        word in line for word in ("村居位置", "村居界线", "镇街界线", "道路", "人口与适龄儿童")
    )


def test_row_marks_are_read_from_their_column(county: County) -> None:
    """A column marked row by row shows every mark that its rows bear."""
    villages = county.villages.assign(pos_q="official")
    villages.iloc[0, villages.columns.get_loc("pos_q")] = "derived"
    marks = {("villages", "lon"): Mark("row", "pos_q")}
    mixed = replace(county, villages=villages, provenance=MappingProxyType(marks))
    parts = dict(p.split("：") for p in provenance_lines(mixed)[0].split("；"))
    assert "村居位置" in parts["官方"] and "村居位置" in parts["推得"]


def test_papers_tell_of_every_table() -> None:
    """A synthetic roster is called so in papers, in both languages; an official one is not."""
    staffed = make_staffed_county(1, "small")
    further = further_tables(staffed)
    assert "teachers" in further and not {"villages", "schools", "roads"} & set(further)
    (line,) = provenance_lines(staffed, further)
    assert line.startswith("合成：") and "教师" in line.split("；")[0].split("、")
    assert "教师" not in provenance_lines(staffed)[0].split("、")
    with using_language("en"):
        assert "teachers" in provenance_lines(staffed, further)[0]
    real = {k: replace(m, mark="official") if k[0] == "teachers" else m
            for k, m in staffed.provenance.items()}  # fmt: skip
    told = provenance_lines(replace(staffed, provenance=MappingProxyType(real)), further)
    parts = dict(p.split("：") for p in told[0].split("；"))
    assert "教师" in parts["官方"].split("、") and "教师" not in parts["合成"].split("、")


def test_a_map_without_approval_is_internal(county: County) -> None:
    """Without an approval number the first notice forbids publication; with one it prints it."""
    assert notices(replace(county, approval=""))[0] == "内部工作图，不得公开"
    assert notices(replace(county, approval="鲁S（2026）001号"))[0] == "审图号：鲁S（2026）001号"


def test_invented_layout_and_schematic_positions_are_said(county: County) -> None:
    """The layout note and the words for a schematic map stand among the notices."""
    said = notices(replace(county, layout_note="演示布局"))
    assert "演示布局" in said and "示意 非测绘成果" in said
    with using_language("en"):
        assert "Schematic; not a product of surveying" in notices(county)


def test_official_data_is_not_called_schematic(county: County) -> None:
    """A county whose positions and borders are all official bears no such words."""
    columns = ("pos_q", "zone_q")
    tables = {
        name: table.assign(**{c: "official" for c in columns if c in table})
        for name in ("towns", "villages", "schools", "roads", "members")
        for table in [county.table(name)]
    }
    official = replace(county, provenance=MappingProxyType({})).with_tables(**tables)
    assert not is_schematic(official) and is_schematic(county)


def test_unmarked_data_is_called_so(county: County) -> None:
    """Where nothing is marked the sheet says that sources are not stated."""
    names = ("towns", "villages", "schools", "roads", "members")
    bare = {n: county.table(n).filter(regex="^(?!.*_q$)") for n in names}
    unmarked = replace(county, provenance=MappingProxyType({})).with_tables(**bare)
    assert provenance_lines(unmarked) == ["数据来源未注明"]
