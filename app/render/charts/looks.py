"""Colours of charts, for light and for dark surroundings.

The series are those of Okabe and Ito, which people with any colour vision tell apart, darkened or
lightened until text in them has a contrast of 4.5 to 1 with the paper. No colour stands alone:
lines differ in their dashes too, marks in their shape, cells show their number.
"""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of a theme, as `#rrggbb`."""

    paper: str
    ink: str
    quiet: str  # what is read second
    grid: str
    shade: str  # an area that means something
    series: tuple[str, ...]
    steps: tuple[str, ...]  # little → much
    on_little: str  # text on the first three steps
    on_much: str  # text on the others

    def colours(self) -> list[str]:
        """All of them, in one order."""
        listed: list[str] = []
        for field in fields(self):
            value = getattr(self, field.name)
            listed += value if isinstance(value, tuple) else [value]
        return listed


LIGHT = Look(
    paper="#ffffff",
    ink="#1b1b1b",
    quiet="#595959",
    grid="#e2e2e2",
    shade="#f2f1ee",
    series=(
        "#0072b2", "#b84300", "#00795a", "#9a4580", "#806000", "#3a3a3a", "#0b7a8f", "#7a5236",
    ),
    steps=("#dbe9f6", "#a6c8e4", "#6aa6d2", "#2670ad", "#0b3f73"),
    on_little="#102030",
    on_much="#fefefe",
)  # fmt: skip
DARK = Look(
    paper="#121212",
    ink="#ececec",
    quiet="#b3b3b3",
    grid="#343434",
    shade="#1f1f1d",
    series=(
        "#56b4e9", "#ff9150", "#2fc796", "#e292c8", "#f0c040", "#d6d6d6", "#5fd7e8", "#cfa98b",
    ),
    steps=("#16324a", "#1d4a70", "#29679a", "#6fb3df", "#cfe6f7"),
    on_little="#f4f8fb",
    on_much="#0a1520",
)  # fmt: skip

# Long names of dashes are patterns in pixels: line, gap, line, gap.
DASHES: tuple[tuple[int, ...], ...] = (
    (1, 0), (7, 3), (2, 2), (9, 3, 2, 3), (4, 2), (12, 3), (6, 2, 2, 2, 2, 2), (3, 5),
)  # fmt: skip


def following_the_reader(selector: str) -> str:
    """The CSS by which a light chart turns dark where its reader's system is dark.

    What is drawn has its colours as attributes, which any rule overrides.

    Args:
        selector: of the charts that shall follow.
    """
    return f"@media (prefers-color-scheme:dark){{{_rules(selector, '{dark}')}}}"


def following_the_page(selector: str) -> str:
    """The CSS by which a light chart turns dark where the page in which it stands is dark."""
    return _rules(selector, "light-dark({light},{dark})")


def _rules(selector: str, value: str) -> str:
    return "".join(
        f"{selector} [{kind}='{light}']{{{kind}:{value.format(light=light, dark=dark)}}}"
        for light, dark in zip(LIGHT.colours(), DARK.colours(), strict=True)
        for kind in ("fill", "stroke")
    )
