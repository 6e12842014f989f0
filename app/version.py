"""Which program this is."""

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

try:
    VERSION = version("lunar-cooperation-api")
except PackageNotFoundError:  # run from a checkout that was never installed
    VERSION = "0+unknown"


_FILES = (".py", ".html", ".svg", ".css", ".md")


@cache
def build() -> str:
    """Digest of the program's own files: another program may answer with other bytes."""
    package = Path(__file__).parent
    files = [path for path in package.rglob("*") if path.suffix in _FILES]
    return files_digest(package, files)


def files_digest(root: Path, files: Iterable[Path], *more: str) -> str:
    """Digest of files by their names below a folder and their bytes, in no order."""
    digest = hashlib.sha256("\n".join(more).encode())
    for path in sorted(files):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
