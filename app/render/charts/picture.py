"""SVG as it is given away: with a name and a description, following its reader's theme."""

import re
from html import escape

from app.render.charts.looks import following_the_reader

_OPENING = re.compile(r"<svg [^>]*>")
_IDS = re.compile(r'(\bid="|url\(#|href="#)([\w-]+)')
# The picture is one image with a name of its own; its groups have roles and no names.
_ROLES = re.compile(r' (?:role="graphics-[a-z]+"|aria-roledescription="[^"]*")')
_FOLLOWING = "lunar-auto"


def finished(svg: str, *, name: str, title: str, description: str, follows: bool) -> str:
    """The picture that the renderer drew, as it is given away.

    Args:
        svg: as drawn.
        name: what its ids begin with: several pictures may stand in one page.
        title: of the picture.
        description: what can be seen on it, for those who do not.
        follows: whether it turns dark where its reader's system is dark.
    """
    svg = _ROLES.sub("", _IDS.sub(rf"\g<1>{name}-\g<2>", svg))
    opening = _OPENING.match(svg)
    assert opening, "the renderer writes a root element"
    root = opening[0].replace('class="marks"', f'class="marks {_FOLLOWING}"' if follows else "")
    root = f'{root[:-1]} role="img" aria-labelledby="{name}-title {name}-desc">'
    style = f"<style>{following_the_reader(f'.{_FOLLOWING}')}</style>" if follows else ""
    told = (
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(description)}</desc>'
    )
    return f"{root}{told}{style}{svg[opening.end() :]}"
