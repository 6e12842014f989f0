"""How many there are of what: groups as bars that can be drawn and told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.render.words import plain

MOST_BARS = 14  # the rest is told together
MOST_SERIES = 7  # likewise
_NONE = "no value"
_NO_YEAR = "no certain year"
_FLAGS = {"overdue", "active", "many", "changed", "is_overdue", "disputed"}

Group = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Dimension:
    """By what is counted; `is_year` makes an axis of it."""

    name: str

    @property
    def is_year(self) -> bool:
        """Whether its values are years."""
        return self.name.endswith("_year")

    @property
    def label(self) -> str:
        """In words, as after "by"."""
        if self.is_year and self.name not in _SPOKEN:
            return f"year of {plain(self.name.removesuffix('_year'))}"
        return _SPOKEN.get(self.name, plain(self.name))


_SPOKEN = {
    "known_from_year": "year in which it became known",
    "said_by": "who said it",
    "is_overdue": "overdue or not",
    "overdue": "overdue or not",
    "active": "whether it held",
    "many": "several values or one",
    "said_year": "year in which it was said",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: what it counts, and how many of each series."""

    label: str
    counts: Sequence[int]  # as many as there are series
    is_rest: bool = False  # several values that are told together

    @property
    def count(self) -> int:
        """How many in all."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is plotted: bars, in the order in which they are drawn.

    Args:
        what: what is counted, in the plural.
        dimensions: by what, one or two.
        bars: of the first dimension.
        series: the values of the second; one without a name, if there is none.
        undated: how many have no certain year, where bars are years.
    """

    what: str
    dimensions: Sequence[Dimension]
    bars: Sequence[Bar]
    series: Sequence[str]
    undated: int = 0

    @property
    def is_years(self) -> bool:
        """Whether its bars stand on an axis of years."""
        return self.dimensions[0].is_year

    @property
    def is_stacked(self) -> bool:
        """Whether bars are divided by a second dimension."""
        return len(self.dimensions) == 2

    @property
    def title(self) -> str:
        """What it shows."""
        return f"{self.what} by {' and '.join(item.label for item in self.dimensions)}"

    @property
    def summary(self) -> str:
        """The numbers in a sentence, for those who do not see the picture."""
        if not self.bars:
            return "There is nothing to count."
        told = [bar for bar in self.bars if bar.count]
        listed = "; ".join(self._told(bar) for bar in told[:30])
        more = f"; and {len(told) - 30} more" if len(told) > 30 else ""
        undated = f"; {_NO_YEAR}: {self.undated:,}" if self.undated else ""
        return f"{listed}{more}{undated}."

    def _told(self, bar: Bar) -> str:
        if not self.is_stacked:
            return f"{bar.label}: {bar.count:,}"
        parts = zip(self.series, bar.counts, strict=True)
        return f"{bar.label}: {', '.join(f'{count:,} {name}' for name, count in parts if count)}"


def numbers_of(what: str, names: Sequence[str], groups: Sequence[Group]) -> Numbers:
    """Groups as the API gives them, as bars.

    Args:
        what: what is counted, in the plural.
        names: the dimensions.
        groups: each with a value of every dimension, `…_name` where that has one, and `count`.
    """
    dimensions = [Dimension(name) for name in names]
    first, second = names[0], names[1] if len(names) == 2 else None
    series = _largest(groups, second, MOST_SERIES) if second else [None]
    placed = {value: place for place, value in enumerate(series)}
    has_rest = second is not None and len(_totals(groups, second)) > len(series)
    width = len(series) + has_rest
    cells: dict[Any, list[int]] = {}
    for group in groups:
        counts = cells.setdefault(group[first], [0] * width)
        counts[placed.get(group[second] if second else None, width - 1)] += group["count"]
    labels = [word_of(second, value, groups) for value in series] if second else [""]
    rest = len(_totals(groups, second)) - len(series) if second else 0
    labels += [f"{rest} other{'s' if rest > 1 else ''}"] if has_rest else []
    undated = sum(cells.pop(None, [0])) if dimensions[0].is_year else 0
    bars = _years(cells, width) if dimensions[0].is_year else _bars(cells, first, groups, width)
    return Numbers(what, dimensions, bars, labels, undated)


def _totals(groups: Sequence[Group], name: str) -> dict[Any, int]:
    totals: dict[Any, int] = {}
    for group in groups:
        totals[group[name]] = totals.get(group[name], 0) + group["count"]
    return totals


def _largest(groups: Sequence[Group], name: str, most: int) -> list[Any]:
    """The values that most have, in the order of their number; years and numbers in their own."""
    totals = _totals(groups, name)
    ranked = sorted(totals, key=lambda value: (-totals[value], str(value)))[:most]
    if all(value is None or isinstance(value, int) for value in ranked):
        ranked.sort(key=lambda value: (value is None, value or 0))
    return ranked


def _years(cells: Mapping[int, Sequence[int]], width: int) -> list[Bar]:
    """Every year from the first to the last, those without anything too."""
    if not cells:
        return []
    span = range(min(cells), max(cells) + 1)
    return [Bar(str(year), cells.get(year, [0] * width)) for year in span]


def _bars(
    cells: Mapping[Any, Sequence[int]], name: str, groups: Sequence[Group], width: int
) -> list[Bar]:
    ranked = sorted(cells, key=lambda value: (-sum(cells[value]), str(value)))
    if name not in _FLAGS and all(value is None or isinstance(value, int) for value in ranked):
        ranked.sort(key=lambda value: (value is None, value or 0))
    # One more needs no more room than saying that there is one more.
    kept = ranked if len(ranked) <= MOST_BARS + 1 else ranked[:MOST_BARS]
    bars = [Bar(word_of(name, value, groups), cells[value]) for value in kept]
    if rest := ranked[len(kept) :]:
        summed = [sum(cells[value][place] for value in rest) for place in range(width)]
        bars.append(Bar(f"{len(rest)} others", summed, is_rest=True))
    return bars


def word_of(name: str, value: Any, groups: Sequence[Group]) -> str:
    """A value of a dimension in words."""
    if value is None or value == "":
        return _NO_YEAR if name.endswith("_year") else _NONE
    if name in _FLAGS:
        return "yes" if value else "no"
    label = next(
        (group[f"{name}_name"] for group in groups
         if group[name] == value and group.get(f"{name}_name")), None,
    )  # fmt: skip
    return str(label) if label else plain(str(value))


def counted(documents: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[dict[str, Any]]:
    """Groups of documents by their own values, the largest first; `x_year` is the year of `x`."""
    totals: dict[tuple[Any, ...], int] = {}
    for document in documents:
        key = tuple(_value(document, name) for name in names)
        totals[key] = totals.get(key, 0) + 1
    ranked = sorted(totals, key=lambda key: (-totals[key], str(key)))
    return [{**dict(zip(names, key, strict=True)), "count": totals[key]} for key in ranked]


def _value(document: Mapping[str, Any], name: str) -> Any:
    if name.endswith("_year"):
        day = document.get(name.removesuffix("_year"))
        return int(day[:4]) if day else None
    return document.get(name)
