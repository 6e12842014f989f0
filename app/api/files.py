"""Files that are made once, by a thread, and kept for who asks next.

Who waits for one holds nothing of the database meanwhile, nor does who is slow to read it.
"""

import asyncio
import os
import tempfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from anyio.to_thread import run_sync

from app.errors import NotReady

MOST = 64  # that are kept
MOST_BYTES = 256 << 20  # of all that are kept; a longer one is kept by itself
AT_ONCE = 2  # that are made: a long one and a shorter one beside it
PATIENCE = 20.0  # seconds until somebody's turn has to come

Make = Callable[[Path], None]


class File:
    """An open file, which needs no name, and is there for as long as anybody refers to it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.length = os.fstat(descriptor).st_size

    def __del__(self) -> None:
        os.close(self._descriptor)

    def read(self, begin: int, size: int) -> bytes:
        """So many bytes from a place on; several may read at once."""
        return os.pread(self._descriptor, size, begin)


class Files:
    """The files that were asked for last, by their tags: equal tags, equal bytes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, File] = OrderedDict()
        self._bytes = 0
        self._making: dict[str, asyncio.Task[File]] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)

    def has(self, tag: str) -> bool:
        """Whether a file is kept, or somebody waits for it already."""
        return tag in self._kept or tag in self._making

    async def get(self, tag: str, make: Make) -> File:
        """The file with a tag.

        Args:
            tag: of the file.
            make: writes it to a path, in a thread, if it is not kept; who asks together with
                others has it made once.

        Raises:
            NotReady: if others have files made for so long that its turn does not come.
        """
        if (kept := self._kept.get(tag)) is not None:
            self._kept.move_to_end(tag)
            return kept
        if tag not in self._making:
            making = self._making[tag] = asyncio.create_task(self._make(tag, make))
            making.add_done_callback(lambda _: self._making.pop(tag))
        return await asyncio.shield(self._making[tag])  # others may wait for it besides

    def close(self) -> None:
        """Let go of all."""
        self._kept.clear()
        self._bytes = 0

    async def _make(self, tag: str, make: Make) -> File:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._turns.acquire()
        except TimeoutError:
            message = "too many files are being made: ask again in a few seconds"
            raise NotReady(message) from None
        try:
            file = await run_sync(_made, make)
        finally:
            self._turns.release()
        self._keep(tag, file)
        return file

    def _keep(self, tag: str, file: File) -> None:
        self._kept[tag] = file
        self._bytes += file.length
        while len(self._kept) > MOST or (self._bytes > MOST_BYTES and len(self._kept) > 1):
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= oldest.length


def _made(make: Make) -> File:
    with tempfile.TemporaryDirectory(prefix="lunar-") as folder:
        path = Path(folder) / "file"
        make(path)
        return File(os.open(path, os.O_RDONLY))
