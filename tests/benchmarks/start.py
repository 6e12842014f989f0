"""How long a process takes to its first answer, and what it holds then."""

import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.servers import Server, free_port, ours, raw

_PATH = "/v1/missions/luna-26"
_COLUMNS = ("seconds", "CPU seconds", "MB at most", "MB of its own")


def table(database: Path, repeats: int) -> None:
    """Print it, with a database that is loaded already and with the code compiled before."""
    ones, floors = [], []
    with tempfile.TemporaryDirectory() as name:
        for _ in range(repeats + 1):
            with ours(free_port(), database) as server:
                ones.append(_measured(server))
            with raw(free_port(), (200, {}, b"{}"), Path(name)) as server:
                floors.append(_measured(server))
    one, floor = _medians(ones[1:]), _medians(floors[1:])  # the first may have compiled the code
    print(f"\n| start | {' | '.join(_COLUMNS)} |\n|{'---|' * 5}")  # noqa: T201
    _print_row("service", one)
    _print_row("bare callable", floor)
    _print_row("service ×raw", [mine / bare for mine, bare in zip(one, floor, strict=True)])


def _medians(runs: Sequence[Sequence[float]]) -> Sequence[float]:
    return [statistics.median(figures) for figures in zip(*runs, strict=True)]


def _measured(server: Server) -> Sequence[float]:
    server.get(_PATH, {})
    seconds = time.perf_counter() - server.began
    return seconds, server.cpu_exactly(), server.memory(), server.held()


def _print_row(name: str, figures: Sequence[float]) -> None:
    print(f"| {name} | {' | '.join(f'{figure:.2f}' for figure in figures)} |")  # noqa: T201
