"""Documents for the desk: tables and papers of a plan as XLSX, DOCX and PDF.

A document is data (:mod:`~districting.export.documents.document`): a title, the policy it rests on,
sections of paragraphs and tables, notes. Two renderers turn it into files
(:mod:`~districting.export.documents.xlsx`, :mod:`~districting.export.documents.docx`); a third
has LibreOffice make a PDF. Policy basis, plan line, provenance and the marks that maps and tables
must bear (内部工作图, 示意, synthetic columns) are added to every document in one place.

To add a document
-----------------
1. Write one file here with a function ``build(material: Material) -> Document``. Take what it needs
   from ``material``: the county, ``material.plan_of(ZonePlan)`` or ``material.plans``, the policy.
   Give each table a DataFrame and its columns: key, head, unit, ``total=True`` where the last row
   adds up. Say every word through :func:`districting.terms.say`; put the words into a message file
   of your own (``messages/<area>.toml``).
2. In the same file name it: ``RECIPE = Recipe("zone-list", "zone_documents.title", build,
   kinds=("zones",))``. The name is what planners write on the command line; so is the title.
3. Add the file to ``MODULES`` in :mod:`~districting.export.documents.catalogue`.

The command line, help, all endings and the test that renders every document follow by themselves.
"""

from districting.export.documents.catalogue import find_recipe, recipes
from districting.export.documents.document import (
    Column,
    Document,
    Paragraph,
    Section,
    Table,
)
from districting.export.documents.material import Material, Recipe
from districting.export.documents.write import compose, write_document

__all__ = [
    "Column",
    "Document",
    "Material",
    "Paragraph",
    "Recipe",
    "Section",
    "Table",
    "compose",
    "find_recipe",
    "recipes",
    "write_document",
]
