"""Dates: what is read, what is refused, and the arithmetic of bounds."""

import datetime as dt
from time import struct_time

import pytest
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st

from app.dates import FuzzyDate, Precision, Span, difference, parse_date

P = Precision


def day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


SIMPLE_DATES = [
    ("2018-03-02", "2018-03-02", "2018-03-02", P.DAY, "2 March 2018"),
    ("2024-02-29", "2024-02-29", "2024-02-29", P.DAY, "29 February 2024"),
    ("2018-03", "2018-03-01", "2018-03-31", P.MONTH, "March 2018"),
    ("2023-02", "2023-02-01", "2023-02-28", P.MONTH, "February 2023"),
    ("2024-02", "2024-02-01", "2024-02-29", P.MONTH, "February 2024"),
    ("2021-21", "2021-03-01", "2021-05-31", P.SEASON, "spring 2021"),
    ("2021-22", "2021-06-01", "2021-08-31", P.SEASON, "summer 2021"),
    ("2021-23", "2021-09-01", "2021-11-30", P.SEASON, "autumn 2021"),
    ("2021-24", "2021-12-01", "2022-02-28", P.SEASON, "winter 2021"),
    ("2023-24", "2023-12-01", "2024-02-29", P.SEASON, "winter 2023"),
    ("2027-33", "2027-01-01", "2027-03-31", P.QUARTER, "Q1 2027"),
    ("2027-34", "2027-04-01", "2027-06-30", P.QUARTER, "Q2 2027"),
    ("2027-35", "2027-07-01", "2027-09-30", P.QUARTER, "Q3 2027"),
    ("2027-36", "2027-10-01", "2027-12-31", P.QUARTER, "Q4 2027"),
    ("2027-40", "2027-01-01", "2027-06-30", P.HALF, "H1 2027"),
    ("2027-41", "2027-07-01", "2027-12-31", P.HALF, "H2 2027"),
    ("2022", "2022-01-01", "2022-12-31", P.YEAR, "2022"),
    ("0001", "0001-01-01", "0001-12-31", P.YEAR, "0001"),
    ("9998", "9998-01-01", "9998-12-31", P.YEAR, "9998"),
    ("202X", "2020-01-01", "2029-12-31", P.DECADE, "2020s"),
]


