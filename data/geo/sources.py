"""Where each column of the two counties comes from."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from packages import NAMES_SOURCE, OUTLINE_SOURCE

from districting.county import STAGES, Mark
from districting.sample.frames import mark_columns

Marks = Mapping[tuple[str, str], Mark]


def taierzhuang_sources(tables: Mapping[str, pd.DataFrame]) -> Marks:
    names = Mark("official", NAMES_SOURCE)
    annex = Mark("official", "台儿庄区镇（街）教育联区、学区分布表（annex.csv）")
    point = Mark("synthetic", "镇街内均匀布点，代码相邻者相近；固定种子")
    cell = Mark(
        "synthetic",
        f"县界取自 {OUTLINE_SOURCE}；镇街按引用面积与方位作加权泰森多边形，村界为村点泰森多边形",
    )
    people = Mark(
        "synthetic",
        "对数正态分配；引用全区 305,100（2020 年普查）、涧头集镇 66,817（2022）、"
        "张山子镇约 52,000，其余按村数",
    )
    child = Mark(
        "synthetic",
        "镇区外按张山子镇在校生比例（小学 2,231、初中 907、学前 774），运河街道按年龄结构假定",
    )
    size = Mark("assumed", "按镇街适龄儿童 1.15 倍、班额 45/50 假定；与现实学校规模无关")
    special = {
        ("towns", "town"): names,
        ("towns", "name"): names,
        ("towns", "kind"): names,
        ("towns", "geometry"): cell,
        ("villages", "population"): people,
        ("villages", "lon"): point,
        ("villages", "lat"): point,
        ("villages", "geometry"): cell,
        ("schools", "*"): size,
        ("schools", "name"): annex,
        ("schools", "kind"): annex,
        ("schools", "run_by"): annex,
        ("schools", "school"): Mark("synthetic", "区划代码 + 镇街序号 + 校序号；不是学校标识码"),
        ("schools", "town"): Mark("derived", "附件所在镇街"),
        ("schools", "village"): Mark("row", "pos_q"),
        ("schools", "lon"): Mark("synthetic", "所在村点旁 60-180 m"),
        ("schools", "lat"): Mark("synthetic", "所在村点旁 60-180 m"),
        ("schools", "lead"): Mark(
            "assumed", "中心小学、初中中指数较高者，每联区（或单设学区）至少一所"
        ),
        ("schools", "weak"): Mark("assumed", "未认定，一律填否"),
        ("schools", "central"): Mark("derived", "校名含“中心”"),
        ("schools", "town_seat"): Mark("assumed", "与镇街驻地村同村"),
        ("roads", "*"): Mark("synthetic", "村点 Gabriel 图删减，绕行系数 1.08-1.35"),
        ("districts", "*"): annex,
        ("districts", "town"): Mark("derived", "所辖校所在镇街"),
        ("members", "*"): Mark("row", "zone_q"),
        ("children", "*"): Mark("synthetic", "各学段适龄儿童按年龄均匀随机拆分"),
        ("classes", "*"): size,
        ("resources", "*"): Mark("assumed", "七项指标标准值附近随机；与现实学校无关"),
    }
    for stage in STAGES:
        special["villages", f"children_{stage}"] = child
    return mark_columns(tables, names, special)


def caoxian_sources(tables: Mapping[str, pd.DataFrame]) -> Marks:
    names = Mark("official", NAMES_SOURCE)
    invented = "演示布局：县界内编排；仅庄寨（西北约 45 km）、普连集（北）和县城街道的方位有据"
    people = Mark("synthetic", "对数正态分配；全县 1,384,282（2020 年普查）为引用，其余假定")
    child = Mark("synthetic", "全县小学约 13.8 万、初中约 6.9 万的粗估，按人口分到村")
    layout = Mark("derived", "一镇街一学区（方案第九条所述），按现行 26 个镇街")
    special = {
        ("towns", "town"): names,
        ("towns", "name"): names,
        ("towns", "kind"): names,
        ("towns", "geometry"): Mark("synthetic", f"{invented}；县界取自 {OUTLINE_SOURCE}"),
        ("villages", "village"): names,
        ("villages", "name"): names,
        ("villages", "town"): names,
        ("villages", "kind"): names,
        ("villages", "population"): people,
        ("schools", "name"): Mark("row", "name_q"),
        ("schools", "*"): Mark("synthetic", "按镇街规模合成；校名为村名或镇名加类别"),
        ("schools", "lead"): Mark("assumed", "中心小学、驻地初中中指数较高者，每镇街至少一所"),
        ("schools", "weak"): Mark("assumed", "未认定，一律填否"),
        ("roads", "*"): Mark("synthetic", "村点 Gabriel 图删减，绕行系数 1.08-1.35"),
        ("districts", "*"): layout,
        ("members", "*"): Mark("row", "zone_q"),
        ("children", "*"): Mark("synthetic", "各学段适龄儿童按年龄均匀随机拆分"),
        ("classes", "*"): Mark("synthetic", "按学位、在校生拆分"),
        ("resources", "*"): Mark("synthetic", "七项指标标准值附近随机"),
    }
    for stage in STAGES:
        special["villages", f"children_{stage}"] = child
    return mark_columns(tables, Mark("synthetic", invented), special)
