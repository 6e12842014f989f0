"""Errors: one shape, at every door."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from app.api.formats import ICS, TABULAR
from app.errors import PROBLEMS
from app.main import create_app
from app.schemas import Problem
from app.settings import Settings
from tests.api.test_http import body_sent
from tests.conftest import NOW
from tests.databases import url_in


def problem_of(response: Response, status: int, type_: str) -> dict[str, Any]:
    """The problem that a response is: the shape that all of them have."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["access-control-allow-origin"] == "*"
    body: dict[str, Any] = response.json()
    Problem.model_validate(body)
    assert body["status"] == status
    assert body["type"].rpartition("/")[2] == type_
    assert body["request_id"] == response.headers["x-request-id"]
    assert unquote(body["instance"]) == response.request.url.path
    assert body["instance"].isascii()
    assert body["detail"]
    return body


def parameters_of(problem: dict[str, Any]) -> list[str]:
    """The parameters at fault."""
    return [error["parameter"] for error in problem["errors"]]


@pytest.fixture
def failing(settings: Settings) -> Iterator[TestClient]:
    """A service of which one route crashes."""
    app = create_app(settings, clock=lambda: NOW)

    @app.get("/crash")
    async def crash() -> None:
        raise RuntimeError("the secret of the house")

    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/v1/", "/v2/missions", "/v1/missions/", "/v1/missions/luna-26/nothing",
     "/docs/", "/assets", "/assets/docs/nothing.js", "/%00", "/%F0%9F%9A%80", "/v1//missions",
     "/assets/docs/../../../etc/passwd", "/assets/docs/%2e%2e/%2e%2e/pyproject.toml"],
)  # fmt: skip
def test_unknown_route(client: TestClient, path: str) -> None:
    """An address that there is not is a problem that leads on."""
    problem = problem_of(client.get(path), 404, "not-found")
    assert "did you mean" in problem["detail"] or "/docs" in problem["detail"]


def test_unknown_route_names_the_nearest(client: TestClient) -> None:
    """A misspelt address is answered with the right one."""
    assert "/v1/missions?" in client.get("/v1/mission").json()["detail"]


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("/v1/missions/luna-62", "luna-26"),
        ("/v1/missions/luna-62/claims", "luna-26"),
        ("/v1/missions/luna-62/vintages", "luna-26"),
        ("/v1/missions/luna-62/schedule", "luna-26"),
        ("/v1/agencies/cnsaa", "cnsa"),
        ("/v1/agreements/roscosmos-cnsa-intent", "roscosmos-cnsa-intent-2018"),
        ("/v1/projects/deep-space-gatewy", "deep-space-gateway"),
        ("/v1/people/igor-komarow", "igor-komarov"),
        ("/v1/sources/rt-2018-03-03", "rt-2018-03-02"),
        ("/v1/sources/rt-2018-03-03/scorecard", "rt-2018-03-02"),
        ("/problems/not-fond", "not-found"),
    ],
)
def test_unknown_id(client: TestClient, path: str, nearest: str) -> None:
    """An unknown id is a 404 that names the nearest one."""
    assert f"did you mean '{nearest}'?" in problem_of(client.get(path), 404, "not-found")["detail"]


def test_unknown_claim(client: TestClient) -> None:
    """A claim that there is not is a 404."""
    problem_of(client.get("/v1/claims/0123456789abcdef"), 404, "not-found")


def test_claim_not_known_yet(client: TestClient) -> None:
    """A claim is not there before it was known, and the answer says from when it is."""
    claim = client.get("/v1/claims?subject=missions/luna-26&limit=1").json()["results"][0]
    response = client.get(f"/v1/claims/{claim['id']}?as_of=2018-03-01")
    assert claim["known_from"] in problem_of(response, 404, "not-found")["detail"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "path", ["/v1/missions", "/v1/missions/luna-26", "/", "/docs", "/openapi.json", "/health/live",
             "/assets/docs/favicon.png"],
)  # fmt: skip
def test_method_not_allowed(client: TestClient, method: str, path: str) -> None:
    """Any method but GET, HEAD and OPTIONS is a 405 that says so in Allow."""
    response = client.request(method, path)
    problem_of(response, 405, "method-not-allowed")
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"


