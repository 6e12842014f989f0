"""What makes seed files a ledger: every rule, every breach at once, with file and line."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.dates import FuzzyDate, parse_date
from app.errors import did_you_mean
from app.ledger.records import Claim, Dispute, Ledger, Place, Source
from app.ledger.seedfiles import Items, Mapping, Problem, Text, Value, read_folder
from app.ledger.seedschema import (
    DISPUTES,
    FILE_MODELS,
    ClaimEntry,
    ClaimSelector,
    DisputeFile,
    EntityFile,
    SourceFile,
    country_codes,
)
from app.vocabulary import PROPERTIES, Kind, Nature, Property, Rank, ValueType

SPEAKERS = (Kind.AGENCIES, Kind.PEOPLE, Kind.SOURCES)


@dataclass(frozen=True, slots=True)
class _Record:
    """One seed file, as read and as understood."""

    folder: str
    model: EntityFile | SourceFile | DisputeFile
    tree: Mapping

    @property
    def ref(self) -> str:
        return f"{self.folder}/{self.model.id}"

    def place(self, *path: str | int) -> Place:
        return _place_of(self.tree, path)


@dataclass(slots=True)
class _Findings:
    """The problems found so far, and the refs that exist."""

    problems: list[Problem] = field(default_factory=list)
    refs: frozenset[str] = frozenset()

    def add(self, place: Place, what: str, remedy: str) -> None:
        self.problems.append(Problem(place, what, remedy))


def check_folder(root: Path) -> tuple[Ledger, list[Problem]]:
    """Read and check the seed files below a folder.

    The ledger is complete only if there are no problems.
    """
    documents, problems = read_folder(root)
    found = _Findings(problems)
    records = [
        record for path, value in documents if (record := _record(path, value, root.name, found))
    ]
    if not documents:
        found.add(Place(root.name, 1), "no seed files", "name a folder that has some")
    ledger = _ledger(records, found)
    found.problems.sort(key=lambda problem: (problem.place.file, problem.place.line, problem.what))
    return ledger, found.problems


# --- A file by itself ---------------------------------------------------------------------------


def _record(path: Path, tree: Value, root: str, found: _Findings) -> _Record | None:
    folder = path.parts[0] if len(path.parts) == 2 else ""
    if folder not in FILE_MODELS:
        folders = ", ".join(f"{root}/{name}/" for name in FILE_MODELS)
        found.add(tree.place, "not in a folder of a kind", f"move it to one of {folders}")
        return None
    if not isinstance(tree, Mapping):
        found.add(tree.place, "not a record", "begin with a line id: and the file's name")
        return None
    try:
        model = FILE_MODELS[folder].model_validate(_plain(tree))
    except ValidationError as error:
        for detail in error.errors():
            _shape_problem(detail, FILE_MODELS[folder], tree, found)
        return None
    record = _Record(folder, model, tree)
    if model.id != path.stem:
        remedy = f"write id: {path.stem}, or rename the file"
        found.add(record.place("id"), f"id {model.id!r} in a file of another name", remedy)
    return record


def _plain(value: Value) -> object:
    if isinstance(value, Text):
        return value.value
    if isinstance(value, Items):
        return [_plain(item) for item in value.values]
    return {key: _plain(inner) for key, inner in value.values.items()}


def _place_of(tree: Value, path: Sequence[str | int]) -> Place:
    """The place of what a path leads to; where it leads nowhere, of the last thing on the way."""
    place = tree.place
    for step in path:
        if isinstance(tree, Mapping) and step in tree.values:
            place, tree = tree.keys[str(step)], tree.values[str(step)]
        elif isinstance(tree, Items) and isinstance(step, int) and step < len(tree.values):
            tree = tree.values[step]
            place = tree.place
        else:
            break
    return place


def _shape_problem(
    detail: ErrorDetails, model: type[EntityFile | SourceFile | DisputeFile], tree: Mapping,
    found: _Findings,
) -> None:  # fmt: skip
    path = tuple(detail["loc"])
    key = str(path[-1]) if path else ""
    place = _place_of(tree, path)
    typed = detail["input"]
    match detail["type"]:
        case "extra_forbidden":
            known = _keys_at(model, path)
            found.add(place, f"unknown key {key!r}", did_you_mean(key, known))
        case "missing":
            found.add(place, f"no {key!r}", f"add a line {key}: …")
        case "enum" | "literal_error":
            choices = detail["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
            found.add(place, f"{typed!r} is no {key}", did_you_mean(str(typed), choices))
        case "string_pattern_mismatch" if key in ("id", "source"):
            remedy = "write lower-case letters, digits and single hyphens"
            found.add(place, f"{typed!r} is not a slug", remedy)
        case _:
            found.add(place, f"{key or 'record'}: {detail['msg']}", "see seed/README.md")


def _keys_at(
    model: type[EntityFile | SourceFile | DisputeFile], path: Sequence[str | int]
) -> Iterable[str]:
    if len(path) == 1:
        return model.model_fields
    entry: type[ClaimEntry | ClaimSelector] = ClaimSelector if model is DisputeFile else ClaimEntry
    return entry.model_fields


# --- The files together -------------------------------------------------------------------------


def _ledger(records: Sequence[_Record], found: _Findings) -> Ledger:
    entities = [record.ref for record in records if record.folder != DISPUTES]
    found.refs = frozenset(entities)
    _check_unique(records, found)
    sources = {record.model.id: source for record in records if (source := _source(record, found))}
    placed = [
        (claim, place) for record in records for claim, place in _claims(record, sources, found)
    ]
    claims = [claim for claim, _ in placed]
    _check_duplicates(placed, found)
    _check_preferred(placed, found)
    _check_said_about(records, claims, found)
    disputes = [
        dispute for record in records if (dispute := _dispute(record, claims, found)) is not None
    ]
    _check_said_before_publication(placed, sources, disputes, found)
    return Ledger(entities=entities, sources=sources, claims=claims, disputes=disputes)


def _check_unique(records: Sequence[_Record], found: _Findings) -> None:
    seen: dict[str, Place] = {}
    for record in records:
        place = record.place("id")
        if record.ref in seen:
            remedy = "merge the two files"
            found.add(place, f"{record.ref} stands in {seen[record.ref]} too", remedy)
        seen.setdefault(record.ref, place)


def _source(record: _Record, found: _Findings) -> Source | None:
    model = record.model
    if not isinstance(model, SourceFile):
        return None
    published = _date(model.published, record.place("published"), found)
    accessed = _date(model.accessed, record.place("accessed"), found)
    if not model.published and not model.accessed:
        remedy = "add published:, or for an undated page accessed:, the day it was read"
        found.add(record.place("id"), "source without a date", remedy)
    for date, key in ((published, "published"), (accessed, "accessed")):
        if date and date.latest is None:
            found.add(
                record.place(key), f"{date.edtf!r} has no end", "give the latest day it may be"
            )
            return None
    for key, ref, kinds in _source_references(model):
        _check_reference(ref, kinds, record.place(key), found)
    if not model.publisher and not model.authors:
        remedy = "add publisher: agencies/… or authors: [people/…]"
        found.add(record.place("id"), "source without publisher or authors", remedy)
    if not (published or accessed):
        return None
    return Source(
        **model.model_dump(exclude={"claims", "published", "accessed"}),
        published=published,
        accessed=accessed,
    )


def _source_references(model: SourceFile) -> Iterator[tuple[str, str, Sequence[Kind]]]:
    for author in model.authors:
        yield "authors", author, (Kind.PEOPLE, Kind.AGENCIES)
    for key, ref in (("publisher", model.publisher), ("via", model.via)):
        if ref:
            yield key, ref, (Kind.AGENCIES,)


# --- Claims -------------------------------------------------------------------------------------


def _claims(
    record: _Record, sources: dict[str, Source], found: _Findings
) -> Iterator[tuple[Claim, Place]]:
    if isinstance(record.model, DisputeFile):
        return
    for index, entry in enumerate(record.model.claims):
        before = len(found.problems)

        def place(key: str, index: int = index) -> Place:
            return record.place("claims", index, key)

        claim = _claim(record, entry, place, sources, found)
        if claim and len(found.problems) == before:
            yield claim, place("property")


def _claim(
    record: _Record,
    entry: ClaimEntry,
    place: Callable[[str], Place],
    sources: dict[str, Source],
    found: _Findings,
) -> Claim | None:
    prop = _property(entry, Kind(record.folder), place("property"), found)
    source = sources.get(entry.source)
    if source is None:
        known = [ref.partition("/")[2] for ref in found.refs if ref.startswith("sources/")]
        remedy = did_you_mean(entry.source, known) if known else "add the source first"
        found.add(place("source"), f"no usable source {entry.source!r}", remedy)
    said_by = _speaker(entry, source, place, found)
    said_on = _said_on(entry, source, place, found)
    _check_rank(entry, place, found)
    since = _date(entry.since, place("since"), found)
    until = _date(entry.until, place("until"), found)
    if prop is None:
        return None
    _check_relation_keys(entry, prop, since, until, place, found)
    nature = _nature(entry, prop, place, found)
    date = _check_value(entry, prop, Kind(record.folder), place, found)
    if source is None or said_by is None or said_on is None:
        return None
    return Claim(
        subject=record.ref,
        property=prop.name,
        value=entry.value,
        value_type=entry.value_type or prop.type.value,
        nature=nature,
        said_by=said_by,
        said_on=said_on,
        source=source.id,
        source_kind=source.kind,
        locator=entry.locator,
        date=date,
        original_value=entry.original_value,
        role=entry.role,
        since=since,
        until=until,
        rank=entry.rank,
        rank_reason=entry.rank_reason,
        note=entry.note,
    )


def _property(entry: ClaimEntry, kind: Kind, place: Place, found: _Findings) -> Property | None:
    prop = PROPERTIES.get(entry.property)
    if prop is None:
        fitting = [known.name for known in PROPERTIES.values() if kind in known.subjects]
        remedy = did_you_mean(entry.property, fitting)
        found.add(place, f"unknown property {entry.property!r}", remedy)
    elif kind not in prop.subjects:
        remedy = f"it fits {', '.join(prop.subjects)}"
        found.add(place, f"property {prop.name!r} does not fit {kind.value}", remedy)
        return None
    return prop


def _nature(
    entry: ClaimEntry, prop: Property, place: Callable[[str], Place], found: _Findings
) -> Nature:
    if prop.nature is Nature.ASSESSMENT and entry.nature not in (None, Nature.ASSESSMENT):
        what = f"{prop.name!r} is a judgement, not of nature {entry.nature}"
        found.add(place("nature"), what, "leave nature out, or choose another property")
    return entry.nature or prop.nature


def _speaker(
    entry: ClaimEntry, source: Source | None, place: Callable[[str], Place], found: _Findings
) -> str | None:
    if entry.said_by:
        _check_reference(entry.said_by, SPEAKERS, place("said_by"), found)
        return entry.said_by
    if source and not source.speaker:
        remedy = f"add said_by:, if nobody signed it {source.ref}"
        found.add(place("source"), "nobody says it: the source has several authors", remedy)
    return source.speaker if source else None


def _said_on(
    entry: ClaimEntry, source: Source | None, place: Callable[[str], Place], found: _Findings
) -> FuzzyDate | None:
    if entry.said_on is None:
        return source.dated if source else None
    said_on = _date(entry.said_on, place("said_on"), found)
    if said_on and said_on.latest is None:
        remedy = "a claim counts from the last day on which it may have been made: give one"
        found.add(place("said_on"), f"{said_on.edtf!r} has no end", remedy)
    return said_on


def _check_rank(entry: ClaimEntry, place: Callable[[str], Place], found: _Findings) -> None:
    if entry.rank is not Rank.NORMAL and not entry.rank_reason:
        found.add(place("rank"), f"rank {entry.rank} without a reason", "add rank_reason:")
    if entry.rank is Rank.NORMAL and entry.rank_reason:
        remedy = "add rank: preferred or deprecated, or make it a note"
        found.add(place("rank_reason"), "a rank_reason without a rank", remedy)


def _check_relation_keys(
    entry: ClaimEntry,
    prop: Property,
    since: FuzzyDate | None,
    until: FuzzyDate | None,
    place: Callable[[str], Place],
    found: _Findings,
) -> None:
    for key in ("since", "until", "role"):
        if getattr(entry, key) and prop.type is not ValueType.REFERENCE:
            what = f"{key!r} with {prop.name!r}, which is no relation"
            found.add(place(key), what, "leave it out")
    if since and until and since.earliest and until.latest and since.earliest > until.latest:
        found.add(place("until"), "ends before it begins", "swap since and until")


# --- Values -------------------------------------------------------------------------------------


def _check_value(
    entry: ClaimEntry, prop: Property, kind: Kind, place: Callable[[str], Place], found: _Findings
) -> FuzzyDate | None:
    """Check a value against its property's type; a date is returned parsed."""
    if (entry.value is None) == (entry.value_type is None):
        what = "both value and value_type" if entry.value else "no value"
        found.add(place("value"), what, "write one: value:, or value_type: unknown or none")
        return None
    if entry.value is None:
        return None
    where = place("value")
    match prop.type:
        case ValueType.DATE:
            return _date(entry.value, where, found)
        case ValueType.REFERENCE:
            _check_reference(entry.value, prop.refers_to, where, found)
        case ValueType.ENUM if entry.value not in prop.choices[kind]:
            remedy = did_you_mean(entry.value, prop.choices[kind])
            found.add(where, f"{entry.value!r} is no {prop.name} of {kind.value}", remedy)
        case ValueType.COUNTRY if entry.value not in country_codes():
            remedy = "write the two capital letters of ISO 3166-1, in quotes"
            found.add(where, f"{entry.value!r} is no country", remedy)
        case ValueType.NUMBER if not _is_number(entry.value):
            found.add(where, f"{entry.value!r} is no number", 'write digits: "42" or "0.5"')
    return None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _date(text: str | None, place: Place, found: _Findings) -> FuzzyDate | None:
    if text is None:
        return None
    try:
        date = parse_date(text)
    except ValueError as error:
        what, _, remedy = str(error).partition(": ")
        found.add(place, what, remedy)
        return None
    # EDTF reads 2020-21 as spring 2020; a person may have meant the two years.
    year, _, month = text.partition("-")
    if month.isdigit() and len(text) == 7 and int(month) > 12 and int(month) == int(year) % 100 + 1:
        remedy = f"write {year}/{year[:2]}{month} for the years, or the months of the season"
        found.add(place, f"{text!r} may mean two years or a season", remedy)
        return None
    return date