@pytest.mark.parametrize(("text", "earliest", "latest", "precision", "label"), SIMPLE_DATES)
def test_a_date_has_the_bounds_of_what_its_source_gave(
    text: str, earliest: str, latest: str, precision: Precision, label: str
) -> None:
    """A date without qualifiers is read as its full span of days, with its label."""
    expected = FuzzyDate(text, day(earliest), day(latest), precision, label)

    assert expected == parse_date(text)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2022", "2022"),
        ("2022-05", "May 2022"),
        ("2022-05-06", "6 May 2022"),
        ("2021-24", "winter 2021"),
        ("2027-34", "Q2 2027"),
        ("2027-41", "H2 2027"),
        ("202X", "2020s"),
    ],
)
@pytest.mark.parametrize(
    ("qualifier", "approximate", "uncertain", "words"),
    [
        ("~", True, False, "about {}"),
        ("?", False, True, "{} (uncertain)"),
        ("%", True, True, "about {} (uncertain)"),
    ],
)
def test_a_qualifier_is_kept_and_leaves_the_bounds_alone(
    text: str, label: str, qualifier: str, approximate: bool, uncertain: bool, words: str
) -> None:
    """A qualified date has the bounds of the plain one, its flags, and words for them."""
    plain = parse_date(text)
    expected = FuzzyDate(
        text + qualifier, plain.earliest, plain.latest, plain.precision, words.format(label),
        approximate, uncertain,
    )  # fmt: skip

    assert expected == parse_date(text + qualifier)


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "label", "approximate", "uncertain"),
    [
        ("2018/2022", "2018-01-01", "2022-12-31", "2018–2022", False, False),
        ("2018/2018", "2018-01-01", "2018-12-31", "2018–2018", False, False),
        ("2018-05/2018-07-03", "2018-05-01", "2018-07-03", "May 2018 to 3 July 2018", False, False),
        ("2018/2018-06", "2018-01-01", "2018-06-30", "2018 to June 2018", False, False),
        ("2027-34/2028-40", "2027-04-01", "2028-06-30", "Q2 2027 to H1 2028", False, False),
        ("202X/2033", "2020-01-01", "2033-12-31", "2020s to 2033", False, False),
        ("2018/..", "2018-01-01", None, "2018 or later", False, False),
        ("../2018", None, "2018-12-31", "by 2018", False, False),
        ("../2018-03-02", None, "2018-03-02", "by 2 March 2018", False, False),
        ("2018~/2022", "2018-01-01", "2022-12-31", "about 2018–2022", True, False),
        ("2018/2022?", "2018-01-01", "2022-12-31", "2018–2022 (uncertain)", False, True),
        ("2018~/2022?", "2018-01-01", "2022-12-31", "about 2018–2022 (uncertain)", True, True),
        ("2018%/..", "2018-01-01", None, "about 2018 (uncertain) or later", True, True),
    ],
)
def test_an_interval_runs_from_its_first_to_its_last_day(
    text: str,
    earliest: str | None,
    latest: str | None,
    label: str,
    approximate: bool,
    uncertain: bool,
) -> None:
    """An interval has the outer bounds of its ends, the flags of either, and null where open."""
    expected = FuzzyDate(
        text, day(earliest), day(latest), P.INTERVAL, label, approximate, uncertain
    )

    assert expected == parse_date(text)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("2024-25", "write 2024/2025"),
        ("2024-30", "write 2024/2030"),
        ("2024/25", "write both years in full"),
        ("2027-00", "use 01-12, seasons 21-24, quarters 33-36 or halves 40-41"),
        ("2027-13", "use 01-12, seasons 21-24, quarters 33-36 or halves 40-41"),
        ("2027-37", "use 01-12, seasons 21-24, quarters 33-36 or halves 40-41"),
        ("2027-42", "use 01-12, seasons 21-24, quarters 33-36 or halves 40-41"),
        ("2027-02-30", "check it"),
        ("2023-02-29", "check it"),
        ("2027-33-01", "check it"),
        ("2018/", "write start/end, with .. for an open end"),
        ("2018/..-03", "write YYYY, YYYY-MM, YYYY-MM-DD or start/end"),
        ("/", "write start/end, with .. for an open end"),
        ("2018/2019/2020", "write start/end, with .. for an open end"),
        ("2022/2018", "swap its ends"),
        ("2018-03/2018-02", "swap its ends"),
        ("../..", "leave the date out, or claim it as unknown"),
        ("/..", "leave the date out, or claim it as unknown"),
        ("0000", "years 0001 to 9998"),
        ("0000-01", "years 0001 to 9998"),
        ("0000-01-01", "years 0001 to 9998"),
        ("000X", "years 0001 to 9998"),
        ("9999", "years 0001 to 9998"),
        ("9999-12", "years 0001 to 9998"),
        ("9999-24", "years 0001 to 9998"),
        ("9999-12-31", "years 0001 to 9998"),
        ("999X", "years 0001 to 9998"),
        ("2022/9999", "years 0001 to 9998"),
        *(
            (text, "write YYYY, YYYY-MM, YYYY-MM-DD or start/end")
            for text in (
                "NO", "", " ", " 2022", "2022 ", "2022\n", "2022-05-06T12:00:00Z",
                "2022-05-06 12:00", "٢٠٢٢", "２０２２-05", "22", "12022", "Y12022", "-2022",
                "~2022", "2022~?", "2022-5", "2022-05-6", "2022-05-", "20XX", "2022-XX",
                "03.02.2022", "2022..2023", "[2022,2023]", "..", "2022/later", "2022/ 2023",
            )
        ),
    ],
)  # fmt: skip
def test_a_refusal_names_the_remedy(text: str, remedy: str) -> None:
    """What is not a date of the profile is refused, with how to write it instead."""
    with pytest.raises(ValueError, match=r".+") as refusal:
        parse_date(text)

    assert remedy in str(refusal.value)


