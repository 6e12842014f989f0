"""`python -m tests.benchmarks`: the tables of how fast the service is, in Markdown.

Server on one core, wrk on another. Each run of the service stands beside one of a bare ASGI
callable under the same server with the same bytes: that is 1.00. CPU a request is the steadier
figure of the two, and the one to trust where a machine is shared.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.db import Database
from app.ledger.loading import load
from app.settings import Settings
from tests.benchmarks.grow import grow
from tests.benchmarks.growth import table as growth_table
from tests.benchmarks.load import Ask, Run, median, run
from tests.benchmarks.scenarios import Scenario, scenarios
from tests.benchmarks.servers import Server, free_port, ours, raw
from tests.benchmarks.start import table as start_table
from tests.conftest import SHIPPED


def main() -> None:
    """Measure what is asked for, and print it."""
    if sys.argv[1:2] == ["grow"]:
        _grow(sys.argv[2:])
    elif sys.argv[1:2] == ["growth"]:
        _growth(sys.argv[2:])
    else:
        _speed()


def _grow(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks grow")
    parser.add_argument("--times", type=int, default=100, help="200 missions each")
    parser.add_argument("file", type=Path, help="the database to be made")
    given = parser.parse_args(words)
    if given.file.exists():
        parser.error(f"{given.file} is there already")
    began = time.perf_counter()
    claims = grow(given.file, given.times, _told)
    seconds = time.perf_counter() - began
    print(f"{claims:,} claims in {seconds:.0f} s: {claims / seconds:,.0f} a second")  # noqa: T201


def _told(done: int, of: int) -> None:
    if done % 20_000 == 0:
        print(f"{done:,} of {of:,} records", file=sys.stderr)  # noqa: T201


def _growth(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks growth")
    parser.add_argument("--times", type=int, nargs="+", default=[1, 100, 2000], help="sizes")
    parser.add_argument("--only", default="", help="a word of the names of rows")
    parser.add_argument("--folder", type=Path, help="where databases are kept for another time")
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as name:
        growth_table(given.folder or Path(name), given.times, given.only)


def _speed() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "parts",
        nargs="*",
        default=["start", "hot", "cold"],
        help="start, hot, cold; or alone: grow, growth",
    )
    parser.add_argument("--seconds", type=int, default=3, help="length of a run")
    parser.add_argument("--repeats", type=int, default=3, help="runs of which to take the median")
    parser.add_argument("--port", type=int, default=0, help="of the service; else a free one")
    parser.add_argument("--only", default="", help="a word of the names of scenarios")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = _loaded(folder)
        port = given.port or free_port()
        chosen = [one for one in scenarios(database, port) if given.only in one.name]
        bench = Bench(database, folder, given.seconds, given.repeats, port)
        for part in given.parts:
            if part == "start":
                start_table(database, given.repeats)
            else:
                bench.table(part, chosen)


def _loaded(folder: Path) -> Path:
    """The facts that ship, in a database."""
    path = folder / "lunar.sqlite"
    settings = Settings(database_url=f"sqlite:///{path}", seed_dir=SHIPPED)
    database = Database(settings.database_url, settings.migrations_dir)
    load(database, settings.seed_dir)
    database.close()
    return path


class Bench:
    """Runs over one database."""

    def __init__(self, database: Path, folder: Path, seconds: int, repeats: int, port: int) -> None:
        self.database, self.folder = database, folder
        self.seconds, self.repeats, self.port = seconds, repeats, port

    def table(self, part: str, chosen: Sequence[Scenario]) -> None:
        """Print a part: every scenario beside the bare callable."""
        _print_head(part)
        with ours(self.port, self.database) as server:
            for scenario in chosen:
                if part == "cold":
                    self._row(server, scenario.name, self._shares(scenario.cold))
                    continue
                for coding in ("",) if scenario.name.endswith("304") else ("", "br"):
                    asks = [replace(ask, coding=coding) for ask in scenario.hot]
                    name = f"{scenario.name}{f', {coding}' if coding else ''}"
                    self._row(server, name, [asks] * self.repeats)
            memory = server.memory()
        print(f"\nMemory of the server at most: {memory:.0f} MB")  # noqa: T201

    def _shares(self, asks: Sequence[Ask]) -> list[Sequence[Ask]]:
        """A part for each run and one more, so that nothing is asked twice."""
        size = len(asks) // (self.repeats + 1)
        return [asks[number * size : (number + 1) * size] for number in range(self.repeats + 1)]

    def _row(self, server: Server, name: str, parts: Sequence[Sequence[Ask]]) -> None:
        run(server, parts[-1], self.folder, 1)
        answer = server.get(parts[0][0].path, _headers(parts[0][0]))
        pairs: list[tuple[Run, Run]] = []
        with raw(free_port(), answer, self.folder) as bare:
            for asks in parts[: self.repeats]:
                floor = run(bare, asks, self.folder, self.seconds)
                pairs.append((run(server, asks, self.folder, self.seconds), floor))
        one, floor = median([pair[0] for pair in pairs]), median([pair[1] for pair in pairs])
        _print_row(name, one, floor)


def _headers(ask: Ask) -> dict[str, str]:
    headers = {"If-None-Match": ask.tag, "Accept-Encoding": ask.coding or "identity"}
    return {name: value for name, value in headers.items() if value}


def _print_head(part: str) -> None:
    columns = (
        part, "CPU ×raw", "throughput ×raw", "CPU µs", "raw µs", "requests/s", "p50 ms", "p99 ms",
        "bytes", "failed",
    )  # fmt: skip
    print(f"\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}")  # noqa: T201


def _print_row(name: str, one: Run, floor: Run) -> None:
    print(  # noqa: T201
        f"| {name} | {one.cpu / floor.cpu:.2f} | {one.rate / floor.rate:.2f} | {one.cpu:.0f} | "
        f"{floor.cpu:.0f} | {one.rate:,.0f} | {one.p50:.1f} | {one.p99:.1f} | {one.size:,.0f} | "
        f"{one.bad} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