def _check_reference(ref: str, kinds: Sequence[Kind], place: Place, found: _Findings) -> None:
    kind = ref.partition("/")[0]
    if kind not in kinds:
        remedy = f"write {' or '.join(f'{known.value}/…' for known in kinds)}"
        found.add(place, f"{ref!r} is not one of {', '.join(kinds)}", remedy)
    elif ref not in found.refs:
        known = [other for other in found.refs if other.startswith(f"{kind}/")]
        found.add(place, f"there is no {ref}", f"{did_you_mean(ref, known)}, or add its file")


# --- Claims together ----------------------------------------------------------------------------


def _check_duplicates(placed: Sequence[tuple[Claim, Place]], found: _Findings) -> None:
    seen: dict[str, Place] = {}
    for claim, place in placed:
        if claim.id in seen:
            found.add(place, f"the same claim as at {seen[claim.id]}", "delete one")
        seen.setdefault(claim.id, place)


def _check_preferred(placed: Sequence[tuple[Claim, Place]], found: _Findings) -> None:
    preferred: Counter[tuple[str, str]] = Counter()
    for claim, place in placed:
        if claim.rank is not Rank.PREFERRED or claim.definition().many:
            continue
        key = (claim.subject, claim.property)
        preferred[key] += 1
        if preferred[key] > 1:
            what = f"a second preferred claim of the single-valued {claim.property!r}"
            found.add(place, what, "keep the better one preferred")


