"""The words of the ledger: kinds of entities, and every property that a claim may state.

This registry is the only place that knows them. Validation of seed files and their JSON Schema,
resolution, the fields and filters of the API, `/v1/properties` and the docs are made from it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of entities; each is a folder of `seed/` and a collection of the API."""

    MISSIONS = "missions"
    AGREEMENTS = "agreements"
    AGENCIES = "agencies"
    PROJECTS = "projects"
    PEOPLE = "people"
    SOURCES = "sources"


class Nature(StrEnum):
    """What sort of statement a claim is."""

    EVENT = "event"
    PLAN = "plan"
    STATUS = "status"
    RELATION = "relation"
    ASSESSMENT = "assessment"


NATURE_MEANINGS: Mapping[Nature, str] = {
    Nature.EVENT: "it happened",
    Nature.PLAN: "it is to happen",
    Nature.STATUS: "it is so",
    Nature.RELATION: "the two belong together",
    Nature.ASSESSMENT: "a judgement: listed with its author, never resolved into a value",
}


class ValueType(StrEnum):
    """How the value of a property is written."""

    DATE = "date"
    TEXT = "text"
    REFERENCE = "reference"
    ENUM = "enum"
    NUMBER = "number"
    INTEGER = "integer"
    COUNTRY = "country"


class SourceKind(StrEnum):
    """Kinds of sources, from best to weakest: at equal dates the better kind wins."""

    TREATY_TEXT = "treaty_text"
    OFFICIAL_STATEMENT = "official_statement"
    PRESS_RELEASE = "press_release"
    PAPER = "paper"
    DATASET = "dataset"
    ENCYCLOPEDIA = "encyclopedia"
    NEWS = "news"
    COMMENTARY = "commentary"


class Rank(StrEnum):
    """An editor's weighing of a claim; anything but normal needs a reason."""

    PREFERRED = "preferred"
    NORMAL = "normal"
    DEPRECATED = "deprecated"


class Completeness(StrEnum):
    """How much of a field the data holds."""

    COMPLETE = "complete"
    NEARLY_COMPLETE = "nearly_complete"
    PARTIAL = "partial"
    SELECTION = "selection"


COMPLETENESS_MEANINGS: Mapping[Completeness, str] = {
    Completeness.COMPLETE: "nothing is known to be missing",
    Completeness.NEARLY_COMPLETE: "a few are known or likely to be missing",
    Completeness.PARTIAL: "many are missing: what is not listed may well exist",
    Completeness.SELECTION: "chosen for what it has to do with the rest, not meant to be complete",
}


class Verdict(StrEnum):
    """What became of a plan."""

    KEPT = "kept"
    KEPT_LATE = "kept_late"
    PENDING = "pending"
    OVERDUE = "overdue"
    SUPERSEDED = "superseded"
    DROPPED = "dropped"
    FAILED = "failed"
    NO_EVIDENCE = "no_evidence"


VERDICT_MEANINGS: Mapping[Verdict, str] = {
    Verdict.KEPT: "it happened within the time that was promised, or earlier",
    Verdict.KEPT_LATE: "it happened after the time that was promised",
    Verdict.PENDING: "the time that was promised has not passed yet",
    Verdict.OVERDUE: "the time that was promised has passed, and no outcome is known",
    Verdict.SUPERSEDED: "a later plan put something else in its place",
    Verdict.DROPPED: "it was cancelled, or the party that it names has left",
    Verdict.FAILED: "it was tried, and the mission failed before it came to that",
    Verdict.NO_EVIDENCE: "no claim made since says of this very thing that it came about",
}

# Statuses under which nothing is owed any more.
DROPPED_STATUSES = frozenset({"cancelled"})
FAILED_STATUSES = frozenset({"failed"})

KIND_CHOICES: Mapping[Kind, tuple[str, ...]] = {
    Kind.MISSIONS: (
        "orbiter", "lander", "rover", "sample_return", "flyby", "impactor", "relay", "crewed",
        "station", "other",
    ),
    Kind.AGREEMENTS: (
        "treaty", "intergovernmental_agreement", "interagency_agreement", "agreement_of_intent",
        "memorandum", "joint_statement", "programme", "contract", "accession", "other",
    ),
    Kind.AGENCIES: (
        "space_agency", "government", "ministry", "company", "research_institute",
        "intergovernmental_organisation", "alliance", "forum", "media", "other",
    ),
    Kind.PROJECTS: (
        "programme", "station", "base", "data_centre", "research_centre", "other",
    ),
}  # fmt: skip