def test_not_acceptable(client: TestClient) -> None:
    """A client that takes none of the forms that there are is told all of them."""
    response = client.get("/v1/missions", headers={"Accept": "text/html"})
    detail = problem_of(response, 406, "not-acceptable")["detail"]
    for form in (*TABULAR, ICS):
        assert form.media_type in detail


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("as_of", "2018-13"),
        ("as_of", "yesterday"),
        ("as_of", "2018-02-30"),
        ("as_of", ""),
        ("as_of", "x" * 41),
        ("limit", "0"),
        ("limit", "-1"),
        ("limit", "10001"),
        ("limit", "ten"),
        ("limit", ""),
        ("offset", "-1"),
        ("offset", "1000001"),
        ("offset", "ten"),
        ("offset", ""),
        ("cursor", "nonsense"),
        ("cursor", ""),
        ("cursor", "W1tb" * 400),
        ("launch", "soon"),
        ("launch__gte", "2022-13"),
        ("launch__lte", "2024-25"),
        ("disputed", "perhaps"),
        ("overdue", "2"),
        ("q", ""),
        ("q", "x" * 2001),
        ("status", ""),
        ("sort", ""),
        ("fields", ""),
        ("agency", ""),
        ("country", ""),
    ],
)
def test_unreadable_value(client: TestClient, parameter: str, value: str) -> None:
    """A value that cannot be read is a 422 that names the parameter, and it alone."""
    response = client.get("/v1/missions", params={parameter: value})
    problem = problem_of(response, 422, "invalid-parameter")
    assert set(parameters_of(problem)) == {parameter}
    assert "constrained" not in problem["detail"]


@pytest.mark.parametrize(
    ("query", "parameter", "nearest"),
    [
        ("as_off=2018", "as_off", "as_of"),
        ("launch_gte=2018", "launch_gte", "launch__gte"),
        ("Limit=3", "Limit", "limit"),
        ("sort=lunch", "sort", "launch"),
        ("sort=-lunch", "sort", "launch"),
        ("fields=nmae", "fields", "name"),
        ("status=planed", "status", "planned"),
        ("claims=bset", "claims", "best"),
    ],
)
def test_unknown_parameter_or_word(
    client: TestClient, query: str, parameter: str, nearest: str
) -> None:
    """A name, or a word of a list, that is not known is a 400 that names the nearest."""
    problem = problem_of(client.get(f"/v1/missions?{query}"), 400, "bad-request")
    assert parameters_of(problem) == [parameter]
    assert f"'{nearest}'" in problem["detail"]


def test_every_unknown_parameter_is_named(client: TestClient) -> None:
    """Two unknown parameters are two errors."""
    problem = problem_of(client.get("/v1/missions?as_off=1&limt=2"), 400, "bad-request")
    assert parameters_of(problem) == ["as_off", "limt"]


@pytest.mark.parametrize(
    "path", ["/v1/missions/luna-26", "/v1/claims", "/v1/dataset", "/v1/properties", "/v1/disputes",
             "/v1/missions/luna-26/schedule", "/v1/sources/rt-2018-03-02/scorecard",
             "/v1/missions.csv", "/v1/timeline", "/v1/slips", "/v1/slips/summary", "/v1/relations",
             "/v1/changes", "/v1/network", "/v1/network/nodes", "/v1/missions/luna-26/name",
             "/v1/dataset.zip"],
)  # fmt: skip
def test_unknown_parameter_everywhere(client: TestClient, path: str) -> None:
    """No route of the data ignores a misspelt as_of."""
    problem = problem_of(client.get(f"{path}?as_off=2018"), 400, "bad-request")
    assert parameters_of(problem) == ["as_off"]
    assert "'as_of'" in problem["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/missions/luna%00",
        "/v1/missions/%FF%FE",
        "/v1/missions/luna-26%0A",
        "/v1/missions/%D0%BB%D1%83%D0%BD%D0%B0",
        "/v1/missions/Luna-26",
        "/v1/missions/" + "x" * 201,
        "/v1/claims/xyz",
        "/v1/claims/0123456789ABCDEF",
        "/v1/claims/%00",
    ],
)
def test_odd_ids(client: TestClient, path: str) -> None:
    """An id that no record has is answered as such, whatever bytes it is made of."""
    response = client.get(path)
    if response.status_code == 422:
        assert parameters_of(problem_of(response, 422, "invalid-parameter")) == ["id"]
    else:
        problem_of(response, 404, "not-found")


