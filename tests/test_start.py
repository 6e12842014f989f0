"""What a start leaves to those who need it: imports are most of the way to the first answer."""

import subprocess
import sys
from importlib.util import find_spec

from fastapi.routing import APIRoute

from app.main import create_app
from app.settings import Settings
from tests.conftest import REPO
from tests.databases import of_a_file

# What is only there to load, to upgrade, for another engine, for pages or another form of answers.
LEFT = {
    "alembic", "app.api.explorer", "app.api.pages", "app.ledger.checks", "app.ledger.seedschema",
    "app.ledger.writing", "feedgen", "httpx", "icalendar", "jinja2", "lxml", "markdown_it",
    "psycopg", "pydantic.v1", "pygments", "rich", "sqlalchemy.dialects.postgresql", "vl_convert",
    "xlsxwriter", "yaml",
}  # fmt: skip

STARTS = """
import asyncio, sys
from app.cli import app
from app.main import create_app
from fastapi.routing import APIRoute

from app.main import create_app
from app.settings import Settings
service = create_app(Settings(database_url=sys.argv[1], seed_dir=sys.argv[2]))
async def start():
    async with service.router.lifespan_context(service):
        print(*sys.modules)
asyncio.run(start())
"""


@of_a_file
def test_a_start_imports_only_what_its_answers_need(settings: Settings) -> None:
    """A database that is loaded already is served without what loads or upgrades it."""
    command = [sys.executable, "-c", STARTS, settings.database_url, str(settings.seed_dir)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=REPO)
    modules = set(done.stdout.splitlines()[-1].split())
    assert {"app.main", "fastapi", "sqlalchemy"} <= modules
    assert sorted(LEFT & modules) == []


def test_routes_are_made_once(settings: Settings) -> None:
    """A router that is included has each of its routes made again when one is looked for."""
    service = create_app(settings, loads=False)
    assert [route for route in service.routes if not isinstance(route, APIRoute)] == []
    service.state.database.close()


def test_what_is_left_is_called_so() -> None:
    """A name that is not there any more would let anything pass."""
    assert [name for name in sorted(LEFT) if find_spec(name) is None] == []
