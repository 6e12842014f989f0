"""A record as its page shows it: each value with the claims behind it, dates as far as they go.

Everything is read off the documents that the API serves; nothing is worked out here but words.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.fields import Field, Shape, fields_of
from app.render.claims import Document, Quote, quote, web_address
from app.render.words import day_label, in_days, moved, plain, titled
from app.schemas.tables import record_table
from app.vocabulary import DROPPED_STATUSES, FAILED_STATUSES, PROPERTIES, Kind, Nature


@dataclass(frozen=True, slots=True)
class Value:
    """One value, and what it rests on."""

    text: str
    ref: str | None = None  # of the record that it names
    url: str | None = None
    place: str = ""  # of its sources, where they stand on another page
    about: Sequence[str] = ()  # role, since, until
    is_ended: bool = False
    quotes: Sequence[Quote] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """How a date that was promised has fared."""

    status: str
    is_overdue: bool
    last_word: str | None
    first: str | None
    revisions: int
    slip: str
    slip_days: str


@dataclass(frozen=True, slots=True)
class Row:
    """A field of a record."""

    name: str
    label: str
    meaning: str
    values: Sequence[Value] = ()
    said: str = ""  # where somebody says that it is not known, or that there is none
    plan: Plan | None = None
    is_disputed: bool = False
    rivals: Sequence[Quote] = ()
    others: Sequence[Quote] = ()  # what was said besides, or earlier


@dataclass(frozen=True, slots=True)
class Version:
    """A day from which something else was known."""

    day: str
    label: str
    what: str
    is_shown: bool = False


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record, as its page shows it."""

    ref: str
    name: str
    kind: str
    status: str | None
    other_names: Sequence[str]
    is_known: bool
    known_from: str | None
    dates: Sequence[Row] = ()
    facts: Sequence[Row] = ()
    relations: Sequence[Row] = ()
    names: Sequence[Row] = ()
    opinions: Sequence[Quote] = ()
    disputes: Sequence[Document] = ()
    summary: str = ""


def record_view(kind: Kind, singular: str, record: Document) -> RecordView:
    """A record's document, with all of its claims, as its page shows it."""
    claims = [quote(claim) for claim in record["claims"]]
    if kind is Kind.SOURCES:
        rows = list(_source_rows(record, claims))
    else:
        rows = [row for item in fields_of(kind) if (row := _row(item, record, claims))]
    dated = [row for row in rows if row.name in _dated(kind)]
    named = [row for row in rows if row.name in _NAMES or _is_identifier(row.name)]
    linked = [row for row in rows if row.name in _linked(kind)]
    rest = [row for row in rows if row not in (*dated, *named, *linked)]
    name = str(record.get("name") or record.get("title") or record["id"])
    sort = plain(record.get("kind") or "")
    other = [record.get("native_name"), *record.get("aliases", ())]
    status = record.get("status")
    return RecordView(
        ref=record["ref"],
        name=name,
        kind=f"{singular} · {sort}" if sort else singular,
        status=plain(status) if status else None,
        other_names=[text for text in other if text and text != name],
        is_known=record["known_from"] is not None,
        known_from=day_label(record["known_from"]) if record["known_from"] else None,
        dates=dated,
        facts=rest,
        relations=linked,
        names=named,
        opinions=[claim for claim in claims if claim.is_opinion],
        disputes=record["disputes"],
        summary=_summary(name, singular, sort, status, dated),
    )


# They stand at the head of the page too, but a value is not shown without its sources.
_NAMES = ("name", "native_name", "aliases")


def _dated(kind: Kind) -> frozenset[str]:
    if kind is Kind.SOURCES:
        return frozenset({"published", "accessed"})
    shapes = (Shape.DATE, Shape.MILESTONE)
    return frozenset(item.name for item in fields_of(kind) if item.shape in shapes)


def _linked(kind: Kind) -> frozenset[str]:
    if kind is Kind.SOURCES:
        return frozenset()
    shapes = (Shape.LINKS, Shape.REFERENCE)
    return frozenset(item.name for item in fields_of(kind) if item.shape in shapes)


def _is_identifier(name: str) -> bool:
    return name.endswith("_id") and name in PROPERTIES and bool(PROPERTIES[name].scheme)


