"""What is made once and told again; what was not asked for longest gives way."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from threading import Lock
from typing import Generic, TypeVar

from app.db import Reader
from app.queries.dataset import held_by

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values by key."""

    def __init__(self, most: int, weigh: Callable[[Value], int] = lambda _: 1) -> None:
        """Keep no more than so many.

        Args:
            most: how many.
            weigh: for how many a value counts; one that counts for more than all is not kept.
        """
        self._most, self._weigh = most, weigh
        self._kept: OrderedDict[Hashable, Value] = OrderedDict()
        self._weight = 0
        self._lock = Lock()  # whole files are made by threads beside that of the requests

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of a key: as it was made, or made now."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        value = make()
        self._keep({key: value})
        return value

    def get_all(
        self, keys: Sequence[Key], make: Callable[[Sequence[Key]], Sequence[Value]]
    ) -> Sequence[Value]:
        """The values of keys: as they were made; those that are not kept are made together."""
        with self._lock:
            found = {key: self._kept[key] for key in keys if key in self._kept}
            for key in found:
                self._kept.move_to_end(key)
        if missing := [key for key in keys if key not in found]:
            made = dict(zip(missing, make(missing), strict=True))
            self._keep(made)
            found |= made
        return [found[key] for key in keys]

    def _keep(self, made: Mapping[Key, Value]) -> None:
        with self._lock:
            for key, value in made.items():
                weight = self._weigh(value)
                if weight > self._most:
                    continue
                if key in self._kept:  # somebody else made it too
                    self._weight -= self._weigh(self._kept.pop(key))
                while self._weight + weight > self._most:
                    _, oldest = self._kept.popitem(last=False)
                    self._weight -= self._weigh(oldest)
                self._kept[key] = value
                self._weight += weight

    def clear(self) -> None:
        """Forget all of it."""
        with self._lock:
            self._kept.clear()
            self._weight = 0

    def __len__(self) -> int:
        """How many there are."""
        return len(self._kept)


class KeptOfRelease(Generic[Value]):
    """Values by key, of the release that a reader sees."""

    def __init__(self, most: int, weigh: Callable[[Value], int] = lambda _: 1) -> None:
        """Keep no more than so many; see `Kept`."""
        self._kept: Kept[Value] = Kept(most, weigh)

    def get(self, reader: Reader, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of a key: as it was worked out, or worked out now."""
        return self._kept.get((held_by(reader), key), make)

    def get_all(
        self, reader: Reader, keys: Sequence[Key], make: Callable[[Sequence[Key]], Sequence[Value]]
    ) -> Sequence[Value]:
        """The values of keys: those that are not kept are worked out together."""
        held = held_by(reader)
        return self._kept.get_all(
            [(held, key) for key in keys], lambda missing: make([key for _, key in missing])
        )

    def clear(self) -> None:
        """Forget all of it."""
        self._kept.clear()
