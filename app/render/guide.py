"""Markdown → the pages of the guide."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from markdown_it import MarkdownIt

from app.render.pages import Site, render

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
# What begins with one slash is an address of this server; in code it can be followed as well.
_ADDRESS = re.compile(r"<code>(/(?:v1|guide|docs|charts)[^<… ]*)</code>")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the guide."""

    slug: str
    title: str
    body: str  # HTML


def markdown(text: str) -> str:
    """Markdown as HTML."""
    return str(_MARKDOWN.render(text))


def page_of(slug: str, text: str) -> Page:
    """A page, of Markdown that begins with its title."""
    title = text.partition("\n")[0].removeprefix("# ")
    html = _scrolling(_MARKDOWN.render(text))
    body = _ADDRESS.sub(r'<code><a href="\1">\1</a></code>', html)
    return Page(slug, title, body)


def _scrolling(html: str) -> str:
    """What is wider than a phone scrolls by itself, with the keyboard too."""
    wide = '<div class="wide" tabindex="0" role="group" aria-label="Table"><table>'
    html = html.replace("<table>", wide).replace("</table>", "</table></div>")
    return html.replace("<pre>", '<pre tabindex="0">')


def render_page(page: Page, site: Site) -> str:
    """A page as HTML."""
    return render("guide_page.html", site, title=page.title, body=_below(site.root, page.body))


def render_guide(pages: Iterable[Page], site: Site) -> str:
    """What pages there are."""
    return render("guide.html", site, pages=pages)


def _below(root: str, html: str) -> str:
    return html.replace('href="/', f'href="{root}/') if root else html