@given(st.integers(1, 9998), st.integers(0, 99).filter(lambda month: not 1 <= month <= 12))
def test_a_remedy_can_be_followed(year: int, month: int) -> None:
    """Where a refusal says which interval to write, that interval is one, and begins that year."""
    try:
        parse_date(f"{year:04d}-{month:02d}")
    except ValueError as refusal:
        _, offers, instead = str(refusal).partition("for two years write ")
        if offers:
            assert dt.date(year, 1, 1) == parse_date(instead).earliest


# --- Properties ---------------------------------------------------------------------------------

YEARS = st.integers(1, 9990)
DAYS = st.dates(dt.date(1, 1, 1), dt.date(9998, 12, 31)).map(dt.date.isoformat)
MONTHS = st.builds("{:04d}-{:02d}".format, YEARS, st.integers(1, 12))
GROUPINGS = st.builds(
    "{:04d}-{:02d}".format, YEARS, st.sampled_from([*range(21, 25), *range(33, 37), 40, 41])
)
PLAIN = (
    DAYS
    | MONTHS
    | GROUPINGS
    | YEARS.map("{:04d}".format)
    | st.integers(1, 998).map("{:03d}X".format)
)
SIMPLE = st.builds("{}{}".format, PLAIN, st.sampled_from(["", "~", "?", "%"]))


@st.composite
def intervals(draw: st.DrawFn) -> str:
    """Intervals with their ends in order, open ones included."""
    first, second = draw(SIMPLE), draw(SIMPLE)
    if parse_date(first).earliest > parse_date(second).latest:
        first, second = second, first
    return draw(st.sampled_from([f"{first}/{second}", f"{first}/..", f"../{second}", f"/{second}"]))


@given(SIMPLE | intervals())
def test_bounds_are_in_order_and_reading_is_stable(text: str) -> None:
    """A date keeps its text, reads the same again, and never ends before it begins."""
    date = parse_date(text)

    assert text == date.edtf
    assert date == parse_date(date.edtf)
    assert date.label
    assert (("~" in text) or ("%" in text)) == date.approximate
    assert (("?" in text) or ("%" in text)) == date.uncertain
    assert ("/" in text) == (date.precision is P.INTERVAL)
    if date.earliest and date.latest:
        assert date.earliest <= date.latest
    if date.precision is P.DAY:
        assert date.earliest == date.latest


@given(st.dates(dt.date(1, 1, 1), dt.date(9998, 12, 31)))
def test_a_day_is_that_day_and_lies_in_its_month_and_year(date: dt.date) -> None:
    """A day has itself as both bounds, and is contained in its month and in its year."""
    parsed = parse_date(date.isoformat())

    assert (date, date) == (parsed.earliest, parsed.latest)
    assert parse_date(f"{date:%Y-%m}".zfill(7)).contains(parsed)
    assert parse_date(f"{date.year:04d}").contains(parsed)


def oracle_bound(bound: struct_time) -> dt.date:
    return dt.date(bound.tm_year, bound.tm_mon, bound.tm_mday)


# Left out, because `edtf` has no answer there or another one: it ends a winter (-24) on
# 31 December where ours ends in February, cannot read a qualified season, quarter or half, and
# bounds an open interval by infinities, which are not days.
COMPARABLE = (
    PLAIN.filter(lambda text: not text.endswith("-24") or len(text) == 10)
    | st.builds("{}{}".format, DAYS | MONTHS | YEARS.map("{:04d}".format), st.sampled_from("~?%"))
)  # fmt: skip


@st.composite
def comparable_intervals(draw: st.DrawFn) -> str:
    plain = DAYS | MONTHS | YEARS.map("{:04d}".format)
    first, second = draw(plain), draw(plain)
    if parse_date(first).earliest > parse_date(second).latest:
        first, second = second, first
    return f"{first}/{second}"


