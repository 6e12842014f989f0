"""Records and dates once more, under each record to which they are related, as lists sort them.

So a list of what is related to a record is read off an index, a page at a time; else all of it
would be looked up and sorted for every page, however much that is.
"""

import datetime as dt
from collections.abc import Mapping
from functools import cache

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

import app.models  # noqa: F401  # says how constraints are named
from app.vocabulary import Kind, ValueType, properties_of

DATED: Mapping[Kind, str] = {  # the date by which records of a kind are sorted most
    Kind.MISSIONS: "launch",
    Kind.AGREEMENTS: "signing",
    Kind.SOURCES: "published",
}
WHATEVER_WAY = {
    Kind.AGENCIES: "agency",
    Kind.PROJECTS: "project",
    Kind.MISSIONS: "mission",
    Kind.AGREEMENTS: "agreement",
    Kind.PEOPLE: "person",
}


@cache
def way_number(kind: Kind, name: str) -> int:
    """One number for a kind and one of its ways."""
    return [(kind, name) for kind in Kind for name in ways_of(kind)].index((kind, name))


@cache
def ways_of(kind: Kind) -> Mapping[str, tuple[str, ...]]:
    """How records of a kind can be related to others: by one property, or by any to a kind."""
    relations = [prop for prop in properties_of(kind) if prop.type is ValueType.REFERENCE]
    ways: dict[str, tuple[str, ...]] = {prop.name: (prop.name,) for prop in relations}
    for target, name in WHATEVER_WAY.items():
        if some := tuple(prop.name for prop in relations if target in prop.refers_to):
            ways.setdefault(name, some)
    return ways


_DAYS = ("known_from", "known_to")


class RelatedRecord(SQLModel, table=True):
    """That a record was related to another during a period in which it was sorted so.

    Of all that is known of a record little is sorted by, and that seldom changes.
    """

    __tablename__ = "related_records"
    __table_args__ = (
        Index("ix_related_records_slug", "object", "way", "slug", *_DAYS),
        Index("ix_related_records_name", "object", "way", "name", "slug", *_DAYS),
        Index("ix_related_records_up", "object", "way", "earliest", "slug", *_DAYS),
        Index("ix_related_records_down", "object", "way", text("latest DESC"), "slug", *_DAYS),
    )

    id: int | None = Field(default=None, primary_key=True)
    object: str = Field(foreign_key="entities.ref")
    way: int = Field(description="see `way_number`")
    slug: str
    name: str
    earliest: dt.date | None = Field(default=None, description="of the date it is sorted by most")
    latest: dt.date | None = None
    known_from: dt.date
    known_to: dt.date | None = None


class RelatedMoment(SQLModel, table=True):
    """That what a moment is about was related to a body, in whatever way, or was that body."""

    __tablename__ = "related_moments"
    __table_args__ = (
        Index("ix_related_moments_up", "object", "earliest", "moment", *_DAYS),
        Index("ix_related_moments_down", "object", text("latest DESC"), "moment", *_DAYS),
    )

    id: int | None = Field(default=None, primary_key=True)
    object: str = Field(foreign_key="entities.ref")
    moment: int = Field(foreign_key="moments.id")
    earliest: dt.date | None = None
    latest: dt.date | None = None
    known_from: dt.date
    known_to: dt.date | None = None
