"""Charts by themselves: rows in, specs out; what is said of them; pictures as they are given."""

import datetime as dt
import json
import re
from dataclasses import replace
from typing import Any

import altair
import pytest

from app.api.chart_list import CHARTS, Chart
from app.queries.charts.membership import steps
from app.queries.charts.timeline import days_between
from app.render.charts import membership, slips, timeline
from app.render.charts.frame import (
    Frame,
    inline,
    shortened,
    spec_of,
    spread,
    text_width,
    wrapped,
    years_around,
)
from app.render.charts.looks import DARK, DASHES, LIGHT
from app.render.charts.paint import paint
from app.render.charts.picture import Follows, finished
from app.text import to_json

DAY = dt.date(2026, 11, 22)
CHART = {chart.name: chart for chart in CHARTS}
FRAME = Frame(day=DAY, title="Title", subtitle="How to read it.", printed="As known on some day")

_SAID = {"said_by": "agencies/roscosmos", "said_by_name": "Roscosmos", "locator": "paragraph 9"}
PROMISE = {
    "line": "Luna-26", "subject": "missions/luna-26", "subject_name": "Luna-26",
    "milestone": "launch", "nature": "plan", **_SAID, "said_earliest": "2018-03-03",
    "said_latest": "2018-03-03", "said_label": "3 March 2018", "date_edtf": "2022",
    "date_earliest": "2022-01-01", "date_latest": "2022-12-31", "date_label": "2022",
    "verdict": "superseded", "source": "report", "claim_id": "c1", "said_precision": "day",
    "rank": "normal",
}  # fmt: skip
LATER = {
    **PROMISE, "said_earliest": "2023-08-01", "said_latest": "2023-08-31", "date_edtf": "2028/..",
    "date_earliest": "2028-01-01", "date_latest": None, "date_label": "2028 or later",
    "verdict": "pending", "claim_id": "c2",
}  # fmt: skip
EVENT = {
    **PROMISE, "line": "Luna-25", "nature": "event", "verdict": None, "claim_id": "c3",
    "date_edtf": "2023-08-10", "date_earliest": "2023-08-10", "date_latest": "2023-08-10",
    "date_label": "10 August 2023",
}  # fmt: skip
KEPT = {**PROMISE, "line": "Luna-25", "verdict": "kept_late", "claim_id": "c4"}
DATE = {
    "place": 1, "label": "Luna-26: launch", "subject": "missions/luna-26",
    "subject_name": "Luna-26", "kind": "missions", "field": "launch", "state": "planned",
    "date_edtf": "2028", "date_earliest": "2028-01-01", "date_latest": "2028-12-31",
    "date_label": "2028", "first_label": "2022", "revisions": 3, "claim_id": "c1",
}  # fmt: skip
OPEN = {**DATE, "place": 2, "state": "overdue", "date_earliest": None, "date_label": "by 2028"}
STEP = {
    "line": "Accords", "subject": "agreements/a", "change": "joined", "day": "2020-10-13",
    "members_min": 1, "members_max": 2, "object": "agencies/japan", "object_name": "Japan",
    "since_edtf": "2020-10-13", "until_edtf": None, "claim_id": "c1",
}  # fmt: skip
UNDATED = {**STEP, "change": "undated", "day": None, "object_name": "Italy"}
CELL = {
    "row": 2, "column": 1, "source": "agencies/cnsa", "source_label": "CNSA",
    "target": "agencies/roscosmos", "target_label": "Roscosmos", "weight": 3, "agreements": 1,
    "missions": 1, "projects": 1, "via": "agreements/a|missions/b|projects/c",
}  # fmt: skip
LINE = {
    "place": 1, "label": "Luna-26: launch 2022", "subject": "missions/luna-26",
    "subject_name": "Luna-26", "property": "planned_launch", "value_label": "2022", **_SAID,
    "said_label": "3 March 2018", "date_edtf": "2022", "date_earliest": "2022-01-01",
    "date_latest": "2022-12-31", "verdict": "superseded", "outcome_label": "2028 or later",
    "outcome_earliest": "2028-01-01", "outcome_latest": None, "claim_id": "c1",
}  # fmt: skip
NO_DATE = {
    **LINE, "place": 2, "label": "Data centre: purpose create a joint data centre",
    "date_edtf": None, "date_earliest": None, "date_latest": None, "outcome_label": None,
    "outcome_earliest": None, "verdict": "no_evidence",
}  # fmt: skip
ROWS: dict[str, list[dict[str, Any]]] = {
    "slips": [KEPT, EVENT, PROMISE, LATER],
    "timeline": [DATE, OPEN, {**DATE, "place": 3, "state": "actual"}],
    "membership": [STEP, {**STEP, "change": "as_of", "day": str(DAY)}, UNDATED],
    "network": [CELL],
    "scorecard": [LINE, NO_DATE],
}


