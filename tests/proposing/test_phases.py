"""Progress is told in the planner's language."""

import re
from pathlib import Path

import pytest

import districting.solve
from districting.proposing.phases import phase_words
from districting.terms import using_language

SOURCES = Path(districting.solve.__file__).parent
TOLD = re.compile(r"""(?:note|report|progress|_plan)\([^"\n]*f?"([a-z][^"{]*?) ?["{]""")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_phase_has_a_name(lang):
    """Every phase that a solver reports is worded in both languages."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in SOURCES.rglob("*.py"))
    names = set(TOLD.findall(text))
    assert {"start", "blocks", "prove", "certify", "conditions", "ensemble", "tier"} <= names
    with using_language(lang):
        for name in names:
            worded = phase_words(f"{name} 2")
            assert worded.endswith(" 2") and phase_words(name) == worded[:-2], name
            assert (phase_words(name) == name) <= (lang == "en"), name
        assert phase_words("unheard of") == "unheard of"
    with using_language("zh"):
        assert phase_words("annealing, Lagrangian bound") == "搜索方案、证明下界"
