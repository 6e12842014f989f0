"""The command `lunar`: serve, check, load, and the schema of seed files.

What only `check`, `schema` and a long load need is imported by them: `serve` and its first answer
do not wait.
"""

import json
import logging
import socket
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
import uvicorn
from pydantic import ValidationError

from app.db import Database
from app.errors import StartError
from app.ledger.loading import Difference, Loaded, load
from app.logs import configure_logging
from app.protocol import Protocol
from app.settings import Settings, get_settings
from app.version import VERSION

if TYPE_CHECKING:
    from rich.progress import Progress

    from app.ledger.report import Report

_SHOWN = 20
_SILENT = 1  # second in which nobody wants to know how far it is
_FIRST_LINE = 5  # seconds; a small ledger is loaded before
_LINE_EVERY = 15
_START_AT_MOST = 120  # seconds

_log = logging.getLogger(__name__)

app = typer.Typer(
    name="lunar",
    help="Lunar Cooperation API: who agreed with whom to do what at the Moon, and what became of "
    "it.",
    epilog="Settings are environment variables: LUNAR_DATABASE_URL, LUNAR_SEED_DIR, "
    "LUNAR_LOG_FORMAT, LUNAR_LOG_LEVEL.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command; what the user can mend is said in a sentence, without a traceback."""
    try:
        app()
    except ValidationError as error:
        for detail in error.errors():
            name = f"LUNAR_{detail['loc'][0]}".upper()
            typer.echo(f"{name}: {detail['msg'].removeprefix('Value error, ')}", err=True)
        sys.exit(2)
    except StartError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Say which version this is.")] = False,
) -> None:
    if version:
        typer.echo(f"lunar {VERSION}")
        raise typer.Exit


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Processes that answer.", min=1)] = 1,
    root_path: Annotated[
        str, typer.Option(help="Path below which a server in front offers it, such as /moon.")
    ] = "",
) -> None:
    """Serve the API; make the database, or bring it up to date, if need be."""
    settings = get_settings()
    configure_logging(settings)
    _check_is_free(host, port)
    _load(settings)
    shown = f"[{host}]" if ":" in host else host
    fields = {"address": f"http://{shown}:{port}", "workers": workers}
    _log.info("serving", extra={"fields": fields})
    uvicorn.run(
        "app.start:serving",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        root_path=root_path.rstrip("/"),
        http=Protocol,
        # A worker answers only when it has started, which takes longer on a busy machine.
        timeout_worker_healthcheck=_START_AT_MOST,
        log_config=None,
        access_log=False,  # our own log line has the request id
        server_header=False,
        log_level=logging.WARNING,
    )


