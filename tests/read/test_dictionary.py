"""The data dictionary and the pages made from it."""

from pathlib import Path

import pytest

from districting.read.dictionary import dictionary_markdown, dictionary_rows
from districting.read.schema import tables
from districting.terms import using_language

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {"zh": "数据字典.md", "en": "data-dictionary.md"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_are_in_step_with_the_columns(language: str) -> None:
    """The committed page is what ``districting columns`` writes now."""
    with using_language(language):
        page = dictionary_markdown()
    assert (DOCS / PAGES[language]).read_text(encoding="utf-8") == page + "\n"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_column_is_explained(language: str) -> None:
    """One row a column, each with a meaning; table rows have as many cells as the heading."""
    with using_language(language):
        rows, page = dictionary_rows(), dictionary_markdown()
    assert len(rows) == sum(len(t.columns) for t in tables().values())
    assert (rows["meaning"].str.len() > 1).all()
    drawn = [line for line in page.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in drawn} == {9}
    assert len(drawn) == len(rows) + 2 * len(tables())