STATUS_CHOICES: Mapping[Kind, tuple[str, ...]] = {
    Kind.MISSIONS: (
        "planned", "launched", "landed", "operating", "suspended", "completed", "failed",
        "cancelled",
    ),
    Kind.AGREEMENTS: (
        "planned", "announced", "signed", "in_force", "suspended", "ended", "cancelled",
    ),
    Kind.PROJECTS: (
        "proposed", "studied", "agreed", "planned", "under_construction", "operating", "suspended",
        "completed", "cancelled",
    ),
}  # fmt: skip

_OUTCOME_STATUS = {
    "success": "completed", "partial_success": "completed",
    "launch_failure": "failed", "spacecraft_failure": "failed",
}  # fmt: skip
OUTCOME_CHOICES = ("success", "partial_success", "launch_failure", "spacecraft_failure")


@dataclass(frozen=True, slots=True)
class Property:
    """One property: what it means, how its value is written, and which kinds it fits."""

    name: str
    definition: str
    type: ValueType
    subjects: tuple[Kind, ...]
    many: bool = False
    nature: Nature = Nature.STATUS
    served_as: str = ""  # the field of the API, where it is not the property's own name
    added: int = 1  # generation: in tables, the columns of a later one stand to the right
    refers_to: tuple[Kind, ...] = ()
    choices: Mapping[Kind, tuple[str, ...]] = field(default_factory=dict)
    implies_status: Mapping[Kind, str] = field(default_factory=dict)
    status_by_value: Mapping[str, str] = field(default_factory=dict)  # where the value decides
    scheme: str = ""  # of the identifiers that its values are; see /v1/identifiers

    @property
    def served_field(self) -> str:
        """The field under which the API serves it."""
        milestone = MILESTONE_OF.get(self.name)
        return milestone.field if milestone else self.served_as or self.name

    def implied_status(self, kind: Kind, value: str | None) -> str | None:
        """The status of a subject of which a value has come true; None = it says nothing of it."""
        if value is None:
            return None
        return self.status_by_value.get(value) or self.implies_status.get(kind)


@dataclass(frozen=True, slots=True)
class Milestone:
    """A date that is planned first and happens later: one field of the API, two properties."""

    field: str
    planned: str
    actual: str
    definition: str
    subjects: tuple[Kind, ...]
    # Statuses, and outcomes, that show it to be over, though they do not tell its day.
    over_with: frozenset[str] = frozenset()


_ENTITIES = (Kind.MISSIONS, Kind.AGREEMENTS, Kind.AGENCIES, Kind.PROJECTS)
_NAMED = (*_ENTITIES, Kind.PEOPLE)
_ANY = tuple(Kind)
_ACTORS = (Kind.AGENCIES,)


def _text(name: str, definition: str, *subjects: Kind, **more: object) -> Property:
    return Property(name, definition, ValueType.TEXT, subjects, **more)  # type: ignore[arg-type]


def _texts(name: str, definition: str, *subjects: Kind, **more: object) -> Property:
    return _text(name, definition, *subjects, many=True, **more)


def _date(name: str, definition: str, *subjects: Kind, **more: object) -> Property:
    more = {"nature": Nature.EVENT, "served_as": name.removesuffix("_on"), **more}
    return Property(name, definition, ValueType.DATE, subjects, **more)  # type: ignore[arg-type]


def _plan(name: str, definition: str, *subjects: Kind) -> Property:
    return _date(
        name,
        definition,
        *subjects,
        nature=Nature.PLAN,
        served_as=name,
        implies_status=dict.fromkeys(subjects, "planned"),
    )


def _number(name: str, definition: str, *subjects: Kind, **more: object) -> Property:
    return Property(name, definition, ValueType.NUMBER, subjects, **more)  # type: ignore[arg-type]


def _count(name: str, definition: str, *subjects: Kind, **more: object) -> Property:
    return Property(name, definition, ValueType.INTEGER, subjects, **more)  # type: ignore[arg-type]


