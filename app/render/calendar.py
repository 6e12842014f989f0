"""Dates → iCalendar (RFC 5545).

A date is an all-day event over the days that it may be: a plan is tentative, what happened is
confirmed, what was cancelled is cancelled. What has no first day cannot stand in a calendar.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.version import VERSION

_FIRST = dt.date(1957, 10, 4)  # before there was anything to plan


@dataclass(frozen=True, slots=True)
class Event:
    """Something dated."""

    uid: str  # the same in every release
    summary: str
    earliest: dt.date
    latest: dt.date | None  # None = open
    status: str  # CONFIRMED, TENTATIVE or CANCELLED
    description: str
    path: str  # of the record, below the service's address
    known_from: dt.date


def moment_events(moment: Mapping[str, Any]) -> Iterator[Event]:
    """A row of the timeline as an event."""
    if moment["date_earliest"] is None:
        return
    latest = moment["date_latest"]
    planned = moment["status"] == "planned"
    cancelled = moment["subject_status"] == "cancelled" and planned
    notes = [
        f"{'Planned' if planned else 'Happened'}: {moment['date_label']}.",
        f"Overdue as known on {moment['known_from']}." if moment["is_overdue"] else "",
        f"First promised: {moment['first_label']}." if moment["revisions"] else "",
    ]
    yield Event(
        uid=f"{moment['id']}@lunar-cooperation-api",
        summary=f"{moment['subject_name']}: {moment['what']}",
        earliest=dt.date.fromisoformat(moment["date_earliest"]),
        latest=dt.date.fromisoformat(latest) if latest else None,
        status="CANCELLED" if cancelled else "TENTATIVE" if planned else "CONFIRMED",
        description=" ".join(filter(None, notes)),
        path=f"/v1/{moment['subject']}",
        known_from=dt.date.fromisoformat(moment["known_from"]),
    )


def to_calendar(events: Iterable[Event], *, name: str, address: str) -> Iterator[bytes]:
    """A calendar, event by event; `address` is the service's own."""
    from icalendar import Calendar  # noqa: PLC0415

    calendar = Calendar()
    calendar.add("prodid", f"-//Lunar Cooperation API//{VERSION}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", name)
    head, end, _ = calendar.to_ical().partition(b"END:VCALENDAR")
    yield head
    for event in events:
        yield _event(event, address.rstrip("/"))
    yield end + b"\r\n"


def _event(event: Event, address: str) -> bytes:
    from icalendar import Event as CalendarEvent  # noqa: PLC0415

    made = CalendarEvent()
    made.add("uid", event.uid)
    made.add("dtstamp", dt.datetime.combine(event.known_from, dt.time(), dt.UTC))
    made.add("dtstart", event.earliest)
    if event.latest is not None and event.latest < dt.date.max:
        made.add("dtend", event.latest + dt.timedelta(days=1))  # the day after the last
    made.add("summary", event.summary)
    made.add("description", event.description)
    made.add("status", event.status)
    made.add("transp", "TRANSPARENT")
    # Whatever changes about an event changes on a later day.
    made.add("sequence", (event.known_from - _FIRST).days)
    made.add("url", f"{address}{event.path}")
    written: bytes = made.to_ical()
    return written
