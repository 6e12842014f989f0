"""Every error that the service answers with; a class name is a problem type (RFC 9457)."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ParameterError:
    """One thing wrong with the request: where it stands, what is wrong, what to do."""

    parameter: str
    detail: str


class AppError(Exception):
    """An error with an HTTP status, a constant title and a detail for this occurrence."""

    status: ClassVar[int] = 500
    type: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Something went wrong on our side"
    meaning: ClassVar[str] = "A fault of the service. It is logged under the request id."

    def __init__(self, detail: str, errors: Sequence[ParameterError] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)


class BadRequest(AppError):
    """A parameter name or value that the resource does not know."""

    status = 400
    type = "bad-request"
    title = "The request has a parameter that we do not understand"
    meaning = (
        "A parameter name, or the value of a parameter that takes one of a list, is unknown. "
        "Nothing is ever ignored: a misspelt as_of would get the wrong history."
    )


class NotFound(AppError):
    """No such thing, or no such address."""

    status = 404
    type = "not-found"
    title = "There is nothing at this address"
    meaning = "The address is not one of the service, or no record has this id."


class MethodNotAllowed(AppError):
    """A method other than GET, HEAD or OPTIONS."""

    status = 405
    type = "method-not-allowed"
    title = "The service is read-only"
    meaning = "Only GET, HEAD and OPTIONS are answered; a correction is a change of a seed file."


class NotAcceptable(AppError):
    """No representation that the client would accept."""

    status = 406
    type = "not-acceptable"
    title = "We have no representation that you accept"
    meaning = "The Accept header rules out application/json, which is what there is."


class AddressTooLong(AppError):
    """An address longer than is read."""

    status = 414
    type = "address-too-long"
    title = "The address is longer than we read"
    meaning = (
        "An address may have 8,192 characters. Ask for less at once, or for everything and choose "
        "from that."
    )


class HeadersTooLarge(AppError):
    """Headers longer than are read."""

    status = 431
    type = "headers-too-large"
    title = "The headers are longer than we read"
    meaning = "The headers of a request may have 16,384 bytes together. None of ours needs many."


class RangeNotSatisfiable(AppError):
    """A range that begins beyond the end."""

    status = 416
    type = "range-not-satisfiable"
    title = "The range begins beyond the end"
    meaning = "A Range header asks for bytes that there are not; Content-Range says how many."

    def __init__(self, detail: str, length: int = 0) -> None:
        super().__init__(detail)
        self.length = length


class InvalidParameter(AppError):
    """A known parameter whose value cannot be read."""

    status = 422
    type = "invalid-parameter"
    title = "A parameter has a value that cannot be read"
    meaning = "The value is malformed or out of range; the detail says what would do."


class TooCostly(AppError):
    """A question over more rows than one answer may look at."""

    status = 422
    type = "too-costly"
    title = "The question goes over more rows than one answer may look at"
    meaning = (
        "So that no request takes what a thousand others need, an answer may look at so many rows "
        "and no more. The shipped facts are far from that. Narrow the list by a filter, sort it by "
        "id or name, follow next_cursor in place of offset, or take /v1/dataset.ndjson."
    )


class NotReady(AppError):
    """The database is missing, locked, out of reach or of another version, or much is asked."""

    status = 503
    type = "not-ready"
    title = "The data cannot be read at the moment"
    meaning = (
        "The database is missing, empty, being changed, of another version of the program, or "
        "cannot be reached; or too many long tables, files or charts are being made for others. "
        "Retry-After says when to ask again."
    )


PROBLEMS: tuple[type[AppError], ...] = (
    BadRequest, NotFound, MethodNotAllowed, NotAcceptable, AddressTooLong, RangeNotSatisfiable,
    TooCostly, InvalidParameter, HeadersTooLarge, AppError, NotReady,
)  # fmt: skip


class Moved(Exception):
    """A record that has another id now."""

    def __init__(self, kind: str, former: str, current: str) -> None:
        super().__init__(f"{kind}/{former} is {current} now")
        self.kind = kind
        self.former = former
        self.current = current


class StartError(Exception):
    """Why the program cannot start or load, in a sentence for the person at the terminal."""


_READABLE = 40


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """The known word most like `word`, or None if none is near (0 = any, 1 = the same)."""
    lowered = {candidate.lower(): candidate for candidate in known}
    beginnings = [
        candidate for candidate in lowered if len(word) > 2 and candidate.startswith(word.lower())
    ]
    if beginnings:
        return lowered[min(beginnings, key=lambda candidate: (len(candidate), candidate))]
    matches = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=likeness)
    return lowered[matches[0]] if matches else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The remedy for an unknown word: the nearest one, else the list where it can be read."""
    known = tuple(known)
    near = nearest(word, known)
    if near:
        return f"did you mean {near!r}?"
    if len(known) > _READABLE:
        return f"none of the {len(known)} known is like it"
    return f"known are: {', '.join(known) or 'none'}"
