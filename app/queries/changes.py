"""What became known between two days: claim by claim, and as the difference that they make."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Subquery,
    and_,
    bindparam,
    literal,
    or_,
    select,
    true,
    union_all,
)

from app.db import Prepared, Reader
from app.errors import InvalidParameter, ParameterError
from app.queries.claims import SORT_KEYS, WITH_STANDING, apart, claim_conditions, counted_claims
from app.queries.entities import check_references, get_entity, with_standing
from app.queries.filters import DAY, claim_filters, conditions, on_day
from app.queries.filters.base import Filter, by_name, choice_filter, references
from app.queries.listing import Given, Listing, Rows, for_any_day
from app.queries.many import TOGETHER, is_one_of, size_for, values_of
from app.queries.orders import sorted_by
from app.queries.totals import total
from app.reading import differences
from app.tables import CLAIMS, STANDINGS, STATES
from app.text import to_json
from app.vocabulary import Kind

CHANGE_SORT = "-known_from"
DIFFERENCE_SORT_NAMES = ("ref", "name", "known_from")


def check_since(since: dt.date | None, day: dt.date) -> None:
    """That the earlier day is the earlier one.

    Raises:
        InvalidParameter: if it is not.
    """
    if since is not None and since > day:
        detail = f"since {since} is later than as_of {day}: exchange the two"
        raise InvalidParameter(detail, [ParameterError("since", detail)])


def list_changes(
    reader: Reader, given: Mapping[str, Any], since: dt.date | None, day: dt.date
) -> Listing:
    """The claims that became known after one day and by another."""
    check_since(since, day)
    check_references(reader, claim_filters(), given)
    filters, one = apart(given)
    bounds = {} if since is None else {"since": since}
    listing = _changes(filters, is_about_one=bool(one), is_bound=bool(bounds))
    return listing.on(day, **one, **bounds)


@for_any_day
def _changes(given: Given, *, is_about_one: bool, is_bound: bool) -> Listing:
    since: Any = bindparam("since", dt.date.min, Date)
    after = [CLAIMS.c.known_from > since] if is_bound else []
    is_narrowed = given or is_about_one or is_bound
    wanted = [*claim_conditions(given, is_about_one=is_about_one), *after]
    return Listing(
        columns=(CLAIMS.c.document, STANDINGS.c.standing, CLAIMS.c.change),
        source=WITH_STANDING,
        total=None if is_narrowed else total(STANDINGS, DAY),
        unique=CLAIMS.c.id,
        sort_keys=SORT_KEYS,
        default_sort=CHANGE_SORT,
        conditions=wanted,
        counted=counted_claims(given, wanted),
        documents=_change_documents,
    )


def _change_documents(_: Reader, rows: Sequence[Any]) -> Sequence[str]:
    return [f"{with_standing(row[0], row[1])[:-1]},{row[2][1:]}" for row in rows]


# --- Differences --------------------------------------------------------------------------------


def difference_filters() -> Mapping[str, Filter]:
    """The filters of differences, by name."""
    return by_name(_difference_filters())


def _difference_filters() -> Iterator[Filter]:
    kinds = tuple(kind.value for kind in Kind)
    nothing: Any = literal("")
    yield choice_filter("kind", "Kind of record", kinds, nothing)
    yield from references("ref", "The record", "missions/luna-26", nothing)


def list_differences(
    reader: Reader, given: Mapping[str, Any], since: dt.date, day: dt.date
) -> Listing:
    """The records of which something else was known on one day than on an earlier one."""
    check_since(since, day)
    check_references(reader, difference_filters(), given)
    return _differences(tuple(given.items())).on(day, since=since)


@for_any_day
def _differences(given: Given) -> Listing:
    few, many = (
        union_all(*(_differing(kind, in_order=in_order) for kind in Kind)).subquery("differing")
        for in_order in (False, True)
    )
    return Listing(
        columns=(few.c.kind, few.c.before, few.c.after),
        source=few,
        unique=few.c.ref,
        sort_keys=sorted_by(ref=few.c.ref, name=few.c.name, known_from=few.c.known_from),
        default_sort="ref",
        conditions=_narrowed(few, given),
        documents=_difference_documents,
        most_counted=_MOST_COUNTED,
        many_by=(few.c.ref, few.c.name),
        read_many=Rows(many, _narrowed(many, given), dict(zip(few.c, many.c, strict=True))),
    )


_MOST_COUNTED = 4_000  # there are fewer among the facts that ship


def _narrowed(differing: Subquery, given: Given) -> list[ColumnElement[bool]]:
    kinds = tuple(kind.value for kind in Kind)
    refs = references("ref", "", "", differing.c.ref)
    filters = by_name([choice_filter("kind", "", kinds, differing.c.kind), *refs])
    return conditions(filters, dict(given), DAY)


def _differing(kind: Kind, *, in_order: bool) -> Select[Any]:
    """The rows of a kind that held on two days, where they do not say the same.

    Args:
        kind: of the records.
        in_order: whether there are so many that all records are gone over, in the order that is
            asked for, until there are enough; else those that became known since are sorted.
    """
    after, before = STATES[kind].alias("later"), STATES[kind].alias("earlier")
    since: Any = bindparam("since", dt.date.min, Date)
    held = and_(on_day(after, DAY), after.c.known_from > since)
    return (
        select(
            after.c.entity.label("ref"),
            literal(kind.value).label("kind"),
            after.c.name,
            after.c.known_from,
            before.c.id.label("before"),
            after.c.id.label("after"),
        )
        .select_from(after)
        .join(
            before,
            and_(before.c.entity == after.c.entity, on_day(before, since)),
            isouter=True,
        )
        .where(
            held.is_(true()) if in_order else held,  # of a truth value no index knows
            or_(before.c.digest.is_(None), before.c.digest != after.c.digest),
        )
    )


def _difference_documents(reader: Reader, rows: Sequence[Any]) -> Sequence[str]:
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        wanted[row.kind].update({row.before, row.after} - {None})
    told = _documents(reader, {kind: sorted(numbers) for kind, numbers in wanted.items()})
    return [
        _difference(told.get((row.kind, row.before)), told[row.kind, row.after]) for row in rows
    ]


def _documents(
    reader: Reader, wanted: Mapping[str, Sequence[int]]
) -> Mapping[tuple[str, int], str]:
    """The documents of states by their kind and number; of all kinds by the same statement."""
    told = {}
    most = max(map(len, wanted.values()), default=0)
    for begin in range(0, most, TOGETHER[-1]):
        some = {kind: numbers[begin : begin + TOGETHER[-1]] for kind, numbers in wanted.items()}
        size = size_for(max(some.values(), key=len))
        values: dict[str, Any] = {}
        for kind in Kind:
            values |= values_of(kind.value, some.get(kind.value) or [_NONE], size)
        for kind, number, document in _with_numbers(size).rows(reader, values):
            told[kind, number] = document
    return told


_NONE = 0  # a number that no state has


@cache
def _with_numbers(size: int) -> Prepared:
    """The statement for so many states of each kind."""
    return Prepared(select(union_all(*(_some_of(kind, size) for kind in Kind)).subquery("told")))


def _some_of(kind: Kind, size: int) -> Select[Any]:
    table = STATES[kind]
    named = literal(kind.value).label("kind")
    return select(named, table.c.id, table.c.document).where(
        is_one_of(table.c.id, kind.value, size)
    )


def _difference(before: str | None, after: str) -> str:
    was, now = json.loads(before) if before else None, json.loads(after)
    kind, _, slug = now["ref"].partition("/")
    return to_json(
        {
            "ref": now["ref"],
            "kind": kind,
            "id": slug,
            "name": now.get("name") or now["title"],
            "op": "update" if was else "insert",
            "differences": differences(was, now),
        }
    )


def compare(reader: Reader, ref: str, since: dt.date, day: dt.date) -> str:
    """One record on two days."""
    check_since(since, day)
    kind, _, slug = ref.partition("/")
    was, now = (
        json.loads(get_entity(reader, Kind(kind), slug, when, "none").document)
        for when in (since, day)
    )
    was.pop("claims"), now.pop("claims")
    known = was if was["known_from"] else None
    return to_json(
        {
            "ref": ref,
            "name": now.get("name") or now.get("title") or slug,
            "since": since,
            "until": day,
            "differences": differences(known, now) if now["known_from"] else [],
            "before": was,
            "after": now,
        }
    )
