"""Answers that are made for every request are those that Starlette makes."""

import pytest
from fastapi import Response

from app.api.whole import Whole

HEADERS = {"ETag": '"a"', "Link": "</é>; rel=x", "Vary": "Accept"}


@pytest.mark.parametrize("status", [200, 422])
def test_says_what_starlette_says(status: int) -> None:
    """Status, headers and body are the same, in the same order."""
    usual = Response("{}", status, HEADERS, "application/json")
    whole = Whole(HEADERS, b"{}", "application/json", status)
    assert (whole.status_code, whole.raw_headers, whole.body) == (
        usual.status_code, usual.raw_headers, usual.body,
    )  # fmt: skip


def test_says_nothing_of_a_body_that_there_is_not() -> None:
    """A 304 has the headers that it is given and no others."""
    usual, whole = Response(status_code=304, headers=HEADERS), Whole(HEADERS, status=304)
    assert (whole.raw_headers, whole.body) == (usual.raw_headers, usual.body)
