"""Styles that QGIS shows as soon as a GeoPackage is opened: the table ``layer_styles`` inside it.

QGIS and GDAL look there for a style of each layer (QML text, the one marked ``useAsDefault``).
Districts and zones are filled in the colours of the map sheet, schools are symbols by kind, roads
are lines by class; areas and villages bear their names.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from districting.export.symbols import SYMBOLS
from districting.terms import say

UPDATED = "2020-01-01T00:00:00.000Z"
MARKERS = {"s": "square", "p": "pentagon", "^": "triangle", "P": "cross_fill", "o": "circle"}
"""QGIS's name of each of matplotlib's shapes."""
LINES = {"trunk": ("#8c4a1f", 0.7), "village": ("#a08d7d", 0.2), "bridge": ("#1a1a1a", 0.7)}
LINES |= {"ferry": ("#1f5fa8", 0.5)}
"""Colour and width [mm] of roads by class."""
FACE = "SimHei"


@dataclass(frozen=True)
class Style:
    """Style of one layer.

    Parameters
    ----------
    attribute : str
        Column whose values are told apart; empty for one symbol.
    symbols : dict of str to dict
        Properties of the symbol of each value, as QGIS names them.
    labels : dict of str to str
        Legend text of each value.
    form : {"fill", "line", "marker"}
    name : str
        Column that is written on the map; empty for none.
    size : float
        Of the names [pt].
    """

    form: str
    attribute: str
    symbols: Mapping[str, Mapping[str, str]]
    labels: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    size: float = 8.0


CLASSES = {"fill": "SimpleFill", "line": "SimpleLine", "marker": "SimpleMarker"}


def rgba(colour: str, alpha: int = 255) -> str:
    """Return a colour as QGIS writes it.

    >>> rgba("#ff8000")
    '255,128,0,255'
    """
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + f",{alpha}"


def area_style(column: str, colours: Mapping[str, str]) -> Style:
    """Return the style of a layer of areas whose names stand in `column`, given their fills."""
    border = {"outline_color": rgba("#2f3e55"), "outline_width": "0.5"}
    fills = {n: {"color": rgba(c, 190), **border} for n, c in colours.items()}
    return Style("fill", column, fills, name=column, size=12.0)


def county_styles() -> dict[str, Style]:
    """Return the styles of villages, schools and roads, which every plan shares."""
    thin = {"color": rgba("#ffffff", 0), "outline_color": rgba("#8b929c"), "outline_width": "0.1"}
    schools = {
        kind: {
            "name": MARKERS[s.marker],
            "color": rgba(s.fill),
            "outline_color": rgba("#1a1a1a"),
            "size": f"{s.size:g}",
        }
        for kind, s in SYMBOLS.items()
    }
    roads = {k: {"line_color": rgba(c), "line_width": f"{w:g}"} for k, (c, w) in LINES.items()}
    signs = {"trunk": "trunk", "village": "road", "bridge": "bridge", "ferry": "ferry"}
    kinds = {kind: say(f"export.sign.{kind}") for kind in schools}
    classes = {kind: say(f"export.sign.{sign}") for kind, sign in signs.items()}
    return {
        "villages": Style("fill", "", {"": thin}, name="name", size=6.0),
        "schools": Style("marker", "kind", schools, kinds, "name"),
        "roads": Style("line", "kind", roads, classes),
    }


def qml(style: Style) -> str:
    """Return the style as QGIS's own XML."""
    root = ElementTree.Element("qgis", version="3.22", labelsEnabled=str(int(bool(style.name))))
    kind = "categorizedSymbol" if style.attribute else "singleSymbol"
    renderer = ElementTree.SubElement(root, "renderer-v2", type=kind, symbollevels="0")
    if style.attribute:
        renderer.set("attr", style.attribute)
        categories = ElementTree.SubElement(renderer, "categories")
        for number, value in enumerate(style.symbols):
            label = style.labels.get(value, value)
            told = {"symbol": str(number), "value": value, "label": label, "render": "true"}
            ElementTree.SubElement(categories, "category", told)
    symbols = ElementTree.SubElement(renderer, "symbols")
    for number, properties in enumerate(style.symbols.values()):
        symbol = ElementTree.SubElement(symbols, "symbol", type=style.form, name=str(number))
        layer = ElementTree.SubElement(symbol, "layer", {"class": CLASSES[style.form]})
        options = ElementTree.SubElement(layer, "Option", type="Map")
        for key, value in properties.items():
            ElementTree.SubElement(options, "Option", type="QString", name=key, value=value)
    if style.name:
        _label(root, style)
    return ElementTree.tostring(root, encoding="unicode")


def _label(root: ElementTree.Element, style: Style) -> None:
    labeling = ElementTree.SubElement(root, "labeling", type="simple")
    settings = ElementTree.SubElement(labeling, "settings")
    text = ElementTree.SubElement(settings, "text-style")
    told = {"fieldName": style.name, "fontFamily": FACE, "fontSize": f"{style.size:g}"}
    for key, value in {**told, "textColor": rgba("#1a1a1a")}.items():
        text.set(key, value)
    halo = {"bufferDraw": "1", "bufferSize": "0.8", "bufferColor": rgba("#ffffff")}
    ElementTree.SubElement(text, "text-buffer", halo)


def embed_styles(path: Path, styles: Mapping[str, Style], layers: Sequence[str]) -> None:
    """Write the styles of `layers` into the GeoPackage at `path`, each as its layer's default."""
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(
            "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "
            "f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), "
            "f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, "
            "useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), "
            "update_time DATETIME)"
        )
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, "
            "last_change) VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)",
            (UPDATED,),
        )
        base.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
            "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, "
            "ui, update_time) VALUES ('', '', ?, 'geom', ?, ?, '', 1, '', '', NULL, ?)",
            [(n, n, qml(styles[n]), UPDATED) for n in layers if n in styles],
        )