def _refs(
    name: str, definition: str, targets: tuple[Kind, ...], *subjects: Kind, **more: object
) -> Property:
    more = {"nature": Nature.RELATION, "many": True, "refers_to": targets, **more}
    return Property(name, definition, ValueType.REFERENCE, subjects, **more)  # type: ignore[arg-type]


def _enum(
    name: str, definition: str, choices: Mapping[Kind, tuple[str, ...]], **more: object
) -> Property:
    return Property(
        name,
        definition,
        ValueType.ENUM,
        tuple(choices),
        choices=choices,
        **more,  # type: ignore[arg-type]
    )


_ALL_PROPERTIES = (
    # What anything is called, and how others speak of it
    _text("name", "Name, as the source prints it", *_NAMED),
    _text("native_name", "Name in the language of its own country", *_NAMED),
    _texts("alias", "Another name or an abbreviation", *_NAMED, served_as="aliases"),
    _enum("kind", "What sort of mission, agreement, agency or project it is", KIND_CHOICES),
    _enum("status", "How it stands", STATUS_CHOICES),
    _texts("described_as", "How the source characterises the subject", *_ANY),
    _texts("progress", "What the source reports of how it goes", *_ENTITIES),
    _texts("prospect", "What the source expects of the subject", *_NAMED, nature=Nature.ASSESSMENT,
           served_as="prospects"),
    _texts("implication", "A consequence that the source ascribes or asks about", *_NAMED,
           nature=Nature.ASSESSMENT, served_as="implications"),
    _refs("identified_with", "Record that is taken to be about the same thing, in what words",
          _ENTITIES, *_ENTITIES),
    _text("wikidata_id", "Item of Wikidata", *_NAMED, scheme="wikidata"),
    # Who and where
    Property("country", "Country to which the agency or mission belongs", ValueType.COUNTRY,
             (Kind.AGENCIES, Kind.MISSIONS), nature=Nature.RELATION),
    _refs("operator", "Body that runs the mission", _ACTORS, Kind.MISSIONS, served_as="operators"),
    _refs("lead", "Body that leads the project", _ACTORS, Kind.PROJECTS, served_as="leads"),
    _refs("partner", "Body that takes part beside those in charge", _ACTORS, Kind.MISSIONS,
          Kind.PROJECTS, served_as="partners"),
    _refs("possible_support_from", "Body whose help is to be looked into", _ACTORS,
          Kind.MISSIONS, Kind.PROJECTS, nature=Nature.PLAN),
    _texts("involves", "Kind of bodies that are to take part", Kind.MISSIONS, Kind.PROJECTS,
           nature=Nature.PLAN),
    _refs("project", "Project or programme to which it belongs", (Kind.PROJECTS,), Kind.MISSIONS,
          Kind.PROJECTS, served_as="projects"),
    _refs("builder", "Body that builds it, or a part of it", _ACTORS, Kind.MISSIONS, Kind.PROJECTS,
          served_as="builders"),
    _texts("comprises", "Part of which it is made up", Kind.MISSIONS, Kind.PROJECTS,
           nature=Nature.PLAN, served_as="parts"),
    _text("cost", "What it costs, in the currency of the source", Kind.MISSIONS, Kind.AGREEMENTS,
          Kind.PROJECTS),
    _text("target", "Where on or around the Moon it is to go", Kind.MISSIONS, nature=Nature.PLAN),
    _text("location", "Where the project is or is to be", Kind.PROJECTS, nature=Nature.PLAN),
    # Missions
    _enum("outcome", "How the mission ended", {Kind.MISSIONS: OUTCOME_CHOICES},
          nature=Nature.EVENT, status_by_value=_OUTCOME_STATUS),
    _texts("outcome_cause", "Cause that the source gives for how it ended", Kind.MISSIONS,
           served_as="outcome_causes"),
    _plan("planned_launch", "When it is to be launched", Kind.MISSIONS),
    _date("launched_on", "When it was launched", Kind.MISSIONS,
          implies_status={Kind.MISSIONS: "launched"}),
    _plan("planned_landing", "When it is to land on the Moon", Kind.MISSIONS),
    _date("landed_on", "When it landed on the Moon", Kind.MISSIONS,
          implies_status={Kind.MISSIONS: "landed"}),
    _text("landing_site", "Where it touched or hit the surface", Kind.MISSIONS,
          nature=Nature.EVENT),
    _number("landing_latitude", "Latitude of that place, degrees north", Kind.MISSIONS,
            nature=Nature.EVENT),
    _number("landing_longitude", "Longitude of that place, degrees east, -180 to 180",
            Kind.MISSIONS, nature=Nature.EVENT),
    _date("lunar_orbit_on", "When it entered orbit around the Moon", Kind.MISSIONS,
          implies_status={Kind.MISSIONS: "launched"}),
    _text("orbit", "Its orbit", Kind.MISSIONS, nature=Nature.PLAN),
    _date("impacted_on", "When it hit the Moon", Kind.MISSIONS,
          implies_status={Kind.MISSIONS: "completed"}),
    _date("returned_on", "When it, or a part of it, came back to Earth", Kind.MISSIONS,
          implies_status={Kind.MISSIONS: "completed"}),
    _date("ended_on", "When it came to an end", Kind.MISSIONS, Kind.AGREEMENTS, Kind.PROJECTS,
          implies_status={Kind.MISSIONS: "completed", Kind.AGREEMENTS: "ended",
                          Kind.PROJECTS: "completed"}),
    _text("launch_vehicle", "Rocket that launches it", Kind.MISSIONS, nature=Nature.PLAN),
    _text("cospar_id", "International designator given at launch", Kind.MISSIONS,
          scheme="cospar"),
    _text("nssdca_id", "Number in the archive of NASA (NSSDCA)", Kind.MISSIONS, scheme="nssdca"),
    _text("gcat_id", "Number in the General Catalog of Artificial Space Objects (GCAT)",
          Kind.MISSIONS, scheme="gcat"),
    _refs("carries_payload_of", "Body whose instrument or craft is on board", _ACTORS,
          Kind.MISSIONS),
    _refs("coordinates_with", "Mission with which it is coordinated", (Kind.MISSIONS,),
          Kind.MISSIONS),
    # Agreements
    _refs("party", "Body that is party to the agreement", _ACTORS, Kind.AGREEMENTS,
          served_as="parties"),
    _plan("planned_signing", "When it is to be signed", Kind.AGREEMENTS),
    _date("signed_on", "When it was signed", Kind.AGREEMENTS,
          implies_status={Kind.AGREEMENTS: "signed"}),
    _refs("signed_by", "Person who signed, in what role", (Kind.PEOPLE,), Kind.AGREEMENTS,
          nature=Nature.EVENT, served_as="signatories"),
    _text("signed_at", "Town where it was signed", Kind.AGREEMENTS, nature=Nature.EVENT),
    _refs("signed_during", "Forum on whose occasion it was signed", _ACTORS, Kind.AGREEMENTS,
          nature=Nature.EVENT, many=False),
    _refs("announced_by", "Body that announced it", _ACTORS, Kind.AGREEMENTS, Kind.PROJECTS,
          nature=Nature.EVENT),
    _date("proposed_on", "When it was first proposed", Kind.AGREEMENTS, Kind.PROJECTS),
    _date("authorised_on", "When a government or parliament approved it", Kind.MISSIONS,
          Kind.AGREEMENTS, Kind.PROJECTS),
    _date("adopted_on", "When the United Nations adopted it", Kind.AGREEMENTS),
    _date("opened_for_signature_on", "When it was opened for signature", Kind.AGREEMENTS),
    _date("ratified_on", "When it was ratified, or accepted", Kind.AGREEMENTS),
    _date("acceded_on", "When the party acceded to it", Kind.AGREEMENTS),
    _date("entered_into_force_on", "When it entered into force", Kind.AGREEMENTS,
          implies_status={Kind.AGREEMENTS: "in_force"}),
    _date("withdrawal_notified_on", "When the party gave notice of leaving", Kind.AGREEMENTS),
    _refs("accedes_to", "Agreement that is joined by it", (Kind.AGREEMENTS,), Kind.AGREEMENTS,
          many=False),
    _count("signing_order", "Which signature or accession it was, as the source counts",
           Kind.AGREEMENTS),
    _refs("follows_from", "Earlier agreement on which it builds", (Kind.AGREEMENTS,),
          Kind.AGREEMENTS),
    _refs("depositary", "Body that keeps the treaty", _ACTORS, Kind.AGREEMENTS,
          served_as="depositaries"),
    _refs("signatory_not_party", "Body that signed it and did not ratify it", _ACTORS,
          Kind.AGREEMENTS, served_as="signatories_not_parties"),
    _refs("responsible_body", "Body charged with carrying it out", _ACTORS, Kind.AGREEMENTS,
          Kind.PROJECTS, served_as="responsible_bodies"),
    _refs("invited", "Body that was invited to take part", _ACTORS, Kind.AGREEMENTS,
          Kind.PROJECTS, nature=Nature.EVENT),
    _count("participant_count", "How many take part, as the source counts", Kind.AGREEMENTS,
           Kind.PROJECTS),
    _date("announced_on", "When it was announced", Kind.AGREEMENTS, Kind.PROJECTS),
    _date("valid_during", "Years for which it is made", Kind.AGREEMENTS, served_as="valid"),
    _texts("covers", "Subject that it covers", Kind.AGREEMENTS, Kind.PROJECTS,
           nature=Nature.EVENT),
    _refs("scope", "Mission or project that it covers", (Kind.MISSIONS, Kind.PROJECTS),
          Kind.AGREEMENTS, nature=Nature.PLAN),
    _refs("distinct_from", "Agreement beside which the source sets it as another one",
          (Kind.AGREEMENTS,), Kind.AGREEMENTS),
    _texts("purpose", "What it is for", Kind.AGREEMENTS, Kind.PROJECTS, nature=Nature.PLAN,
           served_as="purposes"),
    # Projects
    _date("agreed_on", "When the partners agreed on it", Kind.PROJECTS,
          implies_status={Kind.PROJECTS: "agreed"}),
    _plan("planned_build", "When it is to be built", Kind.PROJECTS),
    _date("built_on", "When it was built", Kind.PROJECTS,
          implies_status={Kind.PROJECTS: "completed"}),
    _plan("first_element_planned", "When its first element is to be ready", Kind.PROJECTS),
    _date("first_element_ready_on", "When its first element was ready", Kind.PROJECTS,
          implies_status={Kind.PROJECTS: "under_construction"}),
    _plan("planned_opening", "When it is to start work", Kind.PROJECTS),
    _date("opened_on", "When it started work", Kind.PROJECTS,
          implies_status={Kind.PROJECTS: "operating"}),
    _plan("planned_completion", "When it is to be complete", Kind.PROJECTS),
    _date("completed_on", "When it was complete", Kind.PROJECTS,
          implies_status={Kind.PROJECTS: "completed"}),
    _plan("planned_first_launch", "When its first craft is to be launched", Kind.PROJECTS),
    _date("first_launched_on", "When its first craft was launched", Kind.PROJECTS),
    _plan("planned_crewed_landing", "When people are first to land for it", Kind.PROJECTS),
    _date("crewed_landing_on", "When people first landed for it", Kind.PROJECTS),
    _texts("phase", "Stage of its plan, with the years", Kind.PROJECTS, nature=Nature.PLAN,
           served_as="phases"),
    _text("renamed_to", "Name that it took later", Kind.PROJECTS, nature=Nature.EVENT),
    # Agencies and people
    Property("governs", "Country of which it is the government", ValueType.COUNTRY,
             (Kind.AGENCIES,), nature=Nature.RELATION, scheme="iso3166"),
    _refs("chaired_by", "Person who chairs it", (Kind.PEOPLE,), Kind.AGENCIES,
          served_as="chairs"),
    _date("founded_on", "When it was founded", Kind.AGENCIES),
    _refs("member_of", "Organisation of which it is a member", _ACTORS, Kind.AGENCIES),
    _refs("allied_with", "Body with which it is said to be allied", _ACTORS, Kind.AGENCIES),
    _date("planned_meeting", "When the forum is to meet", Kind.AGENCIES, nature=Nature.PLAN,
          served_as="planned_meeting"),
    _date("held_on", "When the forum met", Kind.AGENCIES),
    _text("held_at", "Town where the forum met", Kind.AGENCIES, nature=Nature.EVENT),
    Property("host_country", "Country that was host to the forum", ValueType.COUNTRY,
             (Kind.AGENCIES,), nature=Nature.EVENT),
    _refs("attended_by", "Body that took part in the forum", _ACTORS, Kind.AGENCIES,
          nature=Nature.EVENT),
    _date("side_meeting_on", "When others met on the occasion of the forum", Kind.AGENCIES),
    _refs("affiliation", "Body for which the person speaks, with the person's role there",
          _ACTORS, Kind.PEOPLE, served_as="affiliations"),
    # Sources, as other sources speak of them
    _refs("author", "Who wrote it", (Kind.PEOPLE, Kind.AGENCIES), Kind.SOURCES,
          served_as="authors"),
    _refs("publisher", "Who published it", _ACTORS, Kind.SOURCES, many=False),
    _date("published_on", "When it was published", Kind.SOURCES),
    _texts("interpreted_as", "What a commentator takes the text to say", Kind.SOURCES,
           nature=Nature.ASSESSMENT, served_as="interpretations"),
    _refs("image_credit", "Who is credited with its picture", _ACTORS, Kind.SOURCES,
          served_as="image_credits"),
)  # fmt: skip