def _summary(name: str, singular: str, sort: str, status: str | None, dates: Sequence[Row]) -> str:
    """A sentence for those who see a link to the page and not the page."""
    what = f"{singular.lower()} ({sort})" if sort else singular.lower()
    parts = [f"{name}: {what}"]
    if status:
        parts.append(f"status {plain(status)}")
    for row in dates[:2]:
        if row.values:
            planned = f" ({row.plan.status})" if row.plan else ""
            parts.append(f"{row.label.lower()} {row.values[0].text}{planned}")
    return ", ".join(parts) + ". Every value with who said it, when, and where to read it."


# --- Fields ------------------------------------------------------------------------------------


def _row(item: Field, record: Document, claims: Sequence[Quote]) -> Row | None:
    """A field with what it rests on; None, where nobody says anything of it."""
    about = [claim for claim in claims if claim.property in item.properties]
    values = list(_values(item, record, [*about, *_implying(item, record, claims, about)]))
    said = ""
    for key, text in (("unknown", "said to be not known"), ("none", "said to be none")):
        if item.name in record[key]:
            said = text
    if not values and not said and not about:
        return None
    behind = {claim.id for value in values for claim in value.quotes}
    rivals = [claim for claim in about if claim.is_rival and claim.id not in behind]
    contrary = {claim.id for claim in rivals}
    return Row(
        name=item.name,
        label=titled(item.name),
        meaning=item.definition,
        values=values,
        said=said or ("" if values else "no value on this day"),
        plan=_plan(item, record),
        is_disputed=item.name in record["disputed"],
        rivals=rivals,
        others=[claim for claim in about if claim.id not in behind | contrary],
    )


def _implying(
    item: Field, record: Document, claims: Sequence[Quote], about: Sequence[Quote]
) -> list[Quote]:
    """The claims from which a status follows that nobody states: what was signed is signed."""
    stated = any(claim.is_best for claim in about)
    if item.name != "status" or record["status"] is None or stated:
        return []
    kind = Kind(record["ref"].partition("/")[0])
    return [
        claim
        for claim in claims
        if claim.is_best
        and (prop := PROPERTIES[claim.property]).implied_status(kind, claim.value)
        == record["status"]
        and prop.nature is not Nature.ASSESSMENT
    ]


def _values(item: Field, record: Document, about: Sequence[Quote]) -> Iterator[Value]:
    name = item.name
    match item.shape:
        case Shape.LINKS:
            yield from _links(record[name], about)
        case Shape.TEXTS:
            for text in record[name]:
                yield Value(text, quotes=[claim for claim in about if claim.value == text])
        case Shape.DATE | Shape.MILESTONE:
            if record[f"{name}_label"] is not None:
                behind = [claim for claim in about if claim.id == record[f"{name}_claim_id"]]
                yield Value(record[f"{name}_label"], about=_honesty(name, record), quotes=behind)
        case Shape.COUNTRY | Shape.REFERENCE:
            text = record[f"{name}_name"]
            ref = record[name] if item.shape is Shape.REFERENCE else None
            yield from _single(text, about, ref=ref)
        case Shape.ENUM:
            yield from _single(plain(record[name]) if record[name] else None, about)
        case _:
            yield from _single(record[name], about, url=_register(name, record[name]))


def _single(
    value: Any, about: Sequence[Quote], *, ref: str | None = None, url: str | None = None
) -> Iterator[Value]:
    """A value of which there is one."""
    if value is not None:
        behind = [claim for claim in about if claim.is_best]
        yield Value(str(value), ref=ref, url=url, quotes=behind)


def _links(links: Iterable[Document], about: Sequence[Quote]) -> Iterator[Value]:
    by_id = {claim.id: claim for claim in about}
    for link in links:
        best = by_id.get(link["claim_id"])
        same = [claim for claim in about if claim.value_ref == link["ref"] and claim is not best]
        since, until = (
            (best.since, best.until) if best else (link["since_edtf"], link["until_edtf"])
        )
        about_it = [
            text
            for text in (
                link["role"],
                f"since {since}" if since else None,
                f"until {until}" if until else None,
            )
            if text
        ]
        quotes = [*([best] if best else []), *same]
        ended = not link["active"]
        yield Value(link["name"], link["ref"], about=about_it, is_ended=ended, quotes=quotes)


def _honesty(name: str, record: Document) -> list[str]:
    """What a date leaves open."""
    notes = []
    if record[f"{name}_approximate"]:
        notes.append("the source gives it as about")
    if record[f"{name}_uncertain"]:
        notes.append("the source gives it as uncertain")
    earliest, latest = record[f"{name}_earliest"], record[f"{name}_latest"]
    if earliest is None:
        notes.append(f"no first day is given; by {day_label(latest)} at the latest")
    elif latest is None:
        notes.append(f"open: {day_label(earliest)} at the earliest")
    elif record[f"{name}_precision"] in _UNCLEAR:
        notes.append(f"that is {day_label(earliest)} to {day_label(latest)}")
    return notes


