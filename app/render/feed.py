"""Changes → an Atom feed (RFC 4287). Equal input gives equal bytes."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from app.version import VERSION

_NEVER = dt.date(1957, 10, 4)  # an empty feed was last changed before there was anything to tell


@dataclass(frozen=True, slots=True)
class Entry:
    """A change, for people."""

    id: str
    title: str
    text: str
    known_from: dt.date
    author: str
    path: str  # below the service's address


def change_entry(change: Mapping[str, Any]) -> Entry:
    """A claim that became known as an entry."""
    what = change["property"].replace("_", " ")
    source = change["source"]
    before = f" It was {change['before_label']} before." if change["before_label"] else ""
    return Entry(
        id=change["id"],
        title=f"{change['subject_name']}: {what}: {change['value_label']}",
        text=f"{change['said_by_name']}, {change['said_label']}: {what} {change['value_label']}."
        f"{before} {source['title']}, {change['locator']}.",
        known_from=dt.date.fromisoformat(change["known_from"]),
        author=change["said_by_name"],
        path=f"/v1/claims/{change['id']}",
    )


def to_atom(entries: Sequence[Entry], *, title: str, address: str, base: str) -> Iterator[bytes]:
    """A feed.

    Args:
        entries: in the order in which they are to stand.
        title: of the feed.
        address: of the feed itself.
        base: the service's address.
    """
    from feedgen.feed import FeedGenerator  # noqa: PLC0415

    feed = FeedGenerator()
    feed.id(_urn(f"feed:{title}"))
    feed.title(title)
    feed.generator("Lunar Cooperation API", version=VERSION)
    feed.link(href=address, rel="self", type="application/atom+xml")
    feed.link(href=f"{base}/", rel="alternate", type="text/html")
    feed.rights("CC BY 4.0")
    feed.updated(_moment(max((entry.known_from for entry in entries), default=_NEVER)))
    feed.author({"name": "Lunar Cooperation API"})
    for entry in entries:
        made = feed.add_entry(order="append")
        made.id(_urn(f"claim:{entry.id}"))
        made.title(entry.title)
        made.updated(_moment(entry.known_from))
        made.summary(entry.text)
        made.author({"name": entry.author})
        made.link(href=f"{base}{entry.path}", rel="alternate", type="application/json")
    yield feed.atom_str(pretty=True).replace(b"+00:00<", b"Z<")


def _urn(name: str) -> str:
    """An id that is the same wherever and whenever it is made (RFC 4287, 4.2.6)."""
    return uuid5(NAMESPACE_URL, f"lunar-cooperation-api:{name}").urn


def _moment(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)
