"""Keys of records as the keys of models."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from pydantic import Field

from app.fields import Key, date_keys


def one_of(choices: Sequence[str]) -> Any:
    """One of some words."""
    return Literal[tuple(str(choice) for choice in choices)]


def keys_of(keys: Iterator[Key]) -> dict[str, Any]:
    """Keys as `create_model` takes them."""
    return {key.name: (_annotation(key), Field(description=key.definition)) for key in keys}


def _annotation(key: Key) -> Any:
    annotation: Any = one_of(key.choices) if key.choices else key.type
    return annotation | None if key.nullable else annotation


def dated(prefix: str, what: str) -> dict[str, Any]:
    """The siblings under which a date is served."""
    return keys_of(date_keys(prefix, what))
