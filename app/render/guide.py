"""Markdown → the pages of the guide."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from app.render.pages import Site, render

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# What begins with one slash is an address of this server; in code it can be followed as well.
_ADDRESS = re.compile(r"<code>(/(?:v1|guide|docs|redoc|charts|openapi|health)[^<… {]*)</code>")
_PLACE = "{{address}}"  # in a page's text: the address that the service is asked at
_LONG = 3  # sections, from which a page begins with a list of them
_BLOCK = re.compile(r"<pre><code(?P<rest>.*?)</code></pre>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """A page, as the list of pages announces it."""

    slug: str
    about: str  # in a sentence, as Markdown


@dataclass(frozen=True, slots=True)
class Group:
    """Pages with something in common."""

    name: str
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page that can be linked to."""

    id: str
    title: str


@dataclass(frozen=True)
class Page:
    """A page of the guide; Markdown becomes HTML when somebody reads it."""

    slug: str
    title: str
    text: str  # what follows the title, as Markdown

    @property
    def body(self) -> str:
        """What follows the title, as HTML."""
        return self._parsed[0]

    @property
    def sections(self) -> Sequence[Section]:
        """Its parts."""
        return self._parsed[1]

    @cached_property
    def _parsed(self) -> tuple[str, Sequence[Section]]:
        reader = _markdown()
        tokens = reader.parse(self.text)
        sections = tuple(_name_headings(tokens))
        html = _copyable(_scrolling(reader.renderer.render(tokens, reader.options, {})))
        return _ADDRESS.sub(r'<code><a href="\1">\1</a></code>', html), sections


@cache
def _markdown() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415

    return MarkdownIt("commonmark", {"html": False}).enable("table")


@cache
def markdown(text: str) -> str:
    """Markdown of our own as HTML."""
    return str(_markdown().render(text))


def page_of(slug: str, text: str) -> Page:
    """A page, of Markdown that begins with its title."""
    heading, _, rest = text.partition("\n")
    return Page(slug, heading.removeprefix("# "), rest)


def _name_headings(tokens: "Sequence[Token]") -> list[Section]:
    """Give each heading an id to link to; the sections are those of the second level."""
    found: list[Section] = []
    taken: set[str] = set()
    for heading, content in pairwise(tokens):
        if heading.type == "heading_open":
            id_ = _slug(content.content, taken)
            heading.attrSet("id", id_)
            if heading.tag == "h2":
                found.append(Section(id_, _plain(content)))
    return found


def _slug(title: str, taken: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "section"
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    taken.add(slug)
    return slug


def _plain(inline: "Token") -> str:
    return "".join(part.content for part in inline.children or ())


def _scrolling(html: str) -> str:
    """Tables that are wider than a phone scroll by themselves, with the keyboard too."""
    wide = '<div class="wide" tabindex="0" role="group" aria-label="Table"><table>'
    return html.replace("<table>", wide).replace("</table>", "</table></div>")


def _copyable(html: str) -> str:
    """Each block of code scrolls by itself, and has a button that copies it."""
    number = 0

    def block(match: re.Match[str]) -> str:
        nonlocal number
        number += 1
        code = f"code-{number}"
        return (
            f'<div class="code"><pre tabindex="0"><code id="{code}"{match["rest"]}</code></pre>'
            f'<button type="button" class="copy" data-copy="#{code}">Copy</button></div>'
        )

    return _BLOCK.sub(block, html)


def render_page(page: Page, site: Site, order: Sequence[Page] = ()) -> str:
    """A page as HTML, with the ones before and after it in the order of reading."""
    place = order.index(page) if page in order else -1
    return render(
        "guide_page.html",
        site,
        page=page,
        body=placed(site, page.body),
        sections=page.sections if len(page.sections) >= _LONG else (),
        before=order[place - 1] if place > 0 else None,
        after=order[place + 1] if 0 <= place < len(order) - 1 else None,
    )


def render_guide(groups: Sequence[Group], pages: Mapping[str, Page], site: Site) -> str:
    """What pages there are."""
    shown = [
        (group.name, [(pages[entry.slug], _sentence(site, entry)) for entry in group.entries])
        for group in groups
    ]
    return render("guide.html", site, groups=shown)


def _sentence(site: Site, entry: Entry) -> Markup:
    return placed(site, _markdown().renderInline(entry.about))


def placed(site: Site, html: str) -> Markup:
    """HTML of our own Markdown, with addresses that lead to this server, wherever it is."""
    html = html.replace('href="/', f'href="{escape(site.root)}/')
    return Markup(html.replace(_PLACE, str(escape(site.address))))  # noqa: S704