PROPERTIES: Mapping[str, Property] = {prop.name: prop for prop in _ALL_PROPERTIES}

SEPARATOR = "|"  # of several values in one cell of a table

_AT_WORK = frozenset({"operating", "completed"})

MILESTONES = (
    Milestone(
        "launch", "planned_launch", "launched_on", "Launch", (Kind.MISSIONS,),
        frozenset({"launched", "landed", "operating", "completed", "spacecraft_failure"}),
    ),
    Milestone(
        "landing", "planned_landing", "landed_on", "Landing on the Moon", (Kind.MISSIONS,),
        frozenset({"landed", "completed"}),
    ),
    Milestone(
        "signing", "planned_signing", "signed_on", "Signing", (Kind.AGREEMENTS,),
        frozenset({"signed", "in_force", "ended"}),
    ),
    Milestone("build", "planned_build", "built_on", "Building", (Kind.PROJECTS,), _AT_WORK),
    Milestone(
        "first_element", "first_element_planned", "first_element_ready_on",
        "First element ready", (Kind.PROJECTS,), _AT_WORK,
    ),
    Milestone(
        "completion", "planned_completion", "completed_on", "Completion", (Kind.PROJECTS,),
        frozenset({"completed"}),
    ),
    Milestone(
        "first_launch", "planned_first_launch", "first_launched_on",
        "First launch", (Kind.PROJECTS,), frozenset({"completed"}),
    ),
    Milestone(
        "crewed_landing", "planned_crewed_landing", "crewed_landing_on",
        "First crewed landing", (Kind.PROJECTS,), frozenset({"completed"}),
    ),
    Milestone("meeting", "planned_meeting", "held_on", "Meeting of the forum", (Kind.AGENCIES,)),
    Milestone(
        "opening", "planned_opening", "opened_on", "Start of work", (Kind.PROJECTS,), _AT_WORK
    ),
)  # fmt: skip

