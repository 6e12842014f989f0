"""How long an answer may be kept, and how to ask whether it still holds.

A tag is made from what the answer is made from, not from its bytes: the release, the program, the
address, and the day where the answer depends on it. Equal tags mean equal bytes.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass

from fastapi import Request, Response
from starlette.datastructures import URL

from app.api.sent import sent_header
from app.api.whole import Whole
from app.version import build

MAX_AGE = 300


def canonical(url: URL) -> URL:
    """An address with its parameters in one order, whichever way they were given."""
    parameters = sorted(pair for pair in url.query.split("&") if pair)
    return url.replace(query="&".join(parameters))


def with_ending(url: URL, ending: str) -> URL:
    """The address of the same in a certain form."""
    return url.replace(path=f"{url.path}.{ending}")


def cache_control(now: dt.datetime, *, depends_on_today: bool) -> str:
    """How long an answer may be kept; one that depends on today, at most until midnight UTC."""
    age = MAX_AGE
    if depends_on_today:
        midnight = dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time(), dt.UTC)
        age = min(age, int((midnight - now).total_seconds()))
    return f"public, max-age={age}"


def entity_tag(*inputs: object) -> str:
    """A strong tag (RFC 9110, 8.8.3) of all that an answer is made from."""
    return tag_of(tagged(*inputs).encode())


def tagged(*inputs: object) -> str:
    """What a tag is made of: all that an answer is made from."""
    return "\n".join(map(str, (build(), *inputs)))


def tag_of(made_of: bytes) -> str:
    """The tag that is made of what is `tagged`."""
    return f'"{hashlib.blake2b(made_of, digest_size=16).hexdigest()}"'


IDENTITY = "identity"
IN_SCOPE = "lunar.coding"


@dataclass(slots=True)
class Coding:
    """The coding of an answer; different ones never share a strong tag (RFC 9110, 8.8.3.3)."""

    name: str

    @property
    def is_identity(self) -> bool:
        """Whether the bytes are sent as they are."""
        return self.name == IDENTITY

    def tag(self, tag: str) -> str:
        """The tag of an answer in this coding."""
        return tag if self.is_identity else f'{tag[:-1]}-{self.name}"'


def is_held(request: Request, tag: str) -> bool:
    """Whether the client says that it has the answer already (RFC 9110, 13.1.2)."""
    coding: Coding = request.scope.get(IN_SCOPE) or Coding(IDENTITY)
    tag = coding.tag(tag)
    return is_among(tag, sent_header(request.scope, b"if-none-match"))


def is_among(tag: str, header: str) -> bool:
    """Whether the header If-None-Match names a tag."""
    if header == tag:
        return True
    held = {candidate.strip().removeprefix("W/") for candidate in header.split(",")}
    return tag in held or "*" in held


def not_modified(headers: dict[str, str]) -> Response:
    """304: what the client has still holds (RFC 9110, 15.4.5)."""
    return Whole({name: headers[name] for name in headers if name != "Link"}, status=304)
