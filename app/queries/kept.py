"""What is made once and told again; what was not asked for longest gives way."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from app.db import Reader
from app.queries.dataset import held_by

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values by key."""

    def __init__(self, most: int) -> None:
        """Keep no more than so many."""
        self._most = most
        self._kept: OrderedDict[Hashable, Value] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of a key: as it was made, or made now."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        value = make()
        while len(self._kept) >= self._most:
            self._kept.popitem(last=False)
        self._kept[key] = value
        return value

    def clear(self) -> None:
        """Forget all of it."""
        self._kept.clear()

    def __len__(self) -> int:
        """How many there are."""
        return len(self._kept)


class KeptOfRelease(Generic[Value]):
    """Values by key, of the release that a reader sees."""

    def __init__(self, most: int) -> None:
        """Keep no more than so many."""
        self._kept: Kept[Value] = Kept(most)

    def get(self, reader: Reader, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of a key: as it was worked out, or worked out now."""
        return self._kept.get((held_by(reader), key), make)

    def clear(self) -> None:
        """Forget all of it."""
        self._kept.clear()
