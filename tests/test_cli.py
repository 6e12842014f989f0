"""The command `lunar`: what it prints, where, and with which exit code."""

import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from jsonschema import Draft202012Validator

import app.cli
from app.cli import main
from app.db import Database
from app.ledger.seedschema import json_schema
from app.settings import get_settings
from app.version import VERSION
from tests.builders import MISSION_FILE, write_seed
from tests.conftest import FACTS, REPO
from tests.databases import SERVER, of_a_file, tables, url_in

COMMANDS = ("serve", "check", "load", "schema")
Lunar = Callable[..., tuple[int, str, str]]


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    """The smallest seed."""
    return write_seed(tmp_path / "seed")


@pytest.fixture
def lunar(
    tmp_path: Path, seed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Lunar]:
    """Runs the command over the smallest seed: exit code, output and errors."""
    monkeypatch.setenv("LUNAR_DATABASE_URL", url_in(tmp_path))
    monkeypatch.setenv("LUNAR_SEED_DIR", str(seed))
    get_settings.cache_clear()

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["lunar", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        printed = capsys.readouterr()
        return int(caught.value.code or 0), printed.out, printed.err

    yield run
    get_settings.cache_clear()


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a process: its database in the folder, the facts of the tests."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("LUNAR_")}
    ours |= {"LUNAR_DATABASE_URL": url_in(folder), "LUNAR_SEED_DIR": str(FACTS)}
    return ours | more


def process(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, from a folder that is not the project's."""
    return subprocess.run(
        [sys.executable, "-c", "from app.start import main; main()", *arguments],
        env=environment(folder, **more),
        cwd=folder,
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_version(lunar: Lunar) -> None:
    """--version says which program this is."""
    assert lunar("--version") == (0, f"lunar {VERSION}\n", "")


def test_help_lists_commands_and_settings(lunar: Lunar) -> None:
    """--help names every command and every setting."""
    code, out, _ = lunar("--help")
    assert code == 0
    for word in (*COMMANDS, "LUNAR_DATABASE_URL", "LUNAR_SEED_DIR", "LUNAR_LOG_FORMAT"):
        assert word in out


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(lunar: Lunar, command: str) -> None:
    """Every command has a help text of at least a sentence."""
    code, out, _ = lunar(command, "--help")
    assert code == 0
    assert f"lunar {command}" in out


@pytest.mark.parametrize("arguments", [("launch",), ("load", "--fast"), ("serve", "--port", "x"),
                                       ("serve", "--workers", "0")])  # fmt: skip
def test_what_is_unknown_is_refused(lunar: Lunar, arguments: tuple[str, ...]) -> None:
    """An unknown command or option is refused on stderr with exit code 2."""
    code, out, err = lunar(*arguments)
    assert (code, out) == (2, "")
    assert arguments[-1] in err or arguments[-2] in err


# --- check --------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", [True, False])
def test_check_of_a_good_folder(lunar: Lunar, seed: Path, named: bool) -> None:
    """A good folder, by default the one in use, gets a line that says how much is in it."""
    expected = (0, "3 claims about 3 records from 1 sources: no problems\n", "")
    assert expected == lunar("check", *([seed] if named else []))


def test_check_of_a_broken_folder(lunar: Lunar, tmp_path: Path) -> None:
    """Problems go to stdout, one a line, file:line: what: remedy; their number goes to stderr."""
    broken = MISSION_FILE.replace("planned_launch", '"[red]planned_lunch[/red]"')
    seed = write_seed(tmp_path / "broken", missions__luna_26=broken, people__x="id: x\n")
    code, out, err = lunar("check", seed)
    assert (code, err) == (1, "2 problems\n")
    first, second = out.splitlines()
    what = "broken/missions/luna-26.yaml:7: unknown property '[red]planned_lunch[/red]': "
    assert first.startswith(what)
    remedy = "add a claim about it, or delete the file"
    assert second == f"broken/people/x.yaml:1: nothing claims anything about people/x: {remedy}"


def test_check_counts_one_problem_as_one(lunar: Lunar, tmp_path: Path) -> None:
    """One problem is not "1 problems"."""
    code, out, err = lunar("check", write_seed(tmp_path / "broken", people__x="id: x\n"))
    expected = (
        "broken/people/x.yaml:1: nothing claims anything about people/x: "
        "add a claim about it, or delete the file\n"
    )
    assert (code, out, err) == (1, expected, "1 problem\n")


def test_check_of_a_missing_folder(lunar: Lunar, tmp_path: Path) -> None:
    """A folder that is not there is named, without a traceback."""
    assert lunar("check", tmp_path / "none") == (1, "", f"{tmp_path / 'none'} is not a folder\n")


def test_check_of_a_file(lunar: Lunar, seed: Path) -> None:
    """A file in place of a folder is refused as a wrong argument."""
    code, out, err = lunar("check", seed / "agencies/rt.yaml")
    assert (code, out) == (2, "")
    assert "is a file" in err


def test_check_of_a_folder_without_facts(lunar: Lunar, tmp_path: Path) -> None:
    """An empty folder does not pass as a seed without problems."""
    (tmp_path / "empty").mkdir()
    code, out, _ = lunar("check", tmp_path / "empty")
    assert code == 1
    assert out == "empty:1: no seed files: name a folder that has some\n"


def test_long_lines_are_not_broken(lunar: Lunar, tmp_path: Path) -> None:
    """A problem is one line however narrow the terminal is, so that programs can read it."""
    word = "x" * 300
    broken = MISSION_FILE.replace("planned_launch", word)
    _, out, _ = lunar("check", write_seed(tmp_path / "seed", missions__luna_26=broken))
    assert len(out.splitlines()) == 1
    assert word in out


# --- load ---------------------------------------------------------------------------------------


def test_load_prints_what_changed(lunar: Lunar, tmp_path: Path, seed: Path) -> None:
    """A load lists what came, what went and what changed; the next one has nothing to do."""
    code, out, err = lunar("load")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert "+3 entities: agencies/rt, missions/luna-26, sources/report" in lines
    assert "+1 sources: report" in lines
    assert [line for line in lines if line.startswith("+3 claims: ")]
    first = lines[-1].split()[1]
    assert lines[-1].startswith(f"release {first} in ")

    expected = (0, f"release {first} is loaded already: nothing to do\n", "")
    assert expected == lunar("load")

    write_seed(seed, missions__luna_26=MISSION_FILE.replace('"2022"', '"2023"'))
    code, out, err = lunar("load")
    assert (code, err) == (0, "")
    assert [line.split(":")[0] for line in out.splitlines()[:-1]] == ["+1 claims", "-1 claims"]
    assert f"(before: {first})" in out.splitlines()[-1]


def test_a_slow_load_prints_lines_into_a_file(
    lunar: Lunar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where stderr is no terminal, a slow load tells in lines how far it is."""
    ticks = itertools.count(step=10)
    monkeypatch.setattr(app.cli, "time", SimpleNamespace(perf_counter=lambda: float(next(ticks))))
    code, out, err = lunar("load")
    assert code == 0
    assert re.search(
        r"in [0-9.]+ s: [0-9,]+ claims about [0-9,]+ records, [0-9,]+ claims a sec", out
    )
    lines = err.splitlines()
    assert lines
    assert all(re.fullmatch(r"loading: \d+ of \d+ records \(\d+%\)", line) for line in lines)


def test_a_port_that_is_taken_is_told_before_anything_is_loaded(
    lunar: Lunar, tmp_path: Path
) -> None:
    """Who has to choose another port does not wait for the facts first."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, err = lunar("serve", "--port", port)
    assert (code, err.count("\n")) == (1, 1)
    assert f"port {port} of 127.0.0.1" in err
    assert "--port" in err
    assert not list(tmp_path.glob("*.sqlite*"))


def test_an_address_of_another_machine_is_told_before_anything_is_loaded(
    lunar: Lunar, tmp_path: Path
) -> None:
    """An address of an example (RFC 5737) is nobody's own."""
    code, _, err = lunar("serve", "--host", "192.0.2.7", "--port", 0)
    assert (code, err.count("\n")) == (1, 1)
    assert "of 192.0.2.7" in err
    assert "--host" in err
    assert not list(tmp_path.glob("*.sqlite*"))


def test_a_slow_load_draws_a_bar_on_a_terminal(
    lunar: Lunar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where stderr is a terminal, a slow load draws how far it is."""
    ticks = itertools.count(step=10)
    monkeypatch.setattr(app.cli, "time", SimpleNamespace(perf_counter=lambda: float(next(ticks))))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    code, _, err = lunar("load")
    assert code == 0
    assert re.search(r"loading .*\b\d+/\d+", err)
    assert "loading:" not in err


def test_a_quiet_load_tells_nothing_of_its_progress(
    lunar: Lunar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --quiet there is nothing on stderr, however long it takes."""
    ticks = itertools.count(step=10)
    monkeypatch.setattr(app.cli, "time", SimpleNamespace(perf_counter=lambda: float(next(ticks))))
    code, out, err = lunar("load", "--quiet")
    assert (code, err) == (0, "")
    assert "claims a second" in out


def test_load_of_a_broken_seed(lunar: Lunar, tmp_path: Path, seed: Path) -> None:
    """A seed with problems is refused with the list of them, and makes no database."""
    write_seed(seed, people__x="id: x\n")
    code, out, err = lunar("load")
    assert (code, out) == (1, "")
    assert err.startswith("seed/people/x.yaml:1: nothing claims anything about people/x: ")
    assert SERVER or not (tmp_path / "lunar.sqlite").exists()
    database = Database(url_in(tmp_path), REPO / "migrations")
    with database.write() as writer:
        assert tables(writer) == []
    database.close()


@of_a_file
def test_load_refuses_what_is_no_database(lunar: Lunar, tmp_path: Path) -> None:
    """Some other file under the name of the database is named in a sentence."""
    path = tmp_path / "lunar.sqlite"
    path.write_text("Buy milk. " * 200)
    code, out, err = lunar("load")
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert str(path) in err


def test_load_refuses_a_newer_database(lunar: Lunar, tmp_path: Path) -> None:
    """A database of a newer program is left to it."""
    lunar("load")
    database = Database(url_in(tmp_path), REPO / "migrations")
    with database.write() as writer:
        writer.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    code, out, err = lunar("load")
    assert (code, out) == (1, "")
    assert f"has schema 9999, newer than this program's {database.newest_revision}" in err


# --- schema -------------------------------------------------------------------------------------


def test_schema_prints_json(lunar: Lunar) -> None:
    """The schema is plain JSON, ready to be redirected into a file."""
    code, out, err = lunar("schema")
    assert (code, err) == (0, "")
    Draft202012Validator.check_schema(json.loads(out))
    assert json.loads(out) == json.loads(json.dumps(json_schema()))


# --- The environment ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LUNAR_DATABASE_URL", "nonsense"),
        ("LUNAR_DATABASE_URL", "mysql://host/lunar"),
        ("LUNAR_SEED_DIR", "/nowhere/at/all"),
        ("LUNAR_LOG_LEVEL", "loud"),
    ],
)
@pytest.mark.parametrize("command", ["load", "check", "serve"])
def test_a_bad_setting_is_refused_by_name(
    lunar: Lunar, monkeypatch: pytest.MonkeyPatch, command: str, name: str, value: str
) -> None:
    """What cannot be used is named in one line, with exit code 2."""
    monkeypatch.setenv(name, value)
    code, out, err = lunar(command)
    assert (code, out) == (2, "")
    assert err.startswith(f"{name}: ")
    assert len(err.splitlines()) == 1


def test_a_bad_setting_leaves_no_traceback(tmp_path: Path) -> None:
    """The same in a process of its own, to its last word."""
    ended = process(tmp_path, "serve", LUNAR_LOG_LEVEL="loud")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("LUNAR_LOG_LEVEL: ")
    assert len(ended.stderr.splitlines()) == 1


def test_a_database_in_memory_is_refused(tmp_path: Path) -> None:
    """A URL that names no file is refused in a sentence that shows how to write one."""
    ended = process(tmp_path, "load", LUNAR_DATABASE_URL="sqlite://")
    expected = "sqlite:// names no file: write sqlite:////path/to/file.sqlite\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", expected)


def test_it_works_from_any_folder(tmp_path: Path) -> None:
    """Facts and migrations are found wherever the command is called from."""
    ended = process(tmp_path, "load")
    assert (ended.returncode, ended.stderr) == (0, "")
    made = [] if SERVER else ["lunar.sqlite"]
    assert [path.name for path in tmp_path.iterdir()] == made


@of_a_file
def test_the_user_folder_is_the_default(tmp_path: Path) -> None:
    """Without a setting the database is made in the user's own folder."""
    ours = environment(tmp_path, HOME=str(tmp_path))
    del ours["LUNAR_DATABASE_URL"]
    command = [sys.executable, "-c", "from app.start import main; main()", "load"]
    subprocess.run(command, env=ours, cwd=tmp_path, check=True, capture_output=True, timeout=60)
    assert (tmp_path / ".local/share/lunar/lunar.sqlite").is_file()


# --- serve --------------------------------------------------------------------------------------


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`lunar serve` in a process of its own, and its address; stopped hard if need be."""
    port = free_port()
    command = [sys.executable, "-c", "from app.start import main; main()", "serve"]
    started = subprocess.Popen(
        [*command, "--port", str(port), *arguments],
        env=environment(folder, LUNAR_LOG_FORMAT="json"),
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield started, f"http://127.0.0.1:{port}"
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGKILL)
        started.communicate()


def when_ready(started: subprocess.Popen[str], address: str) -> httpx.Response:
    """The first answer of a server that is starting."""
    for _ in range(300):
        try:
            return httpx.get(f"{address}/health/ready", timeout=10)
        except httpx.TransportError:
            assert started.poll() is None, started.communicate()
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_serve_makes_the_database_answers_and_stops(tmp_path: Path, workers: str) -> None:
    """Nothing but `lunar serve` is needed; SIGTERM ends it and all that it started."""
    with server(tmp_path, "--workers", workers, "--root-path", "/moon") as (started, address):
        answer = when_ready(started, address)
        assert "/moon/v1/" in httpx.get(f"{address}/").text
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")
        release = answer.json()["release"]
        started.terminate()
        out, err = started.communicate(timeout=30)
        assert started.returncode in (0, -signal.SIGTERM)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{address}/health/live")
    assert out == ""
    events = [json.loads(line) for line in err.splitlines()]
    assert events[0]["event"] == "serving"
    assert events[0]["address"] == address
    ready = [event for event in events if event["event"] == "ready"]
    assert [event["release"] for event in ready] == [release] * int(workers)
    assert {event["level"] for event in events} == {"info"}


def test_serve_refuses_a_broken_seed(tmp_path: Path) -> None:
    """A service whose facts have problems does not start, and says which."""
    seed = write_seed(tmp_path / "seed", people__x="id: x\n")
    ended = process(tmp_path, "serve", "--port", str(free_port()), LUNAR_SEED_DIR=str(seed))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("seed/people/x.yaml:1: ")
