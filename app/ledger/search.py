"""What can be found by its words: records under their names, and what is said about them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.fields import Shape, fields_of
from app.ledger.documents import Document
from app.text import grams, joined_texts, search_terms, titles_of, to_json
from app.vocabulary import Kind

CLAIMS = "claims"  # a kind of hit besides those of entities


@dataclass(frozen=True, slots=True)
class Findable:
    """A hit in waiting: what is shown of it, its names, and its other words."""

    kind: str
    ref: str
    name: str
    names: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]  # (field, text)

    def row(self) -> dict[str, Any]:
        """Its columns besides its period."""
        shown = [*(("name", name) for name in self.names), *self.texts]
        document = {
            "kind": self.kind,
            "ref": self.ref,
            "id": self.ref.partition("/")[2],
            "name": self.name,
        }
        return {
            "kind": self.kind,
            "ref": self.ref,
            "titles": titles_of(self.names or (self.name,)),
            "document": to_json(document),
            "found_by": joined_texts(shown),
        }

    def words(self) -> tuple[str, str]:
        """Its names and its other words, as they go into the index."""
        texts = "\n".join(" ".join(search_terms(text)) for _, text in self.texts)
        return "\n".join(" ".join(search_terms(name)) for name in self.names), texts


def findable_record(document: Document, names: Sequence[str]) -> Findable:
    """A record, by its names and by everything that it says in words."""
    kind = Kind(document["ref"].partition("/")[0])
    texts = _source_texts(document) if kind is Kind.SOURCES else _field_texts(kind, document)
    name = document.get("name") or document["title"]
    return Findable(kind.value, document["ref"], name, tuple(names), tuple(dict.fromkeys(texts)))


def findable_claim(document: Document) -> Findable:
    """A claim, by what it says and who says it."""
    name = f"{document['subject_name']}: {document['property'].replace('_', ' ')}"
    keys = ("value_label", "original_value", "role", "said_by_name", "note")
    texts = [("subject_name", document["subject_name"])]
    texts += [(key, document[key]) for key in keys if document[key]]
    texts.append(("source", document["source"]["title"]))
    return Findable(CLAIMS, f"{CLAIMS}/{document['id']}", name, (), tuple(texts))


def _source_texts(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in ("publisher_name", "via_name", "note"):
        if document[key]:
            yield key, document[key]
    for author in document["authors"]:
        yield "authors", author["name"]


def _field_texts(kind: Kind, document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for field in fields_of(kind):
        match field.shape:
            case Shape.TEXT if field.name not in ("name", "native_name"):
                values = [document[field.name]]
            case Shape.COUNTRY | Shape.REFERENCE:
                values = [document[f"{field.name}_name"]]
            case Shape.TEXTS if field.name != "aliases":
                values = document[field.name]
            case Shape.LINKS:
                values = [link["name"] for link in document[field.name]]
            case _:
                values = []
        for value in values:
            if value:
                yield field.name, value


def grams_of(term: str) -> Iterator[tuple[str, str]]:
    """A word of a name with three letters of it at a time; none, if it cannot be misspelt."""
    if len(term) > 2 and not term.isdigit():
        for gram in grams(term):
            yield gram, term
