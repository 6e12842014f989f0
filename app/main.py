"""The application: settings in, ASGI application out."""

import gc
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.bulk import bulk_router
from app.api.charts import add_charts
from app.api.claims import claim_router
from app.api.dataset import dataset_router, health_router
from app.api.deps import Clock, utc_now
from app.api.direct import ShortWay
from app.api.discovery import discovery_router
from app.api.encoding import ContentCoding
from app.api.entities import collection_routers
from app.api.files import Files
from app.api.formats import FormatInPath
from app.api.identifiers import identifier_router
from app.api.kept import AtOnce, KeptAnswers
from app.api.middleware import AddressLimit, AsOfInPath, EveryRequest, HeadAndOptions
from app.api.moment import Moment
from app.api.oembed import oembed_router
from app.api.openapi import DESCRIPTION, TAGS, openapi_router
from app.api.painting import Painter
from app.api.problems import add_handlers
from app.api.requests import LogRequest, log_request
from app.api.values import value_router
from app.api.views import view_router
from app.db import Database
from app.ledger.loading import load
from app.logs import configure_logging, request_log
from app.settings import Settings, get_settings
from app.version import VERSION

_log = logging.getLogger(__name__)

# Objects after which garbage is looked for: little of what a request makes is, and to look through
# the answers that are kept costs more than it to wait.
_NEW_OBJECTS = 10_000


class Service(FastAPI):
    """The application, and what stands before it: see `create_app`."""

    before: ASGIApp
    kept: KeptAnswers | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await self.before(scope, receive, send)

    def at_once(self, scope: Scope) -> AtOnce | None:
        """See `KeptAnswers.at_once`."""
        return self.kept.at_once(scope) if self.kept else None

    async def the_long_way(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request by all that the framework does for it."""
        await super().__call__(scope, receive, send)


_ABOUT: dict[str, Any] = {
    "title": "Lunar Cooperation API",
    "version": VERSION,
    "summary": "International cooperation at the Moon: every fact cited, as known on any day.",
    "description": DESCRIPTION,
    "license_info": {"name": "Code: MIT. Data: CC BY 4.0", "identifier": "CC-BY-4.0"},
    "openapi_tags": [{"name": name, "description": text} for name, text in TAGS],
    # We have routes of our own for these.
    "openapi_url": None,
    "docs_url": None,
    "redoc_url": None,
    "redirect_slashes": False,
}


def create_app(
    settings: Settings | None = None,
    clock: Clock = utc_now,
    log: LogRequest = log_request,
    *,
    shortcuts: bool = True,
    loads: bool = True,
) -> Service:
    """The service over one database.

    Args:
        settings: if left out, those of the process.
        clock: that tells the day.
        log: where the line of a request goes.
        shortcuts: whether answers are kept, and made the short way; the long way says the same.
        loads: whether it makes the database, or brings it up to date, when it starts.
    """
    settings = settings or get_settings()
    database = Database(settings.database_url, settings.migrations_dir)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if loads:
            load(database, settings.seed_dir)
        held = moment.begin()
        moment.end()  # nobody asks yet
        release = held.release if held else None
        _log.info("ready", extra={"fields": {"release": release, "version": VERSION}})
        yield
        moment.end()
        painter.close()
        files.close()
        database.close()

    app = Service(**_ABOUT, lifespan=lifespan)
    moment = Moment(database)
    app.state.database = database
    app.state.clock = clock
    files = app.state.files = Files()
    routers = [
        *collection_routers(), claim_router(), value_router(), view_router(), identifier_router(),
        dataset_router(), bulk_router(), discovery_router(), health_router(),
    ]  # fmt: skip
    for router in routers:
        router.add_to(app)
    painter = add_charts(app)
    oembed_router().add_to(app)
    openapi_router().add_to(app)
    _add_when_missed(app, lambda: _add_pages(app, painter, settings.seed_dir))
    add_handlers(app)
    _add_middleware(app, log)
    app.before = app.the_long_way
    if shortcuts:
        short = ShortWay(app, routers, clock, moment)
        app.kept = app.before = KeptAnswers(
            app.the_long_way, short, moment, clock, log, lambda: database.moves
        )
    return app


def _add_when_missed(app: Service, add: Callable[[], None]) -> None:
    """Add routes when the first request comes that no route takes so far, and look again."""
    not_found = app.router.default

    async def add_and_look_again(scope: Scope, receive: Receive, send: Send) -> None:
        add()
        app.router.default = not_found
        await app.router(scope, receive, send)

    app.router.default = add_and_look_again


def _add_pages(app: Service, painter: Painter, seed_dir: Path) -> None:
    # A tenth of the time that a process takes to start: who asks for data does not wait for it.
    from app.api.explorer import add_explorer  # noqa: PLC0415
    from app.api.pages import add_pages  # noqa: PLC0415

    add_explorer(app, painter)
    add_pages(app, seed_dir)


def _add_middleware(app: Service, log: LogRequest) -> None:
    """Add what each request goes through, the last one first."""
    app.add_middleware(FormatInPath)
    app.add_middleware(AsOfInPath)
    app.add_middleware(ContentCoding)
    app.add_middleware(AddressLimit)
    app.add_middleware(HeadAndOptions)
    app.add_middleware(EveryRequest, log=log)


def serving() -> Service:
    """What a worker process of `lunar serve` runs, which has seen to the database before."""
    settings = get_settings()
    configure_logging(settings)
    app = create_app(settings, log=request_log(settings), loads=False)
    gc.freeze()  # what stands now stands for good: no need to look through it for garbage
    gc.set_threshold(_NEW_OBJECTS)
    return app
