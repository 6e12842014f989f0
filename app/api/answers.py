"""Answers in the making: their tags, headers and links, and what they say of themselves."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from app.api.asked import Asked
from app.api.caching import cache_control, is_held, tag_of, tagged
from app.api.encoding import send_plain
from app.api.formats import ICS, JSON, XLSX, chosen_format, format_in_path
from app.api.links import (
    asked_address,
    form_links,
    memento_datetime,
    service_links,
    version_links,
)
from app.api.offers import Offer, chosen_columns
from app.api.told import Chosen, Told, enveloped, neighbour_links
from app.api.whole import Whole
from app.schemas import LICENSE, LICENSE_URL
from app.text import to_json


class Answer:
    """An answer in the making."""

    def __init__(
        self,
        request: Request,
        release: str,
        asked: Asked,
        now: dt.datetime,
        offer: Offer,
        versions: Mapping[str, str] | None = None,
    ) -> None:
        self.request, self.release, self.asked = request, release, asked
        self.form = chosen_format(request, offer.formats)
        self.offer = offer
        self.table, keys = chosen_columns(offer.table, asked)
        self.chosen = Chosen(offer.key, keys)
        if self.form is XLSX:
            send_plain(request)
        self.here = asked_address(request.scope)
        named = format_in_path(request)
        self.own = self.here.with_ending(named.ending) if named else self.here
        self.of_today = self.own.changed("as_of")
        self.versions = until(now.date(), versions or {})
        self.headers = self._headers(now)

    @property
    def is_enveloped(self) -> bool:
        """Whether it is plain JSON."""
        return self.form is JSON and self.asked.table.shape == "objects"

    @property
    def is_held(self) -> bool:
        """Whether the client has it already."""
        return is_held(self.request, self.headers["ETag"])

    @property
    def tagged(self) -> str:
        """What its tag is made of."""
        asked = self.asked
        return tagged(self.release, self.own, self.form.ending, asked.requested, asked.day)

    def _headers(self, now: dt.datetime) -> dict[str, str]:
        asked, named = self.asked, format_in_path(self.request)
        headers = {
            "ETag": tag_of(self.tagged.encode()),
            "Cache-Control": cache_control(now, depends_on_today=asked.depends_on_today),
            "Vary": "Accept-Datetime" + ("" if named else ", Accept"),
        }
        if asked.requested is not None:
            headers["Memento-Datetime"] = memento_datetime(asked.day)
        if named is None:
            headers["Content-Location"] = self.here.with_ending(self.form.ending).relative()
        if asked.table.dl or self.form in (XLSX, ICS):
            name = f"{self.table.name}-{asked.day}.{self.form.ending}"
            kind = "attachment" if asked.table.dl or self.form is XLSX else "inline"
            headers["Content-Disposition"] = f'{kind}; filename="{name}"'
        return headers

    def with_links(self, *more: str) -> dict[str, str]:
        """The headers of a whole answer: an answer that is held says less."""
        links = [
            *service_links(self.request),
            *form_links(self.here, self.form, self.offer.formats),
            *version_links(self.here, self.of_today, self.versions),
            *more,
        ]
        return {**self.headers, "Link": ", ".join(links)}

    def meta(self) -> dict[str, Any]:
        """What every answer says of itself."""
        asked, release = self.asked, self.release
        text = f"Lunar Cooperation API, release {release}, as known on {asked.day}. {LICENSE}."
        address = self.of_today.on(asked.day).readable()
        return {
            "as_of": {"requested": asked.requested, "resolved": str(asked.day)},
            "release": release,
            "license": LICENSE,
            "license_url": LICENSE_URL,
            "citation": {"text": text, "url": address},
        }

    def page_at(self, cursor: str) -> str:
        """The address of the page at a cursor."""
        return self.own.changed("offset", cursor=cursor).readable()

    def whole(self, told: Told) -> Response:
        """Documents in their envelope."""
        body = enveloped(told, to_json(self.meta()).encode())
        headers = self.with_links(*neighbour_links(told.neighbours))
        return Whole(headers, body, JSON.content_type)


def until(today: dt.date, versions: Mapping[str, str]) -> Mapping[str, str]:
    """The versions that there are by now; of a plan that will fall due, the next is foreseen."""
    return {
        relation: day
        for relation, day in versions.items()
        if relation != "successor-version" or day <= str(today)
    }
