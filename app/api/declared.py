"""What operations take and what they answer, as the OpenAPI document declares it.

FastAPI would make a validator for each parameter of each route, of its path too, and for each field
of each model of which an answer is made, when the service starts and several times more for its
document. Here the models are read from the handlers, and all schemas are made at once, when the
document is.
"""

import copy
import inspect
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, TypeVar, get_args

from fastapi import Depends, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.models import Components
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel, ValidationError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from starlette.routing import BaseRoute

from app.errors import InvalidParameter, ParameterError

Document = dict[str, Any]
Model = type[BaseModel]
MadeLater = Callable[[], Model]
Handler = TypeVar("Handler", bound=Callable[..., Any])

_REFERENCE = "#/components/schemas/{model}"
_LAST = ("default", "title")  # keys of a parameter's schema
_QUERY = "query"  # what handlers call their parameters


@cache
def from_query(parameters: Model | MadeLater) -> Any:
    """What makes a handler's argument an instance of a model, from the query of the request."""

    async def read_query(request: Request) -> BaseModel:
        try:
            return _model_of(parameters).model_validate(dict(request.query_params))
        except ValidationError as error:
            details = error.errors(include_url=False)
            raise RequestValidationError(
                [{**item, "loc": (_QUERY, *item["loc"])} for item in details]
            ) from error

    return Depends(read_query)


def from_path(
    name: str,
    description: str = "",
    *,
    example: str = "",
    choices: Sequence[str] = (),
    longest: int = 200,
) -> Any:
    """What makes a handler's argument of a part of the path.

    Args:
        name: of the part, and of the argument.
        description: of what it is.
        example: that can be tried at once.
        choices: that are shown and not enforced: who looks them up can name the nearest.
        longest: characters that it may have.
    """

    async def read_part(request: Request) -> str:
        part: str = request.path_params[name]
        if len(part) > longest:
            detail = f"{name}: String should have at most {longest} characters"
            raise InvalidParameter(detail, [ParameterError(name, detail)])
        return part

    schema: Document = {"type": "string", "maxLength": longest, "description": description}
    if choices:
        schema["enum"] = list(choices)
    schema["title"] = name.capitalize()
    part: Document = {"name": name, "in": "path", "required": True, "schema": schema}
    part["description"] = description
    if example:
        part["examples"] = {example: {"value": example}}
    read_part.declared = part  # type: ignore[attr-defined]
    return Depends(read_part)


def _parts_of(handler: Callable[..., Any]) -> Iterator[Document]:
    """The parts of the path that a handler takes, as parameters."""
    for argument in inspect.signature(handler).parameters.values():
        for marker in get_args(argument.annotation)[1:]:
            reader = getattr(marker, "dependency", None)
            if part := getattr(reader, "declared", None):
                yield part


def answers_with(model: Model | MadeLater) -> Callable[[Handler], Handler]:
    """Note at a handler what shape its answer has in JSON."""

    def note(handler: Handler) -> Handler:
        handler.answers_with = model  # type: ignore[attr-defined]
        return handler

    return note


def query_of(handler: Callable[..., Any]) -> Model | None:
    """The model of the parameters that a handler takes, if it takes any."""
    parameter = inspect.signature(handler).parameters.get(_QUERY)
    return _model_of(get_args(parameter.annotation)[0]) if parameter else None


def _model_of(model: Model | MadeLater) -> Model:
    """A model, which may only be made now."""
    return model if isinstance(model, type) else model()


def declare(document: Document, routes: list[BaseRoute]) -> None:
    """Add its parameters and the shape of its answer to each operation of a document."""
    handlers = {context.path_format: context.endpoint for context in _shown(routes)}
    noted = {path: getattr(handler, "answers_with", None) for path, handler in handlers.items()}
    shapes = {path: _model_of(model) for path, model in noted.items() if model}
    references, schemas = _answers(tuple(dict.fromkeys(shapes.values())))
    for path, operations in document["paths"].items():
        operation = operations["get"]
        model = query_of(handlers[path])
        known = [*_parts_of(handlers[path]), *(_parameters(model) if model else ())]
        if known:
            operation["parameters"] = copy.deepcopy(known)
            operation["responses"] = operation.pop("responses")  # after them, as everywhere
        if shape := shapes.get(path):
            content = operation["responses"]["200"]["content"]["application/json"]
            content["schema"] = {"$ref": references[shape]}
    document["components"] = {"schemas": copy.deepcopy(schemas)}


@cache
def _answers(models: Sequence[Model]) -> tuple[dict[Model, str], Document]:
    """Where the schema of each model stands, and all schemas by their names."""
    made, shared = models_json_schema(
        [(model, "serialization") for model in models], ref_template=_REFERENCE
    )
    shown = Components(schemas=shared["$defs"])
    schemas = jsonable_encoder(shown, by_alias=True, exclude_none=True)["schemas"]
    return {model: made[model, "serialization"]["$ref"] for model in models}, schemas


@cache
def _parameters(model: Model) -> list[Document]:
    """The fields of a model as parameters of a query."""
    schema = model.model_json_schema(ref_template=_REFERENCE, schema_generator=_Unsorted)
    return [
        _parameter(name, known, is_required=name in schema.get("required", ()))
        for name, known in schema["properties"].items()
    ]


def _parameter(name: str, known: Document, *, is_required: bool) -> Document:
    schema = {key: value for key, value in known.items() if key not in _LAST}
    schema |= {key: known[key] for key in _LAST if known.get(key) is not None}
    parameter = {"name": name, "in": "query", "required": is_required, "schema": schema}
    if description := known.get("description"):
        parameter["description"] = description
    return parameter


class _Unsorted(GenerateJsonSchema):
    """Schemas whose keys stand as they were declared."""

    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:  # noqa: ARG002
        """Leave them as they are."""
        return value


def _shown(routes: list[BaseRoute]) -> Iterator[Any]:
    for context in iter_route_contexts(routes):
        if isinstance(context.original_route, APIRoute) and context.include_in_schema:
            yield context
