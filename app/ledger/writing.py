"""Resolve and write: every row that a checked ledger comes to."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge

from sqlalchemy import delete, select
from sqlmodel import SQLModel

from app import fulltext
from app.db import Writer, without_indexes
from app.ledger.book import Book
from app.ledger.documents import coverage_document, source_document, without_claims
from app.ledger.groups import Groups
from app.ledger.inserting import Insertion
from app.ledger.loading import Progress
from app.ledger.network import NetworkRows
from app.ledger.records import Claim, Ledger
from app.ledger.records import Coverage as CoverageRecord
from app.ledger.records import Source as SourceRecord
from app.ledger.related import RelatedRows
from app.ledger.resolve import is_reference
from app.ledger.search import grams_of
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
from app.related import RelatedMoment, RelatedRecord
from app.tables import CLAIMS
from app.text import natural_order, to_json

_DERIVED: tuple[type[SQLModel], ...] = (
    *STATE_TABLES.values(), Relation, ClaimStanding, Promise, Moment, Identifier,
    SearchDocument, RelatedRecord, RelatedMoment,
)  # fmt: skip
_NETWORK: tuple[type[SQLModel], ...] = (NetworkPair, NetworkShare, NetworkTie, NetworkNode)
_BATCH = 10_000  # rows of all tables together


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
    blank = to_json(without_claims(book.blank_document(ref)))
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
    related = RelatedRows()
    found: list[tuple[int, str, str]] = []  # words to be found by, waiting
    for done, ref in enumerate(refs, start=1):
        claims: dict[str | None, Row] = {
            claim.id: _claim_row(claim, book) for claim in book.history(ref).claims
        }
        waiting[ClaimRow] += claims.values()
        for claim in book.history(ref).claims:
            totals.add_claim(claim)
        for table, row in rows_of(book, ref):
            # Numbered here and not by the database, so that equal seeds make equal rows.
            ids[table] += 1
            totals.add(table, row)
            groups.add(table, ids[table], row, claims.get(row.get("claim_id"), {}))
            network.add(table, row)
            related.add(table, ids[table], row)
            if words := row.pop("words", None):
                found.append((ids[table], *words))
                terms.update(words[0].split())
            waiting[table].append({"id": ids[table], **row})
        groups.end_record()
        for table, row in related.end_record():
            ids[table] += 1
            waiting[table].append({"id": ids[table], **row})
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
