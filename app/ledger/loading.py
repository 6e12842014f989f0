"""Check, resolve and write: the database as a function of the seed files, in one transaction."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import DatabaseError
from sqlmodel import SQLModel

from app import fulltext
from app.db import Database, Reader, Writer, is_missing, without_indexes
from app.errors import StartError
from app.ledger.book import Book
from app.ledger.checks import check_folder
from app.ledger.documents import coverage_document, source_document
from app.ledger.groups import Groups
from app.ledger.inserting import Insertion
from app.ledger.network import NetworkRows
from app.ledger.records import Claim, Ledger
from app.ledger.records import Coverage as CoverageRecord
from app.ledger.records import Source as SourceRecord
from app.ledger.resolve import is_reference
from app.ledger.search import grams_of
from app.ledger.seedfiles import Problem, seed_paths
from app.ledger.states import Row, rows_of
from app.ledger.totals import Totals
from app.models import (
    STATE_TABLES,
    ClaimStanding,
    Coverage,
    Dispute,
    DisputeClaim,
    Entity,
    FormerId,
    Group,
    GroupTotal,
    Identifier,
    Moment,
    NetworkNode,
    NetworkPair,
    NetworkShare,
    NetworkTie,
    Promise,
    Relation,
    Release,
    SearchDocument,
    SearchTerm,
    Source,
    SourceAuthor,
    Total,
    table_of,
)
from app.models import Claim as ClaimRow
from app.tables import CLAIMS, DISPUTES, ENTITIES, RELEASES, STATES
from app.text import natural_order, to_json
from app.version import build, files_digest
from app.vocabulary import Kind

Progress = Callable[[int, int], None]  # records written, records in all

_DERIVED: tuple[type[SQLModel], ...] = (
    *STATE_TABLES.values(), Relation, ClaimStanding, Promise, Moment, Identifier,
    SearchDocument,
)  # fmt: skip
_NETWORK: tuple[type[SQLModel], ...] = (NetworkPair, NetworkShare, NetworkTie, NetworkNode)
_BATCH = 10_000  # rows of all tables together


class SeedInvalid(StartError):
    """The seed files have problems."""

    def __init__(self, problems: Sequence[Problem]) -> None:
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


def fingerprint_of(seed_dir: Path) -> str:
    """Digest of the seed files and of the program: another one may make other rows of them."""
    return files_digest(seed_dir, seed_paths(seed_dir), build())


def _already_loaded(database: Database, fingerprint: str) -> Loaded | None:
    if not database.is_there:
        return None
    try:
        with database.read() as reader:
            if not database.is_current(reader):
                return None
            row = reader.execute(select(RELEASES.c.id, RELEASES.c.fingerprint)).one_or_none()
    except DatabaseError as error:
        if is_missing(error):
            return None
        message = f"the database {database.name} cannot be read: {error.orig}"
        raise StartError(message) from error
    if row is None or row.fingerprint != fingerprint:
        return None
    return Loaded(release=row.id, previous=row.id)


# --- Writing ------------------------------------------------------------------------------------


def write(
    writer: Writer, ledger: Ledger, fingerprint: str, progress: Progress = lambda *_: None
) -> str:
    """Make the database say what a checked ledger says, and nothing else; returns the release."""
    book = Book(ledger)
    with without_indexes(writer):
        _write_rows(writer, book, progress)
    # Sorted by no index: to follow one would read a large table row by row, all over the disk.
    claims = select(CLAIMS.c.document).order_by(CLAIMS.c.id.concat(""))
    with writer.execute(claims, execution_options={"yield_per": _BATCH}) as found:
        release = release_of(book, found.scalars())
    _insert(writer, Release, [{"slot": 1, "id": release, "fingerprint": fingerprint}])
    return release


def _write_rows(writer: Writer, book: Book, progress: Progress) -> None:
    for table in reversed(SQLModel.metadata.sorted_tables):
        writer.execute(delete(table))
    fulltext.clear(writer)
    # Those that are referred to come first: engines check each row as it is written.
    ledger = book.ledger
    _insert(writer, Entity, [_entity_row(ref, book) for ref in sorted(ledger.entities)])
    former = [
        {"kind": ref.partition("/")[0], "slug": slug, "ref": ref}
        for slug, ref in sorted(ledger.former_ids)
    ]
    _insert(writer, FormerId, former)
    sources = sorted(ledger.sources.values(), key=lambda source: source.id)
    _insert(writer, Source, [_source_row(source) for source in sources])
    _insert(
        writer,
        SourceAuthor,
        [
            {"source_id": source.id, "position": position, "author": author}
            for source in sources
            for position, author in enumerate(source.authors, start=1)
        ],
    )
    _write_about(writer, book, progress)
    _write_disputes(writer, book)
    _insert(writer, Coverage, [_coverage_row(item) for item in ledger.coverage])


def _insert(writer: Writer, table: type[SQLModel], rows: Sequence[Row]) -> None:
    if rows:
        Insertion(writer, table_of(table), list(rows[0])).run(rows)


def _entity_row(ref: str, book: Book) -> Row:
    kind, _, slug = ref.partition("/")
    blank = to_json(book.blank_document(ref))
    return {"ref": ref, "kind": kind, "slug": slug, "blank": blank}


def _source_row(source: SourceRecord) -> Row:
    row = {name: getattr(source, name) for name in Source.model_fields}
    row["kind"] = source.kind.value
    row["published"] = source.published.edtf if source.published else None
    row["accessed"] = source.accessed.edtf if source.accessed else None
    return row


def _claim_row(claim: Claim, book: Book) -> Row:
    return {
        "id": claim.id,
        "subject": claim.subject,
        "property": claim.property,
        "value": claim.value,
        "value_type": claim.value_type,
        "object": claim.value if is_reference(claim.property) else None,
        "nature": claim.nature.value,
        "said_by": claim.said_by,
        "said_on": claim.said_on.edtf,
        "said_earliest": claim.said_on.earliest,
        "known_from": claim.known_from,
        "source_id": claim.source,
        "locator": claim.locator,
        "position": natural_order(claim.locator),
        "original_value": claim.original_value,
        "role": claim.role,
        "since": claim.since.edtf if claim.since else None,
        "until": claim.until.edtf if claim.until else None,
        "rank": claim.rank.value,
        "rank_reason": claim.rank_reason,
        "note": claim.note,
        "document": book.claim_text(claim),
        "change": to_json(book.change_document(claim)),
    }


def _write_disputes(writer: Writer, book: Book) -> None:
    disputes = sorted(book.ledger.disputes, key=lambda dispute: dispute.id)
    _insert(
        writer,
        Dispute,
        [
            {
                "id": dispute.id,
                "about": dispute.about,
                "note": dispute.note,
                "known_from": book.dispute_known_from(dispute),
                "document": to_json(book.dispute_document(dispute)),
            }
            for dispute in disputes
        ],
    )
    _insert(
        writer,
        DisputeClaim,
        [
            {"dispute_id": dispute.id, "claim_id": claim_id}
            for dispute in disputes
            for claim_id in sorted(dispute.claims)
        ],
    )


def _coverage_row(item: CoverageRecord) -> Row:
    return {
        "id": item.id,
        "kind": item.kind.value,
        "document": to_json(coverage_document(item)),
    }


def _write_about(writer: Writer, book: Book, progress: Progress) -> None:
    """All rows about entities, one after the other, so that no more than a batch is held."""
    refs = sorted(book.ledger.entities)
    # Claims first, also in a batch that begins with a record that has none: others refer to them.
    waiting: defaultdict[type[SQLModel], list[Row]] = defaultdict(list, {ClaimRow: []})
    ids = dict.fromkeys(_DERIVED, 0)
    terms: set[str] = set()
    totals, groups, network = Totals(), Groups(), NetworkRows()
    found: list[tuple[int, str, str]] = []  # words to be found by, waiting
    for done, ref in enumerate(refs, start=1):
        claims: dict[Any, Row] = {
            claim.id: _claim_row(claim, book) for claim in book.history(ref).claims
        }
        waiting[ClaimRow] += claims.values()
        for claim in book.history(ref).claims:
            totals.add_claim(claim)
        for table, row in rows_of(book, ref):
            # Numbered here and not by the database, so that equal seeds make equal rows.
            ids[table] += 1
            totals.add(table, row)
            groups.add(table, ids[table], row, claims.get(row.get("claim_id", ""), {}))
            network.add(table, row)
            if words := row.pop("words", None):
                found.append((ids[table], *words))
                terms.update(words[0].split())
            waiting[table].append({"id": ids[table], **row})
        groups.end_record()
        if sum(map(len, waiting.values())) >= _BATCH or done == len(refs):
            for table, rows in waiting.items():
                _insert(writer, table, rows)
            fulltext.add(writer, found)
            waiting.clear()
            waiting[ClaimRow] = []
            found.clear()
        progress(done, len(refs))
    fulltext.finish(writer)
    _write_network(writer, network.rows(book.names), totals)
    _insert(writer, Total, list(totals.rows()))
    _write_groups(writer, groups)
    pairs = sorted(pair for term in terms for pair in grams_of(term))
    _insert(writer, SearchTerm, [{"gram": gram, "term": term} for gram, term in pairs])


def _write_network(
    writer: Writer, rows: Iterable[tuple[type[SQLModel], Row]], totals: Totals
) -> None:
    waiting: dict[type[SQLModel], list[Row]] = {table: [] for table in _NETWORK}
    ids = dict.fromkeys(_NETWORK, 0)
    for table, row in rows:
        ids[table] += 1
        totals.add(table, row)
        waiting[table].append({"id": ids[table], **row})
        if sum(map(len, waiting.values())) >= _BATCH:
            _insert_all(writer, waiting)
    _insert_all(writer, waiting)


def _write_groups(writer: Writer, groups: Groups) -> None:
    waiting: dict[type[SQLModel], list[Row]] = {Group: [], GroupTotal: []}
    for table, row in groups.rows():
        waiting[table].append(row)
        if sum(map(len, waiting.values())) >= _BATCH:
            _insert_all(writer, waiting)
    _insert_all(writer, waiting)


def _insert_all(writer: Writer, waiting: dict[type[SQLModel], list[Row]]) -> None:
    for table, rows in waiting.items():
        _insert(writer, table, rows)
        rows.clear()


# --- Release ------------------------------------------------------------------------------------


def release_of(book: Book, claims: Iterable[str]) -> str:
    """Twelve hexadecimal digits made from all that the seed files say, in no order.

    Args:
        book: of all but the claims.
        claims: their documents, in order: there may be too many to hold them.
    """
    digest = hashlib.sha256()
    for line in merge(sorted(_release_lines(book)), claims):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()[:12]


def _release_lines(book: Book) -> Iterator[str]:
    yield from book.ledger.entities
    yield from (f"{slug} is {ref}" for slug, ref in book.ledger.former_ids)
    for source in book.ledger.sources.values():
        first = book.first_known(source.ref)
        yield to_json(source_document(source, (), first, book.names.on))
    for dispute in book.ledger.disputes:
        yield to_json(book.dispute_document(dispute))
    for item in book.ledger.coverage:
        yield to_json(coverage_document(item))


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
