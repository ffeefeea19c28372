"""The page of the workbench says what is written down, and is started only where it is safe."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from districting.errors import DistrictingError
from districting.terms import using_language, words
from districting.workbench.page import SCRIPTS
from districting.workbench.serve import Opening, serve


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everything_the_scripts_say_is_in_the_catalogue(language: str) -> None:
    """A word that is missing would only be noticed at the click that needs it."""
    text = "".join(
        files("districting.workbench").joinpath(name).read_text(encoding="utf-8")
        for name in SCRIPTS
    )
    said = set(re.findall(r'say\("(\w+)"', text))
    with using_language(language):
        known = words("workbench.said")
    assert len(said) > 20 and said <= known.keys()
    for name in said:
        used = set(re.findall(r"\{(\w+)\}", known[name]))
        given = {
            field
            for call in re.findall(rf'say\("{name}", \{{(.*?)\}}\)', text)
            for field in re.findall(r"(\w+)(?::|,|$| )", call)
        }
        assert used <= given, name


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])
def test_all_addresses_at_once_are_refused(tmp_path: Path, host: str) -> None:
    """The host that a page names could then not be checked."""
    with pytest.raises(DistrictingError, match="--host"):
        serve(Opening(tmp_path, host=host), print)
    assert not list(tmp_path.iterdir())
