"""The explorer's form: a control for every parameter of a list, made from its declaration."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.dates import DATE_PATTERN
from app.render.words import plain, titled

# How the comparisons of a filter read, which are told apart by what follows `__` in their names.
_COMPARISONS = ("", "gte", "lte", "gt", "lt", "contains", "not", "isnull")
_WORDS: Mapping[str, str] = {
    "not": "is not",
    "isnull": "is there a value?",
    "contains": "contains",
    "gte": "at least",
    "lte": "at most",
    "gt": "more than",
    "lt": "less than",
}
_WORDS_OF_DATES: Mapping[str, str] = {
    **_WORDS, "": "may be in", "gte": "from", "lte": "to", "gt": "after", "lt": "before",
}  # fmt: skip
_DATE_EXAMPLE = "2026, 2026-07 or 2024/2027"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter as its list declares it.

    Args:
        name: of the parameter.
        type: `string`, `boolean`, `integer` or `number`.
        description: what it means.
        words: its values, where it takes one or more of some.
        example: a value.
        values_from: where else its values are listed.
        pattern: what its values look like.
        max_length: of a text.
        is_required: whether the list asks for it.
        is_option: whether it says how a table is written, and narrows nothing.
    """

    name: str
    type: str
    description: str = ""
    words: tuple[str, ...] = ()
    example: str = ""
    values_from: str = ""
    pattern: str = ""
    max_length: int | None = None
    is_required: bool = False
    is_option: bool = False

    @property
    def field(self) -> str:
        """What it compares: `launch` of `launch__gte`."""
        return self.name.partition("__")[0]

    @property
    def comparison(self) -> str:
        """How it compares: `gte` of `launch__gte`."""
        return self.name.partition("__")[2]

    @property
    def is_date(self) -> bool:
        """Whether its values are dates."""
        return self.pattern == DATE_PATTERN


