"""oEmbed 1.0: how a page of this server is embedded, told to programs."""

from typing import Annotated, Any, Literal
from xml.etree import ElementTree as ET

from fastapi import Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.asked import check_query
from app.api.caching import canonical, is_held, not_modified
from app.api.declared import answers_with, from_query
from app.api.deps import Now, Reading
from app.api.embed_lookup import Wanted, find_embed
from app.api.formats import JSON, Format
from app.api.links import service_links
from app.api.parameters import ABSENT, PRINTABLE
from app.api.routing import Router, documented
from app.api.validators import validators
from app.queries.dataset import get_release
from app.render.snippets import PROVIDER, frame_size, iframe, thumbnail
from app.schemas.embeds import OEmbed
from app.text import to_json

_KEPT = 86_400  # seconds; the frame shows what is new meanwhile
_XML = Format("xml", "text/xml", "; charset=utf-8")
_EXAMPLE = "/missions/luna-26"
_Pixels = Annotated[int, Field(ge=1, le=100_000)]


class OEmbedQuery(BaseModel):
    """The parameters of oEmbed 1.0, section 2.2."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(
        min_length=1,
        max_length=4_000,
        description="The address of a page of this server, with its parameters, or of an embed: "
        "whole, or from its first slash on.",
        examples=[_EXAMPLE],
        json_schema_extra={"pattern": PRINTABLE},
    )
    maxwidth: _Pixels | ABSENT = Field(
        None, description="Pixels that the frame may be wide.", examples=[600]
    )
    maxheight: _Pixels | ABSENT = Field(
        None, description="Pixels that the frame may be high.", examples=[400]
    )
    format: Literal["json", "xml"] = Field("json", description="The form of the answer.")


def oembed_router() -> Router:
    """The route of oEmbed."""
    router = Router(tags=["embeds"], dependencies=[Depends(check_query)])
    declared = documented(f"/oembed?url={_EXAMPLE}", by_id=True)
    declared["responses"][200] = {"content": {_XML.media_type: {"schema": {"type": "string"}}}}

    @router.get(
        "/oembed",
        operation_id="get_oembed",
        summary="How a page is embedded",
        description="oEmbed 1.0, for systems that turn the address of a page into the page "
        "itself. Charts, lists, records and sources can be embedded, each as known on any day.",
        **declared,
    )
    @answers_with(OEmbed)
    async def get_oembed(
        request: Request,
        reader: Reading,
        now: Now,
        query: Annotated[OEmbedQuery, from_query(OEmbedQuery)],
    ) -> Response:
        wanted = find_embed(request, reader, now, query.url)
        here, base = canonical(request.url), str(request.base_url)
        headers = validators(wanted.asked, now, get_release(reader), here, "oembed")
        headers["Link"] = ", ".join(service_links(request))
        if is_held(request, headers["ETag"]):
            return not_modified(headers)
        document = _document(wanted, query, base.rstrip("/"))
        if query.format == "xml":
            return Response(_xml(document), media_type=_XML.content_type, headers=headers)
        return Response(to_json(document), media_type=JSON.content_type, headers=headers)

    return router


def _document(wanted: Wanted, query: OEmbedQuery, address: str) -> dict[str, Any]:
    embed = wanted.embed
    size = frame_size(embed, query.maxwidth, query.maxheight)
    document = {
        "version": "1.0",
        "type": "rich",
        "title": wanted.title,
        "provider_name": PROVIDER,
        "provider_url": f"{address}/",
        "cache_age": _KEPT,
        "html": iframe(f"{address}{wanted.path()}", wanted.title, size),
        "width": size.width,
        "height": size.height,
    }
    if small := thumbnail(embed.picture, query.maxwidth, query.maxheight):
        document |= {
            "thumbnail_url": f"{address}{small.path}",
            "thumbnail_width": small.size.width,
            "thumbnail_height": small.size.height,
        }
    return document


def _xml(document: dict[str, Any]) -> bytes:
    root = ET.Element("oembed")
    for name, value in document.items():
        ET.SubElement(root, name).text = str(value)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
