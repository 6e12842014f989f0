"""The full-text index, which is the database engine's own.

It holds words that `app.text.search_terms` has made, separated by blanks, so that no engine's own
idea of words, case or accents enters.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    MetaData,
    Select,
    Subquery,
    Table,
    bindparam,
    delete,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import DropTable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Float, Integer, TypeDecorator, UnicodeText

from app.backends import backend_of
from app.backends.phrases import AllOf, AnyOf, Phrase, Query, phrases_of
from app.db import Writer

# What engines keep beside it begins with its name. Its columns are theirs too.
INDEX = Table("search_index", MetaData())


def create(connection: Connection) -> None:
    """Make the index."""
    backend_of(connection.dialect.name).create_index(connection)


def drop(connection: Connection) -> None:
    """Take it away."""
    connection.execute(DropTable(INDEX))


def clear(writer: Writer) -> None:
    """Take everything out."""
    writer.execute(delete(INDEX))


def add(writer: Writer, documents: Sequence[tuple[int, str, str]]) -> None:
    """Put the words of documents in: of each its number, its names and its texts."""
    if documents:
        backend_of(writer.dialect.name).add(writer, documents)


def finish(writer: Writer) -> None:
    """Make it ready for those who search."""
    backend_of(writer.dialect.name).finish(writer)


# --- Queries ------------------------------------------------------------------------------------


def phrase(terms: Sequence[str], *, is_prefix: bool = False, only_names: bool = False) -> Query:
    """Words in a row, the last of which may go on; words hold letters and digits only."""
    return Phrase(tuple(terms), is_prefix, only_names)


def any_of(queries: Sequence[Query]) -> Query:
    """What at least one query finds."""
    return AnyOf(tuple(queries))


def all_of(queries: Sequence[Query]) -> Query:
    """What every query finds."""
    return AllOf(tuple(queries))


class _QueryType(TypeDecorator[Query]):
    """A query, handed over in the language of the engine that it goes to."""

    impl = UnicodeText
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """The query as text."""
        return value if value is None else backend_of(dialect.name).query(value)


class _NamesQueryType(_QueryType):
    """A query of which names have any phrase."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """The query as text."""
        if value is not None:
            named = [replace(item, only_names=True) for item in phrases_of(value)]
            value = any_of(named)
        return super().process_bind_param(value, dialect)


class _Part(FunctionElement[Any]):
    """A part of a statement that each engine writes in its own way."""


class _Key(_Part):
    name = "key"
    type = Integer()
    inherit_cache = True


# Conditions are not of the type Boolean: SQLAlchemy would compare them with 1 for SQLite.
class _Matches(_Part):
    name = "matches"
    inherit_cache = True


class _HasName(_Part):
    name = "has_name"
    inherit_cache = True


class _Distance(_Part):
    name = "distance"
    type = Float()
    inherit_cache = True


@compiles(_Part)
def _written(part: _Part, compiler: SQLCompiler, **named: Any) -> str:
    write = getattr(backend_of(compiler.dialect.name), part.name)
    return compiler.process(write(*part.clauses), **named)


NUMBER: ColumnElement[int] = _Key()


# The parameters of statements that hold what is looked for.
_QUERY, _NAMES = "search_query", "search_names"
_ASKED: ColumnElement[Any] = bindparam(_QUERY, None, _QueryType())
_ASKED_OF_NAMES: ColumnElement[Any] = bindparam(_NAMES, None, _NamesQueryType())


def values(query: Query) -> dict[str, Query]:
    """The parameters of statements with what is below, for a query of the functions above."""
    return {_QUERY: query, _NAMES: query}


def matches() -> ColumnElement[bool]:
    """That a document is found by a query."""
    return _Matches(_ASKED)


def has_name() -> ColumnElement[bool]:
    """That a name of a document that is found has any phrase of the query."""
    return _HasName(_ASKED_OF_NAMES)


def distance() -> ColumnElement[float]:
    """How far a document that is found is from the ideal: the least comes first.

    Names count more than other words. To know it takes most of the time of a search.
    """
    return _Distance(_ASKED)


def first(number: int) -> Subquery:
    """So many of the documents that a query finds, by their numbers."""
    found = select(NUMBER.label("number")).select_from(INDEX).where(matches())
    return found.order_by(NUMBER).limit(number).subquery("found")


def after(number: int) -> Select[Any]:
    """The statement that has a row if a query finds more than so many documents."""
    found = select(NUMBER).select_from(INDEX).where(matches()).limit(1).offset(number)
    return found.correlate(None)
