"""Text as it is compared and sorted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text import fold, natural_order


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Luna-26", "luna-26"),
        ("LUNA", "luna"),
        ("Économie", "economie"),
        ("E\u0301conomie", "economie"),  # the accent typed by itself
        ("Ёлка", "елка"),
        ("Роскосмос", "роскосмос"),
        ("Straße", "strasse"),
        ("嫦娥", "嫦娥"),
        ("Ｌｕｎａ", "luna"),  # full width
        ("ﬁnal", "final"),  # a ligature
        ("Chang\u2019e", "chang\u2019e"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    """Case and accents do not matter, whichever way they were typed."""
    assert folded == fold(text)


@given(st.text())
def test_fold_is_stable(text: str) -> None:
    """Text that was folded is not changed by folding it again."""
    assert fold(text) == fold(fold(text))


@given(st.text(alphabet=st.characters(codec="latin-1")))
def test_fold_ignores_case(text: str) -> None:
    """A text in capitals is the same text."""
    assert fold(text.lower()) == fold(text.lower().upper())


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("paragraph 9", "paragraph 11"),
        ("paragraph 2", "paragraph 10"),
        ("paragraph 4, point 1", "paragraph 4, point 2"),
        ("paragraph 4, point 2", "paragraph 4, point 10"),
        ("paragraph 11", "paragraph 11, closing credit"),
        ("paragraph 99999", "paragraph 100000"),
        ("Luna-9", "Luna-26"),
    ],
)
def test_natural_order(first: str, second: str) -> None:
    """Numbers inside a text sort by what they count."""
    assert [first, second] == sorted([second, first], key=natural_order)


def test_natural_order_leaves_words_alone() -> None:
    """A text without digits sorts as itself."""
    assert natural_order("byline") == "byline"