def spec(chart: Chart, rows: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    frame = replace(FRAME, **changes)
    return spec_of(frame, chart.plot(rows, frame), inline(chart.table, rows))


def texts(svg: str) -> list[str]:
    return [re.sub(r"<[^>]*>", "", text) for text in re.findall(r"<text.*?</text>", svg)]


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("width", [280, 480, 1600])
@pytest.mark.parametrize("is_empty", [False, True])
def test_specs_are_vega_lite(name: str, width: int, is_empty: bool) -> None:
    """Every spec, with data and without, is what the schema of Vega-Lite allows."""
    made = spec(CHART[name], [] if is_empty else ROWS[name], width=width)
    altair.LayerChart.from_dict(json.loads(to_json(made)), validate=True)


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize(("width", "height"), [(320, None), (720, 900)])
def test_pictures_have_the_size_that_was_asked_for(
    name: str, width: int, height: int | None
) -> None:
    """A picture is as wide as was said, and as high, or as high as it must be."""
    made = spec(CHART[name], ROWS[name], width=width, height=height)
    svg = paint(made, "svg", 1).decode()
    drawn = re.search(r'width="(\d+)" height="(\d+)"', svg)
    assert drawn
    assert int(drawn[1]) == width
    assert int(drawn[2]) == height if height else int(drawn[2]) > 150


@pytest.mark.parametrize("name", ROWS)
def test_words_stay_inside_the_picture(name: str) -> None:
    """On a phone nothing that is written ends beyond the edges."""
    made = spec(CHART[name], ROWS[name], width=320)
    svg = paint(made, "svg", 1).decode()
    assert {"Title", "How to read it.", "As known on some day"} <= set(texts(svg))
    for text in texts(svg):
        assert text_width(text, 11) < 320


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_no_colour_but_those_of_the_theme(name: str, look: Any) -> None:
    """Whatever is drawn has a colour of its theme, so that light can be made dark."""
    svg = paint(spec(CHART[name], ROWS[name], look=look), "svg", 1).decode()
    colours = set(re.findall(r'(?:fill|stroke)="(#\w+)"', svg))
    assert len(colours) > 3
    assert colours <= set(look.colours())


def test_nothing_is_fetched() -> None:
    """A spec that refers to another place cannot be drawn."""
    chart = CHART["slips"]
    made = {**spec(chart, ROWS["slips"]), "data": {"url": "http://127.0.0.1:1/x.csv"}}
    with pytest.raises(ValueError, match="not allowed"):
        paint(made, "svg", 1)


def test_an_empty_chart_says_so() -> None:
    """Where nothing was known, the picture says that."""
    for chart in CHARTS:
        svg = paint(spec(chart, []), "svg", 1).decode()
        assert "Nothing of this kind was known on that day." in texts(svg)


# --- What is drawn ------------------------------------------------------------------------------


def test_open_ends_have_arrows() -> None:
    """A promise without a last day has an arrow; one with both ends has none."""
    closed = paint(spec(CHART["slips"], [PROMISE]), "svg", 1).decode()
    both = paint(spec(CHART["slips"], [PROMISE, LATER]), "svg", 1).decode()
    assert ("↑" in texts(closed), "↑" in texts(both)) == (False, True)
    lanes = paint(spec(CHART["timeline"], [DATE, OPEN]), "svg", 1).decode()
    assert [text for text in texts(lanes) if text in "▸◂"] == ["◂"]


def test_lines_stop_at_what_happened() -> None:
    """What is said of a launch after it happened is drawn, but the line does not run there."""
    after = {**KEPT, "said_earliest": "2026-01-01", "said_latest": "2026-01-01", "claim_id": "c9"}
    before = paint(spec(CHART["slips"], [KEPT, EVENT]), "svg", 1).decode()
    more = paint(spec(CHART["slips"], [KEPT, EVENT, after]), "svg", 1).decode()
    line = r'<path d="M[^"]*" stroke="#[^>]*>'
    assert len(re.findall(line, before)) == len(re.findall(line, more))
    assert more.count('opacity="0.3"') == before.count('opacity="0.3"') + 1


def test_lines_run_along_days_that_are_known() -> None:
    """What an undated page says is drawn on the day of reading, and ends no line."""
    undated = {**LATER, "said_earliest": None, "said_latest": "2026-11-22", "claim_id": "c9",
               "said_precision": "interval", "said_label": "by 22 November 2026"}  # fmt: skip
    before = paint(spec(CHART["slips"], [PROMISE]), "svg", 1).decode()
    more = paint(spec(CHART["slips"], [PROMISE, undated]), "svg", 1).decode()
    line = r'<path d="M[^"]*" stroke="#[^>]*>'
    assert len(re.findall(line, before)) == len(re.findall(line, more))
    assert more.count('opacity="0.3"') == before.count('opacity="0.3"') + 1
    assert "2 promises, the first 2022" in CHART["slips"].summary([PROMISE, undated])
    assert "the last 2022" in CHART["slips"].summary([PROMISE, undated])
    assert "the last 2028 or later" in CHART["slips"].summary([undated])


def test_what_was_said_between_two_days_stands_on_the_first() -> None:
    """As claims are weighed: the promise of a day between them is the later one."""
    between = {**LATER, "said_earliest": "2018-01-01", "said_precision": "interval"}
    assert "the last 2022" in CHART["slips"].summary([PROMISE, between])
    assert "the last 2028 or later" in CHART["slips"].summary([PROMISE, LATER])


def test_each_line_has_its_own_dash() -> None:
    """Eight lines differ without their colours."""
    rows = [{**PROMISE, "line": f"Line {number}"} for number in range(8)]
    layers = spec(CHART["slips"], rows)["layer"]
    dashes = [layer["encoding"]["strokeDash"] for layer in layers if "strokeDash" in str(layer)
              and "strokeDash" in layer.get("encoding", {})]  # fmt: skip
    assert dashes[0]["scale"]["range"] == list(DASHES)
    assert len(set(DASHES)) == len(LIGHT.series) == len(DARK.series)


def test_colours_of_themes_correspond() -> None:
    """Each colour of the light theme has one of the dark one, and is like no other."""
    assert len(LIGHT.colours()) == len(DARK.colours()) == len(set(LIGHT.colours()))


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
              for part in parts]  # fmt: skip
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_words_can_be_read(look: Any) -> None:
    """Text has a contrast of 4.5 to 1 with what it stands on (WCAG 2.2, 1.4.3)."""
    for colour in (look.ink, look.quiet, *look.series):
        assert _contrast(colour, look.paper) >= 4.5, colour
    assert _contrast(look.quiet, look.shade) >= 4.5
    for place, step in enumerate(look.steps):
        assert _contrast(look.on_little if place < 3 else look.on_much, step) >= 4.5, step