# The relations by which bodies work together: on an agreement, on a mission, on a project.
TIES = ("party", "operator", "partner", "lead", "carries_payload_of")
VIA = (Kind.AGREEMENTS, Kind.MISSIONS, Kind.PROJECTS)


def via_number(kinds: Iterable[Kind]) -> int:
    """One number for some of those kinds: each has a binary digit."""
    return sum(1 << VIA.index(kind) for kind in set(kinds))


# What happens to something, in order: what has landed was launched before.
STAGES = (
    "announced_on", "signed_on", "entered_into_force_on", "agreed_on", "launched_on",
    "lunar_orbit_on", "landed_on", "first_element_ready_on", "built_on", "opened_on",
    "completed_on", "impacted_on", "returned_on", "ended_on", "outcome",
)  # fmt: skip

MILESTONE_OF: Mapping[str, Milestone] = {
    name: milestone for milestone in MILESTONES for name in (milestone.planned, milestone.actual)
}


def properties_of(kind: Kind) -> tuple[Property, ...]:
    """The properties that fit entities of a kind, in the order of the registry."""
    return tuple(prop for prop in _ALL_PROPERTIES if kind in prop.subjects)


def milestones_of(kind: Kind) -> tuple[Milestone, ...]:
    """The milestones that entities of a kind may have."""
    return tuple(milestone for milestone in MILESTONES if kind in milestone.subjects)
