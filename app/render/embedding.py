"""The page on which one chooses how something is embedded, sees it, and copies it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.render.embeds import Embed, Show
from app.render.pages import Link, Site, render
from app.render.snippets import Place, Size, snippets

WIDTHS, HEIGHTS = (280, 1600), (120, 2400)  # pixels that a frame may be wide and high
SHOWN: Mapping[Show, str] = {
    "card": "a card", "table": "a table", "scorecard": "a scorecard", "chart": "a chart",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen.

    Args:
        url: the address of the page from which it comes, as it was written.
        shows: what can be shown of that, the best first.
        is_frozen: whether it stays as it is known on a day.
        theme: light, dark or auto.
        size: of the frame.
        height: of the frame, where somebody chose it.
        path: of what is framed, on this server, with its parameters.
        place: the same with all addresses around it.
    """

    url: str
    shows: Sequence[Show]
    is_frozen: bool
    theme: str
    size: Size
    height: int | None
    path: str
    place: Place


def render_embedding(
    site: Site, embed: Embed, choice: Choice, offered: Mapping[str, Sequence[Link]]
) -> str:
    """The page; what there is to embed comes in groups."""
    return render(
        "embedding.html",
        site,
        embed=embed,
        choice=choice,
        offered=offered,
        shown=SHOWN,
        snippets=snippets(embed, choice.place, choice.size),
        widths=WIDTHS,
        heights=HEIGHTS,
    )
