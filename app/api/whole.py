"""Answers that are whole: their headers and their body are sent at once."""

from collections.abc import Mapping
from functools import lru_cache

from fastapi import Response


class Whole(Response):
    """What Starlette's own answer comes to, for answers that are made for every request."""

    def __init__(
        self,
        headers: Mapping[str, str],
        body: bytes = b"",
        content_type: str | None = None,
        status: int = 200,
    ) -> None:
        """An answer; one without a content type has no body."""
        self.status_code, self.body, self.background = status, body, None
        self.raw_headers = [
            (_name(name), value.encode("latin-1")) for name, value in headers.items()
        ]
        if content_type is not None:
            self.raw_headers.append((b"content-length", b"%d" % len(body)))
            self.raw_headers.append((b"content-type", content_type.encode("latin-1")))


@lru_cache(maxsize=100)
def _name(name: str) -> bytes:
    return name.lower().encode("latin-1")
