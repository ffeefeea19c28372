"""Files that leave: map sheets, GIS layers, tables."""

from districting.export.comparison_sheet import write_comparison, write_tables
from districting.export.export import export
from districting.export.files import ExportError
from districting.export.map_sheet import draw_map

__all__ = ["ExportError", "draw_map", "export", "write_comparison", "write_tables"]
