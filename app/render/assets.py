"""Files that pages load: styles and scripts. Their address changes with what they say."""

import hashlib
import mimetypes
from collections.abc import Mapping
from importlib.resources import files

# What a page may load besides pictures. Modules import each other by names beside their own.
_ENDINGS = (".css", ".js")


def _read() -> Mapping[str, bytes]:
    folder = files("app.web") / "static"
    found = (item for item in folder.iterdir() if item.name.endswith(_ENDINGS))
    return {item.name: item.read_bytes() for item in sorted(found, key=lambda item: item.name)}


ASSETS = _read()
# One digest over all: so a module's relative imports lead to modules of the same version.
FOLDER = "/assets/" + hashlib.sha256(b"\0".join(ASSETS.values())).hexdigest()[:12]


def asset_path(name: str) -> str:
    """The address of a file; browsers may keep what is there for good.

    Raises:
        KeyError: if there is none of this name.
    """
    if name not in ASSETS:
        raise KeyError(name)
    return f"{FOLDER}/{name}"


def media_type(name: str) -> str:
    """The media type of a file: text/css or text/javascript."""
    guessed, _ = mimetypes.guess_type(name)
    return guessed or "application/octet-stream"
