"""The service over other facts than those of the tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.builders import write_seed
from tests.conftest import NOW
from tests.databases import tables_in


@pytest.fixture
def other(tmp_path: Path) -> Iterator[TestClient]:
    """A client of a service whose facts do not include the article."""
    seed = write_seed(tmp_path / "seed")
    url = tables_in(tmp_path)
    with TestClient(create_app(Settings(database_url=url, seed_dir=seed), lambda: NOW)) as client:
        yield client


def test_home_without_the_article(other: TestClient) -> None:
    """The home page has no scorecard where the article is not among the facts."""
    page = other.get("/")
    assert page.status_code == 200
    assert "What became of it</h2>" not in page.text
    assert "3 claims from" in page.text


def test_documentation_without_the_article(other: TestClient) -> None:
    """The document leaves out the examples that there are not, and keeps the others."""
    paths = other.get("/openapi.json").json()["paths"]

    def shown(path: str) -> bool:
        return "example" in paths[path]["get"]["responses"]["200"]["content"]["application/json"]

    assert shown("/v1/missions/{id}")
    assert not shown("/v1/agreements/{id}")
    assert shown("/v1/properties")


def test_facts_are_served(other: TestClient) -> None:
    """What the seed files say is what is served."""
    record = other.get("/v1/missions/luna-26").json()["result"]
    assert (record["name"], record["launch_edtf"]) == ("Luna-26", "2022")
