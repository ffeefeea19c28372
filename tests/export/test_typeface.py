"""The shipped typeface holds what it must, and what it lacks is never a silent box."""

import warnings

import matplotlib as mpl
import pytest

from districting.export import typeface
from districting.export.paper import POINT


def test_font_holds_common_characters_and_rare_names() -> None:
    """GB2312, ASCII and the rare characters of the counties' names print without a warning."""
    rows = [bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF)]
    chinese = b"".join(rows).decode("gb2312", errors="ignore")
    assert len(chinese) == 6763
    text = chinese + "塚堌邳鄄 km² · 1:120 000（）《》、，。　"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert typeface.printable(text) == text


def test_missing_character_warns_and_prints_the_sign_for_it() -> None:
    """A character of no font is named in a warning and replaced by 〓."""
    with pytest.warns(typeface.MissingGlyphWarning, match="\U000f1234"):
        assert typeface.printable("甲\U000f1234乙") == "甲〓乙"


def test_width_is_that_of_the_drawn_outline() -> None:
    """The measured width of a line is the width that is drawn, to the side bearings."""
    text, size = "涧头集镇教育联区 12,345", 10.0
    drawn = typeface.outline_path(text, 0.0, 0.0, size * POINT).get_extents().width
    assert typeface.text_width(text, size) * POINT == pytest.approx(drawn, rel=0.03)


def test_wrapped_lines_fit_and_lose_nothing() -> None:
    """Lines stay within the width, keep every word, and never start with a closing sign."""
    text = "示意图，非测绘成果。村居位置 synthetic positions，道路为合成；人口为假定。" * 3
    lines = typeface.wrapped(text, 8.0, 90.0)
    assert all(typeface.text_width(line, 8.0) <= 90.0 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert not any(line[0] in "，。；" for line in lines)


def test_global_settings_stay_as_they_were() -> None:
    """Drawing changes matplotlib's settings only inside its own block."""
    before = dict(mpl.rcParams)
    with typeface.drawing_context("salt"):
        assert mpl.rcParams["pdf.fonttype"] == 42
    assert dict(mpl.rcParams) == before
