"""The database as a function of the seed files: loaded where it is not, in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from app.db import Database, Reader, Writer, is_locked, is_missing
from app.errors import StartError
from app.ledger.seedpaths import fingerprint_of
from app.tables import CLAIMS, DISPUTES, ENTITIES, RELEASES, STATES
from app.vocabulary import Kind

if TYPE_CHECKING:
    from app.ledger.seedfiles import Problem

Progress = Callable[[int, int], None]  # records written, records in all

_BATCH = 10_000  # rows


class SeedInvalid(StartError):
    """The seed files have problems."""

    def __init__(self, problems: "Sequence[Problem]") -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Difference:
    """What a load added to and took from one table."""

    table: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The outcome of a load."""

    release: str
    previous: str | None
    differences: tuple[Difference, ...] = ()
    migrated: bool = False
    claims: int = 0  # written, as were the records
    records: int = 0

    @property
    def changed(self) -> bool:
        """Whether the database is another one than before."""
        return self.migrated or self.release != self.previous or bool(self.differences)


def load(database: Database, seed_dir: Path, progress: Progress = lambda *_: None) -> Loaded:
    """Make the database say what the seed files say; if it does already, change nothing.

    Several processes may call this at once: one works, the others wait and find it done.

    Raises:
        SeedInvalid: if the seed files have problems; the database is left as it was.
        StartError: if the database cannot be opened, or is of a newer program.
    """
    fingerprint = fingerprint_of(seed_dir)
    if done := _already_loaded(database, fingerprint):
        return done
    # Much code, which a start needs only if there is something to load.
    from app.ledger.checks import check_folder  # noqa: PLC0415
    from app.ledger.writing import write  # noqa: PLC0415

    ledger, problems = check_folder(seed_dir)
    if problems:
        raise SeedInvalid(problems)
    with database.write() as writer:
        migrated = database.migrate(writer)
        previous = writer.execute(select(RELEASES.c.id, RELEASES.c.fingerprint)).one_or_none()
        if previous and previous.fingerprint == fingerprint:
            return Loaded(release=previous.id, previous=previous.id, migrated=migrated)
        before = _contents(writer)
        release = write(writer, ledger, fingerprint, progress)
        return Loaded(
            release=release,
            previous=previous.id if previous else None,
            differences=_differences(before, _contents(writer)),
            migrated=migrated,
            claims=len(ledger.claims),
            records=len(ledger.entities),
        )


def _already_loaded(database: Database, fingerprint: str) -> Loaded | None:
    if not database.is_there:
        return None
    try:
        with database.read() as reader:
            if not database.is_current(reader):
                return None
            row = reader.execute(select(RELEASES.c.id, RELEASES.c.fingerprint)).one_or_none()
    except DatabaseError as error:
        if is_missing(error) or is_locked(error):  # by who makes it, and is waited for
            return None
        message = f"the database {database.name} cannot be read: {error.orig}"
        raise StartError(message) from error
    if row is None or row.fingerprint != fingerprint:
        return None
    return Loaded(release=row.id, previous=row.id)


# --- What changed -------------------------------------------------------------------------------


def _contents(reader: Reader | Writer) -> dict[str, dict[str, int]]:
    """What a person would recognise of the ledger: ids, each with a hash of what is said under it.

    The hashes are this process's own, and enough to compare what it reads.
    """
    sources = STATES[Kind.SOURCES]
    contents: dict[str, dict[str, int]] = {
        "entities": dict.fromkeys(reader.scalars(select(ENTITIES.c.ref)), 0),
        "claims": _hashes(reader, select(CLAIMS.c.id, CLAIMS.c.document)),
        "disputes": _hashes(reader, select(DISPUTES.c.id, DISPUTES.c.document)),
        "sources": _hashes(
            reader, select(sources.c.slug, sources.c.document).order_by(sources.c.id)
        ),
    }
    return contents


def _hashes(reader: Reader | Writer, statement: Any) -> dict[str, int]:
    hashes: dict[str, int] = {}
    with reader.execute(statement, execution_options={"yield_per": _BATCH}) as rows:
        for name, document in rows:
            hashes[name] = hash((hashes.get(name), document))
    return hashes


def _differences(
    before: dict[str, dict[str, int]], after: dict[str, dict[str, int]]
) -> tuple[Difference, ...]:
    found = []
    for table, now in after.items():
        then = before[table]
        difference = Difference(
            table=table,
            added=tuple(sorted(now.keys() - then.keys())),
            removed=tuple(sorted(then.keys() - now.keys())),
            changed=tuple(sorted(key for key in now.keys() & then.keys() if now[key] != then[key])),
        )
        if difference.added or difference.removed or difference.changed:
            found.append(difference)
    return tuple(found)