@given(COMPARABLE | comparable_intervals())
def test_bounds_agree_with_the_edtf_package(text: str) -> None:
    """An independent reader of EDTF gives the same first and last day."""
    date, oracle = parse_date(text), parse_edtf(text)

    assert oracle_bound(oracle.lower_strict()) == date.earliest
    assert oracle_bound(oracle.upper_strict()) == date.latest


# --- Arithmetic ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "earlier", "least", "most"),
    [
        ("2018-03-05", "2018-03-02", 3, 3),
        ("2018-03-02", "2018-03-05", -3, -3),
        ("2018-03-02", "2018-03-02", 0, 0),
        ("2024", "2022", 366, 1095),
        ("2022", "2022", -364, 364),
        ("2027-34", "2027-33", 1, 180),
        ("2024-05-03", "2022", 489, 853),
        ("2024/..", "2022", 366, None),
        ("../2024", "2022", None, 1095),
        ("2024", "2022/..", None, 1095),
        ("2024", "../2022", 366, None),
        ("2024/..", "2022/..", None, None),
        ("2024/..", "../2022", 366, None),
        ("../2024", "2022/..", None, 1095),
    ],
)
def test_a_difference_is_a_span_of_days(
    later: str, earlier: str, least: int | None, most: int | None
) -> None:
    """A difference runs from the least to the most days, and an open end bounds nothing."""
    assert Span(least, most) == difference(parse_date(later), parse_date(earlier))


@given(st.dates(dt.date(1, 1, 1), dt.date(9998, 12, 31)), st.dates(dt.date(1900, 1, 1)))
def test_the_difference_of_two_days_is_their_distance(a: dt.date, b: dt.date) -> None:
    """Between two days the least and the most are the same number of days."""
    b = min(b, dt.date(9998, 12, 31))
    days = (a - b).days

    assert Span(days, days) == difference(parse_date(a.isoformat()), parse_date(b.isoformat()))


@given(SIMPLE | intervals(), SIMPLE | intervals())
def test_a_difference_turned_round_is_its_negative(first: str, second: str) -> None:
    """Swapping the dates swaps and negates the bounds, and least never exceeds most."""
    a, b = parse_date(first), parse_date(second)
    span, turned = difference(a, b), difference(b, a)

    assert span.min == (None if turned.max is None else -turned.max)
    assert span.max == (None if turned.min is None else -turned.min)
    if span.min is not None and span.max is not None:
        assert span.min <= span.max


@pytest.mark.parametrize(
    ("outer", "inner", "contains", "intersects"),
    [
        ("2022", "2022", True, True),
        ("2022", "2022-05", True, True),
        ("2022-05", "2022", False, True),
        ("2022", "2022-12-31", True, True),
        ("2022", "2023-01-01", False, False),
        ("2022", "2021-12-31", False, False),
        ("2022-33", "2022-40", False, True),
        ("2022-21", "2022-33", False, True),
        ("2021/2022", "2022/2023", False, True),
        ("2021/2022", "2023/2024", False, False),
        ("2022/..", "2023", True, True),
        ("2022/..", "2021", False, False),
        ("2022/..", "2023/..", True, True),
        ("2023/..", "2022/..", False, True),
        ("../2022", "../2021", True, True),
        ("../2021", "2022/..", False, False),
        ("../2022", "2022/..", False, True),
        ("2022", "2022/..", False, True),
        ("2022", "../2022", False, True),
        ("202X", "2029-24", False, True),
        ("202X", "2022~", True, True),
    ],
)
def test_whether_a_date_contains_or_meets_another(
    outer: str, inner: str, contains: bool, intersects: bool
) -> None:
    """One date contains another if all its days are among its own, and meets it if one is."""
    a, b = parse_date(outer), parse_date(inner)

    assert contains == a.contains(b)
    assert intersects == a.intersects(b)
    assert intersects == b.intersects(a)
