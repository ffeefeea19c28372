"""Invented names for synthetic towns and villages; they look Chinese and are nobody's."""

from __future__ import annotations

import itertools

import numpy as np

FAMILIES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜戚谢邹柏窦章苏潘葛范彭鲁马"
PLACES = ("庄", "楼", "店", "集", "寨", "堂", "口", "桥", "河", "岗", "屯", "营", "湾", "沟", "坡")
SIDES = ("", "东", "西", "南", "北", "前", "后", "大", "小", "新")


def invented_names(rng: np.random.Generator, count: int) -> list[str]:
    """Return `count` different stems like 赵庄, 东钱楼."""
    stems = [s + f + p for s, f, p in itertools.product(SIDES, FAMILIES, PLACES)]
    plain = len(FAMILIES) * len(PLACES)
    order = np.concatenate([rng.permutation(plain), plain + rng.permutation(len(stems) - plain)])
    pool = [stems[i] for i in order]
    turns = itertools.count(1)
    while len(pool) < count:
        number = next(turns)
        pool += [f"{stem}{number}" for stem in stems]
    return pool[:count]
