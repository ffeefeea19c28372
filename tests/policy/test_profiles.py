"""The shipped profiles quote every sentence of their documents and answer every checklist row."""

import re
from pathlib import Path

import pytest

from districting.policy import Policy, read_policy, rules_table, shipped_profiles
from districting.policy.policy import TREATMENTS
from districting.policy.profile import RULES
from districting.terms import LANGUAGES, say, using_language

TEXTS = Path(__file__).parents[1] / "texts"
ROWS = {
    "taierzhuang": {f"T{i:02d}" for i in range(1, 41)},
    "caoxian": {f"C{i:02d}" for i in range(1, 52)},
}


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _quoted(policy: Policy) -> list[str]:
    rules = (*policy.rules, *policy.disabled)
    return [_bare(r.clause.text) for r in rules] + [_bare(s.text) for s in policy.sentences]


def _document(name: str) -> str:
    return _bare((TEXTS / f"{name}.txt").read_text(encoding="utf-8"))


def test_shipped_profiles() -> None:
    """The two counties, the studies across towns and a starter come with the package."""
    free = ["caoxian_free", "crosstown", "taierzhuang_free"]
    assert shipped_profiles() == sorted([*free, "caoxian", "starter", "taierzhuang"])


@pytest.mark.parametrize("name", ["taierzhuang", "caoxian"])
def test_every_sentence_is_quoted(name: str) -> None:
    """Letter by letter, nothing of the document is left out of the profile's quotations."""
    document, policy = _document(name), read_policy(name)
    left = list(document)
    for quote in _quoted(policy):
        for hit in re.finditer(re.escape(quote), document):
            left[hit.start() : hit.end()] = "。" * len(quote)
    assert [piece for piece in re.split("[。；]+", "".join(left)) if piece] == []


@pytest.mark.parametrize("name", ["taierzhuang", "caoxian"])
def test_quotations_are_verbatim(name: str) -> None:
    """What a profile quotes stands in the document; the toolkit's own conditions and national
    documents say so."""
    policy = read_policy(name)
    document = _document(name)
    quotes = [(s.text, "") for s in policy.sentences]
    quotes += [(r.clause.text, r.clause.source) for r in (*policy.rules, *policy.disabled)]
    for text, source in quotes:
        assert _bare(text) in document or source.startswith(("工具条件", "国家文件")), text


def test_every_checklist_row_is_answered() -> None:
    """All 91 rows of the checklist are cited, each by the profile of its county."""
    cited: set[str] = set()
    for name, rows in ROWS.items():
        policy = read_policy(name)
        own = {c for r in policy.rules for c in r.clause.checklist}
        own |= {c for s in policy.sentences for c in s.checklist}
        assert own == rows, own ^ rows
        cited |= own
    assert len(cited) == 91


@pytest.mark.parametrize("name", ["taierzhuang", "caoxian", "crosstown", "starter"])
def test_rules_table_lists_everything(name: str) -> None:
    """The table has a line for every quotation; rules name an existing file."""
    policy = read_policy(name)
    table = rules_table(policy)
    assert len(table) == len(policy.rules) + len(policy.disabled) + len(policy.sentences)
    import districting

    root = Path(districting.__file__).parent
    assert all((root / f).is_file() for f in table["file"] if f)
    assert (table["treatment"] != "").all()


def test_every_rule_and_treatment_has_its_messages_in_both_languages() -> None:
    """Each rule has title, pass, fail and incomplete; each treatment and column a word."""
    for code in LANGUAGES:
        with using_language(code):
            kinds = ("districts", "zones", "rotation")
            for name, rule in (item for kind in kinds for item in RULES[kind].items()):
                for part in ("title", "pass", "fail", "incomplete"):
                    assert say(f"{rule.area}.{name}.{part}")
            for treatment in TREATMENTS:
                assert say(f"policy.treated.{treatment}")
            for column in rules_table(read_policy("crosstown")).columns:
                assert say(f"policy.column.{column}")


def test_every_rule_is_used_by_a_shipped_profile() -> None:
    """No rule file lies idle; the starter shows those that no document asks for."""
    policies = [read_policy(n) for n in shipped_profiles()]
    used = {(r.kind, r.name) for p in policies for r in (*p.rules, *p.disabled)}
    assert used == {(kind, name) for kind, known in RULES.items() for name in known}


def test_rule_docstrings_open_with_a_quotation() -> None:
    """Every rule class opens with Chinese: the sentence it computes."""
    for known in RULES.values():
        for name, rule in known.items():
            assert re.match(r"(3\.)?[\u4e00-\u9fff]", (rule.__doc__ or "").lstrip()), rule
            assert rule.name == name
