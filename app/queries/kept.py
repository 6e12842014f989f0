"""What is worked out of a release once, and told again while that is held."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from app.db import Reader
from app.queries.dataset import held_by

Value = TypeVar("Value")


class KeptOfRelease(Generic[Value]):
    """Values by key, of the release that a reader sees; those not asked for longest give way."""

    def __init__(self, most: int) -> None:
        """Keep no more than so many."""
        self._most = most
        self._kept: OrderedDict[Hashable, Value] = OrderedDict()

    def get(self, reader: Reader, key: Hashable, work_out: Callable[[], Value]) -> Value:
        """The value of a key: kept, or worked out now."""
        place = (held_by(reader), key)
        if place in self._kept:
            self._kept.move_to_end(place)
            return self._kept[place]
        value = work_out()
        if len(self._kept) >= self._most:
            self._kept.popitem(last=False)
        self._kept[place] = value
        return value

    def clear(self) -> None:
        """Forget all of it."""
        self._kept.clear()
