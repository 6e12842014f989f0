"""What programs are told of how a page is embedded."""

from typing import Literal

from pydantic import Field

from app.schemas.envelope import Shaped


class OEmbed(Shaped):
    """How a page is embedded (oEmbed 1.0, section 2.3)."""

    version: Literal["1.0"] = Field(description="of oEmbed")
    type: Literal["rich"] = Field(description="HTML to be put into a page")
    title: str = Field(description="what it shows")
    provider_name: str = Field(description="who provides it")
    provider_url: str = Field(description="where that is")
    cache_age: int = Field(description="seconds for which this may be kept")
    html: str = Field(description="one iframe; it needs no script around it")
    width: int = Field(description="pixels, at most `maxwidth`")
    height: int = Field(description="pixels, at most `maxheight`; what is higher scrolls inside")
    thumbnail_url: str | None = Field(
        default=None, description="its chart as PNG, if it has one that fits"
    )
    thumbnail_width: int | None = Field(default=None, description="pixels")
    thumbnail_height: int | None = Field(default=None, description="pixels")
