"""The days on which a record changed → a TimeMap (RFC 7089, section 5)."""

import datetime as dt
from collections.abc import Iterable, Iterator
from email.utils import format_datetime


def to_timemap(days: Iterable[str], original: str, here: str) -> Iterator[bytes]:
    """One link a version, in application/link-format.

    Args:
        days: on which the record changed, as ISO 8601 days.
        original: the record's address without `as_of`.
        here: the address of the TimeMap itself.
    """
    lines = [
        f'<{original}>; rel="original timegate"',
        f'<{here}>; rel="self"; type="application/link-format"',
    ]
    joint = "&" if "?" in original else "?"
    for day in days:
        moment = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(23, 59, 59), dt.UTC)
        when = format_datetime(moment, usegmt=True)
        lines.append(f'<{original}{joint}as_of={day}>; rel="memento"; datetime="{when}"')
    yield (",\n".join(lines) + "\n").encode()
