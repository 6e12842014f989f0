"""What a request costs over data many times as large: CPU of the server, and the ratio to ×1."""

import http.client
import json
import statistics
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.grow import grow, make_current
from tests.benchmarks.servers import HOST, Server, free_port, ours

_ASKED = 12  # times, of another day each time: else the answer would be kept
_DEPTH = 10_000  # records: 200 pages of 50

# Those of the promise come first, with how much they may grow.
_PROMISED = {
    "first page": "/v1/missions?claims=none",
    "deep page": "/v1/missions?claims=none&cursor={deep}",
    "as of a day": "/v1/missions?claims=none&as_of=2021-06-{number:02}",
    "filtered, sorted": "/v1/missions?claims=none&status=planned&sort=-launch",
    "search, rare word": "/v1/search?q=selenokhod",
    "search, common word": "/v1/search?q=mission",
    "item": "/v1/missions/luna-25?as_of=2025-01-{number:02}",
    "claims": "/v1/claims",
    "changes": "/v1/changes",
    "timeline": "/v1/timeline",
}
_OTHERS = {
    "sort by a rarer date": "/v1/missions?claims=none&sort=landing",
    "sort by slipped": "/v1/missions?claims=none&sort=-slipped",
    "sort by country": "/v1/missions?claims=none&sort=country",
    "as of before all": "/v1/missions?claims=none&as_of=1960-01-{number:02}",
    "as of early": "/v1/missions?claims=none&as_of=1996-01-{number:02}",
    "large offset": "/v1/missions?claims=none&offset=250",
    "q on a list": "/v1/missions?claims=none&q=zzz",
    "filter by text": "/v1/missions?claims=none&launch_vehicle__contains=zzz",
    "filter by agency": "/v1/missions?claims=none&agency=cnsa&sort=name",
    "filter by country": "/v1/missions?claims=none&country__not=CN&kind=orbiter",
    "group_by": "/v1/missions?group_by=status,launch_year",
    "group_by, related": "/v1/missions?group_by=agency",
    "claims grouped": "/v1/claims?group_by=property",
    "claims by property": "/v1/claims?property=cost&sort=-said",
    "timeline, filtered": "/v1/timeline?overdue=true&sort=subject",
    "timeline by agency": "/v1/timeline?agency=cnsa",
    "slips": "/v1/slips?verdict=kept",
    "slips, summary": "/v1/slips/summary",
    "relations": "/v1/relations?relation=operator&active=false",
    "network": "/v1/network?as_of=2025-01-{number:02}",
    "network of one": "/v1/network?agency=jaxa&as_of=2025-01-{number:02}",
    "dataset": "/v1/dataset?as_of=2025-01-{number:02}",
    "changes since": "/v1/changes?since=2026-01-01",
    "differences": "/v1/differences?since=2026-01-01",
    "chart, slips": "/charts/slips.csv?as_of=2025-01-{number:02}",
    "chart, timeline": "/charts/timeline.csv?as_of=2025-01-{number:02}",
    "home": "/?as_of=2025-01-{number:02}",
    "page of a list": "/missions?as_of=2025-01-{number:02}",
}


def table(folder: Path, sizes: Sequence[int], rows: str) -> None:
    """Print what requests cost, with sizes side by side; databases that are there are used."""
    asked = {name: path for name, path in (_PROMISED | _OTHERS).items() if rows in name}
    costs: dict[str, list[tuple[float, int]]] = {name: [] for name in asked}
    memory = []
    for times in sizes:
        path = folder / f"x{times}.sqlite"
        if not path.exists():
            grow(path, times)
        make_current(path)
        with ours(free_port(), path) as server:
            for name, address in asked.items():
                costs[name].append(_cost(server, address))
            memory.append(server.held())
    heads = [f"×{times}, ms" for times in sizes]
    heads += [f"×{times} : ×{sizes[0]}" for times in sizes[1:]]
    print(f"\n| CPU a request | {' | '.join(heads)} |\n|{'---|' * (len(heads) + 1)}")  # noqa: T201
    for name, found in costs.items():
        cells = [_cell(cpu, status) for cpu, status in found]
        cells += [f"{cpu / found[0][0]:.1f}" for cpu, _ in found[1:]]
        print(f"| {name} | {' | '.join(cells)} |")  # noqa: T201
    print(f"\nMemory besides the mapped file, MB: {', '.join(f'{used:.0f}' for used in memory)}")  # noqa: T201


def _cell(cpu: float, status: int) -> str:
    return f"{cpu:.2f}" if status == http.client.OK else f"{cpu:.2f} (refused: {status})"


def _cost(server: Server, address: str) -> tuple[float, int]:
    """The median of milliseconds that answers took, and their status."""
    client = http.client.HTTPConnection(HOST, server.port, timeout=600)
    if "{deep}" in address:
        address = address.format(deep=_deep(client), number=0)
    taken, status = [], 0
    for number in range(_ASKED + 1):
        path = address.format(number=number + 1)
        joint = "&" if "?" in path else "?"
        if "cursor" in path:  # of one day: a page of another size is no kept one
            path += f"{joint}limit={44 + number}"
        elif "as_of" not in path:  # of another day nothing is kept, not even how many there are
            path += f"{joint}as_of=2026-10-{number + 1:02}"
        before = server.cpu_exactly()
        status, _ = _get(client, path)
        taken.append((server.cpu_exactly() - before) * 1e3)
        if taken[-1] > 2_000:
            break
    client.close()
    return statistics.median(taken[1:] or taken), status


def _get(client: http.client.HTTPConnection, path: str) -> tuple[int, bytes]:
    client.request("GET", path)
    response = client.getresponse()
    return response.status, response.read()


def _deep(client: http.client.HTTPConnection) -> str:
    """The cursor of a page 200 pages deep; of a short list, of its last page."""
    _, body = _get(client, f"/v1/missions?claims=none&limit={_DEPTH}&fields=id")
    if cursor := json.loads(body)["meta"]["next_cursor"]:
        return str(cursor)
    _, body = _get(client, "/v1/missions?claims=none&limit=200&fields=id")
    return str(json.loads(body)["meta"]["next_cursor"])