# Of a year or a month everybody knows the first and the last day.
_UNCLEAR = frozenset({"season", "quarter", "half", "interval"})


def _plan(item: Field, record: Document) -> Plan | None:
    name = item.name
    if item.shape is not Shape.MILESTONE or record[f"{name}_status"] is None:
        return None
    span = record[f"{name}_slip_days_min"], record[f"{name}_slip_days_max"]
    last, status = record[f"{name}_last_word"], record[f"{name}_status"]
    is_off = status == "planned" and record.get("status") in DROPPED_STATUSES | FAILED_STATUSES
    return Plan(
        status=record["status"] if is_off else status,
        is_overdue=bool(record[f"{name}_is_overdue"]),
        last_word=day_label(last) if last else None,
        first=record[f"{name}_first_label"],
        revisions=record[f"{name}_revisions"] or 0,
        slip=moved(*span),
        slip_days=in_days(*span),
    )


def _register(name: str, value: Any) -> str | None:
    """Where others keep what an identifier names."""
    return f"https://www.wikidata.org/wiki/{value}" if name == "wikidata_id" and value else None


# --- Sources -----------------------------------------------------------------------------------


def _source_rows(record: Document, claims: Sequence[Quote]) -> Iterator[Row]:
    """A source says itself what it is; others may have said it too."""
    for name, label in _PARTICULARS.items():
        said = [claim for claim in claims if claim.property in _SAID_OF.get(name, ())]
        if values := list(_particular(name, record, said)):
            yield Row(name, label, "", values)
    shown = {name for names in _SAID_OF.values() for name in names}
    rest = [claim for claim in claims if claim.property not in shown and not claim.is_opinion]
    for what in dict.fromkeys(claim.what for claim in rest):
        values = [
            Value(claim.value, claim.value_ref, quotes=[claim])
            for claim in rest
            if claim.what == what
        ]
        yield Row(what, titled(what), "", values)


_PARTICULARS: Mapping[str, str] = {
    "published": "Published",
    "accessed": "Read",
    "authors": "Written by",
    "publisher": "Published by",
    "via": "Passed on by",
    "kind": "Kind of source",
    "language": "Language",
    "url": "Read it at",
    "archived_url": "Copy that stays",
    "note": "To be known",
}
# What others claim of a particular.
_SAID_OF: Mapping[str, tuple[str, ...]] = {
    "published": ("published_on",),
    "authors": ("author",),
    "publisher": ("publisher",),
}


def _particular(name: str, record: Document, said: Sequence[Quote]) -> Iterator[Value]:
    """A particular of a source, which may be a date, records, a link or a text."""
    if f"{name}_label" in record:
        if label := record[f"{name}_label"]:
            yield Value(label, about=_honesty(name, record), quotes=said)
    elif not record[name]:
        return
    elif name == "authors":
        for who in record[name]:
            about = [claim for claim in said if claim.value_ref == who["ref"]]
            yield Value(who["name"], who["ref"], quotes=about)
    elif f"{name}_name" in record:
        yield Value(record[f"{name}_name"] or record[name], record[name], quotes=said)
    elif name == "kind":
        yield Value(plain(record[name]))
    else:
        yield Value(record[name], url=web_address(record[name]))


# --- Lists and versions ------------------------------------------------------------------------


