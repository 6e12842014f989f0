"""Markdown → the pages of the guide."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from markdown_it import MarkdownIt

from app.render.pages import TEMPLATES

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
# What begins with one slash is an address of this server; in code it can be followed as well.
_ADDRESS = re.compile(r"<code>(/(?:v1|guide|docs|charts)[^<… ]*)</code>")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the guide."""

    slug: str
    title: str
    body: str  # HTML


def page_of(slug: str, text: str) -> Page:
    """A page, of Markdown that begins with its title."""
    title = text.partition("\n")[0].removeprefix("# ")
    body = _ADDRESS.sub(r'<code><a href="\1">\1</a></code>', _MARKDOWN.render(text))
    return Page(slug, title, body)


def render_page(page: Page, root: str) -> str:
    """A page as HTML; `root` is the path below which the service is."""
    return TEMPLATES.get_template("guide_page.html").render(
        title=page.title, body=_below(root, page.body), root=root
    )


def render_guide(pages: Iterable[Page], root: str) -> str:
    """What pages there are."""
    return TEMPLATES.get_template("guide.html").render(pages=pages, root=root)


def _below(root: str, html: str) -> str:
    return html.replace('href="/', f'href="{root}/') if root else html
