"""oEmbed 1.0 (oembed.com), sections 2.2 to 2.3.5."""

import re
from html import unescape
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient

from tests.api.test_embeds import CHART_PAGES, EMBEDS, LISTS, RECORDS

ADDRESSES = [*CHART_PAGES, *LISTS, *RECORDS, *EMBEDS, "/", "/missions/luna-26?as_of=2018-03-03"]
KEYS = {
    "version", "type", "title", "provider_name", "provider_url", "cache_age", "html", "width",
    "height",
}  # fmt: skip
THUMBNAIL = {"thumbnail_url", "thumbnail_width", "thumbnail_height"}


def told(client: TestClient, url: str, **more: object) -> dict[str, object]:
    """What is told of an address of this server."""
    asked = {"url": f"http://testserver{url}", **more}
    answer = client.get("/oembed", params=asked)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    document: dict[str, object] = answer.json()
    return document


@pytest.mark.parametrize("url", ADDRESSES)
def test_what_is_told(client: TestClient, url: str) -> None:
    """A rich answer of version "1.0": one frame and a picture, and both are there."""
    document = told(client, url)
    assert set(document) - THUMBNAIL == KEYS
    assert (document["version"], document["type"]) == ("1.0", "rich")
    html = str(document["html"])
    assert re.fullmatch(r"<iframe [^<>]*></iframe>", html)
    found = dict(re.findall(r'(\w+)="([^"]*)"', html))
    assert found["loading"] == "lazy"
    assert str(document["title"]) in unescape(found["title"])
    assert (int(found["width"]), int(found["height"])) == (document["width"], document["height"])
    framed = client.get(unescape(found["src"]))
    assert framed.status_code == 200
    assert "frame-ancestors *" in framed.headers["content-security-policy"]
    assert set(document) & THUMBNAIL in (THUMBNAIL, set())
    if "thumbnail_url" in document:
        assert client.get(str(document["thumbnail_url"])).headers["content-type"] == "image/png"


@pytest.mark.parametrize("url", ["/missions/luna-26", "/charts/slips", "/missions", "/"])
@pytest.mark.parametrize(("width", "height"), [(300, 200), (1, 1), (900, 500), (5000, 5000)])
def test_nothing_is_larger_than_asked(
    client: TestClient, url: str, width: int, height: int
) -> None:
    """Frame and picture are at most as wide and high as was said."""
    document = told(client, url, maxwidth=width, maxheight=height)
    for prefix in ("", "thumbnail_"):
        assert int(str(document.get(f"{prefix}width", 1))) <= width
        assert int(str(document.get(f"{prefix}height", 1))) <= height
    assert ("thumbnail_url" in document) is (width >= 900)


def test_xml_says_the_same(client: TestClient) -> None:
    """Each key is an element of the same text."""
    document = told(client, "/missions/luna-26")
    answer = client.get("/oembed?format=xml&url=http://testserver/missions/luna-26")
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    root = ET.fromstring(answer.content)  # noqa: S314 - our own
    assert root.tag == "oembed"
    assert {item.tag: item.text for item in root} == {
        key: str(value) for key, value in document.items()
    }


def test_parameters_go_with_it(client: TestClient) -> None:
    """Day, theme and filters of the address are those of the frame."""
    html = unescape(str(told(client, "/charts/slips?subject=missions/luna-26&as_of=2018")["html"]))
    assert "/embed/charts/slips?as_of=2018&subject=missions/luna-26" in html
    html = unescape(str(told(client, "/embed/missions?status=planned&theme=dark")["html"]))
    assert "/embed/missions?status=planned&theme=dark" in html
    assert "as known on 3 March 2018" in str(
        told(client, "/missions/luna-26?as_of=2018-03-03")["title"]
    )
    assert "cursor" not in str(told(client, "/missions?q=luna&cursor=abc")["html"])


def test_xml_is_xml_whatever_is_asked_for(client: TestClient) -> None:
    """What XML cannot hold is refused, as no name has it."""
    for char, status in (("&<>'\"", 200), ("\ufffe", 422), ("\x85", 422), ("\x1b", 422)):
        asked = {"format": "xml", "url": f"http://testserver/missions?q={quote(char)}"}
        answer = client.get("/oembed", params=asked)
        assert answer.status_code == status
        assert status != 200 or ET.fromstring(answer.text).tag == "oembed"  # noqa: S314


@pytest.mark.parametrize(
    ("url", "status", "said"),
    [
        ("http://elsewhere.example/missions/luna-26", 404, "no address of this server"),
        ("http://testserver.example/missions/luna-26", 404, "no address of this server"),
        ("ftp://testserver/missions", 404, "no address of this server"),
        ("missions/luna-26", 404, "no address of this server"),
        ("http://testserver/missions/luna-62", 404, "did you mean 'luna-26'"),
        ("http://testserver/guide", 404, "nothing at /guide can be embedded"),
        ("http://testserver/missions?stats=planned", 400, "in url: unknown parameter 'stats'"),
        ("http://testserver/missions?status=plannd", 400, "did you mean 'planned'"),
        ("http://testserver/missions/luna-26?as_of=2018-13", 422, "in url: as_of '2018-13'"),
        ("http://testserver/charts/slips?top=99", 422, "in url: top"),
        ("http://testserver/missions?q=a&q=b", 400, "in url: q is given 2 times"),
    ],
)
def test_addresses_that_are_refused(client: TestClient, url: str, status: int, said: str) -> None:
    """What is not ours or not there is 404; what is wrong in an address is told as that."""
    answer = client.get("/oembed", params={"url": url})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]
    if status != 404:
        assert {error["parameter"] for error in answer.json()["errors"]} == {"url"}


@pytest.mark.parametrize(
    ("query", "status", "named"),
    [
        ("", 422, "url"),
        ("url=/missions&format=yaml", 400, "format"),
        ("url=/missions&maxwidth=0", 422, "maxwidth"),
        ("url=/missions&maxheight=x", 422, "maxheight"),
        ("url=/missions&width=300", 400, "width"),
    ],
)
def test_own_parameters(client: TestClient, query: str, status: int, named: str) -> None:
    """A wrong parameter of the request itself is named."""
    answer = client.get(f"/oembed?{query}", headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert [error["parameter"] for error in answer.json()["errors"]] == [named]


def test_it_is_kept(client: TestClient) -> None:
    """It has a tag and a lifetime, and any page may read it."""
    answer = client.get("/oembed?url=/missions/luna-26")
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.headers["access-control-allow-origin"] == "*"
    again = client.get(
        "/oembed?url=/missions/luna-26", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304
