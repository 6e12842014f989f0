"""What a seed file may contain, as models: the checks and the editors' JSON Schema share them."""

from functools import cache
from typing import Annotated, Any, Literal

import pycountry
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.vocabulary import (
    PROPERTIES,
    Completeness,
    Kind,
    Nature,
    Property,
    Rank,
    SourceKind,
    ValueType,
)

SLUG = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"

Slug = Annotated[str, StringConstraints(pattern=SLUG)]
# On one line, without blanks at its ends. What begins with = + - @ is run by spreadsheets, numbers
# apart.
Words = Annotated[
    str, StringConstraints(min_length=1, pattern=r"^(?:[^\s=+\-@](?:.*\S)?|-\d+(?:\.\d+)?)$")
]
DateText = Annotated[str, Field(description="An EDTF date in quotes", examples=["2018-03-02"])]
Reference = Annotated[str, Field(description="kind/id", examples=["agencies/roscosmos"])]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClaimEntry(_Entry):
    """Somebody said something, on some day, in a source."""

    property: str = Field(description="A word of the vocabulary")
    value: Words | None = Field(default=None, description="The value, in quotes where it is a date")
    value_type: Literal["unknown", "none"] | None = Field(
        default=None, description="Instead of a value: said to be unknown, or said not to exist"
    )
    nature: Nature | None = Field(default=None, description="If it is not the property's usual one")
    said_by: Reference | None = Field(
        default=None, description="Who asserts it; the source's only author or publisher by default"
    )
    said_on: DateText | None = Field(
        default=None, description="When; the source's publication by default"
    )
    source: Slug = Field(description="The file in sources/ that says so")
    locator: Words = Field(description="Where in it, from the larger to the smaller")
    original_value: Words | None = Field(default=None, description="As the source puts it")
    role: Words | None = Field(default=None, description="In what role, for relations")
    since: DateText | None = Field(default=None, description="When the relation began")
    until: DateText | None = Field(default=None, description="When the relation ended")
    rank: Rank = Rank.NORMAL
    rank_reason: Words | None = Field(default=None, description="Required unless rank is normal")
    note: Words | None = Field(default=None, description="What a reader should know about it")


FORMER_IDS: Any = Field(
    default=(), description="Ids that it used to have: their addresses lead to the one of today"
)


class EntityFile(_Entry):
    """A mission, agreement, agency, project or person: an id, and what is claimed about it."""

    id: Slug
    former_ids: tuple[Slug, ...] = FORMER_IDS
    claims: tuple[ClaimEntry, ...] = ()


class SourceFile(_Entry):
    """A text that was read."""

    id: Slug
    title: Words
    publisher: Reference | None = None
    authors: tuple[Reference, ...] = ()
    kind: SourceKind
    published: DateText | None = None
    accessed: DateText | None = Field(default=None, description="Required where it is undated")
    language: str = Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="BCP 47")
    url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    archived_url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    via: Reference | None = Field(default=None, description="Who passed on the copy that was read")
    note: Words | None = None
    former_ids: tuple[Slug, ...] = FORMER_IDS
    claims: tuple[ClaimEntry, ...] = ()


class ClaimSelector(_Entry):
    """The claims that have all of these in common."""

    subject: Reference | None = None
    property: str | None = None
    value: str | None = None
    nature: Nature | None = None
    said_by: Reference | None = None
    said_on: DateText | None = None
    source: Slug | None = None
    locator: str | None = None


class DisputeFile(_Entry):
    """A disagreement that a person should know of."""

    id: Slug
    about: Words
    claims: tuple[ClaimSelector, ...] = Field(min_length=1)
    note: Words


class CoverageFile(_Entry):
    """How far the data reaches in one field: what a list that lacks something does not mean."""

    id: Slug
    kind: Kind = Field(description="Of which kind the records are")
    covers: Words = Field(description="Which of them")
    completeness: Completeness
    known_until: DateText = Field(description="The day up to which the sources that were read tell")
    note: Words | None = None


DISPUTES = "disputes"
COVERAGE = "coverage"

AnyFile = EntityFile | SourceFile | DisputeFile | CoverageFile
FILE_MODELS: dict[str, type[AnyFile]] = {
    **{kind.value: EntityFile for kind in Kind if kind is not Kind.SOURCES},
    Kind.SOURCES.value: SourceFile,
    DISPUTES: DisputeFile,
    COVERAGE: CoverageFile,
}


@cache
def country_codes() -> dict[str, str]:
    """ISO 3166-1 alpha-2 codes and the names of their countries."""
    return {country.alpha_2: country.name for country in pycountry.countries}


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a seed file, for editors that complete and check YAML."""
    claim = _inlined(ClaimEntry)
    claim["allOf"] = [
        {
            "if": {"properties": {"property": {"const": prop.name}}, "required": ["property"]},
            "then": {"properties": {"value": _value_schema(prop)}},
        }
        for prop in PROPERTIES.values()
    ]
    claim["properties"]["property"] = {
        "oneOf": [
            {"const": prop.name, "title": prop.definition, "description": _fits(prop)}
            for prop in PROPERTIES.values()
        ]
    }
    models = (EntityFile, SourceFile, DisputeFile, CoverageFile)
    definitions = {model.__name__: _inlined(model) for model in models}
    for name in ("EntityFile", "SourceFile"):
        definitions[name]["properties"]["claims"] = {
            "type": "array",
            "items": {"$ref": "#/$defs/Claim"},
        }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A seed file of the Lunar Cooperation API",
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in definitions],
        "$defs": {"Claim": claim, **definitions},
    }


def _inlined(model: type[BaseModel]) -> dict[str, Any]:
    """A model's schema without references, so that it can stand under any name."""
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})

    def inline(node: Any) -> Any:
        if isinstance(node, dict):
            if "$ref" in node:
                return inline(definitions[node["$ref"].rpartition("/")[2]])
            return {key: inline(value) for key, value in node.items()}
        return [inline(item) for item in node] if isinstance(node, list) else node

    inlined: dict[str, Any] = inline(schema)
    return inlined


def _fits(prop: Property) -> str:
    return f"Fits {', '.join(prop.subjects)}; usually of nature {prop.nature}."


def _value_schema(prop: Property) -> dict[str, Any]:
    """The JSON Schema of a property's value."""
    schema: dict[str, Any] = {"type": "string", "description": prop.definition}
    if prop.type is ValueType.REFERENCE:
        kinds = "|".join(prop.refers_to)
        schema["pattern"] = rf"^({kinds})/[a-z0-9]+(-[a-z0-9]+)*$"
    elif prop.type is ValueType.ENUM:
        schema["enum"] = sorted({choice for some in prop.choices.values() for choice in some})
    elif prop.type is ValueType.COUNTRY:
        schema["enum"] = sorted(country_codes())
    elif prop.type is ValueType.DATE:
        schema["pattern"] = r"^(\d{3}[\dX].*|\.\./.*)$"
    return schema
