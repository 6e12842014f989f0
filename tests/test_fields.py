"""The fields of the API follow the vocabulary, and the tables follow the fields."""

from collections import Counter

import pytest

from app.fields import Field, Shape, fields_of, scalar_keys
from app.models import STATE_TABLES
from app.vocabulary import MILESTONES, Kind, Nature, properties_of

KINDS = pytest.mark.parametrize("kind", Kind)
COMMON_KEYS = ("id", "ref", "disputed", "unknown", "none", "disputes", "known_from", "known_to")


def keys_of(field: Field) -> list[str]:
    return [key.name for key in scalar_keys(field)] or [field.name]


@KINDS
def test_the_keys_of_a_record_are_unique(kind: Kind) -> None:
    """No key stands for two things, nor for what every record has."""
    keys = Counter([*COMMON_KEYS, *(key for field in fields_of(kind) for key in keys_of(field))])

    assert [key for key, count in keys.items() if count > 1] == []


COLUMNS_BY_SHAPE = {
    Shape.ENUM: ("{}",),
    Shape.COUNTRY: ("{}",),
    Shape.DATE: ("{}_earliest", "{}_latest"),
    Shape.MILESTONE: ("{}_earliest", "{}_latest"),
}


# Sources are listed by their own particulars, not by what other sources say of them.
@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.SOURCES])
def test_what_filters_use_has_a_column(kind: Kind) -> None:
    """Every choice, country and date of a kind has its columns in the kind's table of states."""
    needed = {
        pattern.format(field.name)
        for field in fields_of(kind)
        for pattern in COLUMNS_BY_SHAPE.get(field.shape, ())
    }
    if any(field.shape is Shape.MILESTONE for field in fields_of(kind)):
        needed.add("is_overdue")

    assert set() == needed - set(STATE_TABLES[kind].model_fields)


def test_every_kind_has_a_table_of_states() -> None:
    """Each kind of entity has a table of its own, in which its states are kept."""
    assert set(Kind) == set(STATE_TABLES)
    assert len(Kind) == len({table.__tablename__ for table in STATE_TABLES.values()})


@KINDS
def test_every_property_is_served_once(kind: Kind) -> None:
    """A property that is no opinion is served by exactly one field; an opinion by none."""
    expected = [prop.name for prop in properties_of(kind) if prop.nature is not Nature.ASSESSMENT]

    assert sorted(expected) == sorted(
        name for field in fields_of(kind) for name in field.properties
    )


@KINDS
def test_a_milestone_is_one_field_of_two_properties(kind: Kind) -> None:
    """Where a plan and its outcome fit a kind, one field serves both."""
    expected = {
        (milestone.field, milestone.planned, milestone.actual)
        for milestone in MILESTONES
        if kind in milestone.subjects
    }

    assert expected == {
        (field.name, *field.properties)
        for field in fields_of(kind)
        if field.shape is Shape.MILESTONE
    }
    assert all(
        len(field.properties) == 1
        for field in fields_of(kind)
        if field.shape is not Shape.MILESTONE
    )


@KINDS
def test_a_choice_has_its_choices_and_every_key_a_meaning(kind: Kind) -> None:
    """An enumerated field lists what it may be, no other does, and every key is explained."""
    for field in fields_of(kind):
        assert (field.shape is Shape.ENUM) == bool(field.choices), field.name
        assert all(key.definition for key in scalar_keys(field)), field.name