@pytest.mark.parametrize("slug", ["luna%0A26", "%0Aluna-26", "luna-26%0A", "luna-26%0D%0A", "%0A"])
@pytest.mark.parametrize("root", ["/v1", "/v1/as-of/2018-03"])
@pytest.mark.parametrize(
    "below",
    ["", ".csv", ".json", "/claims", "/schedule.csv", "/launch_label.txt", "/changes.atom"],
)
def test_line_feeds_in_ids(client: TestClient, root: str, slug: str, below: str) -> None:
    """An id with a line feed in it is one that no record has, wherever it stands in an address."""
    path = f"{root}/missions/{slug}{below}"
    problem = problem_of(client.get(path), 404, "not-found")
    assert f"there is no missions/{unquote(slug)}" in problem["detail"]


@pytest.mark.parametrize(
    "path",
    ["/v1/missions%0A", "/v1/missions%0A.csv", "/v1/missions.csv%0A", "/v1%0A/missions",
     "/v1/missions/luna-26/claims%0A", "/v1/as-of/2018/missions%0A", "/v1/dataset.zip%0A",
     "/v1/network/nodes%0A", "/openapi.json%0A", "/docs%0A", "/health/live%0A", "/%0A", "/%0A%0A"],
)  # fmt: skip
def test_line_feeds_beside_ids(client: TestClient, path: str) -> None:
    """An address with a line feed at its end is another, and there is nothing at it."""
    problem_of(client.get(path), 404, "not-found")


def test_instance_is_the_address_asked_for(client: TestClient) -> None:
    """A problem names the path as it came, also what would end it if it stood there bare."""
    for path in ("/v1/missions/a%3Fb", "/v1/missions/a%23b", "/v1/missions/a%5Cb",
                 "/v1/missions/a%0Ab", "/v1/missions/a%25b.csv"):  # fmt: skip
        assert problem_of(client.get(path), 404, "not-found")["instance"] == path


@pytest.mark.parametrize(
    ("text", "found"),
    [("%FF", []), ("%ED%A0%80", []), ("%F0%9F%9A%80", []), ("%E2%80%AE", []), ("'", ["change-7"]),
     ("''", []), ('"', []), (";--", [])],
)  # fmt: skip
def test_odd_text_in_a_query(client: TestClient, text: str, found: list[str]) -> None:
    """Any text may be looked for; what is in no name is found nowhere."""
    response = client.get(f"/v1/missions?q={text}")
    assert response.status_code == 200
    assert [record["id"] for record in response.json()["results"]] == found
    assert all("'" in record["name"] for record in response.json()["results"])


@pytest.mark.parametrize("query", ["q=%00", "q=luna%00", "status=%00", "agency=%00", "sort=%00"])
def test_nul_is_never_a_wildcard(client: TestClient, query: str) -> None:
    """A NUL character finds nothing or is refused; it cuts no text short."""
    response = client.get(f"/v1/missions?{query}")
    if response.status_code == 200:
        assert response.json()["results"] == []
    else:
        assert response.status_code in (400, 422)


@pytest.mark.parametrize(
    "query",
    [
        {"q": "a " * 999},
        {"country": ",".join(["CN"] * 600)},
        {"sort": ",".join(["id"] * 600)},
        {"status": ",".join(["planned"] * 240)},
    ],
    ids=lambda query: next(iter(query)),
)
def test_long_values_do_not_crash(client: TestClient, query: dict[str, str]) -> None:
    """A value within the documented length is answered or refused, and is no fault of ours."""
    response = client.get("/v1/missions", params=query)
    assert response.status_code in (200, 400, 422)