# --- In words -----------------------------------------------------------------------------------


def test_summaries_tell_what_is_seen() -> None:
    """A summary names the dates, the verdicts and what is not drawn."""
    assert slips.summary([PROMISE, LATER]) == (
        "Luna-26: 2 promises, the first 2022 (said 3 March 2018), the last 2028 or later (said "
        "3 March 2018)."
    )
    assert slips.summary([KEPT, EVENT]).endswith("it happened 10 August 2023.")
    earlier = {"said_earliest": "2023-08-11", "said_latest": "2023-08-11", "rank": "preferred"}
    local = {**EVENT, **earlier, "date_label": "11 August 2023"}
    assert slips.summary([KEPT, local, EVENT]).endswith("it happened 11 August 2023.")
    assert timeline.summary([DATE, OPEN]).startswith("2 dates: 1 planned, 1 overdue.")
    assert membership.summary(ROWS["membership"]) == (
        "Accords: 1 members, from 2020-10-13 on, and 1 more of whom no day of joining is known."
    )
    assert CHART["network"].summary([CELL]).endswith("CNSA and Roscosmos 3.")
    assert (
        CHART["scorecard"]
        .summary([LINE, NO_DATE])
        .startswith("2 promises: 1 superseded, 1 no evidence.")
    )
    for chart in CHARTS:
        assert chart.summary([]) == ""


# --- Membership ---------------------------------------------------------------------------------


def member(name: str, since: str = "", until: str = "", **changes: Any) -> dict[str, Any]:
    """A relation; dates as `first/last`, or one day, or nothing."""
    found: dict[str, Any] = {
        "subject": "agreements/a", "object": f"agencies/{name}", "object_name": name,
        "active": True, "claim_id": name, "since_edtf": since, "until_edtf": until, **changes,
    }  # fmt: skip
    for prefix, date in (("since", since), ("until", until)):
        first, _, last = date.partition("/")
        found[f"{prefix}_earliest"] = first or None
        found[f"{prefix}_latest"] = (last if "/" in date else first) or None
    return found


def told(*members: dict[str, Any]) -> list[tuple[str | None, str, int, int]]:
    return [
        (row["day"], row["change"], row["members_min"], row["members_max"])
        for row in steps(members, "Accords", DAY)
    ]


