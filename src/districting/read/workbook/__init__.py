"""The planner's Excel workbook: a blank one to fill, a marked one given back, foreign tables."""

from districting.read.workbook.blank import write_blank_county
from districting.read.workbook.column_map import ColumnMap, read_map, write_map
from districting.read.workbook.foreign import Question, import_table
from districting.read.workbook.marked import write_marked
from districting.read.workbook.placed import place_tables

__all__ = [
    "ColumnMap",
    "Question",
    "import_table",
    "place_tables",
    "read_map",
    "write_blank_county",
    "write_map",
    "write_marked",
]
