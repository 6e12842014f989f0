"""A bare ASGI callable that answers everything with the same bytes: what the machine can do."""

import os
import pickle
from pathlib import Path
from typing import Any

STATUS, HEADERS, BODY = pickle.loads(Path(os.environ["RAW_ANSWER"]).read_bytes())  # noqa: S301


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer."""
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": STATUS, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})