def _check_said_about(
    records: Sequence[_Record], claims: Sequence[Claim], found: _Findings
) -> None:
    said: defaultdict[str, set[str]] = defaultdict(set)
    for claim in claims:
        said[claim.subject].add(claim.property)
    for record in records:
        if not isinstance(record.model, EntityFile):
            continue
        if not record.model.claims:
            remedy = "add a claim about it, or delete the file"
            found.add(record.place("id"), f"nothing claims anything about {record.ref}", remedy)
        elif "name" not in said[record.ref]:
            found.add(record.place("id"), f"{record.ref} has no name", "add a claim of its name")


def _dispute(record: _Record, claims: Sequence[Claim], found: _Findings) -> Dispute | None:
    model = record.model
    if not isinstance(model, DisputeFile):
        return None
    named: dict[str, None] = {}
    for index, selector in enumerate(model.claims):
        wanted = selector.model_dump(exclude_none=True)
        matching = [claim.id for claim in claims if _matches(claim, wanted)]
        if not wanted or not matching:
            what = "a selector that names no claim" if wanted else "an empty selector"
            remedy = "check its words against the claim's"
            found.add(record.place("claims", index), what, remedy)
        named.update(dict.fromkeys(matching if wanted else ()))
    return Dispute(id=model.id, about=model.about, note=model.note, claims=tuple(named))


def _matches(claim: Claim, wanted: dict[str, str]) -> bool:
    return all(
        (claim.said_on.edtf if key == "said_on" else getattr(claim, key)) == value
        for key, value in wanted.items()
    )


def _check_said_before_publication(
    placed: Sequence[tuple[Claim, Place]],
    sources: dict[str, Source],
    disputes: Sequence[Dispute],
    found: _Findings,
) -> None:
    disputed = {claim_id for dispute in disputes for claim_id in dispute.claims}
    for claim, place in placed:
        published = sources[claim.source].published
        if published is None or claim.said_on.earliest is None or published.latest is None:
            continue
        if claim.said_on.earliest > published.latest and claim.id not in disputed:
            what = f"said on {claim.said_on.edtf}, after its source was published"
            remedy = f"correct said_on, or record the dispute in {DISPUTES}/"
            found.add(place, what, remedy)