def test_crash(failing: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """A crash is a 500 that tells nothing of the code, with the number under which it is logged."""
    response = failing.get("/crash")
    problem = problem_of(response, 500, "internal-error")
    for word in ("Traceback", "RuntimeError", "secret", ".py"):
        assert word not in response.text
    [crash] = [line for line in caplog.records if line.message == "crash"]
    assert crash.fields["request_id"] == problem["request_id"]  # type: ignore[attr-defined]
    assert crash.levelname == "ERROR"
    assert crash.exc_info
    assert problem["request_id"] in problem["detail"]


def test_crash_of_head_has_no_body(failing: TestClient) -> None:
    """HEAD of what crashes has the status and headers of GET, and no body."""
    response = failing.head("/crash")
    sent = body_sent(failing.app, "HEAD", "/crash")
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert sent == b""


def test_service_goes_on_after_a_crash(failing: TestClient) -> None:
    """The next request is answered as if nothing had been."""
    failing.get("/crash")
    assert failing.get("/v1/missions").status_code == 200


def test_every_request_is_logged_with_its_number(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has a line for a request, with the id that the answer carries."""
    caplog.set_level("INFO")
    response = client.get("/v1/missions?limit=1")
    [line] = [line.fields for line in caplog.records if line.message == "request"]  # type: ignore[attr-defined]
    assert line["request_id"] == response.headers["x-request-id"]
    assert (line["status"], line["path"], line["query"]) == (200, "/v1/missions", "limit=1")


@pytest.mark.parametrize(
    "path", ["/v1/missions", "/v1/missions/luna-26", "/v1/claims", "/v1/dataset", "/",
             "/openapi.json", "/health/ready"],
)  # fmt: skip
def test_missing_database(settings: Settings, tmp_path: Path, path: str) -> None:
    """Without its database the service says 503, and what to do."""
    url = url_in(tmp_path / "nowhere")
    app = create_app(settings.model_copy(update={"database_url": url}), clock=lambda: NOW)
    # Not entered as a context: its start would make the database.
    client = TestClient(app, raise_server_exceptions=False)
    problem = problem_of(client.get(path), 503, "not-ready")
    assert "lunar load" in problem["detail"]
    app.state.database.close()


def test_alive_without_a_database(settings: Settings, tmp_path: Path) -> None:
    """That the process lives does not hang on the database."""
    url = url_in(tmp_path / "nowhere")
    app = create_app(settings.model_copy(update={"database_url": url}), clock=lambda: NOW)
    response = TestClient(app).get("/health/live")
    assert (response.status_code, response.json()["status"]) == (200, "ok")
    app.state.database.close()


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.type)
def test_type_leads_to_a_page(client: TestClient, problem: Any) -> None:
    """The address of each problem type is a page that says what it means."""
    response = client.get(f"/problems/{problem.type}")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert f"<h1>{problem.title}</h1>" in response.text
    assert str(problem.status) in response.text


def test_type_of_an_answer_is_an_address(client: TestClient) -> None:
    """The type in an answer is itself the address of that page."""
    problem = client.get("/v1/missions?as_off=1").json()
    assert client.get(problem["type"]).status_code == 200


@pytest.mark.parametrize(
    "paths",
    [
        ("/nothing", "/v1/missions/luna-62", "/v1/claims/0123456789abcdef", "/problems/x"),
        ("/v1/missions?as_off=1", "/v1/missions?sort=x", "/v1/missions?status=x",
         "/v1/missions?q=a&q=b"),
        ("/v1/missions?as_of=x", "/v1/missions?limit=0", "/v1/missions?cursor=x",
         "/v1/claims?limit=x"),
    ],
)  # fmt: skip
def test_title_is_constant(client: TestClient, paths: tuple[str, ...]) -> None:
    """All problems of a type have one title."""
    problems = [client.get(path).json() for path in paths]
    assert (
        len({(problem["type"], problem["title"], problem["status"]) for problem in problems}) == 1
    )


def test_each_type_has_its_own_name_and_title() -> None:
    """No two types of problems share a type or a title."""
    assert len({problem.type for problem in PROBLEMS}) == len(PROBLEMS)
    assert len({problem.title for problem in PROBLEMS}) == len(PROBLEMS)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", problem.type) for problem in PROBLEMS)


def test_problems_are_answered_whatever_the_client_accepts(client: TestClient) -> None:
    """An error is a problem also for a client that asked for something else."""
    response = client.get("/nothing", headers={"Accept": "text/csv"})
    problem_of(response, 404, "not-found")
