"""The full-text index, which is the database engine's own: SQLite's FTS5.

It holds words that `app.text.search_terms` has made, separated by blanks, so that no engine's own
idea of words, case or accents enters.
"""

from collections.abc import Sequence

from sqlalchemy import (
    ColumnElement,
    Subquery,
    bindparam,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.types import Float, Integer

from app.db import Writer

NAMES_WEIGHT, TEXTS_WEIGHT = 10.0, 1.0

CREATE = (
    "CREATE VIRTUAL TABLE search_index USING fts5(names, texts, tokenize = 'ascii', prefix = '2 3')"
)
DROP = "DROP TABLE search_index"


def clear(writer: Writer) -> None:
    """Take everything out."""
    writer.execute(text("DELETE FROM search_index"))


def add(writer: Writer, documents: Sequence[tuple[int, str, str]]) -> None:
    """Put the words of documents in: of each its number, its names and its texts."""
    statement = text(
        "INSERT INTO search_index (rowid, names, texts) VALUES (:number, :names, :texts)"
    )
    rows = [
        dict(zip(("number", "names", "texts"), document, strict=True)) for document in documents
    ]
    if rows:
        writer.execute(statement, rows)


def finish(writer: Writer) -> None:
    """Lay the index out anew: it is found fastest, and nothing shows of what was there before."""
    writer.execute(text("INSERT INTO search_index (search_index) VALUES ('rebuild')"))


# --- Queries ------------------------------------------------------------------------------------

INDEX = table("search_index")
QUERY = "search_query"  # the parameter of statements that holds what is looked for
NUMBER: ColumnElement[int] = literal_column("search_index.rowid", Integer)


def phrase(terms: Sequence[str], *, is_prefix: bool = False, only_names: bool = False) -> str:
    """Words in a row, the last of which may go on; words hold letters and digits only."""
    quoted = f'"{" ".join(terms)}"{" *" if is_prefix else ""}'
    return f"{{names}} : {quoted}" if only_names else quoted


def any_of(queries: Sequence[str]) -> str:
    """What at least one query finds."""
    return f"({' OR '.join(queries)})"


def all_of(queries: Sequence[str]) -> str:
    """What every query finds."""
    return " AND ".join(queries)


def matches(query: str) -> ColumnElement[bool]:
    """That a document is found by a query of the functions above."""
    return text(f"search_index MATCH :{QUERY}").bindparams(  # type: ignore[return-value]
        bindparam(QUERY, query)
    )


def found_by(query: str, most: int) -> Subquery:
    """So many of the documents that a query finds, in the order of their numbers.

    Of each its number and how far it is from the ideal: by all its words (BM25, names before other
    words), and by its names alone, below nought if a name has any of the words.
    """
    return (
        select(
            NUMBER.label("number"),
            literal_column(f"bm25(search_index, {NAMES_WEIGHT}, {TEXTS_WEIGHT})", Float).label(
                "distance"
            ),
            literal_column("bm25(search_index, 1.0, 0.0)", Float).label("names_distance"),
        )
        .select_from(INDEX)
        .where(matches(query))
        .order_by(NUMBER)
        .limit(most)
        .subquery("found")
    )


def numbers_of(query: str, most: int) -> Subquery:
    """The same without distances, which cost most."""
    found = select(NUMBER.label("number")).select_from(INDEX).where(matches(query))
    return found.order_by(NUMBER).limit(most).subquery("found")
