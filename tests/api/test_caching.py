"""Asking whether an answer still holds."""

import datetime as dt
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.datastructures import URL

from app.api.caching import canonical, entity_tag
from app.db import Database
from app.ledger.loading import load
from app.main import create_app
from app.settings import Settings
from tests.builders import MISSION_FILE, write_seed
from tests.conftest import NOW
from tests.databases import tables_in

ADDRESSES = (
    "/v1/missions",
    "/v1/missions/luna-26?as_of=2018-03-03",
    "/v1/missions/luna-26/claims",
    "/v1/missions/luna-26/schedule?as_of=-1y",
    "/v1/sources/rt-2018-03-02/scorecard?limit=3",
    "/v1/claims?limit=2",
    "/v1/disputes",
    "/v1/properties",
    "/v1/dataset",
    "/openapi.json",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_held_is_not_sent_again(client: TestClient, address: str) -> None:
    """With the tag of the answer, the answer is 304 without a body, with the same headers."""
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("etag", "cache-control", "access-control-allow-origin"):
        assert first.headers[name] == again.headers[name]
    assert "content-type" not in again.headers


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("{tag}", 304),
        ("W/{tag}", 304),
        ('"other", {tag}', 304),
        ("*", 304),
        ('"other"', 200),
        ("{bare}", 200),
        ("", 200),
    ],
)
def test_if_none_match(client: TestClient, header: str, status: int) -> None:
    """Tags are compared weakly, in lists, and `*` means any (RFC 9110, 13.1.2)."""
    tag = client.get("/v1/missions").headers["etag"]
    sent = header.format(tag=tag, bare=tag.strip('"'))
    assert status == client.get("/v1/missions", headers={"If-None-Match": sent}).status_code


def test_tags_of_different_answers_differ(client: TestClient) -> None:
    """No two of these addresses share a tag, and none is weak."""
    addresses = (*ADDRESSES, "/v1/missions?limit=1", "/v1/missions?as_of=2018", "/v1/agreements")
    tags = [client.get(address).headers["etag"] for address in addresses]
    assert len(set(tags)) == len(addresses)
    assert all(tag.startswith('"') and tag.endswith('"') for tag in tags)


def test_order_of_parameters_does_not_matter(client: TestClient) -> None:
    """The same question in another order has the same tag, and the same bytes."""
    one = client.get("/v1/missions?as_of=2018-03&limit=1&sort=-launch")
    other = client.get("/v1/missions?sort=-launch&limit=1&as_of=2018-03")
    assert one.headers["etag"] == other.headers["etag"]
    assert one.content == other.content


def test_order_within_a_parameter_stays() -> None:
    """Only parameters are put in order, not what they say."""
    url = URL("http://host/v1/missions?sort=name,-launch&limit=1&as_of=2018%2D03")
    assert canonical(url) == "http://host/v1/missions?as_of=2018%2D03&limit=1&sort=name,-launch"


def test_errors_have_no_tag(client: TestClient) -> None:
    """What is refused is refused again, whatever the client says it has."""
    for address in ("/v1/missions/luna-62", "/v1/missions?as_off=1", "/v1/missions?as_of=x"):
        response = client.get(address, headers={"If-None-Match": "*"})
        assert response.status_code >= 400
        assert "etag" not in response.headers


@pytest.fixture
def service(tmp_path: Path) -> tuple[Settings, list[dt.datetime]]:
    """Settings of a service of its own, and a clock that can be set."""
    seed = write_seed(tmp_path / "seed")
    url = tables_in(tmp_path)
    return Settings(database_url=url, seed_dir=seed), [NOW]


def test_a_tag_lasts_as_long_as_its_day(service: tuple[Settings, list[dt.datetime]]) -> None:
    """An answer of today has another tag tomorrow; one of a fixed day keeps its own."""
    settings, clock = service
    with TestClient(create_app(settings, lambda: clock[0])) as client:
        today = client.get("/v1/missions").headers["etag"]
        fixed = client.get("/v1/missions?as_of=2018-03").headers["etag"]
        clock[0] += dt.timedelta(days=1)
        assert today != client.get("/v1/missions").headers["etag"]
        assert fixed == client.get("/v1/missions?as_of=2018-03").headers["etag"]


def test_a_tag_lasts_as_long_as_its_release(service: tuple[Settings, list[dt.datetime]]) -> None:
    """When the facts change, so does every tag; when they change back, the old one holds again."""
    settings, clock = service
    with TestClient(create_app(settings, lambda: clock[0])) as client:
        before = client.get("/v1/agencies").headers["etag"]
        file = settings.seed_dir / "missions" / "luna-26.yaml"
        for text, same in ((MISSION_FILE.replace("2022", "2024"), False), (MISSION_FILE, True)):
            file.write_text(text, encoding="utf-8")
            database = Database(settings.database_url, settings.migrations_dir)
            load(database, settings.seed_dir)
            database.close()
            held = client.get("/v1/agencies", headers={"If-None-Match": before})
            assert same == (held.status_code == 304)


def test_a_tag_is_of_all_its_inputs() -> None:
    """Inputs are told apart, also where they would read the same run together."""
    tags = {entity_tag("a", "b"), entity_tag("ab", ""), entity_tag("ab"), entity_tag("b", "a")}
    assert len(tags) == 4


def test_links_lead_on(client: TestClient) -> None:
    """Each answer says where its licence, its description and its next page are."""
    response = client.get("/v1/claims?limit=2")
    assert response.json()["meta"]["next"] == response.links["next"]["url"]
    assert response.links["license"]["url"] == response.json()["meta"]["license_url"]
    for relation in ("service-desc", "service-doc", "next"):
        assert client.get(response.links[relation]["url"]).status_code == 200
    assert "next" not in client.get("/v1/claims?limit=10000").links
