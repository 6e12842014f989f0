"""A source: its date, who published it, who wrote it."""

from collections.abc import Iterator, Sequence

from app.ledger.checks.found import Findings, Record, check_date, check_reference
from app.ledger.records import Source
from app.ledger.seedschema import (
    SourceFile,
)
from app.vocabulary import Kind


def source_of(record: Record, found: Findings) -> Source | None:
    """A record as a source, if it is one and has a date."""
    model = record.model
    if not isinstance(model, SourceFile):
        return None
    published = check_date(model.published, record.place("published"), found)
    accessed = check_date(model.accessed, record.place("accessed"), found)
    if not model.published and not model.accessed:
        remedy = "add published:, or for an undated page accessed:, the day it was read"
        found.add(record.place("id"), "source without a date", remedy)
    for date, key in ((published, "published"), (accessed, "accessed")):
        if date and date.latest is None:
            found.add(
                record.place(key), f"{date.edtf!r} has no end", "give the latest day it may be"
            )
            return None
    for key, ref, kinds in _source_references(model):
        check_reference(ref, kinds, record.place(key), found)
    if not model.publisher and not model.authors:
        remedy = "add publisher: agencies/… or authors: [people/…]"
        found.add(record.place("id"), "source without publisher or authors", remedy)
    if not (published or accessed):
        return None
    return Source(
        **model.model_dump(exclude={"claims", "former_ids", "published", "accessed"}),
        published=published,
        accessed=accessed,
    )


def _source_references(model: SourceFile) -> Iterator[tuple[str, str, Sequence[Kind]]]:
    for author in model.authors:
        yield "authors", author, (Kind.PEOPLE, Kind.AGENCIES)
    for key, ref in (("publisher", model.publisher), ("via", model.via)):
        if ref:
            yield key, ref, (Kind.AGENCIES,)
