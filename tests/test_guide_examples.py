"""Every example of the guide and of the README, run as its reader would run it."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import httpx
import pytest
import yaml

from app.render.grafana import dashboard
from tests.clients.conftest import program
from tests.conftest import REPO
from tests.guide import Block, blocks, every_block

README = list(blocks("README", (REPO / "README.md").read_text("utf-8")))
# Installs, generates, serves or copies: tested where those are (tests/clients, tests/test_cli.py,
# tests/test_replicas.py, tests/test_backups.py, tests/test_replaced.py, CI).
APART = ("pip ", "npx ", "openapi-python-client ", "lunar ", "uvicorn ", "soffice ", "python3 ",
         "LUNAR_", "createdb ", "sqlite3 ", "pg_dump ", "rm ")  # fmt: skip
# Programs of tools that are no dependency of the tests: held against Python's grammar.
FOREIGN = ("streamlit", "lunar_client")
HERE = {"sh", "python", "js", "sql", "json", "yaml", "text", "powerquery"}
# TypeScript in tests/clients, HTML in tests/browser; nginx in tests/test_nodes.py; of the
# others, the addresses are tested.
BESIDE = {"ts", "html", "markdown", "nginx", "php", "r"}


def run(command: list[str], cwd: Path | None = None) -> str:
    """What a program prints; it must succeed."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def named(block: Block) -> str:
    """A block as tests call it."""
    return str(block)


def shell_blocks() -> list[Block]:
    """Those whose lines are requests; the README's have an address to be replaced."""
    found = [*every_block("sh"), *(block for block in README if block.language == "sh")]
    return [block for block in found if not block.text.startswith(APART)]


def shown(block: Block, address: str) -> str:
    """A block with the address of this server."""
    return block.at(address).replace("http://127.0.0.1:8000", address)


def test_no_block_is_of_a_language_that_nobody_tests() -> None:
    """Each block says what it is written in, and that is tested here or beside it."""
    assert {block.language for block in every_block()} <= HERE | BESIDE
    assert len(shell_blocks()) > 12


@pytest.mark.parametrize("block", shell_blocks(), ids=named)
def test_requests(block: Block, address: str, tmp_path: Path) -> None:
    """Each request in a shell gets an answer, and none an error that the page does not tell of."""
    text = re.sub(r"\bcurl ", "curl -sS ", shown(block, address))
    if "as_off" not in text:
        text = text.replace("curl -sS ", "curl -sS --fail ")
    told = run(["bash", "-euo", "pipefail", "-c", text], cwd=tmp_path)
    assert told or list(tmp_path.iterdir())
    if "If-None-Match" in text:
        assert told.strip() == "304"
    if "Accept-Datetime" in text:
        assert "memento-datetime: Sat, 03 Mar 2018 23:59:59 GMT" in told


def python_blocks() -> list[Block]:
    """Programs in Python; a page's blocks are cells of one notebook."""
    return [block for block in every_block("python") if not any(n in block.text for n in FOREIGN)]


@pytest.mark.parametrize("page", sorted({block.page for block in python_blocks()}))
def test_python(page: str, address: str, tmp_path: Path) -> None:
    """The programs of a page run, one after the other, in a fresh Python."""
    cells = [shown(block, address) for block in python_blocks() if block.page == page]
    run([sys.executable, "-c", "\n".join(cells)], cwd=tmp_path)


@pytest.mark.parametrize(
    "block",
    [block for block in every_block("python") if block not in python_blocks()],
    ids=named,
)
def test_python_of_other_tools(block: Block) -> None:
    """Programs of tools that are not installed here are Python at least."""
    ast.parse(block.text)


@pytest.mark.parametrize("block", every_block("sql"), ids=named)
def test_sql(block: Block, address: str, tmp_path: Path) -> None:
    """DuckDB answers each query; what it would fetch lies beside it, for it may fetch nothing."""
    query = block.at(address)
    for number, url in enumerate(re.findall(r"'(http[^']+)'", query)):
        answer = httpx.get(url, timeout=60).raise_for_status()
        kept = tmp_path / f"{number}.{url.partition('?')[0].rpartition('.')[2]}"
        kept.write_bytes(answer.content)
        query = query.replace(url, str(kept))
    with duckdb.connect() as connection:
        connection.execute("SET autoinstall_known_extensions = false")
        assert connection.sql(query).fetchall()


