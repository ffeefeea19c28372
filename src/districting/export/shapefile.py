"""Shapefiles as bureaus exchange them: GB18030, Chinese field names of five characters at most.

A DBF field name holds ten bytes, five Chinese characters in GB18030. ``方案.shp`` is the layer of
districts, or of the zones of the first stage; ``方案_村居.shp``, ``方案_学校.shp`` and the zones of
the other stage lie beside it; ``方案_字段说明.csv`` says which field is which column.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from districting.county import County
from districting.export.vectors import district_layers
from districting.plan.district_plan import DistrictPlan
from districting.terms import say

ENCODING = "GB18030"
NAME_BYTES, TEXT_BYTES = 10, 254
"""Longest field name and longest text of a DBF file [bytes]."""
FIELDS = {
    "district": "学区", "union": "联区", "town": "镇街代码", "plan": "方案", "year": "学年",
    "village": "村居代码", "school": "学校代码", "name": "名称", "kind": "类别", "lon": "经度",
    "lat": "纬度", "population": "常住人口", "villages": "村居数", "schools": "校园数",
    "junior": "初中数", "nine_year": "一贯制数", "primary": "小学数", "teaching_point": "教学点数",
    "special": "特教数", "kindergarten": "幼儿园数", "children_preschool": "学前适龄",
    "children_primary": "小学适龄", "children_junior": "初中适龄", "pupils_preschool": "在园幼儿",
    "pupils_primary": "小学在校", "pupils_junior": "初中在校", "seats_preschool": "园学位",
    "seats_primary": "小学学位", "seats_junior": "初中学位", "teachers": "教师数",
    "backbone": "骨干数", "lead": "带动校", "central": "中心校", "town_seat": "驻地校",
    "partner": "结对校", "quality": "质量指数", "run_by": "隶属", "area_type": "城乡类型",
    "name_q": "名称来源", "pos_q": "位置来源", "pop_q": "人口来源", "zone_q": "界线来源",
    "notice": "说明", "zone": "片区", "children": "适龄儿童", "seats": "学位数",
    "surplus": "学位余缺", "feeder": "对口初中", "school_primary": "所属小学",
    "school_junior": "所属初中",
}  # fmt: skip
"""Field by column; columns that are not here do not go into shapefiles."""


def write_shapefiles(plan: DistrictPlan, county: County, path: Path) -> list[Path]:
    """Write the layers of a district plan and the table of fields; return all files."""
    layers = district_layers(plan, county)
    return save_shapefiles({k: layers[k] for k in layers if k != "roads"}, path)


def save_shapefiles(layers: Mapping[str, gpd.GeoDataFrame], path: Path) -> list[Path]:
    """Write named layers and the table of fields; return all files, the first layer's first.

    The first layer bears the name of `path`, the others lie beside it. Everything is written to a
    temporary folder and then moved into place.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    first = next(iter(layers))
    names = {n: f"{path.stem}_{say(f'export.layer.{n}')}" for n in layers} | {first: path.stem}
    fields = []
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        for layer, name in names.items():
            frame = _named(layers[layer])
            file = Path(folder) / f"{name}.shp"
            options = {"DBF_DATE_LAST_UPDATE": "2020-01-01"}
            pyogrio.write_dataframe(frame, file, encoding=ENCODING, layer_options=options)
            told = {v: k for k, v in FIELDS.items()}
            fields += [(file.name, c, told[c]) for c in frame.columns if c != "geometry"]
        heads = [say(f"export.field.{k}") for k in ("file", "field", "column")]
        table = pd.DataFrame(fields, columns=heads)
        text = table.to_csv(index=False, lineterminator="\r\n")
        guide = Path(folder) / f"{path.stem}_{say('export.field.guide')}.csv"
        guide.write_bytes(b"\xef\xbb\xbf" + text.encode("utf-8"))
        made = sorted(Path(folder).iterdir(), key=lambda p: (p.stem != path.stem, p.name))
        return [Path(shutil.move(p, path.parent / p.name)) for p in made]


def _named(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the columns that have a field, under its name; texts cut to what a DBF holds."""
    kept = layer[[c for c in layer.columns if c in FIELDS or c == "geometry"]]
    named = kept.rename(columns=FIELDS)
    for column in named.columns.drop("geometry"):
        if named[column].dtype == bool:
            named[column] = named[column].astype("int8")
        elif not pd.api.types.is_numeric_dtype(named[column]):
            named[column] = [_cut(str(v)) for v in named[column].fillna("")]
    return named


def _cut(text: str) -> str:
    return text.encode(ENCODING)[:TEXT_BYTES].decode(ENCODING, errors="ignore")
