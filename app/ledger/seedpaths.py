"""Which files below a folder are seed files, and what they are altogether."""

import os
from collections.abc import Iterator
from pathlib import Path

from app.version import build, files_digest

_SUFFIXES = (".yaml", ".yml")


def seed_paths(root: Path) -> list[Path]:
    """The seed files below a folder, in the order of their names."""
    return sorted(root / name for name in _names(root))


def fingerprint_of(root: Path) -> str:
    """Digest of the seed files and of the program: another one may make other rows of them."""
    return files_digest(root, _names(root), build())


def _names(root: Path) -> Iterator[str]:
    """The paths of seed files below a folder: thousands, which are looked for at every start."""
    for folder, folders, files in os.walk(root):
        folders[:] = (name for name in folders if not name.startswith("."))
        below = "" if folder == str(root) else f"{os.path.relpath(folder, root)}/"
        for name in files:
            if name.endswith(_SUFFIXES) and not name.startswith("."):
                yield f"{below}{name}"
