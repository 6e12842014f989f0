"""The words of the ledger: kinds of entities, and every property that a claim may state.

This registry is the only place that knows them. Validation of seed files and their JSON Schema,
resolution, the fields and filters of the API, `/v1/properties` and the docs are made from it.
"""

from collections.abc import Mapping
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


class Verdict(StrEnum):
    """What became of a plan."""

    KEPT = "kept"
    KEPT_LATE = "kept_late"
    PENDING = "pending"
    OVERDUE = "overdue"
    SUPERSEDED = "superseded"
    DROPPED = "dropped"
    NO_EVIDENCE = "no_evidence"


VERDICT_MEANINGS: Mapping[Verdict, str] = {
    Verdict.KEPT: "it happened within the time that was promised, or earlier",
    Verdict.KEPT_LATE: "it happened after the time that was promised",
    Verdict.PENDING: "the time that was promised has not passed yet",
    Verdict.OVERDUE: "the time that was promised has passed, and no outcome is known",
    Verdict.SUPERSEDED: "a later plan put something else in its place",
    Verdict.DROPPED: "it was cancelled, or the party that it names has left",
    Verdict.NO_EVIDENCE: "it set no time, and nothing that was said since shows what became of it",
}

# Statuses under which nothing is owed any more.
DROPPED_STATUSES = frozenset({"cancelled"})

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

    @property
    def served_field(self) -> str:
        """The field under which the API serves it."""
        milestone = MILESTONE_OF.get(self.name)
        return milestone.field if milestone else self.served_as or self.name


@dataclass(frozen=True, slots=True)
class Milestone:
    """A date that is planned first and happens later: one field of the API, two properties."""

    field: str
    planned: str
    actual: str
    definition: str
    subjects: tuple[Kind, ...]


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
    _texts("prospect", "What the source expects of the subject", *_NAMED, nature=Nature.ASSESSMENT,
           served_as="prospects"),
    _texts("implication", "A consequence that the source ascribes or asks about", *_NAMED,
           nature=Nature.ASSESSMENT, served_as="implications"),
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
    _text("target", "Where on or around the Moon it is to go", Kind.MISSIONS, nature=Nature.PLAN),
    _text("location", "Where the project is or is to be", Kind.PROJECTS, nature=Nature.PLAN),
    # Missions
    _enum("outcome", "How the mission ended", {Kind.MISSIONS: OUTCOME_CHOICES},
          nature=Nature.EVENT),
    _plan("planned_launch", "When it is to be launched", Kind.MISSIONS),
    _date("launched_on", "When it was launched", Kind.MISSIONS,
          implies_status={Kind.MISSIONS: "launched"}),
    _plan("planned_landing", "When it is to land on the Moon", Kind.MISSIONS),
    _date("landed_on", "When it landed on the Moon", Kind.MISSIONS,
          implies_status={Kind.MISSIONS: "landed"}),
    _date("ended_on", "When it came to an end", Kind.MISSIONS, Kind.AGREEMENTS, Kind.PROJECTS,
          implies_status={Kind.MISSIONS: "completed", Kind.AGREEMENTS: "ended",
                          Kind.PROJECTS: "completed"}),
    _text("launch_vehicle", "Rocket that launches it", Kind.MISSIONS, nature=Nature.PLAN),
    _text("cospar_id", "International designator given at launch", Kind.MISSIONS),
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
    _text("signed_at", "Town where it was signed", Kind.AGREEMENTS, nature=Nature.EVENT),
    _refs("signed_during", "Forum on whose occasion it was signed", _ACTORS, Kind.AGREEMENTS,
          nature=Nature.EVENT, many=False),
    _refs("announced_by", "Body that announced it", _ACTORS, Kind.AGREEMENTS, Kind.PROJECTS,
          nature=Nature.EVENT),
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
    _text("renamed_to", "Name that it took later", Kind.PROJECTS, nature=Nature.EVENT),
    # Agencies and people
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

MILESTONES = (
    Milestone("launch", "planned_launch", "launched_on", "Launch", (Kind.MISSIONS,)),
    Milestone("landing", "planned_landing", "landed_on", "Landing on the Moon", (Kind.MISSIONS,)),
    Milestone("signing", "planned_signing", "signed_on", "Signing", (Kind.AGREEMENTS,)),
    Milestone("build", "planned_build", "built_on", "Building", (Kind.PROJECTS,)),
    Milestone(
        "first_element", "first_element_planned", "first_element_ready_on",
        "First element ready", (Kind.PROJECTS,),
    ),
    Milestone("meeting", "planned_meeting", "held_on", "Meeting of the forum", (Kind.AGENCIES,)),
    Milestone("opening", "planned_opening", "opened_on", "Start of work", (Kind.PROJECTS,)),
)  # fmt: skip

# The relations by which bodies work together: on an agreement, on a mission, on a project.
TIES = ("party", "operator", "partner", "lead", "carries_payload_of")

# What happens to something, in order: what has landed was launched before.
STAGES = (
    "announced_on", "signed_on", "agreed_on", "launched_on", "landed_on",
    "first_element_ready_on", "built_on", "opened_on", "ended_on",
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


def is_resolvable(prop: Property) -> bool:
    """Whether claims of the property can become values: judgements by definition never do."""
    return prop.nature is not Nature.ASSESSMENT
