"""A database many times as large: missions of the shipped facts, copied under other names.

Every row about a mission is copied with it, as the loader wrote it: states, claims, standings,
relations, promises, dates, identifiers, and the words by which it is found. Those missions are
copied of which least is claimed, some five claims each. The same number makes the same rows.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.db import Database
from app.ledger.loading import fingerprint_of
from app.settings import Settings
from tests.conftest import SHIPPED

_BASE = 36  # missions that are copied
# Tables in which a mission has rows, by the column that names it.
_ABOUT = {
    "entities": "ref", "mission_states": "entity", "claims": "subject", "relations": "subject",
    "promises": "subject", "moments": "subject", "identifiers": "subject",
}  # fmt: skip
_BATCH = 500  # copies of one mission at a time


@dataclass(frozen=True, slots=True)
class _Mission:
    """A mission, and what tells it from its copies."""

    slug: str
    names: Sequence[str]
    claims: Sequence[str]

    def writer(self, number: int) -> Any:
        """What turns text about the mission into text about a copy."""
        words = {f"missions/{self.slug}": f"missions/{self.slug}-x{number}"}
        words[f'"id":"{self.slug}"'] = f'"id":"{self.slug}-x{number}"'
        words |= {f'"{name}"': f'"{name} {number}"' for name in self.names}
        words |= {claim: f"{claim[:8]}{number:08x}" for claim in self.claims}
        found = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))

        def write(value: Any) -> Any:
            if not isinstance(value, str):
                return value
            if value == self.slug:
                return f"{value}-x{number}"
            return found.sub(lambda match: words[match[0]], value)

        return write


def grow(path: Path, missions: int) -> None:
    """Copy missions in a database until there are so many."""
    with sqlite3.connect(path) as writer:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -500000"):
            writer.execute(f"PRAGMA {pragma}")
        (there,) = writer.execute("SELECT count(*) FROM entities WHERE kind='missions'").fetchone()
        made = "SELECT sql FROM sqlite_master WHERE type='index' AND sql IS NOT NULL"
        indexes = [row[0] for row in writer.execute(made)]
        for name in re.findall(r"INDEX (\w+)", "\n".join(indexes)):
            writer.execute(f"DROP INDEX {name}")
        base = _base(writer)
        each, rest = divmod(missions - there, len(base))
        for place, mission in enumerate(base):
            copies = each + (place < rest)
            for begin in range(0, copies, _BATCH):
                numbers = range(begin + 1, min(begin + _BATCH, copies) + 1)
                _copy(writer, mission, [mission.writer(number) for number in numbers], numbers)
        for statement in indexes:
            writer.execute(statement)
        writer.execute("INSERT INTO search_index (search_index) VALUES ('optimize')")
        writer.execute("ANALYZE")
        writer.commit()
    _make_current(path)


def _base(writer: sqlite3.Connection) -> list[_Mission]:
    fewest = (
        "SELECT subject FROM claims WHERE subject LIKE 'missions/%' GROUP BY subject "
        "ORDER BY count(*), subject LIMIT ?"
    )
    found = []
    for (ref,) in writer.execute(fewest, (_BASE,)).fetchall():
        names = "SELECT DISTINCT name FROM mission_states WHERE entity = ?"
        claims = "SELECT id FROM claims WHERE subject = ?"
        found.append(
            _Mission(
                slug=ref.partition("/")[2],
                names=[row[0] for row in writer.execute(names, (ref,))],
                claims=[row[0] for row in writer.execute(claims, (ref,))],
            )
        )
    return found


def _copy(
    writer: sqlite3.Connection, mission: _Mission, writers: Sequence[Any], numbers: range
) -> None:
    ref = f"missions/{mission.slug}"
    for table, column in _ABOUT.items():
        _copy_rows(writer, table, f"WHERE {column} = ?", (ref,), writers)
    of_claims = f"WHERE claim_id IN ({', '.join('?' * len(mission.claims))})"
    _copy_rows(writer, "claim_standings", of_claims, mission.claims, writers)
    refs = [ref, *(f"claims/{claim}" for claim in mission.claims)]
    found = writer.execute(
        "SELECT d.*, i.names, i.texts FROM search_documents d "
        f"JOIN search_index i ON i.rowid = d.id WHERE d.ref IN ({', '.join('?' * len(refs))})",
        refs,
    ).fetchall()
    (last,) = writer.execute("SELECT max(id) FROM search_documents").fetchone()
    documents, words = [], []
    for write, number in zip(writers, numbers, strict=True):
        for _, *row, names, texts in found:
            last += 1
            documents.append((last, *map(write, row)))
            words.append((last, f"{names} {number}" if names else names, f"{texts} {number}"))
    marks = ", ".join("?" * len(documents[0]))
    writer.executemany(f"INSERT INTO search_documents VALUES ({marks})", documents)
    writer.executemany("INSERT INTO search_index (rowid, names, texts) VALUES (?, ?, ?)", words)


def _copy_rows(
    writer: sqlite3.Connection, table: str, where: str, given: Sequence[str], writers: Sequence[Any]
) -> None:
    rows = writer.execute(f"SELECT * FROM {table} {where}", given).fetchall()
    if not rows:
        return
    columns = [row[1] for row in writer.execute(f"PRAGMA table_info({table})")]
    is_numbered = columns[0] == "id" and isinstance(rows[0][0], int)
    marks = ", ".join("?" * len(columns))
    copies = _copies(rows, writers, is_numbered=is_numbered)
    writer.executemany(f"INSERT INTO {table} VALUES ({marks})", copies)


def _copies(
    rows: Sequence[Sequence[Any]], writers: Sequence[Any], *, is_numbered: bool
) -> Iterator[Sequence[Any]]:
    for write in writers:
        for row in rows:
            copied = [write(value) for value in row]
            yield [None, *copied[1:]] if is_numbered else copied


def _make_current(path: Path) -> None:
    """Have the service take the database for one that it has loaded itself."""
    settings = Settings(database_url=f"sqlite:///{path}", seed_dir=SHIPPED)
    database = Database(settings.database_url, settings.migrations_dir)
    with database.write() as writer:
        database.migrate(writer)
        fingerprint = fingerprint_of(settings.seed_dir)
        writer.exec_driver_sql("UPDATE releases SET fingerprint = ?", (fingerprint,))
    database.close()
