"""Which program this is."""

import hashlib
import os
from collections.abc import Iterable, Iterator
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
    files = (name for name in files_below(package) if not name.endswith(".pyc"))
    return files_digest(package, files)


def files_below(root: Path, endings: tuple[str, ...] = ("",)) -> Iterator[str]:
    """The paths of files below a folder that end so: thousands, looked for at every start."""
    for folder, folders, files in os.walk(root):
        folders[:] = (name for name in folders if not name.startswith("."))
        below = "" if folder == str(root) else f"{os.path.relpath(folder, root)}/"
        for name in files:
            if name.endswith(endings) and not name.startswith("."):
                yield f"{below}{name}"


def files_digest(root: Path, names: Iterable[str], *more: str) -> str:
    """Digest of files by their names below a folder and their bytes, in no order."""
    digest = hashlib.sha256("\n".join(more).encode())
    for name in sorted(name.replace(os.sep, "/") for name in names):
        # To make a path of each takes as long as to read it.
        with open(f"{root}/{name}", "rb", buffering=0) as file:  # noqa: PTH123
            read = hashlib.sha256(file.read()).digest()
        digest.update(name.encode() + b"\0" + read)
    return digest.hexdigest()
