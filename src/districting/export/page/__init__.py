"""The offline page: one HTML file with map, tables and plans beside each other."""

from districting.export.page.write import KINDS, write_page

__all__ = ["KINDS", "write_page"]
