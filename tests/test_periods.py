"""Periods: what changes on known days only."""

import datetime as dt
from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger.periods import Period, periods


def d(number: int) -> dt.date:
    return dt.date(2020, 1, number)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, []),
        ({1: "a"}, [(1, None, "a")]),
        ({1: "a", 5: "b"}, [(1, 5, "a"), (5, None, "b")]),
        ({1: "a", 5: "a"}, [(1, None, "a")]),
        ({1: "a", 5: "a", 9: "b"}, [(1, 9, "a"), (9, None, "b")]),
        ({1: "a", 5: "b", 9: "a"}, [(1, 5, "a"), (5, 9, "b"), (9, None, "a")]),
        ({1: None, 5: "a"}, [(5, None, "a")]),
        ({1: "a", 5: None}, [(1, 5, "a")]),
        ({1: "a", 5: None, 9: "a"}, [(1, 5, "a"), (9, None, "a")]),
        ({1: "a", 5: None, 7: None, 9: "b"}, [(1, 5, "a"), (9, None, "b")]),
        ({1: None, 5: None}, []),
        ({1: "", 5: "a"}, [(1, 5, ""), (5, None, "a")]),
    ],
)
def test_equal_neighbours_are_one_period(
    values: Mapping[int, str | None], expected: list[tuple[int, int | None, str]]
) -> None:
    """Neighbours with one value are merged, and only where there is no value is there a gap."""
    by_day = {d(number): value for number, value in values.items()}

    assert [
        Period(d(start), d(end) if end else None, value) for start, end, value in expected
    ] == periods(by_day, by_day.__getitem__)


def test_the_order_and_number_of_days_does_not_matter() -> None:
    """Days may come in any order, and more than once."""
    values = {d(1): "a", d(5): "b", d(9): "c"}

    assert periods(values, values.get) == periods([d(9), d(1), d(5), d(1), d(9)], values.get)


VALUES = st.dictionaries(
    st.dates(dt.date(2020, 1, 1), dt.date(2020, 3, 1)), st.sampled_from(["a", "b", None])
)


@given(VALUES, st.randoms())
def test_on_every_day_a_period_says_what_was_said_of_that_day(values, random) -> None:
    """The one period around a day has the day's value, and no period is around a day of None."""
    days = list(values)
    random.shuffle(days)
    found = periods(days, values.__getitem__)

    for day, value in values.items():
        around = [
            period.value
            for period in found
            if period.known_from <= day and (period.known_to is None or day < period.known_to)
        ]
        assert ([] if value is None else [value]) == around


@given(VALUES)
def test_periods_are_half_open_and_in_order(values) -> None:
    """Each period begins before it ends, and the next one begins no earlier than that."""
    found = periods(values, values.__getitem__)

    assert all(period.known_to is None or period.known_from < period.known_to for period in found)
    assert all(before.known_to is not None for before, _ in pairwise(found))
    assert all(before.known_to <= after.known_from for before, after in pairwise(found))
    assert not any(
        before.known_to == after.known_from and before.value == after.value
        for before, after in pairwise(found)
    )