@dataclass(frozen=True, slots=True)
class Option:
    """A word that can be chosen."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Control:
    """A control of the form.

    Args:
        parameter: that it gives.
        label: before it.
        kind: `words` (boxes to tick), `choice` (a list to choose one of) or `text`.
        value: of a text, as it was given.
        options: of words and choices.
        suggest: where suggestions come from: a list of the API, or `countries`.
        error: what is wrong with the value.
    """

    parameter: Parameter
    label: str
    kind: str
    value: str = ""
    options: Sequence[Option] = ()
    suggest: str = ""
    error: str = ""

    @property
    def id(self) -> str:
        """Its id in the page."""
        return f"by-{self.parameter.name.replace('_', '-')}"

    @property
    def is_used(self) -> bool:
        """Whether it is set, or wrong."""
        return bool(self.value or self.chosen or self.error)

    @property
    def is_number(self) -> bool:
        """Whether it takes a number."""
        return self.parameter.type in ("integer", "number")

    @property
    def hint(self) -> str:
        """What one might write."""
        if self.parameter.is_date:
            return _DATE_EXAMPLE.partition(",")[0] if self.parameter.comparison else _DATE_EXAMPLE
        return self.parameter.example

    @property
    def said(self) -> str:
        """What it is set to, in words."""
        return self.chosen or self.value

    @property
    def chosen(self) -> str:
        """The words that are ticked, for a summary."""
        return ", ".join(
            option.label for option in self.options if option.is_chosen and option.value
        )


@dataclass(frozen=True, slots=True)
class Group:
    """The controls of one field, with what it is."""

    name: str
    label: str
    meaning: str
    controls: Sequence[Control]

    @property
    def is_used(self) -> bool:
        """Whether one of them is set, or wrong."""
        return any(control.is_used for control in self.controls)


@dataclass(frozen=True, slots=True)
class Form:
    """The filters of a list.

    Args:
        first: those that are used most.
        more: the others.
        kept: parameters that have no control and are handed on.
    """

    first: Sequence[Group]
    more: Sequence[Group]
    kept: Mapping[str, str] = field(default_factory=dict)

    @property
    def more_is_used(self) -> bool:
        """Whether one of the further filters is set."""
        return any(group.is_used for group in self.more)


def form_of(
    parameters: Sequence[Parameter],
    given: Mapping[str, str],
    errors: Mapping[str, str],
    first: Sequence[str],
    kept: Iterable[str] = (),
) -> Form:
    """The form of a list.

    Args:
        parameters: those that narrow the list.
        given: what was asked, by parameter.
        errors: what is wrong with it, by parameter.
        first: the fields that are used most, in their order.
        kept: parameters to hand on that have no control.
    """
    fields: dict[str, list[Parameter]] = {}
    for parameter in parameters:
        fields.setdefault(parameter.field, []).append(parameter)
    begun = {name: _first_of(fields[name]) for name in first if name in fields}
    rest = {
        name: [item for item in items if item not in begun.get(name, ())]
        for name, items in fields.items()
    }
    return Form(
        first=[_group(items, given, errors) for items in begun.values()],
        more=[_group(_ordered(items), given, errors) for items in rest.values() if items],
        kept={name: given[name] for name in kept if name in given},
    )


def _first_of(parameters: Sequence[Parameter]) -> list[Parameter]:
    """The comparisons of a field that come first: from and to, else the value itself."""
    by_comparison = {item.comparison: item for item in parameters}
    if {"gte", "lte"} <= by_comparison.keys():
        return [by_comparison["gte"], by_comparison["lte"]]
    first = next((name for name in _COMPARISONS if name in by_comparison), "")
    return [by_comparison[first]]


def _ordered(parameters: Iterable[Parameter]) -> list[Parameter]:
    def place(item: Parameter) -> int:
        return _COMPARISONS.index(item.comparison) if item.comparison in _COMPARISONS else 99

    return sorted(parameters, key=place)


def _group(
    parameters: Sequence[Parameter], given: Mapping[str, str], errors: Mapping[str, str]
) -> Group:
    name = parameters[0].field
    alone = len(parameters) == 1
    label = _FIELDS.get(name) or titled(name)
    controls = [
        control_of(
            item, given.get(item.name, ""), errors.get(item.name, ""), _label(item, label, alone)
        )
        for item in parameters
    ]
    return Group(name, label, _meaning(parameters[0]), controls)


_FIELDS: Mapping[str, str] = {
    "q": "With the words",
    "via": "Joined by",
    "weight": "Weight of the tie",
    "slipped": "Days moved",
}


def _label(parameter: Parameter, field_label: str, alone: bool) -> str:
    words = _WORDS_OF_DATES if parameter.is_date else _WORDS
    said = words.get(parameter.comparison, "")
    if alone:
        return f"{field_label} {said}".strip()
    return said or "is"


def compared(parameter: Parameter) -> str:
    """A parameter in words, as they stand before its value: `launch from`."""
    name = _FIELDS.get(parameter.field) or plain(parameter.field)
    words = _WORDS_OF_DATES if parameter.is_date else _WORDS
    return f"{name[:1].lower()}{name[1:]} {words.get(parameter.comparison, '')}".strip()


def _meaning(parameter: Parameter) -> str:
    """What a field is, without what its control says anyway."""
    text = parameter.description.removeprefix("Anything but: ")
    if parameter.comparison == "isnull":
        return ""
    if parameter.words:
        text = text.partition(". One or more")[0].partition(" One or more")[0].partition(" Of:")[0]
    for ending in (": may be in this span (EDTF).", ": certainly not before this (EDTF)."):
        text = text.removesuffix(ending)
    return text


def control_of(parameter: Parameter, value: str = "", error: str = "", label: str = "") -> Control:
    """The control of a parameter."""
    label = label or titled(parameter.name)
    if parameter.type == "boolean":
        return Control(parameter, label, "choice", options=_flags(parameter, value), error=error)
    if parameter.words:
        chosen = split(value)
        # A word that there is not stays in the form, so that it can be put right.
        unknown = [word for word in chosen if word not in parameter.words]
        options = [Option(word, plain(word), word in chosen) for word in parameter.words]
        options += [Option(word, f"{word} (unknown)", True) for word in unknown]
        return Control(parameter, label, "words", options=options, error=error)
    # Numbers too are texts: a browser would not send one that it cannot read, nor say so.
    return Control(
        parameter, label, "text", value=value, suggest=_suggestions(parameter), error=error
    )


def split(value: str) -> list[str]:
    """The parts of a value that has several."""
    return [part for part in (piece.strip() for piece in value.split(",")) if part]


def _flags(parameter: Parameter, value: str) -> list[Option]:
    words = {"": "any", "true": "yes", "false": "no"}
    if parameter.comparison == "isnull":
        words = {"": "any", "false": "yes", "true": "no"}
    options = [Option(flag, label, flag == value) for flag, label in words.items()]
    return options if value in words else [*options, Option(value, value, True)]


def _suggestions(parameter: Parameter) -> str:
    """Where a text's values can be looked up while it is typed."""
    listed = split(parameter.values_from)
    kinds = [path.removeprefix("/v1/") for path in listed if path.startswith("/v1/")]
    if kinds:
        return ",".join(kinds)
    return "countries" if parameter.values_from == "ISO 3166-1" else ""


def as_text(value: Any) -> str:
    """A value as a query string has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
