"""Missions, agreements, agencies, projects, people and sources, as they were known on a day."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, cast, func, select

from app.db import Prepared, Reader
from app.errors import BadRequest, Moved, NotFound, ParameterError, did_you_mean, nearest
from app.fields import Shape, fields_of
from app.models import Standing
from app.queries.filters import (
    DAY,
    Filter,
    conditions,
    entity_filters,
    full_reference,
    on_day,
    words,
)
from app.queries.listing import Given, Listing, Rows, for_any_day
from app.queries.many import in_turns, is_one_of, size_for, values_of
from app.queries.orders import Column, SortKey, sorted_by
from app.queries.totals import total
from app.related import DATED, way_number
from app.tables import CLAIMS, ENTITIES, FORMER_IDS, RELATED_RECORDS, STANDINGS, STATES
from app.utf8 import Json, utf8
from app.vocabulary import Kind

Claims = Literal["none", "best", "all"]


@dataclass(frozen=True, slots=True)
class Found:
    """A prepared document, and the release it is from."""

    document: Json
    versions: Mapping[str, str] = field(default_factory=dict)  # on other days: relation → day


def get_entity(reader: Reader, kind: Kind, slug: str, day: dt.date, claims: Claims) -> Found:
    """One record: one statement, and one for its claims.

    Raises:
        NotFound: if there is no such record, on whatever day.
        Moved: if it has another id now.
    """
    is_alone = claims == "none"
    rows = _record(kind, is_alone=is_alone).rows(reader, {"slug": slug, "day": day})
    row = rows[0] if rows else None
    if row is None:
        raise not_found(reader, kind, slug)
    document = row.document
    if not is_alone:
        document = with_claims(document, _claims_of(reader, [row.ref], day, claims)[row.ref])
    beside = {"predecessor-version": row.before, "successor-version": row.known_to}
    versions = {relation: str(when) for relation, when in beside.items() if when}
    return Found(document, {"timemap": "", **versions})


@cache
def _record(kind: Kind, *, is_alone: bool) -> Prepared:
    """The statement for one record of a kind, by its slug, on a day."""
    state = STATES[kind]
    earlier = state.alias("earlier")
    before = select(func.max(earlier.c.known_from)).where(
        earlier.c.entity == ENTITIES.c.ref, earlier.c.known_from < state.c.known_from
    )
    document = func.coalesce(state.c.document, ENTITIES.c.blank)
    return Prepared(
        select(
            ENTITIES.c.ref,
            (utf8(document) if is_alone else document).label("document"),
            state.c.known_to,
            before.scalar_subquery().label("before"),
        )
        .select_from(ENTITIES)
        .join(state, and_(state.c.entity == ENTITIES.c.ref, on_day(state, DAY)), isouter=True)
        .where(ENTITIES.c.kind == kind.value, ENTITIES.c.slug == bindparam("slug", ""))
    )


def check_exists(reader: Reader, kind: Kind, slug: str) -> str:
    """The reference of a record.

    Raises:
        NotFound: if there is no such record.
    """
    ref = full_reference(slug, kind)
    if not _known_among(reader, [ref]):
        raise not_found(reader, kind, slug)
    return ref


def not_found(reader: Reader, kind: Kind, slug: str) -> NotFound:
    """The error for a record that there is not, with the nearest that there is.

    Raises:
        Moved: if it is there under another id.
    """
    if ref := _moved(reader, f"{kind.value}/{slug}"):
        raise Moved(kind.value, slug, ref.partition("/")[2])
    slugs = sorted(row.slug for row in _comparable(reader, [kind.value], slug))
    return NotFound(f"there is no {kind.value}/{slug}: {did_you_mean(slug, slugs)}")


_MOST_COUNTED = 2_000  # records that filters let through; of claims there are more
_COMPARED = 2_500  # ids; comparing one takes some microseconds
_COMPARED_FEW = 500
_NAMED = 1_000


def _comparable(reader: Reader, kinds: Sequence[str], slug: str) -> Sequence[Any]:
    """The ids with which one is compared: all, or where they are many those that begin like it."""
    listed = select(ENTITIES.c.ref, ENTITIES.c.slug).where(ENTITIES.c.kind.in_(kinds))
    return compared(reader, listed, ENTITIES.c.slug, slug)


def compared(reader: Reader, listed: Select[Any], column: Column, word: str) -> Sequence[Any]:
    """The rows with which a word is compared: all, or of many those whose column begins like it."""
    rows = reader.execute(listed.limit(_COMPARED + 1)).all()
    if len(rows) > _COMPARED:
        begin = word[:3].lower()
        alike = column.between(begin, f"{begin}\U0010ffff")
        return reader.execute(listed.where(alike).limit(_COMPARED_FEW)).all()
    return rows


@cache
def sort_keys(kind: Kind) -> Mapping[str, SortKey]:
    """What a collection can be sorted by; spans up by their first day, down by their last."""
    table = STATES[kind]
    keys = {"id": SortKey(table.c.slug, table.c.slug)}
    keys["name"] = SortKey(table.c.name, table.c.name)
    keys["known_from"] = SortKey(table.c.known_from, table.c.known_from)
    dated = ["published"] if kind is Kind.SOURCES else []
    plain = ["kind", "language"] if kind is Kind.SOURCES else []
    for item in fields_of(kind) if kind is not Kind.SOURCES else ():
        if item.shape in (Shape.DATE, Shape.MILESTONE):
            dated.append(item.name)
        elif item.name in table.c and item.name not in keys:
            plain.append(item.name)
    keys |= sorted_by(**{name: table.c[name] for name in plain})
    for name in dated:
        keys[name] = SortKey(table.c[f"{name}_earliest"], table.c[f"{name}_latest"])
    if kind is not Kind.SOURCES:
        keys |= sorted_by(disputed=cast(table.c["disputed"], Integer))
    if "is_overdue" in table.c:
        keys |= sorted_by(overdue=cast(table.c["is_overdue"], Integer))
        keys["slipped"] = SortKey(table.c["slipped_min"], table.c["slipped_max"])
    return keys


class Under(NamedTuple):
    """A filter by what is related to one record."""

    name: str
    ref: str


def single_relation(filters: Mapping[str, Filter], given: Mapping[str, Any]) -> Under | None:
    """The first such filter, of those that were given."""
    for name, value in given.items():
        if filters[name].is_relation and "," not in value:
            return Under(name, _reference(value, filters[name].refers_to))
    return None


def list_entities(
    reader: Reader, kind: Kind, given: Mapping[str, Any], day: dt.date, claims: Claims
) -> Listing:
    """A collection: two statements a page; one more with claims, one with ids in filters."""
    filters = entity_filters(kind)
    check_references(reader, filters, given)
    listing = _collection(kind, tuple(given.items()))
    if claims == "none":
        return listing.on(day)

    def documents(reader: Reader, rows: Sequence[Any]) -> Sequence[str]:
        refs = [f"{kind.value}/{row[-1]}" for row in rows]  # every order ends in the id
        claimed = _claims_of(reader, refs, day, claims)
        return [
            with_claims(row[0], claimed.get(ref, ())) for row, ref in zip(rows, refs, strict=True)
        ]

    return listing.telling(documents, day)


@for_any_day
def _collection(kind: Kind, given: Given) -> Listing:
    """A collection narrowed by filters, on any day."""
    table, filters, values = STATES[kind], entity_filters(kind), dict(given)
    under = single_relation(filters, values)
    return Listing(
        columns=(table.c.document,),
        source=table,
        unique=table.c.slug,
        sort_keys=sort_keys(kind),
        default_sort="id",
        conditions=[on_day(table, DAY), *conditions(filters, values, DAY)],
        most_counted=_MOST_COUNTED,
        total=None if given else total(table, DAY),
        read=_related(kind, under, values) if under else None,
        counted=Rows(RELATED_RECORDS, _under(kind, under)) if under and len(given) == 1 else None,
    )


def _related(kind: Kind, under: Under, given: Mapping[str, Any]) -> Rows:
    """Where what is related to one record stands in the orders of lists."""
    table, related = STATES[kind], RELATED_RECORDS
    others = {name: value for name, value in given.items() if name != under.name}
    in_order: dict[Column, Column] = {
        table.c.slug: related.c.slug,
        table.c.name: related.c.name,
    }
    if date := DATED.get(kind):
        ends = ("earliest", "latest")
        in_order |= {table.c[f"{date}_{end}"]: related.c[end] for end in ends}
    return Rows(
        related.join(table, table.c.slug == related.c.slug),
        [*_under(kind, under), on_day(table, DAY)],
        in_order,
    ).narrowed(*conditions(entity_filters(kind), others, DAY))


def _under(kind: Kind, under: Under) -> list[ColumnElement[bool]]:
    """That a record of a kind was related to one on a day."""
    related = RELATED_RECORDS
    way = related.c.way == way_number(kind, under.name)
    return [related.c.object == under.ref, way, on_day(related, DAY)]


def list_names(reader: Reader, kind: Kind, day: dt.date) -> list[tuple[str, str]]:
    """The records of a kind that were known on a day, as reference and name, by name.

    Of very many the first: nobody looks through more.
    """
    entity, name = STATES[kind].c.entity, STATES[kind].c.name
    known = select(entity, name).where(on_day(STATES[kind], day))
    statement = known.order_by(name, entity).limit(_NAMED)
    return [(row.entity, row.name) for row in reader.execute(statement)]


def list_vintages(reader: Reader, kind: Kind, slug: str, day: dt.date) -> Listing:
    """The days, up to the one asked about, on which what was known of a record changed."""
    return _vintages(kind).on(day, subject=check_exists(reader, kind, slug))


@for_any_day
def _vintages(kind: Kind) -> Listing:
    table = STATES[kind]
    subject: Any = bindparam("subject", "")
    return Listing(
        columns=(table.c.changes,),
        source=table,
        unique=table.c.known_from,
        sort_keys=sorted_by(known_from=table.c.known_from),
        default_sort="known_from",
        conditions=[table.c.entity == subject, table.c.known_from <= DAY],
    )


def check_references(
    reader: Reader, filters: Mapping[str, Filter], given: Mapping[str, Any]
) -> None:
    """That the records named in filters exist: a misspelt id must not mean "none".

    Raises:
        BadRequest: naming the parameter and the nearest id.
    """
    wanted = {
        (name, part, _reference(part, filters[name].refers_to))
        for name, value in given.items()
        if name in filters and filters[name].refers_to
        for part in words(value)
    }
    if not wanted:
        return
    known = _known_among(reader, sorted({ref for _, _, ref in wanted}))
    for name, part, ref in sorted(wanted):
        if ref not in known:
            kinds = [kind.value for kind in filters[name].refers_to]
            short = len(kinds) == 1
            listed = _comparable(reader, kinds, part.rpartition("/")[2])
            by_slug = {row.slug: row.slug if short else row.ref for row in listed}
            if moved := _moved(reader, ref):
                detail = f"unknown {name} {part!r}: it is {moved!r} now"
                raise BadRequest(detail, [ParameterError(name, detail)])
            near = nearest(part.rpartition("/")[2], sorted(by_slug))
            remedy = f"did you mean {by_slug[near]!r}?" if near else f"/v1/{kinds[0]} lists them"
            detail = f"unknown {name} {part!r}: {remedy}"
            raise BadRequest(detail, [ParameterError(name, detail)])


def _known_among(reader: Reader, refs: Sequence[str]) -> set[str]:
    size = size_for(refs)
    return {row.ref for row in _with_refs(size).rows(reader, values_of("ref", refs, size))}


@lru_cache(maxsize=20)
def _with_refs(size: int) -> Prepared:
    return Prepared(select(ENTITIES.c.ref).where(is_one_of(ENTITIES.c.ref, "ref", size)))


def _moved(reader: Reader, ref: str) -> str | None:
    """What a record is called now that used to have another id."""
    kind, _, slug = ref.partition("/")
    statement = select(FORMER_IDS.c.ref).where(FORMER_IDS.c.kind == kind, FORMER_IDS.c.slug == slug)
    found: str | None = reader.scalar(statement)
    return found


def _reference(text: str, kinds: tuple[Kind, ...]) -> str:
    return full_reference(text, kinds[0]) if len(kinds) == 1 else text


# --- Claims of records --------------------------------------------------------------------------


def _claims_of(
    reader: Reader, refs: Sequence[str], day: dt.date, claims: Claims
) -> dict[str, list[str]]:
    """The claims behind records, by record: all that were known, or those behind its values.

    A value that others contradict comes with their claims beside it.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    if claims == "none":
        return found
    for some, size in in_turns(refs):
        values = {**values_of("subject", some, size), "day": day}
        rows = _claims_behind(size, only_best=claims == "best").rows(reader, values)
        for subject, standing, document in rows:
            found[subject].append(with_standing(document, standing))
    return found


@cache
def _claims_behind(size: int, *, only_best: bool) -> Prepared:
    """The statement for the claims of some records; one may be given several times."""
    statement = (
        select(CLAIMS.c.subject, STANDINGS.c.standing, CLAIMS.c.document)
        .join(STANDINGS, STANDINGS.c.claim_id == CLAIMS.c.id)
        .where(is_one_of(CLAIMS.c.subject, "subject", size), on_day(STANDINGS, DAY))
        .order_by(CLAIMS.c.subject, CLAIMS.c.property, CLAIMS.c.known_from.desc(), CLAIMS.c.id)
    )
    if only_best:
        statement = statement.where(STANDINGS.c.standing != Standing.OTHER.value)
    return Prepared(statement)


def with_standing(document: str, standing: str) -> str:
    """A claim's document with how it fared."""
    return f'{{"standing":"{standing}",{document[1:]}'


def with_claims(document: str, claims: Sequence[str]) -> str:
    """A record's document with its claims, where it has none: they are its last key."""
    return f"{document[:-2]}{','.join(claims)}]}}" if claims else document