def _check_is_free(host: str, port: int) -> None:
    """See whether the port can be had, before the facts are loaded for some seconds.

    Raises:
        StartError: if it cannot.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        with socket.socket(family) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        what = f"cannot listen on port {port} of {host}: {error.strerror}"
        raise StartError(f"{what}. Choose another by --port, or by --host.") from error


@app.command()
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Folder of seed files; by default the one in use.", file_okay=False),
    ] = None,
    report: Annotated[
        bool, typer.Option("--report", help="Say what the facts rest on, and where they are thin.")
    ] = False,
) -> None:
    """Check the seed files and print every problem as file:line: what: remedy."""
    from app.ledger.checks import check_folder  # noqa: PLC0415
    from app.ledger.report import report_on  # noqa: PLC0415

    root = folder or get_settings().seed_dir
    if not root.is_dir():
        raise StartError(f"{root} is not a folder")
    ledger, problems = check_folder(root)
    for problem in problems:
        typer.echo(str(problem))
    if problems:
        typer.echo(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}", err=True)
        raise typer.Exit(1)
    typer.echo(
        f"{len(ledger.claims)} claims about {len(ledger.entities)} records from "
        f"{len(ledger.sources)} sources: no problems"
    )
    if report:
        _print_report(report_on(ledger))


def _print_report(report: "Report") -> None:
    def share(number: int) -> str:
        return f"{number} ({number / max(report.claims, 1):.0%} of all claims)"

    _print_table(
        ("Kind", "Records", "Claims", "Median a record", "Most", "On one source"),
        ((kind, found.records, found.claims, found.median, found.most, found.single_source)
         for kind, found in report.kinds.items()),
    )  # fmt: skip
    _print_table(
        ("Kind of source", "Sources", "Claims that rest on it"),
        ((kind, number, report.claims_by_source_kind.get(kind, 0))
         for kind, number in report.sources_by_kind.items()),
    )  # fmt: skip
    typer.echo(f"On encyclopaedias and commentary: {share(report.weak_claims)}")
    typer.echo(f"Read in a copy: {share(report.copied_claims)}")
    typer.echo(f"Sources without a date: {report.undated_sources}")
    typer.echo(f"Deprecated claims: {report.deprecated}; recorded disputes: {report.disputes}")
    for title, refs in (
        ("Missions, agreements and projects on a single source", report.single_source),
        ("Dead ends: nothing refers to them, and nothing is told of them", report.dead_ends),
    ):
        typer.echo(f"{title}: {len(refs)}")
        for ref in refs:
            typer.echo(f"  {ref}")


def _print_table(head: Sequence[str], rows: Iterable[tuple[str, *tuple[float, ...]]]) -> None:
    from rich.box import SIMPLE  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(head[0], box=SIMPLE)
    for name in head[1:]:
        table.add_column(name, justify="right")
    for first, *figures in rows:
        table.add_row(first, *(f"{figure:g}" for figure in figures))
    Console(highlight=False).print(table)


@app.command(name="load")
def load_command(
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Say nothing of how far it is.")
    ] = False,
) -> None:
    """Make the database say what the seed files say, and print what changed.

    How far it is stands on stderr: as a bar on a terminal, else as a line now and then.
    """
    settings = get_settings()
    began = time.perf_counter()
    loaded = _load(settings, quiet=quiet)
    if not loaded.changed:
        typer.echo(f"release {loaded.release} is loaded already: nothing to do")
        return
    for difference in loaded.differences:
        _print_difference(difference)
    before = f" (before: {loaded.previous})" if loaded.previous else ""
    seconds = time.perf_counter() - began
    written = f"{loaded.claims:,} claims about {loaded.records:,} records"
    rate = f"{loaded.claims / seconds:,.0f} claims a second"
    typer.echo(f"release {loaded.release}{before} in {seconds:.1f} s: {written}, {rate}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of seed files, for editors that complete and check them."""
    from app.ledger.seedschema import json_schema  # noqa: PLC0415

    sys.stdout.write(json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n")


def _load(settings: Settings, *, quiet: bool = False) -> Loaded:
    database = Database(settings.database_url, settings.migrations_dir)
    try:
        with _LateProgress(quiet=quiet) as progress:
            return load(database, settings.seed_dir, progress.update)
    finally:
        database.close()


def _print_difference(difference: Difference) -> None:
    for sign, ids in (
        ("+", difference.added),
        ("-", difference.removed),
        ("~", difference.changed),
    ):
        if ids:
            typer.echo(f"{sign}{len(ids)} {difference.table}{_listed(ids)}")


def _listed(ids: Sequence[str]) -> str:
    return f": {', '.join(ids)}" if len(ids) <= _SHOWN else ""


class _LateProgress:
    """How far the work is, if it takes long: a bar on a terminal, elsewhere lines."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._bar: Progress | None = None
        self._began = time.perf_counter()
        self._next_line = self._began + _FIRST_LINE

    def __enter__(self) -> "_LateProgress":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def update(self, done: int, total: int) -> None:
        """Tell how far the work is."""
        now = time.perf_counter()
        if self._quiet or now - self._began < _SILENT:
            return
        if sys.stderr.isatty():
            self._bar = self._bar or _begun_bar()
            self._bar.update(self._bar.task_ids[0], completed=done, total=total)
        elif now >= self._next_line:
            self._next_line = now + _LINE_EVERY
            typer.echo(f"loading: {done:,} of {total:,} records ({done / total:.0%})", err=True)


def _begun_bar() -> "Progress":
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    columns = (TextColumn("loading"), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    bar.add_task("")
    bar.start()
    return bar
