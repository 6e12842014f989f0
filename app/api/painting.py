"""Pictures: drawn by a program beside the server, one at a time, and kept as long as there is room.

A picture that is asked for twice at once is drawn once: whoever comes second waits in the same
line, and finds it.
"""

import asyncio
import json
import logging
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from typing import Any, Literal

from app.errors import NotReady

_log = logging.getLogger(__name__)

Finish = Callable[[bytes], bytes]

_KEPT_BYTES = 32 << 20
_MOST_WAITING = 32
_PATIENCE = 60  # seconds until a picture is given up
_PROGRAM = files("app.render.charts") / "paint.py"


class Painter:
    """Draws Vega-Lite specs; whoever makes one closes it."""

    def __init__(self) -> None:
        self._line = ThreadPoolExecutor(max_workers=1, thread_name_prefix="painter")
        self._kept = _Kept(_KEPT_BYTES)
        self._waiting = 0
        self._process: subprocess.Popen[bytes] | None = None

    def kept(self, key: Hashable) -> bytes | None:
        """A picture that was drawn before, if it is still there."""
        return self._kept.get(key)

    async def paint(
        self,
        key: Hashable,
        spec: dict[str, Any],
        form: Literal["svg", "png"],
        scale: float = 1,
        finish: Finish = bytes,
    ) -> bytes:
        """A picture.

        Args:
            key: equal keys, equal pictures.
            spec: with its data in it.
            form: of the picture.
            scale: pixels of a PNG for each pixel of the spec.
            finish: what is done to a picture once it is drawn.

        Raises:
            NotReady: if too many are waiting for theirs.
        """
        if (kept := self.kept(key)) is not None:
            return kept
        if self._waiting >= _MOST_WAITING:
            raise NotReady("too many charts are being drawn: ask again in a few seconds")
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            asked = {"spec": spec, "form": form, "scale": scale}
            return await loop.run_in_executor(self._line, self._draw, key, asked, finish)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """End the program."""
        self._line.shutdown()
        self._end()

    # --- In the one thread that talks to the program ----------------------------------------------

    def _draw(self, key: Hashable, asked: dict[str, Any], finish: Finish) -> bytes:
        if (kept := self._kept.get(key)) is not None:
            return kept
        picture = finish(self._ask(asked))
        self._kept.put(key, picture)
        return picture

    def _ask(self, asked: dict[str, Any]) -> bytes:
        process = self._running()
        assert process.stdin, "it was made with pipes"
        assert process.stdout, "it was made with pipes"
        timer = threading.Timer(_PATIENCE, process.kill)
        timer.start()
        try:
            process.stdin.write(json.dumps(asked).encode() + b"\n")
            process.stdin.flush()
            head = process.stdout.readline()
            length = int(head) if head else 0
            body = process.stdout.read(abs(length))
        except OSError as error:
            raise self._failed(f"it is gone: {error}") from error
        finally:
            timer.cancel()
        if not head or len(body) < abs(length):
            raise self._failed("it ended, or took too long")
        if length < 0:
            raise RuntimeError(f"a chart cannot be drawn: {body.decode()}")
        return body

    def _failed(self, why: str) -> RuntimeError:
        """The error of a program that broke off; the next picture gets a new one."""
        _log.error("painter", extra={"fields": {"error": why}})
        self._end()
        return RuntimeError(f"the program that draws charts failed: {why}")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            # -P: what lies beside the program must not be taken for modules of the same names.
            command = [sys.executable, "-P", str(_PROGRAM)]
            self._end()
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()  # it holds nothing that could be lost
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
        process.wait()


class _Kept:
    """The pictures asked for last, up to so many bytes."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._pictures: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> bytes | None:
        with self._lock:
            if key in self._pictures:
                self._pictures.move_to_end(key)
            return self._pictures.get(key)

    def put(self, key: Hashable, picture: bytes) -> None:
        with self._lock:
            self._pictures[key] = picture
            while sum(map(len, self._pictures.values())) > self._room:
                self._pictures.popitem(last=False)
