"""Days, spans and names in words, for pages."""

from app.dates import parse_date

_DAYS_A_YEAR = 365.25
_DAYS_A_MONTH = 30.44


def plain(name: str) -> str:
    """A word of the vocabulary, as people write it."""
    return name.replace("_", " ")


def titled(name: str) -> str:
    """A word of the vocabulary at the beginning of a line."""
    text = plain(name).removesuffix(" id")
    text = {"cospar": "COSPAR", "nssdca": "NSSDCA", "gcat": "GCAT"}.get(text, text)
    return text[:1].upper() + text[1:]


def day_label(day: object) -> str:
    """`1 February 2026`."""
    return parse_date(str(day)).label


def moved(least: int | None, most: int | None) -> str:
    """By how much something moved; before is less than nothing."""
    if least is None and most is None:
        return ""
    if least is None or most is None:
        return _one_sided(least, most)
    if least == most:
        return "not moved" if least == 0 else f"{_length(abs(least))} {_side(least)}"
    if least >= 0 or most <= 0:
        near, far = sorted((abs(least), abs(most)))
        return f"{_range(near, far)} {_side(most if most > 0 else least)}"
    return f"between {_length(-least)} earlier and {_length(most)} later"


def in_days(least: int | None, most: int | None) -> str:
    """The same as it was worked out, in days."""
    if least is None and most is None:
        return ""
    if least is None:
        return f"{_number(most)} days at most"
    if most is None:
        return f"{_number(least)} days at least"
    if least == most:
        return f"{_number(least)} day{'' if abs(least) == 1 else 's'}"
    return f"{_number(least)} to {_number(most)} days"


def _number(days: int | None) -> str:
    return f"{days:,}".replace("-", "−")


def _one_sided(least: int | None, most: int | None) -> str:
    if least is not None:
        if least == 0:
            return "not earlier"
        words = f"{_length(abs(least))} {_side(least)}"
        return f"at least {words}" if least > 0 else f"{words} or less, or later"
    assert most is not None, "one of the two is given"
    if most == 0:
        return "not later"
    words = f"{_length(abs(most))} {_side(most)}"
    return f"at most {words}" if most > 0 else f"at least {words}"


def _side(days: int) -> str:
    return "later" if days > 0 else "earlier"


def _range(near: int, far: int) -> str:
    if near == 0:
        return f"up to {_length(far)}"
    (first, unit), (last, other) = _rounded(near), _rounded(far)
    if unit == other:
        return _count(last, unit) if first == last else f"{first} to {_count(last, unit)}"
    return f"{_count(first, unit)} to {_count(last, other)}"


def _length(days: int) -> str:
    return _count(*_rounded(days))


def _rounded(days: int) -> tuple[str, str]:
    """A number of days in the unit in which people would tell it."""
    if days < 60:
        return str(days), "day"
    if days < 730:
        return str(round(days / _DAYS_A_MONTH)), "month"
    return f"{round(days / _DAYS_A_YEAR, 1):.1f}".removesuffix(".0"), "year"


def _count(number: str, unit: str) -> str:
    return f"{number} {unit}" if number == "1" else f"{number} {unit}s"
