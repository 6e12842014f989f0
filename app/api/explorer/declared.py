"""What a list's parameters are, read off its model: the explorer makes its form of that."""

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from app.api.asked import NO_FILTERS
from app.api.parameters import TABLE_OPTION, VALUES_FROM, AsOfQuery, Words
from app.render.explore.form import Parameter, as_text


@cache
def declared(model: type[AsOfQuery]) -> dict[str, Parameter]:
    """The parameters of a model by their names, in the order in which OpenAPI has them."""
    schema = model.model_json_schema()
    required = schema.get("required", ())
    return {
        name: _parameter(name, known, model, is_required=name in required)
        for name, known in schema["properties"].items()
    }


def filters_of(model: type[AsOfQuery]) -> list[Parameter]:
    """The parameters that narrow a list, a day since which among them."""
    not_these = NO_FILTERS - {"since"}
    return [item for item in declared(model).values() if item.name not in not_these]


def words_of(model: type[AsOfQuery], name: str) -> tuple[str, ...]:
    """The words that a parameter takes; none, if there is no such parameter."""
    parameter = declared(model).get(name)
    return parameter.words if parameter else ()


def _parameter(
    name: str, known: dict[str, Any], model: type[AsOfQuery], *, is_required: bool
) -> Parameter:
    examples = known.get("examples") or [""]
    found = list(_words(model.model_fields[name].annotation))
    return Parameter(
        name=name,
        type=known.get("type", "string"),
        description=known.get("description", ""),
        words=found[0] if found else tuple(known.get("enum", ())),
        example=as_text(examples[0]),
        values_from=known.get(VALUES_FROM, ""),
        pattern=known.get("pattern", ""),
        max_length=known.get("maxLength"),
        is_required=is_required,
        is_option=TABLE_OPTION in known,
    )


def _words(annotation: Any) -> Iterator[tuple[str, ...]]:
    """The words that stand beside a type, however deep."""
    for part in get_args(annotation):
        if isinstance(part, Words):
            yield part.words
        else:
            yield from _words(part)
