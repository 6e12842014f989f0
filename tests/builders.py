"""Smallest valid records, and seed folders made of them."""

from pathlib import Path
from typing import Any

from app.dates import parse_date
from app.ledger.records import Claim, Source
from app.vocabulary import PROPERTIES, Kind, Nature, Rank, SourceKind, ValueType


def make_claim(
    property: str = "planned_launch",  # noqa: A002
    value: str | None = "2022",
    said_on: str = "2018-03-03",
    **changes: Any,
) -> Claim:
    """A claim about a mission; a date value is parsed, since and until are given as EDTF."""
    prop = PROPERTIES[property]
    for key in ("since", "until"):
        if isinstance(changes.get(key), str):
            changes[key] = parse_date(changes[key])
    fields: dict[str, Any] = {
        "subject": "missions/luna-26",
        "value_type": prop.type.value if value is not None else "unknown",
        "nature": prop.nature,
        "said_by": "agencies/roscosmos",
        "source": "report",
        "source_kind": SourceKind.NEWS,
        "locator": "paragraph 9",
        "date": parse_date(value) if value and prop.type is ValueType.DATE else None,
        "rank": Rank.NORMAL,
        **changes,
    }
    return Claim(property=property, value=value, said_on=parse_date(said_on), **fields)


def make_source(id: str = "report", **changes: Any) -> Source:  # noqa: A002
    """A news report of 3 March 2018."""
    fields: dict[str, Any] = {
        "title": "Report",
        "kind": SourceKind.NEWS,
        "language": "en",
        "published": parse_date("2018-03-03"),
        "publisher": "agencies/rt",
        **changes,
    }
    return Source(id=id, **fields)


def plan(value: str, said_on: str, **changes: Any) -> Claim:
    """A planned launch."""
    return make_claim("planned_launch", value, said_on, **changes)


def event(value: str, said_on: str, **changes: Any) -> Claim:
    """A launch that happened."""
    return make_claim("launched_on", value, said_on, nature=Nature.EVENT, **changes)


SOURCE_FILE = """\
id: report
title: Report
publisher: agencies/rt
kind: news
published: "2018-03-03"
language: en
"""

AGENCY_FILE = """\
id: rt
claims:
- property: name
  value: RT
  source: report
  locator: masthead
"""

MISSION_FILE = """\
id: luna-26
claims:
- property: name
  value: Luna-26
  source: report
  locator: paragraph 9
- property: planned_launch
  value: "2022"
  source: report
  locator: paragraph 9
"""

SEED = {
    "sources/report.yaml": SOURCE_FILE,
    "agencies/rt.yaml": AGENCY_FILE,
    "missions/luna-26.yaml": MISSION_FILE,
}


def write_seed(folder: Path, **files: str) -> Path:
    """A seed folder: the smallest valid one, with files added or replaced.

    Names are written with two underscores for the slash and without their ending:
    `missions__luna_26="..."` is missions/luna-26.yaml.
    """
    contents = dict(SEED)
    for name, text in files.items():
        contents[name.replace("__", "/").replace("_", "-") + ".yaml"] = text
    for name, text in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


MISSIONS = Kind.MISSIONS
