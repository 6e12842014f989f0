"""What OpenAPI has no words for, taken out of requests that must be accepted.

A pattern cannot say which ids there are: a parameter whose values are listed elsewhere gets the
value that the document shows as its example. Nor can it say which cursors the service gave out,
that two parameters exclude each other (the one that depends on the other is left out), that one day
must be the earlier of two, or that two dimensions must differ.
"""

from typing import Any

import schemathesis
from schemathesis import GenerationMode

VALUES_FROM = "x-values-from"
EXCLUDED = {"group_by": ("sort", "fields"), "cursor": ("cursor",)}


@schemathesis.hook
def before_call(_context: Any, case: Any, _arguments: dict[str, Any]) -> None:
    """Mend a request that must be accepted; those that must be refused stay as they are."""
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    for name, excluded in EXCLUDED.items():
        if name in case.query:
            for other in excluded:
                case.query.pop(other, None)
    if "since" in case.query:  # the earlier of two days
        case.query["since"] = "2012"
        case.query.pop("as_of", None)
    if "group_by" in case.query:  # one dimension, or two different ones
        case.query["group_by"] = ",".join(dict.fromkeys(case.query["group_by"].split(",")))
    for parameter in case.operation.query:
        schema = parameter.definition.get("schema", {})
        if parameter.name in case.query and VALUES_FROM in schema:
            case.query[parameter.name] = schema["examples"][0]
