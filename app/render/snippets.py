"""What is pasted into other pages: frames, pictures, links, each with where it is from."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from app.render.embeds import Embed
from app.render.sharing import PREVIEW_SIZE, Picture

PROVIDER = "Lunar Cooperation API"
_TALLEST = 1000  # pixels of a frame; what is higher scrolls inside


@dataclass(frozen=True, slots=True)
class Size:
    """Pixels."""

    width: int
    height: int


def frame_size(embed: Embed, width: int | None = None, height: int | None = None) -> Size:
    """How large a frame is, at most so wide and so high where that is said."""
    wide = min(embed.width, width) if width else embed.width
    tall = min(embed.height(wide), _TALLEST)
    return Size(wide, min(tall, height) if height else tall)


def iframe(address: str, title: str, size: Size) -> str:
    """A frame: as wide as it may be, and no wider than the page around it."""
    return (
        f'<iframe src="{escape(address)}" title="{escape(f"{title}, {PROVIDER}")}" '
        f'width="{size.width}" height="{size.height}" loading="lazy" '
        'style="border:0;max-width:100%"></iframe>'
    )


# --- Previews -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture of something that is embedded."""

    path: str
    size: Size


def thumbnail(picture: Picture | None, width: int | None, height: int | None) -> Thumbnail | None:
    """The largest preview that is at most so wide and so high, if there is one."""
    if picture is None:
        return None
    for scale in (1.5, 1.0):
        size = Size(*(int(side * scale / 1.5) for side in PREVIEW_SIZE))
        if size.width <= (width or size.width) and size.height <= (height or size.height):
            return Thumbnail(picture.preview(scale), size)
    return None


# --- Snippets -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Snippet:
    """Something to paste, and what it is for."""

    name: str
    meant_for: str
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where what is embedded stands on this server, whole addresses.

    Args:
        address: of the service.
        frame: of the page that is framed.
        page: of the page that shows the same at length.
        cited: how to cite it, in words.
        oembed: where programs read how it is embedded.
        theme: light, dark, or auto for as the reader's system is.
        as_of: the day of which it is; empty: always of the day on which somebody looks.
    """

    address: str
    frame: str
    page: str
    cited: str
    oembed: str
    theme: str = "auto"
    as_of: str = ""


def snippets(embed: Embed, place: Place, size: Size) -> Sequence[Snippet]:
    """Everything that can be pasted of an embed."""
    framed = iframe(place.frame, embed.title, size)
    script = f'<script src="{place.address}/embed/resize.js" async></script>'
    found = [
        Snippet("Frame", "any page; it needs no script", framed),
        Snippet("Frame that fits", "any page; as high as what it shows", f"{framed}\n{script}"),
    ]
    if embed.picture is not None:
        found += _pictures(embed.picture, place, size)
    found.append(Snippet("oEmbed", "WordPress and other systems that ask for it", place.oembed))
    return found


def _pictures(picture: Picture, place: Place, size: Size) -> list[Snippet]:
    """The chart as a picture, for where frames are not allowed."""
    width = max(280, min(size.width, 1600))
    sized = picture.on(place.as_of).sized(width)
    alt, page = escape(picture.alt), escape(place.page)
    light, dark, either = (
        f"{place.address}{sized.themed(theme).path('svg')}" for theme in ("light", "dark", "auto")
    )
    one = {"light": light, "dark": dark}.get(place.theme, either)
    image = f'<img src="{escape(one)}" alt="{alt}" width="{width}" loading="lazy">'
    image = image.replace(" loading", ' style="max-width:100%;height:auto" loading')
    return [
        Snippet(
            "Picture",
            "pages without frames, mail, slides",
            f'<figure>\n  <a href="{page}">{image}</a>\n'
            f"  <figcaption>{escape(place.cited)}</figcaption>\n</figure>",
        ),
        Snippet(
            "Picture, light and dark",
            "a README, or any page that follows its reader's system",
            f'<a href="{page}"><picture>\n'
            f'  <source media="(prefers-color-scheme: dark)" srcset="{escape(dark)}">\n'
            f'  <img src="{escape(light)}" alt="{alt}" width="{width}">\n'
            f"</picture></a>\n\n{escape(place.cited)}",
        ),
        Snippet(
            "Markdown",
            "forums, wikis, notebooks",
            f"[![{_bare(picture.alt)}]({one})]({place.page})\n\n{place.cited}",
        ),
    ]


def _bare(text: str) -> str:
    """A text in which nothing is markup."""
    return text.replace("[", "(").replace("]", ")")
