"""Servers of PostgreSQL of our own, as Debian installs the program: made, followed, stopped."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
max_wal_senders = 4
wal_keep_size = '64MB'
"""


def programs() -> Path:
    """The folder of the server's programs; without them tests skip, but not where CI has them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    beside = shutil.which("initdb")
    if not found and not beside:
        reason = "PostgreSQL's server is not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return (found[-1] if found else Path(str(beside))).parent


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """A server and its folder. It does not run as root, so root runs it as the user postgres."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._programs = programs()
        self._user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name

    def make(self) -> None:
        """Make an empty one."""
        self._run("initdb", "-D", self.folder, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                  "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        with (self.folder / "postgresql.conf").open("a") as settings:
            settings.write(_SETTINGS)

    def follow(self, primary: "Cluster") -> None:
        """Make one that follows another."""
        self._run("pg_basebackup", "-D", self.folder, "-R", "-c", "fast", "--no-sync",
                  "-d", primary.url("postgres"))  # fmt: skip

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._run("pg_ctl", "-D", self.folder, "-w", "-t", "60", "-l", self.folder / "log",
                  "-o", f"-p {self.port}", "start")  # fmt: skip

    def stop(self) -> None:
        """Stop it at once: whoever asks is cut off."""
        self._run("pg_ctl", "-D", self.folder, "-w", "-t", "60", "-m", "immediate", "stop")

    @property
    def runs(self) -> bool:
        """Whether it was started and not stopped."""
        return (self.folder / "postmaster.pid").exists()

    def url(self, database: str) -> str:
        """The URL of a database on it."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def tell(self, statement: str, database: str = "postgres") -> str:
        """The one value that a statement gives, if it gives any."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            row = cursor.fetchone() if cursor.description else None
        return str(row[0]) if row else ""

    def _run(self, program: str, *arguments: object) -> None:
        done = subprocess.run(
            [self._programs / program, *map(str, arguments)],
            cwd=self.folder.parent,
            user=self._user if os.geteuid() == 0 else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, (program, done.stderr)


@contextmanager
def clusters(*names: str) -> Iterator[list[Cluster]]:
    """Servers that are not made yet, in a folder that their user may enter."""
    programs()
    folder = Path(tempfile.mkdtemp(prefix="lunar-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    made = [Cluster(folder / name) for name in names]
    try:
        yield made
    finally:
        for cluster in made:
            if cluster.runs:
                cluster.stop()
        shutil.rmtree(folder)


def wait_until_followed(primary: Cluster, standby: Cluster) -> None:
    """Wait until a standby knows what its primary knows."""
    written = primary.tell("SELECT pg_current_wal_lsn()")
    deadline = time.monotonic() + 30
    while standby.tell(f"SELECT pg_last_wal_replay_lsn() >= '{written}'") != "True":
        assert time.monotonic() < deadline, "the standby does not follow"
        time.sleep(0.05)
