"""Files that leave: map sheets, GIS layers, tables."""

from districting.export.atlas import write_atlas
from districting.export.comparison_sheet import write_comparison, write_tables
from districting.export.export import export
from districting.export.files import ExportError
from districting.export.front_plot import write_front
from districting.export.map_sheet import draw_map
from districting.export.maps import write_map
from districting.export.rotation_list import rotation_list

__all__ = [
    "ExportError",
    "draw_map",
    "export",
    "rotation_list",
    "write_atlas",
    "write_comparison",
    "write_front",
    "write_map",
    "write_tables",
]
