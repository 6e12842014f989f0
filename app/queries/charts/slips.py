"""Promised dates, mission by mission, as a chart shows them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import or_, select

from app.db import Reader
from app.queries.charts.drawn import (
    Document,
    Drawn,
    Row,
    Wanted,
    documents_of,
    english_names,
    names_of,
)
from app.queries.filters import on_day
from app.queries.moments import list_slips
from app.queries.promises import ARTICLE
from app.tables import CLAIMS, RELATIONS
from app.vocabulary import Kind

_MOST_MISSIONS = 100  # as many as an address may name
_USUAL = "launch"  # the milestone that a line need not name


def draw_slips(reader: Reader, wanted: Wanted) -> Drawn:
    """The dates promised for the missions of the article and their peers, or those asked for.

    What has most promises comes first, where not all can be shown.
    """
    given = dict(wanted.given)
    if not given and (missions := missions_of_article(reader, wanted.day)):
        given["subject"] = ",".join(missions)
    lines: defaultdict[tuple[str, str], list[Document]] = defaultdict(list)
    for promise in documents_of(reader, list_slips(reader, given, wanted.day)):
        if promise["date_edtf"]:
            lines[promise["subject"], promise["milestone"]].append(promise)
    lines = defaultdict(list, {key: told for key, told in lines.items() if _has_plan(told)})
    chosen = sorted(lines, key=lambda key: (-len(lines[key]), key))[: wanted.top]
    # A promise has the name of the day on which it was made; a line, that of the day asked about.
    named = english_names(reader, [subject for subject, _ in chosen], wanted.day)
    names = names_of(reader, named, wanted)
    rows = [
        _row(promise, line_name(names[key[0]], key[1]))
        for key in sorted(chosen)
        for promise in sorted(lines[key], key=_order)
    ]
    shown = {**given, "subject": ",".join(sorted(named))} if named else given
    return Drawn(
        rows=rows,
        claims=frozenset(row["claim_id"] for row in rows),
        data=f"/v1/slips?{urlencode(shown, safe='/,')}",
        shown=len(chosen),
        count=len(lines),
    )


def _has_plan(told: Sequence[Document]) -> bool:
    return any(promise["nature"] == "plan" for promise in told)


def _order(promise: Document) -> tuple[str, str, str]:
    """By the day of the promise, then by the date promised."""
    said, date = promise["said_latest"] or "", promise["date_latest"] or str(dt.date.max)
    return said, date, promise["claim_id"]


def line_name(subject: str, milestone: str) -> str:
    """What a line is called: its mission, and what is promised where it is no launch."""
    return subject if milestone == _USUAL else f"{subject}: {milestone.replace('_', ' ')}"


def _row(promise: Mapping[str, Any], line: str) -> Row:
    same = (
        "subject", "subject_name", "milestone", "nature", "said_by", "said_by_name",
        "said_earliest", "said_latest", "said_label", "date_edtf", "date_earliest", "date_latest",
        "date_label", "verdict",
    )  # fmt: skip
    return {
        "line": line,
        **{key: promise[key] for key in same},
        "source": promise["claim"]["source"]["id"],
        "locator": promise["claim"]["locator"],
        "claim_id": promise["claim_id"],
        "said_precision": promise["said_precision"],
        "rank": promise["claim"]["rank"],
    }


def missions_of_article(reader: Reader, day: dt.date) -> list[str]:
    """The missions that the article of 2018 touches, and those of the same projects on a day.

    Of very many, those that come first by their ids.
    """
    missions = f"{Kind.MISSIONS.value}/"
    told = (
        select(CLAIMS.c.subject, CLAIMS.c.value)
        .where(CLAIMS.c.source_id == ARTICLE, CLAIMS.c.known_from <= day)
        .where(or_(CLAIMS.c.subject.startswith(missions), CLAIMS.c.value.startswith(missions)))
    )
    touched = {
        ref for row in reader.execute(told) for ref in row if ref and ref.startswith(missions)
    }
    project = [RELATIONS.c.property == "project", on_day(RELATIONS, day)]
    projects = select(RELATIONS.c.object).where(RELATIONS.c.subject.in_(touched), *project)
    peers = select(RELATIONS.c.subject).where(
        RELATIONS.c.object.in_(projects), RELATIONS.c.subject.startswith(missions), *project
    )
    return sorted(touched | set(reader.scalars(peers)))[:_MOST_MISSIONS]
