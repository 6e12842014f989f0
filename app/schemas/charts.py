"""What charts show, row by row, and what they say of themselves."""

import datetime as dt
from typing import Any, Literal

from pydantic import Field

from app.dates import Precision
from app.schemas.envelope import Meta, Shaped
from app.vocabulary import Kind, Rank, Verdict


class SlipMark(Shaped):
    """A date that was given for a milestone, or on which it happened: a mark of the chart."""

    line: str = Field(description="the line on which it lies, in words")
    subject: str = Field(description="what it is about, as kind/id")
    subject_name: str = Field(description="what that record was called on that day")
    milestone: str = Field(description="what the date is of")
    nature: Literal["plan", "event"] = Field(description="a plan, or what happened")
    said_by: str = Field(description="who said it, as kind/id")
    said_by_name: str = Field(description="what the speaker was called on that day")
    said_earliest: dt.date | None = Field(description="first day on which it may have been said")
    said_latest: dt.date | None = Field(description="last day on which it may have been said")
    said_label: str = Field(description="when it was said, in words")
    date_edtf: str = Field(description="the date (EDTF)")
    date_earliest: dt.date | None = Field(description="first day that it may be; null = open")
    date_latest: dt.date | None = Field(description="last day that it may be; null = open")
    date_label: str = Field(description="the date in words")
    verdict: Verdict | None = Field(description="what had become of the plan; null for events")
    source: str = Field(description="where it is said, as in /v1/sources")
    locator: str = Field(description="where in the source")
    claim_id: str = Field(description="the claim behind it")
    said_precision: Precision = Field(description="how precisely it is known when it was said")
    rank: Rank = Field(description="whether it counts before others")


class TimelineLine(Shaped):
    """A date of a record: a line of the chart."""

    place: int = Field(description="the line of the chart, from its top")
    label: str = Field(description="what stands beside it")
    subject: str = Field(description="kind/id")
    subject_name: str = Field(description="what that record was called on that day")
    kind: Kind = Field(description="kind of record")
    field: str = Field(description="the field of the record, as `launch`")
    state: Literal["planned", "actual", "overdue"] = Field(
        description="overdue: its last planned day has passed, no outcome known"
    )
    date_edtf: str = Field(description="the date (EDTF)")
    date_earliest: dt.date | None = Field(description="first day that it may be; null = open")
    date_latest: dt.date | None = Field(description="last day that it may be; null = open")
    date_label: str = Field(description="the date in words")
    first_label: str | None = Field(description="the first date that was promised, in words")
    revisions: int = Field(description="how many times the promised date has been changed")
    claim_id: str = Field(description="the claim behind it")


class MembershipStep(Shaped):
    """A day on which a body joined or left, or may have: a step of a line of the chart."""

    line: str = Field(description="the line to which it belongs, in words")
    subject: str = Field(description="what was joined, as kind/id")
    change: Literal["joined", "may_have_joined", "left", "may_have_left", "undated", "as_of"] = (
        Field(
            description="undated: a member of which no day of joining is known; as_of: no change, "
            "but the day asked about"
        )
    )
    day: dt.date | None = Field(description="the day; null where none is known")
    members_min: int = Field(description="how many had certainly joined after it, and not left")
    members_max: int = Field(description="how many may have joined after it, and not left")
    object: str | None = Field(description="who joined or left, as kind/id")
    object_name: str | None = Field(description="what that body was called on that day")
    since_edtf: str | None = Field(description="when it joined (EDTF)")
    until_edtf: str | None = Field(description="when it left (EDTF)")
    claim_id: str | None = Field(description="the claim behind it")


class NetworkCell(Shaped):
    """Two bodies that work together: a cell of the chart."""

    row: int = Field(description="the row of the chart, from its top; that of the target")
    column: int = Field(description="the column of the chart, from its left; that of the source")
    source: str = Field(description="kind/id")
    source_label: str = Field(description="what stands at its column")
    target: str = Field(description="kind/id")
    target_label: str = Field(description="what stands at its row")
    weight: int = Field(description="how many agreements, missions and projects they share")
    agreements: int = Field(description="how many agreements they share")
    missions: int = Field(description="how many missions they share")
    projects: int = Field(description="how many projects they share")
    via: str = Field(description="those that they share, as kind/id (several separated by |)")


class ScorecardLine(Shaped):
    """A promise of a source, and what had become of it: a line of the chart."""

    place: int = Field(description="the line of the chart, from its top")
    label: str = Field(description="what stands beside it")
    subject: str = Field(description="what it is about, as kind/id")
    subject_name: str = Field(description="what that record was called on that day")
    property: str = Field(description="a word of the vocabulary; see /v1/properties")
    value_label: str = Field(description="what was promised, in words")
    said_by: str = Field(description="who said it, as kind/id")
    said_by_name: str = Field(description="what the speaker was called on that day")
    said_label: str = Field(description="when it was said, in words")
    date_edtf: str | None = Field(description="the date promised (EDTF)")
    date_earliest: dt.date | None = Field(description="first day that it may be; null = open")
    date_latest: dt.date | None = Field(description="last day that it may be; null = open")
    verdict: Verdict = Field(description="what had become of it")
    outcome_label: str | None = Field(description="the date that took its place, in words")
    outcome_earliest: dt.date | None = Field(description="first day that it may be; null = open")
    outcome_latest: dt.date | None = Field(description="last day that it may be; null = open")
    locator: str = Field(description="where in the source")
    claim_id: str = Field(description="the claim behind it")


class ChartColumn(Shaped):
    """A column of the data of a chart."""

    name: str = Field(description="its name")
    type: str = Field(description="string, integer, number, boolean or date")
    definition: str = Field(description="what it means")
    choices: list[str] = Field(description="its values, where they are words of a list")


class ChartSource(Shaped):
    """A source behind a chart."""

    id: str = Field(description="its id, as in /v1/sources")
    title: str = Field(description="its title")
    url: str | None = Field(description="where it can be read")


class ChartMetadata(Shaped):
    """What a chart shows, what its columns mean, where that is from and how to cite it."""

    meta: Meta
    name: str = Field(description="its name, as in its address")
    title: str = Field(description="what it shows, in a few words")
    description: str = Field(description="what it shows, and how it is read")
    summary: str = Field(description="what can be seen on it, in words")
    rows: int = Field(description="how many rows its data has")
    row_is: str = Field(description="what a row of its data is")
    columns: list[ChartColumn] = Field(description="the columns of its data")
    sources: list[ChartSource] = Field(description="every source behind what it shows")
    data: str = Field(description="the list of the API from which it is drawn")
    forms: dict[str, str] = Field(description="the same chart in every form: ending → address")
    parameters: dict[str, Any] = Field(description="what was asked for")
