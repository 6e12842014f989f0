"""What lists can be filtered by: each a typed parameter with its condition."""

from app.queries.filters.base import (
    DAY,
    ID_PATTERN,
    MAX_VALUE_LENGTH,
    MAX_WORDS,
    REFERENCE_PATTERN,
    Filter,
    conditions,
    list_pattern,
    on_day,
    words,
)
from app.queries.filters.claims import claim_filters, dispute_filters, scorecard_filters
from app.queries.filters.entities import entity_filters, full_reference
from app.queries.filters.together import moment_filters, relation_filters, slip_filters

__all__ = [
    "DAY",
    "ID_PATTERN",
    "MAX_VALUE_LENGTH",
    "MAX_WORDS",
    "REFERENCE_PATTERN",
    "Filter",
    "claim_filters",
    "conditions",
    "dispute_filters",
    "entity_filters",
    "full_reference",
    "list_pattern",
    "moment_filters",
    "on_day",
    "relation_filters",
    "scorecard_filters",
    "slip_filters",
    "words",
]
