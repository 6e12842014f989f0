"""The pages of the guide as tests read them: their blocks of code, and the addresses in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from tests.conftest import REPO, SHIPPED

_FOLDER = REPO / "app" / "web" / "guide"
# In the order of reading.
_SLUGS = (
    "quick-start", "ideas", "queries", "formats", "clients", "charts", "embedding", "web-pages",
    "grafana", "spreadsheets", "notebooks", "statistics", "facts", "seed-files", "running",
)  # fmt: skip
_FENCE = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
# Behind the address of the server, or what stands for it in a program: API, api.
_SHOWN = re.compile(
    r"""(?:http://testserver|\{API\}|\(api, ")(/(?:[^\s"'<>`{}$()]|\$\{[^}]*\})*)"""
)
_VARIABLES = {
    "${__timeTo:date:YYYY-MM-DD}": "2018-03-31",
    "${id}": "luna-26",
    "…": "luna",
    "&as_of=": "&as_of=2018-03-31",
}
# Their parameters stand elsewhere, or are put in by programs.
_GIVEN_APART = ("/v1/search", "/oembed", "/*")


def addresses(text: str) -> set[str]:
    """The addresses of the server that stand in the text of a page, ready to be asked."""
    return {_ready(unescape(found)) for found in _SHOWN.findall(text) if found not in _GIVEN_APART}


def _ready(address: str) -> str:
    for variable, value in _VARIABLES.items():
        if variable != "&as_of=" or address.endswith(variable):
            address = address.replace(variable, value)
    return address


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code on a page."""

    page: str
    number: int
    language: str
    text: str

    def at(self, address: str) -> str:
        """The block as the page shows it."""
        return self.text.replace("{{address}}", address)

    def __str__(self) -> str:
        return f"{self.page}-{self.number}-{self.language}"


def _path(slug: str) -> Path:
    return SHIPPED / "README.md" if slug == "seed-files" else _FOLDER / f"{slug}.md"


PAGES = {slug: _path(slug).read_text("utf-8") for slug in _SLUGS if _path(slug).is_file()}


def blocks(page: str, text: str | None = None) -> Iterator[Block]:
    """The blocks of a page."""
    found = _FENCE.finditer(PAGES[page] if text is None else text)
    for number, match in enumerate(found, start=1):
        margin = len(match[1])
        code = "".join(line[margin:] for line in match[3].splitlines(keepends=True))
        yield Block(page, number, match[2], code)


def every_block(*languages: str) -> list[Block]:
    """The blocks of all pages, of some languages or of all."""
    found = (block for page in PAGES for block in blocks(page))
    return [block for block in found if not languages or block.language in languages]
