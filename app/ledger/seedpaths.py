"""Which files below a folder are seed files, and what they are altogether."""

from pathlib import Path

from app.version import build, files_below, files_digest

_SUFFIXES = (".yaml", ".yml")


def seed_paths(root: Path) -> list[Path]:
    """The seed files below a folder, in the order of their names."""
    return sorted(root / name for name in files_below(root, _SUFFIXES))


def fingerprint_of(root: Path) -> str:
    """Digest of the seed files and of the program: another one may make other rows of them."""
    return files_digest(root, files_below(root, _SUFFIXES), build())
