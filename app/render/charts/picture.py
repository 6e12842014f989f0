"""SVG as it is given away: with a name and a description, following its reader's theme."""

import re
from enum import Enum
from html import escape

from app.render.charts.looks import following_the_page, following_the_reader

_OPENING = re.compile(r"<svg [^>]*>")
_IDS = re.compile(r'(\bid="|url\(#|href="#)([\w-]+)')
# The picture has one name and one description; that its marks are marks tells nobody anything.
_ROLES = re.compile(r' (?:role="graphics-[a-z]+"|aria-roledescription="[^"<>]*")')
_FOLLOWING = "lunar-auto"


class Follows(Enum):
    """What decides whether a light picture turns dark."""

    NOBODY = 0
    READER = 1  # the system of its reader
    PAGE = 2  # the page in which it stands


def finished(svg: str, *, name: str, title: str, description: str, follows: Follows) -> str:
    """The picture that the renderer drew, as it is given away.

    Args:
        svg: as drawn.
        name: what its ids begin with: several pictures may stand in one page.
        title: of the picture.
        description: what can be seen on it, for those who do not.
        follows: what decides whether it turns dark.
    """
    svg = _ROLES.sub("", _IDS.sub(rf"\g<1>{name}-\g<2>", svg))
    opening = _OPENING.match(svg)
    assert opening, "the renderer writes a root element"
    auto = follows is not Follows.NOBODY
    root = opening[0].replace('class="marks"', f'class="marks {_FOLLOWING}"' if auto else "")
    root = f'{root[:-1]} role="img" aria-labelledby="{name}-title {name}-desc">'
    style = f"<style>{_STYLES[follows](f'.{_FOLLOWING}')}</style>" if auto else ""
    told = (
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(description)}</desc>'
    )
    return f"{root}{told}{style}{svg[opening.end() :]}"


_STYLES = {Follows.READER: following_the_reader, Follows.PAGE: following_the_page}