def versions(vintages: Iterable[Document], shown: str | None) -> list[Version]:
    """The days on which what was known changed, the latest first."""
    return [
        Version(
            day=vintage["known_from"],
            label=day_label(vintage["known_from"]),
            what=_what_changed(vintage),
            is_shown=vintage["known_from"] == shown,
        )
        for vintage in vintages
    ][::-1]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The versions before and after the one that is shown."""

    earlier: Version | None
    later: Version | None


def neighbours(shown: Sequence[Version], day: str) -> Neighbours:
    """Where to walk from a day; `shown` are the versions, the latest first."""
    current = next((version.day for version in shown if version.is_shown), day)
    earlier = [version for version in shown if version.day < current]
    later = [version for version in shown if version.day > current]
    return Neighbours(earlier[0] if earlier else None, later[-1] if later else None)


def _what_changed(vintage: Document) -> str:
    names = ", ".join(plain(name) for name in vintage["changed"])
    if names:
        return names
    return "said again, or said besides" if vintage["claims"] else plain(vintage["because"])


@dataclass(frozen=True, slots=True)
class Group:
    """Records that stand in one relation to another record."""

    label: str
    values: Sequence[Value]


def groups_of(relations: Iterable[Document]) -> list[Group]:
    """What stands in a relation to a record, by relation."""
    found: dict[tuple[str, str], list[Value]] = {}
    for relation in relations:
        kind = relation["subject"].partition("/")[0]
        about = [
            text
            for text in (
                relation["role"],
                f"since {relation['since_label']}" if relation["since_label"] else None,
                f"until {relation['until_label']}" if relation["until_label"] else None,
            )
            if text
        ]
        value = Value(
            relation["subject_name"], relation["subject"],
            place=PROPERTIES[relation["relation"]].served_field, about=about,
            is_ended=not relation["active"],
        )  # fmt: skip
        found.setdefault((kind, relation["relation"]), []).append(value)
    return [
        Group(_INWARD.get(name, _NAMING).format(kinds=titled(kind), relation=plain(name)), values)
        for (kind, name), values in sorted(found.items())
    ]


# How relations read from their other end.
_NAMING = "{kinds} that name it: {relation}"
_INWARD: Mapping[str, str] = {
    "accedes_to": "Accessions to it",
    "affiliation": "People who speak for it",
    "allied_with": "{kinds} said to be allied with it",
    "announced_by": "{kinds} that it announced",
    "attended_by": "Forums in which it took part",
    "author": "{kinds} by this author",
    "builder": "{kinds} that it builds, in whole or part",
    "carries_payload_of": "Missions that carry something of it",
    "chaired_by": "{kinds} in the chair of this person",
    "coordinates_with": "Missions that are coordinated with it",
    "depositary": "Agreements that it keeps",
    "distinct_from": "Agreements that are set beside it as others",
    "follows_from": "Agreements that build on it",
    "identified_with": "{kinds} taken to be the same",
    "invited": "{kinds} in which it was invited to take part",
    "lead": "{kinds} that it leads",
    "member_of": "Its members",
    "operator": "Missions that it runs",
    "partner": "{kinds} in which it is a partner",
    "party": "Agreements to which it is party",
    "possible_support_from": "{kinds} that it may support",
    "project": "{kinds} that belong to it",
    "publisher": "Sources that it published",
    "responsible_body": "{kinds} with which it is charged",
    "scope": "Agreements that cover it",
    "signatory_not_party": "Agreements that it signed and did not ratify",
    "signed_by": "Agreements that this person signed",
    "signed_during": "Agreements that were signed on its occasion",
}


# What a list shows beside names: kind → fields.
LISTED: Mapping[Kind, tuple[str, ...]] = {
    Kind.MISSIONS: ("kind", "status", "country", "launch", "landing"),
    Kind.AGREEMENTS: ("kind", "status", "signing", "entered_into_force"),
    Kind.AGENCIES: ("kind", "country", "founded"),
    Kind.PROJECTS: ("kind", "status", "first_element", "build"),
    Kind.PEOPLE: ("affiliations",),
    Kind.SOURCES: ("kind", "publisher", "published"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A record in a list."""

    ref: str
    name: str
    native_name: str | None
    cells: Sequence[str]


def list_lines(kind: Kind, records: Iterable[Document], columns: Sequence[str] = ()) -> list[Line]:
    """Records as a list shows them, with the columns that it has, or those that are named."""
    return [
        Line(
            ref=record["ref"],
            name=record.get("name") or record.get("title") or record["id"],
            native_name=record.get("native_name"),
            cells=[_cell(name, record, kind) for name in columns or LISTED[kind]],
        )
        for record in records
    ]


def _cell(name: str, record: Document, kind: Kind) -> str:
    if f"{name}_label" in record:
        label = record[f"{name}_label"] or ""
        planned = " (planned)" if record.get(f"{name}_status") == "planned" else ""
        late = ", overdue" if record.get(f"{name}_is_overdue") else ""
        return f"{label}{planned}{late}" if label else ""
    if f"{name}_name" in record:
        return record[f"{name}_name"] or ""
    value = record.get(name)
    if isinstance(value, list):
        return "; ".join(_in_words(item) for item in value)
    if name in ("kind", "status", "outcome"):
        return plain(value) if value else ""
    column = next((item for item in record_table(kind).columns if item.name == name), None)
    cell = column.cell(record) if column else value
    return "" if cell is None else str(cell)


def _in_words(item: Any) -> str:
    """A part of a value that has several."""
    return str(item.get("name") or item.get("about")) if isinstance(item, Mapping) else str(item)
