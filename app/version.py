"""Which program this is."""

import hashlib
import os
from collections.abc import Iterable
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
    files = [path for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return files_digest(package, (str(path.relative_to(package)) for path in files))


def files_digest(root: Path, names: Iterable[str], *more: str) -> str:
    """Digest of files by their names below a folder and their bytes, in no order."""
    digest = hashlib.sha256("\n".join(more).encode())
    for name in sorted(name.replace(os.sep, "/") for name in names):
        # To make a path of each takes as long as to read it.
        with open(f"{root}/{name}", "rb", buffering=0) as file:  # noqa: PTH123
            read = hashlib.sha256(file.read()).digest()
        digest.update(name.encode() + b"\0" + read)
    return digest.hexdigest()
