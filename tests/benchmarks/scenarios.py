"""What is asked: an item, a page, a search, and whether an item still holds."""

import datetime as dt
import itertools
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from starlette.datastructures import URL

from app.api.caching import canonical, entity_tag
from tests.benchmarks.load import Ask
from tests.benchmarks.servers import HOST

_COLD = 60_000  # addresses of which none comes twice in a run
_LAST = dt.date(2026, 11, 1)
_SORTS = ("-launch", "launch", "name", "-known_from", "status,-launch", "kind,name")
_FILTERS = ("status=planned", "status__not=planned", "status__isnull=false", "launch__gte=1990")


@dataclass(frozen=True, slots=True)
class Scenario:
    """Requests of one sort: those that come again and again, and those that never do."""

    name: str
    hot: Sequence[Ask]
    cold: Sequence[Ask]


def scenarios(database: Path, port: int) -> list[Scenario]:
    """The scenarios over what a database holds."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as reader:
        ids = _column(reader, "SELECT slug FROM entities WHERE kind = 'missions' ORDER BY slug")
        names = _column(reader, "SELECT DISTINCT term FROM search_terms ORDER BY term")
        (release,) = _column(reader, "SELECT id FROM releases")
    items = [f"/v1/missions/{slug}?claims=none" for slug in _some(ids, 200)]
    pages = [
        f"/v1/missions?limit=50&{narrowed}&sort={sort}"
        for sort, narrowed in itertools.product(_SORTS, _FILTERS)
    ]
    searches = [f"/v1/search?q={quote(word)}&limit=20" for word in names]
    made = {
        "item": items,
        "page of 50": pages,
        "search, 20 hits": _some(searches, 40),
        "search, ever other words": searches,  # more than are kept
    }
    plain = [Scenario(name, _asks(paths), _asks(_on_days(paths))) for name, paths in made.items()]
    item = plain[0]
    tagged = [replace(ask, tag=_tag(ask.path, release, port)) for ask in item.cold]
    # Of the hot ones today's tags are not known here: those of a fixed day do as well.
    return [*plain, Scenario("item, 304", tagged[: len(items)], tagged)]


def _some(all_of_them: Sequence[str], number: int) -> Sequence[str]:
    return all_of_them[:: max(1, len(all_of_them) // number)][:number]


def _asks(paths: Sequence[str]) -> list[Ask]:
    return [Ask(path) for path in paths]


def _on_days(paths: Sequence[str]) -> list[str]:
    """The same as of one day after another, so that no two are alike."""
    return [
        f"{paths[number % len(paths)]}&as_of={_LAST - dt.timedelta(days=number // len(paths))}"
        for number in range(_COLD)
    ]


def _tag(path: str, release: str, port: int) -> str:
    """The tag of an item as of a day, as a client has it from another server."""
    address, day = canonical(URL(f"http://{HOST}:{port}{path}")), path.rpartition("=")[2]
    return entity_tag(release, address, "json", day, day)


def _column(reader: sqlite3.Connection, statement: str) -> list[str]:
    return [row[0] for row in reader.execute(statement)]
