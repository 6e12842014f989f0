"""Missions, agreements, agencies, projects, people, sources: shapes made from the fields."""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from app.fields import Field as RecordField
from app.fields import Shape, fields_of, scalar_keys
from app.schemas.envelope import Shaped
from app.schemas.keys import dated, keys_of
from app.schemas.parts import AuthorLink, DisputeLink, Link, StandingClaim
from app.vocabulary import Kind, SourceKind

SINGULAR = {
    Kind.MISSIONS: "Mission",
    Kind.AGREEMENTS: "Agreement",
    Kind.AGENCIES: "Agency",
    Kind.PROJECTS: "Project",
    Kind.PEOPLE: "Person",
    Kind.SOURCES: "Source",
}


# These always come; of the others, those that the parameter `fields` names, or all.
ALWAYS = ("id", "ref")


def _only_always_required(schema: dict[str, Any]) -> None:
    schema["required"] = list(ALWAYS)


class Record(Shaped):
    """What every record has in common: whole unless `fields` asks for less."""

    model_config = ConfigDict(json_schema_extra=_only_always_required, defer_build=True)


@cache
def record_model(kind: Kind) -> type[BaseModel]:
    """The shape of a record of a kind, with its claims."""
    name = SINGULAR[kind]
    of_entity = f"{name}, as it was known on the day asked about."
    about = "A text that was read." if kind is Kind.SOURCES else of_entity
    model: type[BaseModel] = create_model(name, __base__=Record, __doc__=about, **record_keys(kind))
    return model


@cache
def record_keys(kind: Kind) -> Mapping[str, Any]:
    """The keys of that shape, as `create_model` takes them."""
    return _source_keys() if kind is Kind.SOURCES else _entity_keys(kind)


_CLAIMS = (list[StandingClaim], Field(description="the claims behind it; see the parameter claims"))
_KNOWN: dict[str, Any] = {
    "known_from": (
        dt.date | None,
        Field(description="since when this is what was known; null = nothing was known yet"),
    ),
    "known_to": (
        dt.date | None,
        Field(description="the day from which another answer holds, as far as can be seen"),
    ),
}


def _entity_keys(kind: Kind) -> dict[str, Any]:
    keys: dict[str, Any] = {
        "id": (str, Field(description="slug, unique among its kind")),
        "ref": (str, Field(description="kind/id")),
    }
    for field in fields_of(kind):
        keys |= _record_keys(field)
    return keys | {
        "disputed": (list[str], Field(description="fields on which somebody else disagrees")),
        "unknown": (list[str], Field(description="fields said to be unknown")),
        "none": (list[str], Field(description="fields of which it is said that there is none")),
        "disputes": (list[DisputeLink], Field(description="disagreements about it")),
        **_KNOWN,
        "claims": _CLAIMS,
    }


def _record_keys(field: RecordField) -> dict[str, Any]:
    if field.shape is Shape.TEXTS:
        return {field.name: (list[str], Field(description=field.definition))}
    if field.shape is Shape.LINKS:
        return {field.name: (list[Link], Field(description=field.definition))}
    return keys_of(scalar_keys(field))


def _source_keys() -> dict[str, Any]:
    return dict(
        id=(str, Field(description="its id, unique among its kind")),
        ref=(str, Field(description="kind/id")),
        title=(str | None, Field(description="its title, as printed")),
        kind=(SourceKind | None, Field(description="from best to weakest, in this order")),
        publisher=(str | None, Field(description="who published it, as kind/id")),
        publisher_name=(
            str | None,
            Field(description="what the publisher was called on that day"),
        ),
        authors=(list[AuthorLink], Field()),
        via=(str | None, Field(description="who passed on the copy that was read")),
        via_name=(str | None, Field(description="what that one was called on that day")),
        language=(str | None, Field(description="BCP 47")),
        url=(str | None, Field(description="where it can be read")),
        archived_url=(str | None, Field(description="a copy that stays")),
        **dated("published", "When it was published, as printed"),
        **dated("accessed", "For an undated page, when it was read"),
        note=(str | None, Field(description="what a reader should know about it")),
        disputes=(list[DisputeLink], Field(description="disagreements about it")),
        **_KNOWN,
        claims=(
            list[StandingClaim],
            Field(description="what is claimed about the source itself"),
        ),
    )
