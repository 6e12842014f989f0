"""Which program this is."""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

try:
    VERSION = version("lunar-cooperation-api")
except PackageNotFoundError:  # run from a checkout that was never installed
    VERSION = "0+unknown"


@cache
def build() -> str:
    """Digest of the program's own files: another program may answer with other bytes."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".html", ".svg"):
            digest.update(path.relative_to(package).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
