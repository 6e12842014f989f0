"""Texts that are sent as they are stored: neither decoded nor encoded, where the engine allows."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.backends import backend_of

# A document as JSON; bytes are UTF-8.
Json = str | bytes


class _Utf8(FunctionElement[Any]):
    name = "utf8"
    inherit_cache = True


@compiles(_Utf8)
def _written(element: _Utf8, compiler: SQLCompiler, **named: Any) -> str:
    (column,) = element.clauses
    return compiler.process(backend_of(compiler.dialect.name).utf8(column), **named)


def utf8(column: ColumnElement[str]) -> ColumnElement[Any]:
    """A text as its bytes, or as it is where that costs less."""
    return _Utf8(column)


def to_bytes(document: Json) -> bytes:
    """A document as it is sent."""
    return document if isinstance(document, bytes) else document.encode()


def to_text(document: Json) -> str:
    """A document as text."""
    return document if isinstance(document, str) else document.decode()
