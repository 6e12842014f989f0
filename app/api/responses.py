"""Responses with prepared documents, in the form that was asked for, without taking them apart."""

import datetime as dt

from fastapi import Request, Response

from app.api.answers import Answer
from app.api.asked import Asked
from app.api.caching import not_modified
from app.api.offers import Offer
from app.api.sent import sent_header
from app.api.told import told_of_item, told_of_page
from app.api.written import written
from app.db import Reader
from app.errors import AppError
from app.queries.dataset import get_release
from app.queries.entities import Found
from app.queries.paging import Results, Worked
from app.utf8 import to_text


async def list_answer(
    request: Request, reader: Reader, results: Results, asked: Asked, now: dt.datetime, offer: Offer
) -> Response:
    """A list, or a part of it."""
    results.check(asked.page)
    answer = Answer(request, get_release(reader), asked, now, offer)
    if answer.is_held:
        return not_modified(answer.headers)
    if answer.is_enveloped:
        told = told_of_page(reader, results, asked, answer.chosen, answer.page_at)
        return answer.whole(told)
    return await written(answer, reader, results)


async def item_answer(
    request: Request, reader: Reader, found: Found, asked: Asked, now: dt.datetime, offer: Offer
) -> Response:
    """One record."""
    answer = Answer(request, get_release(reader), asked, now, offer, found.versions)
    if answer.is_held:
        return not_modified(answer.headers)
    if answer.is_enveloped:
        return answer.whole(told_of_item(found, answer.chosen))
    return await written(answer, reader, Worked([to_text(found.document)]))


def held_answer(
    request: Request, release: str, asked: Asked, now: dt.datetime, offer: Offer
) -> Response | None:
    """That the client has an answer already, told before anything is read of it; None, if not.

    Only who was given the answer as it is has its tag: what is asked is right, and it is there.
    """
    if "*" in (sent_header(request.scope, b"if-none-match") or "*"):
        return None
    try:
        answer = Answer(request, release, asked, now, offer)
    except AppError:
        return None  # there may be no such thing, which is to be said first
    return not_modified(answer.headers) if answer.is_held else None