@pytest.mark.parametrize("block", every_block("json"), ids=named)
def test_json(block: Block, address: str) -> None:
    """What is shown as JSON is JSON; a problem is the one that the service tells."""
    found = json.loads(block.at(address))
    if "type" in found:
        answer = httpx.get(f"{address}/v1/missions?as_off=2018-03").json()
        assert {**found, "request_id": answer["request_id"]} == answer


@pytest.mark.parametrize("block", every_block("yaml"), ids=named)
def test_yaml(block: Block, address: str) -> None:
    """What is shown as YAML is YAML."""
    assert yaml.safe_load(block.at(address))


@pytest.mark.parametrize(
    "block", [block for block in every_block("js") if "fetch(" in block.text], ids=named
)
def test_scripts(block: Block, address: str, tmp_path: Path) -> None:
    """A loader runs under Node.js, and prints a table."""
    path = tmp_path / "loader.mjs"
    path.write_text(block.at(address), encoding="utf-8")
    assert "luna-26" in run([program("node"), str(path)])


@pytest.mark.parametrize("block", every_block("powerquery"), ids=named)
def test_power_query(block: Block, address: str) -> None:
    """What Power Query would ask is answered, and has the columns that it reads."""
    text = block.at(address)
    path = re.search(r'RelativePath = "([^"]+)"', text)
    assert path is not None
    query = dict(re.findall(r'(\w+) = "([^"]*)"', re.findall(r"\[(\w+ = \"[^\]]*)\]", text)[0]))
    query.pop("RelativePath", None)
    answer = httpx.get(f"{address}/{path[1]}", params=query, timeout=60).raise_for_status()
    if columns := re.search(r"Columns = \{([^}]*)\}", text):
        for row in answer.json()["results"]:
            assert set(re.findall(r'"(\w+)"', columns[1])) <= set(row)
    else:
        header = answer.text.splitlines()[0].split(",")
        assert set(re.findall(r'\{"(\w+)", type', text)) <= set(header)
    assert text.count("(") == text.count(")")
    assert text.count("[") == text.count("]")


@pytest.mark.parametrize("block", every_block("text"), ids=named)
def test_formulas(block: Block, address: str) -> None:
    """Each formula asks one address, and its brackets and quotes are closed."""
    shape = re.compile(r'=(COUNTA\()?(IMPORTDATA|WEBSERVICE)\("[^"]+"(, "[^"]+")*\)+')
    for formula in block.at(address).splitlines():
        assert shape.fullmatch(formula)
        assert formula.count("(") == formula.count(")")
        (url,) = re.findall(r'"(http[^"]+)"', formula)
        assert httpx.get(url).raise_for_status().text


# --- Grafana --------------------------------------------------------------------------------------

MACROS = {"${__timeTo:date:YYYY-MM-DD}": "2026-11-22", "${mission:csv}": "missions/luna-26"}
TYPES = {"string": str, "number": int | float, "timestamp": str}


def grafana_queries(address: str) -> list[dict]:
    """Every query of the dashboard, as it is served."""
    served = httpx.get(f"{address}/guide/grafana.json")
    assert served.headers["content-type"] == "application/json"
    document = served.json()
    assert document == dashboard(address)
    mission = next(item for item in document["templating"]["list"] if item["name"] == "mission")
    found = [mission["query"]["infinityQuery"]]
    for panel in document["panels"]:
        found += panel.get("targets", ())
    return found


def test_grafana(address: str) -> None:
    """Each query gets rows with a value of the declared type in each column, sorted by time."""
    queries = grafana_queries(address)
    assert len(queries) == 6
    for query in queries:
        url = query["url"]
        for macro, value in MACROS.items():
            url = url.replace(macro, value)
        headers = {"Accept": "application/json;q=0.9,text/plain"}  # what the data source sends
        found = httpx.get(url, headers=headers).raise_for_status().json()
        rows = found[query["root_selector"]] if query["root_selector"] else found
        rows = rows if isinstance(rows, list) else [rows]
        assert rows, url
        for column in query["columns"]:
            values = [row[column["selector"]] for row in rows]
            assert any(isinstance(value, TYPES[column["type"]]) for value in values), column
            if column["type"] == "timestamp":
                assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", value) for value in values if value)
        if query["format"] == "timeseries":
            times = [row[query["columns"][0]["selector"]] for row in rows]
            assert None not in times
            assert times == sorted(times)