def test_steps_of_days() -> None:
    """Who joins on a day is counted from it, who leaves on one, no longer."""
    assert told(member("b", "2020-10-13"), member("a", "2021-01-01", "2023-01-05")) == [
        ("2020-10-13", "joined", 1, 1),
        ("2021-01-01", "joined", 2, 2),
        ("2023-01-05", "left", 1, 1),
        ("2026-11-22", "as_of", 1, 1),
    ]


def test_steps_of_spans() -> None:
    """Who joined in some month may have on its first day, and certainly had on its last."""
    assert told(member("a", "2023-06-01/2023-06-30", "2024-01-01/2024-12-31")) == [
        ("2023-06-01", "may_have_joined", 0, 1),
        ("2023-06-30", "joined", 1, 1),
        ("2024-01-01", "may_have_left", 0, 1),
        ("2024-12-31", "left", 0, 0),
        ("2026-11-22", "as_of", 0, 0),
    ]


def test_steps_of_open_dates() -> None:
    """Open at its end, a date is never certain; open at its beginning, it counts at its end."""
    assert told(member("a", "2023-06-01/")) == [
        ("2023-06-01", "may_have_joined", 0, 1),
        ("2026-11-22", "as_of", 0, 1),
    ]
    assert told(member("a", "/2023-06-01"))[0] == ("2023-06-01", "joined", 1, 1)


def test_steps_up_to_the_day() -> None:
    """Nothing is drawn of days that had not come; who is undated comes last, and is counted not."""
    assert told(member("a", "2026-01-01/2026-12-31"), member("b"), member("c", active=False)) == [
        ("2026-01-01", "may_have_joined", 0, 1),
        ("2026-11-22", "as_of", 0, 1),
        (None, "undated", 0, 1),
    ]


def test_a_member_counts_once() -> None:
    """Who leads what it is a partner of is one member, from the earlier day on."""
    both = [member("a", "2023-01-01"), member("a", "2021-01-01", claim_id="other")]
    assert [row[:3] for row in told(*both)][:1] == [("2021-01-01", "joined", 1)]


# --- Small rules --------------------------------------------------------------------------------


def test_days_between() -> None:
    """How far a date is from a day: not at all, where it may be that day."""
    day = dt.date(2022, 6, 1)
    for first, last, expected in (
        ("2022-01-01", "2022-12-31", 0),
        ("2022-06-11", None, 10),
        (None, "2022-05-22", 10),
        (None, "2023-01-01", 0),
    ):
        assert days_between({"date_earliest": first, "date_latest": last}, day) == expected


def test_lines_of_text() -> None:
    """Text is broken between words, and cut where it must be."""
    assert wrapped("one two three", 50, 12) == ["one two", "three"]
    assert wrapped("", 50, 12) == []
    assert wrapped("indivisible", 10, 12) == ["indivisible"]
    assert shortened("short", 500, 12) == "short"
    assert shortened("a rather long label", 60, 12).endswith("…")
    assert text_width("嫦娥七号", 12) == 48


def test_labels_are_spread() -> None:
    """Labels keep their distance and stay in their room."""
    assert spread([0, 0, 50], 10, 0, 100) == [0, 10, 50]
    assert spread([98, 99, 100], 10, 0, 100) == [80, 90, 100]


def test_years_around() -> None:
    """A domain is of whole years, and has an end even at the end of time."""
    begin, end = years_around(["2018-03-03"], [dt.date(2020, 5, 5)])
    assert (end - begin) / 864e5 == 365 * 3 + 1  # 2018, 2019 and the leap year 2020
    assert years_around(["9998-12-31"])[1] > 0


def test_a_finished_picture() -> None:
    """It has a title, a description, ids of its own, and follows the reader only if told to."""
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" class="marks" width="9"><clipPath id="c0"/>'
        '<g clip-path="url(#c0)" fill="#ffffff"/></svg>'
    )
    plain = finished(
        drawn, name="slips", title="A & B", description="<seen>", follows=Follows.NOBODY
    )
    assert '<title id="slips-title">A &amp; B</title>' in plain
    assert '<desc id="slips-desc">&lt;seen&gt;</desc>' in plain
    assert 'role="img" aria-labelledby="slips-title slips-desc"' in plain
    assert 'id="slips-c0"' in plain
    assert "url(#slips-c0)" in plain
    assert "prefers-color-scheme" not in plain
    follows = finished(drawn, name="slips", title="", description="", follows=Follows.READER)
    assert f".lunar-auto [fill='{LIGHT.paper}']{{fill:{DARK.paper}}}" in follows
