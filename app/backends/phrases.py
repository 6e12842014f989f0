"""What a full-text index is asked: words in a row, joined by *or* and *and*."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row, the last of which may go on; words hold letters and digits only."""

    terms: tuple[str, ...]
    is_prefix: bool = False
    only_names: bool = False


@dataclass(frozen=True, slots=True)
class AnyOf:
    """What at least one query finds."""

    queries: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """What every query finds."""

    queries: tuple["Query", ...]


Query = Phrase | AnyOf | AllOf


def phrases_of(query: Query) -> Iterator[Phrase]:
    """All phrases of a query."""
    if isinstance(query, Phrase):
        yield query
    else:
        for part in query.queries:
            yield from phrases_of(part)
