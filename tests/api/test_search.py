"""Search: what is meant comes first, however it was typed, and nothing typed is an error."""

import csv
import html
import io
import itertools
import json
import re
import string
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from app import fulltext
from app.backends.phrases import Query, phrases_of
from app.db import Database, Reader, allow_more
from app.queries import ranking
from app.queries.paging import PageRequest
from app.queries.search import search as search_in
from app.text import search_terms
from tests.api.test_entities import serving
from tests.api.test_problems import parameters_of, problem_of
from tests.builders import SOURCE_FILE
from tests.conftest import TODAY, count_statements, forget

ENTITIES = ("missions", "agreements", "agencies", "projects", "people")


def search(client: TestClient, q: str, **query: Any) -> dict[str, Any]:
    """The answer to a search; it never fails."""
    response = client.get("/v1/search", params={"q": q, **query})
    assert response.status_code == 200, (q, response.text)
    body: dict[str, Any] = response.json()
    return body


def refs_of(body: dict[str, Any]) -> list[str]:
    """What was found, in order."""
    return [hit["ref"] for hit in body["results"]]


def found(client: TestClient, q: str, **query: Any) -> list[str]:
    """What a search finds, in order."""
    return refs_of(search(client, q, **{"limit": 10_000, **query}))


def claim(property: str, value: str, **more: str) -> dict[str, str]:  # noqa: A002
    """A claim of the report."""
    usual = {"source": "report", "locator": "paragraph 9"}
    return {"property": property, "value": value, **usual, **more}


def record(slug: str, *claims: dict[str, str]) -> str:
    """A seed file of a record with some claims; whatever characters are in them."""
    lines = [f"- {json.dumps(each, ensure_ascii=False)}\n" for each in claims]
    return f"id: {slug}\nclaims:\n{''.join(lines)}"


def named(slug: str, *names: str) -> str:
    """A seed file of a record with a name, and with other names."""
    first, *others = names
    return record(slug, claim("name", first), *(claim("alias", other) for other in others))


@pytest.fixture(scope="module")
def names(client: TestClient) -> list[tuple[str, str, bool]]:
    """Every name in the seed of a mission, agreement, agency, project or person.

    As (ref, name, whether it is the one that is shown).
    """
    listed = []
    for kind in ENTITIES:
        for item in client.get(f"/v1/{kind}?limit=10000").json()["results"]:
            others = [item.get("native_name"), *item.get("aliases", [])]
            listed.append((item["ref"], item["name"], True))
            listed += [(item["ref"], other, False) for other in dict.fromkeys(others) if other]
    assert len(listed) > 100
    return listed


NASTY = 'Luna <b>bold</b> & "quoted" <mark>26</mark> &amp; <script>alert(1)</script>'

SMALL = {
    # Beginnings of words
    "missions__aid": record(
        "aid", claim("name", "Depot"), claim("described_as", "mutual assistance")
    ),
    "agencies__pakistan": named("pakistan", "Pakistan"),
    "missions__one": record("one", claim("name", "One"), claim("described_as", "a document")),
    "missions__two": record("two", claim("name", "Two"), claim("described_as", "all documents")),
    # The same word in several names
    "missions__a": named("a", "Base base base", "Base of the base", "base"),
    "missions__b": named("b", "Base station for the lunar surface and its many orbits"),
    "missions__c": record(
        "c", claim("name", "Base"), claim("described_as", "far " * 400 + "off")
    ),
    "missions__d": named("d", "Basecamp"),
    "agencies__base": named("base", "Base Base"),
    "sources__base": SOURCE_FILE.replace("report", "base").replace("Report", "Base base"),
    "agencies__forum": named("forum", "Exploration of Space Forum, International", "ISEF"),
    "agencies__office": named("office", "ISEF Office"),
    "agencies__next": named("next", "ISEF2"),
    # Names and texts
    "missions__e": record("e", claim("name", "Etna"), claim("described_as", "gate gate gate")),
    "missions__f": named("f", "Farm of the long road to the gate of the mountains of the Moon"),
    # Words together and apart
    "missions__both": named("both", "Alpha beta"),
    "missions__first": named("first", "Alpha"),
    "missions__other": named("other", "Gamma"),
    "missions__apart": named("apart", "Zond of the 8"),
    "missions__row": named("row", "Zond-8"),
    # Markup, and what spreadsheets run
    "missions__nasty": record("nasty", claim("name", NASTY), claim("described_as", NASTY)),
    "missions__cell": record("cell", claim("name", "X 3+3"), claim("described_as", "x =3+3")),
    # A claim with all that claims have
    "missions__kappa": record(
        "kappa",
        claim("name", "Kappa"),
        claim(
            "operator", "agencies/rt", original_value="mil neuf cent", role="flagship",
            said_by="people/alphonse", note="Beta's own words about Orlov's ship",
        ),
    ),
    "people__alphonse": named("alphonse", "Alphonse"),
}  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service with a few records of a few words each."""
    with serving(tmp_path_factory.mktemp("small"), **SMALL) as client:
        yield client


# --- What is meant ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("q", "ref"),
    [
        *[(q, "missions/luna-26") for q in
          ("Luna-26", "LUNA-26", "luna-26", "Luna 26", "luna26", "Luna26", "LUNA  26", " luna 26 ",
           "Luna", "luna–26", "lúna 26", "Ｌｕｎａ２６", "luna_26", '"luna 26"', "26 luna",
           "Луна-26", "ЛУНА-26", "луна 26", "луна26", "Луна", "Лун")],
        *[(q, "missions/change-7") for q in
          ("Chang'e-7", "Chang’e 7", "Chang‘e 7", "Change 7", "change7", "CHANGE-7", "chang e 7",
           "chang-e-7", "Chang`e 7", "Chang´e-7", "Changʼe-7", "Chánge 7", "嫦娥七号", "嫦娥",
           "七号", "嫦", "嫦娥 七号", "Чанъэ-7", "чанъэ", "ЧАНЪЭ 7")],
        *[(q, "agencies/roscosmos") for q in
          ("Roscosmos", "roscosmos", "ROSCOSMOS", "Роскосмос", "РОСКОСМОС", "роскосмос",
           "Roskosmos", "Roscosmoss", "Rosocsmos", "Roscomos")],
        ("NASA", "agencies/nasa"),
        ("cnsa", "agencies/cnsa"),
        ("Igor Komarov", "people/igor-komarov"),
        ("Komarov", "people/igor-komarov"),
        ("komarov igor", "people/igor-komarov"),
        ("Igor Komarow", "people/igor-komarov"),
        ("Deep Space Gateway", "projects/deep-space-gateway"),
        ("deep-space gateway", "projects/deep-space-gateway"),
        ("Gateway deep space", "projects/deep-space-gateway"),
        ("deep spcae gatway", "projects/deep-space-gateway"),
    ],
)  # fmt: skip
def test_what_is_meant_comes_first(client: TestClient, q: str, ref: str) -> None:
    """In any script, case, spelling and order of words, the first hit is what was meant."""
    assert refs_of(search(client, q, limit=1)) == [ref]


def test_every_name_that_is_shown_finds_its_record(
    client: TestClient, names: list[tuple[str, str, bool]]
) -> None:
    """Whatever is called just as it was typed comes first."""
    owners = {name: {ref for ref, other, _ in names if other == name} for _, name, _ in names}
    shown = [(ref, name) for ref, name, is_shown in names if is_shown]
    missed = [
        (name, hits)
        for ref, name in shown
        if not owners[name] & set(hits := refs_of(search(client, name, limit=1)))
    ]
    assert missed == []


def test_every_other_name_finds_its_record(
    client: TestClient, names: list[tuple[str, str, bool]]
) -> None:
    """So it is with names in other scripts, and with short ones."""
    owners = {name: {ref for ref, other, _ in names if other == name} for _, name, _ in names}
    missed = [
        (name, hits)
        for _, name, is_shown in names
        if not is_shown and not owners[name] & set(hits := refs_of(search(client, name, limit=1)))
    ]
    assert missed == []


@pytest.mark.parametrize("ref", ["missions/luna-26", "agencies/roscosmos", "missions/change-7"])
def test_letter_by_letter(client: TestClient, ref: str) -> None:
    """Who types a name sees it come: it is among the first ten at once, and then goes up."""
    name = {"missions/change-7": "嫦娥七号"}.get(ref, ref.partition("/")[2])
    places = [
        found(client, name[:length], limit=10).index(ref) for length in range(1, len(name) + 1)
    ]
    assert places == sorted(places, reverse=True)
    assert places[-1] == 0
    assert max(places[3:], default=0) == 0


def test_only_the_last_word_goes_on(client: TestClient) -> None:
    """Of the last word the beginning is enough; a blank after it says that it is whole."""
    body = search(client, "deep space gate")
    assert refs_of(body)[0] == "projects/deep-space-gateway"
    assert body["meta"]["interpreted"] == "deep space gate"
    assert search(client, "deep space gate ")["meta"]["interpreted"] != "deep space gate"


def test_the_beginning_of_a_word_of_a_text_is_enough(small: TestClient) -> None:
    """It is enough also where the word is in no name, and some name looks like it."""
    for word in ("mutual", "assistance"):
        typed = [word[:length] for length in range(3, len(word) + 1)]
        assert [text for text in typed if "missions/aid" not in found(small, text)] == []


def test_the_beginning_of_a_word_when_it_is_a_word_too(small: TestClient) -> None:
    """Who types `document` on the way to `documents` sees both."""
    assert set(found(small, "document", kind="missions")) == {"missions/one", "missions/two"}


# --- Near misses --------------------------------------------------------------------------------


def with_an_error(word: str, random: Random) -> Iterator[tuple[str, str]]:
    """A word with one typed error of each sort, somewhere in it."""
    place = random.randrange(len(word))
    yield "drop", word[:place] + word[place + 1 :]
    place = random.randrange(len(word))
    yield "double", word[:place] + word[place] + word[place:]
    place = random.choice([at for at in range(len(word) - 1) if word[at] != word[at + 1]])
    yield "swap", word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    place = random.randrange(len(word))
    alphabet = "абвгдежзиклмнопрстуя" if word[place].lower() > "z" else string.ascii_lowercase
    other = random.choice([letter for letter in alphabet if letter != word[place].lower()])
    yield "replace", word[:place] + other + word[place + 1 :]


def first_five(reader: Reader, q: str) -> list[str]:
    """The first hits of a search, asked for without HTTP, for there are many to try."""
    allow_more(reader)  # each is an answer of its own
    documents = search_in(q, None, TODAY).pieces(reader, PageRequest(limit=5))
    return [json.loads(document)["ref"] for some in documents for document in some]


def test_one_error_in_a_word(database: Database, names: list[tuple[str, str, bool]]) -> None:
    """Of names with one error in a longer word, nine of ten are found all the same.

    Each word is tried once with each sort of error, within the first name that has it.
    """
    random = Random("one error in a word")  # noqa: S311  # the same errors every time
    words = {
        match[0].lower(): (ref, name, match.span())
        for ref, name, _ in reversed(names)
        for match in re.finditer(r"[^\W\d_]{6,}", name)
    }
    tried = []
    with database.read() as reader:
        for ref, name, (begin, end) in words.values():
            for sort, wrong in with_an_error(name[begin:end], random):
                q = name[:begin] + wrong + name[end:]
                tried.append((sort, q, ref, ref in first_five(reader, q)))
    missed = [
        f"{sort}: {q!r} does not find {ref}" for sort, q, ref, is_found in tried if not is_found
    ]
    print(*missed, f"{1 - len(missed) / len(tried):.1%} of {len(tried)}", sep="\n")  # noqa: T201
    assert {sort for sort, *_ in tried} == {"drop", "double", "swap", "replace"}
    assert len(tried) > 400
    assert len(missed) <= len(tried) / 10, missed


def test_one_error_in_a_word_alone(database: Database, names: list[tuple[str, str, bool]]) -> None:
    """So it is where the misspelt word is all that was typed, if one name alone has it."""
    words = [(ref, word) for ref, name, _ in names for word in re.findall(r"[^\W\d_]{6,}", name)]
    owners = {word: {ref for ref, other in words if other == word} for _, word in words}
    random = Random("one error in a word alone")  # noqa: S311
    tried = []
    with database.read() as reader:
        for word, refs in sorted(owners.items()):
            if len(refs) == 1:
                sort, wrong = random.choice(list(with_an_error(word, random)))
                tried.append((sort, wrong, refs <= set(first_five(reader, wrong))))
    missed = [f"{sort}: {wrong!r}" for sort, wrong, is_found in tried if not is_found]
    print(*missed, f"{1 - len(missed) / len(tried):.1%} of {len(tried)}", sep="\n")  # noqa: T201
    assert len(tried) > 80
    assert len(missed) <= len(tried) / 10, missed


def test_what_is_like_nothing_finds_nothing(client: TestClient) -> None:
    """Far-fetched guesses are not made: letters without sense find nothing."""
    for q in ("xyzzyq", "qqqqqqqq", "жщжщжщ", "zzzzzz 龘"):
        body = search(client, q)
        assert (body["meta"]["count"], body["results"]) == (0, [])


# --- Order --------------------------------------------------------------------------------------


def test_the_exact_name_comes_first(small: TestClient) -> None:
    """What has just the name that was typed comes before what has it more often, or more of it."""
    for q in ("base", "BASE ", "Bäse!"):
        assert found(small, q)[0] == "missions/c"
    assert found(small, "Base base base")[0] == "missions/a"
    assert found(small, "base sta")[0] == "missions/b"


def test_the_exact_alias_comes_before_longer_names(small: TestClient) -> None:
    """A short name is a name as well: what is called so comes before what only begins so."""
    assert found(small, "ISEF")[0] == "agencies/forum"


@pytest.mark.parametrize("q", ["Roscosmos", "luna", "gateway", "NASA", "programme", "RT", "中国"])
def test_records_come_before_what_is_said_of_them(client: TestClient, q: str) -> None:
    """Records that have the word in a name come before all sources and claims."""
    hits = search(client, q, limit=10_000)["results"]
    is_record = [
        hit["kind"] in ENTITIES and "name" in {light["field"] for light in hit["highlights"]}
        for hit in hits
    ]
    assert is_record == sorted(is_record, reverse=True)
    assert any(is_record) or q == "中国"


def test_names_count_more_than_texts(small: TestClient) -> None:
    """A record is likelier meant by its name than by what is said about it."""
    assert found(small, "gate", kind="missions") == ["missions/f", "missions/e"]


def test_the_same_search_has_the_same_order(client: TestClient) -> None:
    """Hits that are as likely as one another stay in their order."""
    assert found(client, "luna") == found(client, "LUNA") == found(client, "luna")


# --- Claims and sources -------------------------------------------------------------------------


def test_every_source_is_found_by_its_title(client: TestClient) -> None:
    """The title of a source finds it first."""
    sources = client.get("/v1/sources?limit=10000").json()["results"]
    assert len(sources) > 30
    titles = {source["title"]: source["ref"] for source in sources}
    assert len(titles) == len(sources)
    missed = [
        title
        for title, ref in titles.items()
        if found(client, title, kind="sources", limit=1) != [ref]
    ]
    assert missed == []


def test_claims_are_found_by_their_values(client: TestClient) -> None:
    """What a claim says, in the words of the service or of the source, finds it."""
    claims = client.get("/v1/claims?limit=10000").json()["results"][::12]
    assert len(claims) > 25
    missed = []
    for said in claims:
        for key in ("value_label", "original_value", "note"):
            words = said[key]
            if words and len(words) <= 200 and search_terms(words):
                hits = found(client, words, kind="claims")
                missed += [(words, said["id"])] if f"claims/{said['id']}" not in hits else []
    assert missed == []


@pytest.mark.parametrize(
    "q",
    ["Beta's own words", "mil neuf cent", "flagship", "Alphonse", "Orlovs", "Kappa", "RT",
     "Report", "flagship kappa rt"],
)  # fmt: skip
def test_what_a_claim_is_found_by(small: TestClient, q: str) -> None:
    """A claim is found by what it says, how, in what role, who says it, with which note."""
    (operator,) = small.get("/v1/claims?property=operator").json()["results"]
    assert f"claims/{operator['id']}" in found(small, q, kind="claims")


def test_claims_are_named_after_their_subject(client: TestClient) -> None:
    """A hit says what it is: a claim, about what and which property; its address is served."""
    hits = search(client, "Luna-26", kind="claims", limit=10_000)["results"]
    assert hits
    for hit in hits[:5]:
        said = client.get(f"/v1/{hit['ref']}").json()["result"]
        expected = f"{said['subject_name']}: {said['property'].replace('_', ' ')}"
        assert (hit["kind"], hit["id"], hit["name"]) == ("claims", said["id"], expected)


def test_every_hit_leads_somewhere(client: TestClient) -> None:
    """The reference of a hit is an address, and its kind and id are the parts of it."""
    for hit in search(client, "roscosmos luna 26 gateway", limit=20)["results"]:
        assert hit["ref"] == f"{hit['kind']}/{hit['id']}"
        assert client.get(f"/v1/{hit['ref']}").status_code == 200


# --- Highlights ---------------------------------------------------------------------------------


def is_safe(marked: str) -> bool:
    """Whether a text has no HTML but whole marks."""
    bare = re.sub(r"<mark>[^<>]*</mark>", "", marked)
    entity = r"&(?!(amp|lt|gt|quot|#x27|#39);)"
    return not re.search(rf"[<>]|{entity}", bare) and not re.search(entity, marked)


def unmarked(marked: str) -> str:
    """The text that was marked."""
    return html.unescape(marked.replace("<mark>", "").replace("</mark>", ""))


def marks_in(marked: str) -> list[str]:
    """What is marked in a text."""
    return [html.unescape(text) for text in re.findall("<mark>(.*?)</mark>", marked)]


@pytest.mark.parametrize(
    ("q", "field", "text"),
    [
        ("luna26", "name", "<mark>Luna</mark>-<mark>26</mark>"),
        ("LUNA", "name", "<mark>Luna</mark>-26"),
        ("lu", "name", "<mark>Luna</mark>-26"),
        ("луна", "name", "<mark>Луна</mark>-26"),
    ],
)
def test_what_was_found_is_marked(client: TestClient, q: str, field: str, text: str) -> None:
    """Words that were found are marked whole, where they stand, as they are written."""
    hits = search(client, q, limit=10_000)["results"]
    (luna,) = [hit for hit in hits if hit["ref"] == "missions/luna-26"]
    assert {"field": field, "text": text} in luna["highlights"]


def test_what_was_meant_is_marked(client: TestClient) -> None:
    """Of a misspelt word, that which was found instead is marked; accents and marks stay."""
    (hit,) = search(client, "roskosmos", limit=1)["results"]
    assert marks_in(hit["highlights"][0]["text"]) == ["Roscosmos"]
    (hit,) = search(client, "change 7", limit=1)["results"]
    assert hit["highlights"][0]["text"] == "<mark>Chang'e</mark>-<mark>7</mark>"


@pytest.mark.parametrize(
    "q", ["luna", "bold", "mark", "26", "amp", "script alert 1", "quoted b", "lt gt"]
)
def test_a_text_with_markup_is_escaped(small: TestClient, q: str) -> None:
    """Nothing in a name is markup: all but the marks around what was found is escaped."""
    hits = search(small, q, limit=10_000)["results"]
    assert all(is_safe(light["text"]) for hit in hits for light in hit["highlights"])
    nasty = [hit for hit in hits if hit["ref"] == "missions/nasty"]
    assert len(nasty) == (q != "lt gt")
    for hit in nasty:
        assert hit["name"] == NASTY
        assert [unmarked(light["text"]) for light in hit["highlights"]] == [NASTY, NASTY]


@pytest.mark.parametrize("q", ["luna", "26", "roscosmos", "a", "嫦娥", "Moon gateway 2022", "l"])
def test_highlights_are_of_what_is_shown(client: TestClient, q: str) -> None:
    """At most three texts are shown of a hit, each with a mark, none twice, whole marks only."""
    hits = search(client, q, limit=10_000)["results"]
    assert hits
    for hit in hits:
        lights = [(light["field"], light["text"]) for light in hit["highlights"]]
        assert 1 <= len(lights) <= 3, hit
        assert len(set(lights)) == len(lights)
        assert all(marks_in(text) and is_safe(text) for _, text in lights)


LENGTHS = [(0, 0), (100, 100), (119, 119), (120, 120), (2000, 0), (0, 2000), (5000, 5000)]


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service with missions that are described at length, and one with many names."""
    texts = [f"{'x' * before} needle {'y' * after}".strip() for before, after in LENGTHS]
    files = {
        f"missions__m{place}": record(f"m{place}", claim("name", "M"), claim("described_as", text))
        for place, text in enumerate(texts)
    }
    thread = claim("described_as", " ".join(["thread & <spool>"] * 200))
    files["missions__thread"] = record("thread", claim("name", "T"), thread)
    files["missions__many"] = named("many", *(f"Pin {letter}" for letter in "abcdefg"))
    with serving(tmp_path_factory.mktemp("described"), **files) as client:
        yield client


def test_three_highlights_at_most(described: TestClient) -> None:
    """Of many names that were found, the first three are shown."""
    (hit,) = search(described, "pin", kind="missions")["results"]
    assert [unmarked(light["text"]) for light in hit["highlights"]] == ["Pin a", "Pin b", "Pin c"]


@pytest.mark.parametrize("place", range(len(LENGTHS)), ids=map(str, LENGTHS))
def test_long_texts_are_cut(described: TestClient, place: int) -> None:
    """Of a long text, what stands around the first find is shown, and that there is more."""
    before, after = LENGTHS[place]
    hits = search(described, "needle", kind="missions")["results"]
    (light,) = next(hit["highlights"] for hit in hits if hit["id"] == f"m{place}")
    shown = unmarked(light["text"])
    assert marks_in(light["text"]) == ["needle"]
    assert shown.startswith("…") == (before > 119)
    assert shown.endswith("…") == (after > 119)
    pieces = [part.strip("…") for part in shown.split("needle")]
    begin = "x" * min(before, 119) + " " if before else ""
    end = " " + "y" * min(after, 119) if after else ""
    assert pieces == [begin, end]


def test_marks_in_a_long_text(described: TestClient) -> None:
    """In a cut text nothing is marked that is not shown whole."""
    (hit,) = search(described, "thread spool", kind="missions")["results"]
    (light,) = hit["highlights"]
    assert is_safe(light["text"])
    assert set(marks_in(light["text"])) == {"thread", "spool"}
    assert unmarked(light["text"]).strip("…") in " ".join(["thread & <spool>"] * 200)
    assert 120 < len(unmarked(light["text"])) <= 120 + 6 + 120 + 2


# --- Kinds --------------------------------------------------------------------------------------

KINDS = (*ENTITIES, "sources", "claims")


@pytest.mark.parametrize("q", ["roscosmos", "嫦娥", "NASA", "xyzzyq"])
def test_kinds_count_what_was_found(client: TestClient, q: str) -> None:
    """How many hits there are of each kind is told, whichever kinds are asked for."""
    body = search(client, q, limit=10_000)
    kinds = body["meta"]["kinds"]
    of_kind = {kind: [ref for ref in refs_of(body) if ref.startswith(kind)] for kind in KINDS}
    assert kinds == {kind: len(refs) for kind, refs in of_kind.items() if refs}
    for kind in KINDS:
        narrowed = search(client, q, kind=kind, limit=10_000)
        assert narrowed["meta"]["kinds"] == kinds
        assert narrowed["meta"]["count"] == kinds.get(kind, 0)
        assert refs_of(narrowed) == of_kind[kind]


def test_several_kinds(client: TestClient) -> None:
    """Several kinds, separated by commas, are those hits of the whole, in the same order."""
    whole = search(client, "gateway", limit=10_000)
    some = search(client, "gateway", kind="projects, missions", limit=10_000)
    expected = [ref for ref in refs_of(whole) if ref.startswith(("missions/", "projects/"))]
    assert refs_of(some) == expected
    assert some["meta"]["count"] == len(expected)
    assert some["meta"]["kinds"] == whole["meta"]["kinds"]
    assert refs_of(search(client, "gateway", kind=",".join(KINDS), limit=10_000)) == refs_of(whole)


def test_a_kind_does_not_change_what_is_looked_for(client: TestClient) -> None:
    """Where the words are together in hits of one kind only, the other kinds are not widened.

    What `kinds` tells before a kind is chosen is what is there when it is.
    """
    for q in ("luna roscosmos", "igor gateway", "nasa luna"):
        kinds = search(client, q, limit=1)["meta"]["kinds"]
        told = {kind: search(client, q, kind=kind, limit=1)["meta"] for kind in KINDS}
        assert {kind: meta["kinds"] for kind, meta in told.items()} == dict.fromkeys(KINDS, kinds)
        assert {kind: meta["count"] for kind, meta in told.items() if meta["count"]} == kinds


@pytest.mark.parametrize(
    ("kind", "status"),
    [("mission", 400), ("claim", 400), ("missions,moons", 400), ("MISSIONS", 400), ("*", 400),
     ("", 422), (",", 400)],
)  # fmt: skip
def test_unknown_kinds(client: TestClient, kind: str, status: int) -> None:
    """A kind that there is not is refused, with the nearest one."""
    response = client.get("/v1/search", params={"q": "luna", "kind": kind})
    type_ = "bad-request" if status == 400 else "invalid-parameter"
    problem = problem_of(response, status, type_)
    assert parameters_of(problem) == ["kind"]
    if kind == "mission":
        assert "did you mean 'missions'?" in problem["detail"]


# --- Time ---------------------------------------------------------------------------------------

LATER = SOURCE_FILE.replace("id: report", "id: later").replace("2018-03-03", "2020-05-05")
RENAMED = record(
    "luna-26",
    claim("name", "Resors-1"),
    claim("name", "Zarya-2", source="later"),
    claim("alias", "Дозор", source="later"),
    claim("alias", "Resorz", source="later"),
    claim("described_as", "quick", source="later"),
)


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service with a mission of 2018 that has another name since 2020."""
    folder = tmp_path_factory.mktemp("renamed")
    with serving(folder, sources__later=LATER, missions__luna_26=RENAMED) as client:
        yield client


@pytest.mark.parametrize("q", ["resors", "Zarya-2", "дозор", "quick", "report", "RT", "zaria"])
def test_nothing_is_found_before_it_was_known(renamed: TestClient, q: str) -> None:
    """Before anything was said, nothing is found by whatever word."""
    for day in ("0001", "2017", "2018-03-02"):
        body = search(renamed, q, as_of=day)
        assert (body["meta"]["count"], body["meta"]["kinds"], body["results"]) == (0, {}, [])


@pytest.mark.parametrize(
    ("day", "q", "name"),
    [
        ("2018-03-03", "Resors-1", "Resors-1"),
        ("2020-05-04", "Resors-1", "Resors-1"),
        ("2020-05-05", "Zarya-2", "Zarya-2"),
        ("2020-05-05", "zaria", "Zarya-2"),
        ("2020-05-05", "Дозор", "Zarya-2"),
        ("2020-05-05", "quick", "Zarya-2"),
        ("today", "Zarya-2", "Zarya-2"),
        ("2060", "Zarya-2", "Zarya-2"),
    ],
)
def test_a_record_is_found_by_the_name_of_the_day(
    renamed: TestClient, day: str, q: str, name: str
) -> None:
    """On any day a record is found by what it was called then, and shown under that name."""
    hits = search(renamed, q, as_of=day)["results"]
    assert (hits[0]["ref"], hits[0]["name"]) == ("missions/luna-26", name)
    assert "missions/luna-26" not in found(renamed, q, as_of="2018-03-02")


@pytest.mark.parametrize("q", ["Zarya-2", "Дозор", "quick"])
def test_a_record_is_not_found_by_what_is_said_later(renamed: TestClient, q: str) -> None:
    """On the day before, the new name finds nothing."""
    assert found(renamed, q, as_of="2020-05-04") == []


def test_the_old_name_leads_on(renamed: TestClient) -> None:
    """After it was renamed, what was said of it under the old name is found by that."""
    body = search(renamed, "Resors-1", as_of="2020-05-05")
    assert body["meta"]["kinds"]["claims"] == 1
    assert [hit["name"] for hit in body["results"] if hit["kind"] == "claims"] == ["Resors-1: name"]


@pytest.fixture(scope="module")
def before_renaming(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The same service before anything was said of the new name."""
    before = record("luna-26", claim("name", "Resors-1"))
    with serving(tmp_path_factory.mktemp("before"), missions__luna_26=before) as client:
        yield client


SINCE = ("resors", "Zarya-2", "zarya resors", "quick resors", "Дозор", "resorz", "resorz 1")


def test_what_is_said_later_does_not_change_what_is_found(
    renamed: TestClient, before_renaming: TestClient
) -> None:
    """As of a day is found what was found then; a later name is no reason to find less."""
    then = {q: found(before_renaming, q, as_of="2019") for q in SINCE}
    now = {q: found(renamed, q, as_of="2019") for q in SINCE}
    assert now == then


def test_what_is_said_later_does_not_show(renamed: TestClient, before_renaming: TestClient) -> None:
    """Nor does a search as of a day tell that a word will be a name one day."""
    for q in SINCE:
        then = search(before_renaming, q, as_of="2019")["meta"]
        now = search(renamed, q, as_of="2019")["meta"]
        for key in ("count", "kinds", "interpreted", "ignored"):
            assert (q, key, now[key]) == (q, key, then[key])


@pytest.mark.parametrize("day", ["2012-06-09", "2018-03-02", "2018-03-03", "2023", "today"])
def test_hits_are_of_their_day(client: TestClient, day: str) -> None:
    """Every hit is of something that was known on the day asked about."""
    for hit in search(client, "moon", as_of=day, limit=25)["results"]:
        item = client.get(f"/v1/{hit['ref']}", params={"as_of": day}).json()["result"]
        assert item["known_from"] <= ("2026-11-22" if day == "today" else f"{day}-12-31")
        if hit["kind"] in ENTITIES:
            assert hit["name"] == item["name"]


def test_more_is_found_from_day_to_day(client: TestClient) -> None:
    """Of what was found among claims and sources on a day, all is found on later ones."""
    before: set[str] = set()
    for day in ("2012", "2017", "2018-03-02", "2018-03-03", "2023", "today"):
        hits = set(found(client, "luna", kind="claims,sources", as_of=day))
        assert before <= hits
        before = hits
    assert len(before) > 100


# --- Pages --------------------------------------------------------------------------------------


def pages(client: TestClient, relation: str, **query: Any) -> Iterator[list[str]]:
    """Page after page of a search, following a relation of the Link header."""
    response = client.get("/v1/search", params=query)
    for _ in range(1000):
        assert response.status_code == 200, response.text
        yield refs_of(response.json())
        if relation not in response.links:
            return
        response = client.get(response.links[relation]["url"])
    raise AssertionError("the list does not end")


@pytest.mark.parametrize(
    ("q", "limit"),
    [("roscosmos gateway", 1), ("gateway", 10), ("roscosmos gateway", 3), ("嫦娥", 2),
     ("gateway", 10_000)],
)  # fmt: skip
def test_pages_hold_every_hit_once(client: TestClient, q: str, limit: int) -> None:
    """However a search is cut, its pages in a row are all hits, each once."""
    whole = found(client, q)
    assert len(set(whole)) == len(whole) > 1
    forwards = list(pages(client, "next", q=q, limit=limit))
    assert list(itertools.chain(*forwards)) == whole
    assert {len(page) for page in forwards[:-1]} <= {limit}
    last = (len(whole) - 1) // limit * limit
    backwards = list(pages(client, "prev", q=q, limit=limit, offset=last))
    assert backwards[::-1] == forwards


@pytest.mark.parametrize("offset", [1, 2, 3, 5, 6])
def test_pages_before_any_place_hold_every_hit_once(client: TestClient, offset: int) -> None:
    """Wherever somebody begins to read backwards, the pages before have each hit once."""
    whole = found(client, "roscosmos gateway")
    read = list(pages(client, "prev", q="roscosmos gateway", limit=4, offset=offset))
    assert list(itertools.chain(*read[::-1])) == whole[: offset + 4]


@pytest.mark.parametrize("q", ["luna", "roscosmos gateway", "嫦娥", "xyzzyq", "!!"])
def test_the_count_is_of_all_hits(client: TestClient, q: str) -> None:
    """The count is of all hits, on whichever page, and the cursors come to an end."""
    whole = found(client, q)
    for query in ({"limit": 1}, {"limit": 2, "offset": 1}, {"offset": 10_000}, {}):
        body = search(client, q, **query)
        begin, limit = query.get("offset", 0), query.get("limit", 100)
        assert body["meta"]["count"] == len(whole)
        assert refs_of(body) == whole[begin : begin + limit]
        has_more = begin + limit < len(whole)
        assert (body["meta"]["next_cursor"] is not None) == has_more
        assert (body["meta"]["next"] is not None) == has_more


def test_the_next_cursor_is_the_next_page(client: TestClient) -> None:
    """The cursor and the address of the next page are the same page."""
    first = search(client, "luna", limit=3, kind="claims")
    by_cursor = search(client, "luna", limit=3, kind="claims", cursor=first["meta"]["next_cursor"])
    by_address = client.get(first["meta"]["next"]).json()
    assert refs_of(by_cursor) == refs_of(by_address) == found(client, "luna", kind="claims")[3:6]


@pytest.mark.parametrize("cursor", ["nonsense", "WyIiLCIyMDI2LTExLTIyIixbLTFdXQ", "x" * 100])
def test_a_wrong_cursor(client: TestClient, cursor: str) -> None:
    """A cursor that is none of ours is refused by name."""
    response = client.get("/v1/search", params={"q": "luna", "cursor": cursor})
    assert parameters_of(problem_of(response, 422, "invalid-parameter")) == ["cursor"]


@pytest.mark.parametrize("name", ["sort", "group_by"])
def test_hits_have_one_order(client: TestClient, name: str) -> None:
    """Hits come in the order of likelihood only: another one is refused."""
    response = client.get("/v1/search", params={"q": "luna", name: "name"})
    assert parameters_of(problem_of(response, 400, "bad-request")) == [name]


# --- Tags and forms -----------------------------------------------------------------------------


def test_the_tag_is_of_the_search(client: TestClient) -> None:
    """Another search has another tag; the same has the same, and is not sent again."""
    queries = [{"q": "luna"}, {"q": "lun"}, {"q": "Luna"}, {"q": "Луна"}, {"q": "luna", "limit": 1},
               {"q": "luna", "kind": "claims"}, {"q": "luna", "as_of": "2018"}]  # fmt: skip
    tags = [client.get("/v1/search", params=query).headers["etag"] for query in queries]
    assert len(set(tags)) == len(queries)
    for query, tag in zip(queries, tags, strict=True):
        again = client.get("/v1/search", params=query, headers={"If-None-Match": tag})
        assert (again.status_code, again.headers["etag"]) == (304, tag)


@pytest.mark.parametrize("q", ["luna 26", "嫦娥"])
def test_forms_hold_the_same_hits(client: TestClient, q: str) -> None:
    """As CSV, TSV, NDJSON and Excel a search has all its hits, in the same order."""
    whole = search(client, q, limit=10_000)["results"]
    expected = [(hit["kind"], hit["ref"], hit["id"], hit["name"]) for hit in whole]

    lines = client.get("/v1/search.ndjson", params={"q": q}).text.splitlines()
    assert [json.loads(line) for line in lines] == whole
    for ending, delimiter in (("csv", ","), ("tsv", "\t")):
        text = client.get(f"/v1/search.{ending}", params={"q": q}).text
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
        assert rows[0][:4] == ["kind", "ref", "id", "name"]
        assert [tuple(row[:4]) for row in rows[1:]] == expected
    content = client.get("/v1/search.xlsx", params={"q": q}).content
    sheet: Any = load_workbook(io.BytesIO(content)).worksheets[0]
    cells = list(sheet.iter_rows(values_only=True))
    assert [tuple(str(cell) for cell in row[:4]) for row in cells[1:]] == expected


@pytest.mark.parametrize("ending", ["csv", "ndjson"])
def test_parts_of_other_forms(client: TestClient, ending: str) -> None:
    """Limits, offsets, kinds and days hold in every form."""
    query = {"q": "luna", "kind": "claims", "as_of": "2023", "limit": 3, "offset": 2}
    text = client.get(f"/v1/search.{ending}", params=query).text
    assert [ref in text for ref in refs_of(search(client, **query))] == [True] * 3
    assert len(text.splitlines()) == 3 + (ending == "csv")


@pytest.mark.parametrize("q", [" ", "!?", "xyzzyq"])
def test_nothing_in_every_form(client: TestClient, q: str) -> None:
    """A search that finds nothing is an empty table, not an error."""
    assert client.get("/v1/search.ndjson", params={"q": q}).text == ""
    assert client.get("/v1/search", params={"q": q, "shape": "array"}).json() == []
    (header,) = client.get("/v1/search.csv", params={"q": q}).text.splitlines()
    assert header.startswith("kind,ref,id,name")
    content = client.get("/v1/search.xlsx", params={"q": q}).content
    assert load_workbook(io.BytesIO(content)).worksheets[0].max_row == 1


def test_cells_of_a_search_are_not_run(small: TestClient) -> None:
    """No cell of a search begins as spreadsheets want formulas to begin."""
    text = small.get("/v1/search.csv", params={"q": "3 3"}).text
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert any("<mark>3</mark>+<mark>3</mark>" in cell for cell in cells)
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


# --- What may be typed --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query", ["", "q=", "q=" + "a" * 201, "q=" + "%E5%AB%A6" * 201, "q=" + "%20" * 201]
)
def test_a_search_needs_words(client: TestClient, query: str) -> None:
    """Without a text, or with one that nobody types, the error names the parameter."""
    problem = problem_of(client.get(f"/v1/search?{query}"), 422, "invalid-parameter")
    assert parameters_of(problem) == ["q"]
    assert "q" in problem["detail"]


@pytest.mark.parametrize(
    "q", [" ", "   ", "\u3000", "\u00a0\u2003", "!", "...", "'", "🚀", "\u0301"]
)
def test_blanks_and_signs_find_nothing(client: TestClient, q: str) -> None:
    """A text without words is answered: with nothing, and nothing was ignored."""
    body = search(client, q)
    meta = body["meta"]
    assert (meta["count"], meta["kinds"], body["results"]) == (0, {}, [])
    assert (meta["interpreted"], meta["ignored"]) == ("", [])
    assert (meta["next"], meta["next_cursor"]) == (None, None)


@pytest.mark.parametrize("length", [1, 200])
@pytest.mark.parametrize(
    "piece", ["a", "嫦", "月", "ท", "'", "1", "a1", "a ", "ﬃ", "e\u0301", "𝔏", "("]
)
def test_long_texts_are_read(client: TestClient, piece: str, length: int) -> None:
    """Up to two hundred characters are looked for, whatever they are."""
    search(client, (piece * length)[:length], limit=5)


@pytest.mark.parametrize("char", ["%00", "%01", "%09", "%0A", "%0D", "%1B", "%7F"])
def test_control_characters_are_refused(client: TestClient, char: str) -> None:
    """What no keyboard types is refused as everywhere, by the name of the parameter."""
    response = client.get(f"/v1/search?q=luna{char}26")
    assert parameters_of(problem_of(response, 422, "invalid-parameter")) == ["q"]


@pytest.mark.parametrize("half", ["%ED%A0%80", "%ED%BF%BF", "%FF", "%C3", "%80"])
def test_bytes_that_are_no_text(client: TestClient, half: str) -> None:
    """Halves of characters are no words: they find nothing, as in every other list."""
    elsewhere = client.get(f"/v1/missions?q=luna{half}")
    alone = client.get(f"/v1/search?q={half}")
    assert alone.status_code == elsewhere.status_code == 200
    assert alone.json()["results"] == elsewhere.json()["results"] == []
    beside = client.get(f"/v1/search?q=luna+26{half}")
    assert refs_of(beside.json())[0] == "missions/luna-26"


QUERIES = st.text(
    st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=200
) | st.lists(
    st.sampled_from(["luna", "26", "AND", "OR", "NOT", "NEAR", '"', "'", "*", "^", ":", "(", ")",
                     "{", "}", "+", "-", ",", "names", "嫦娥", " ", "é", "%", "_", "\\", ";"]),
    min_size=1, max_size=25,
).map("".join)  # fmt: skip


@hypothesis_settings(max_examples=60)
@given(QUERIES)
@example("ᦰ")  # letters that the index does not know
@example("luna ᦰ")
@example("a " * 100)
@example("".join(chr(0x4E00 + place) for place in range(200)))
def test_no_text_is_an_error(client: TestClient, q: str) -> None:
    """Whatever is typed is answered, and the answer says what was looked for."""
    body = search(client, q, limit=3)
    meta = body["meta"]
    assert sum(meta["kinds"].values()) == meta["count"] >= len(body["results"])
    assert set(meta["ignored"]) <= {*q.split(), *search_terms(q)}  # a word, or a part of one
    assert bool(meta["interpreted"]) or meta["count"] == 0
    assert all(is_safe(light["text"]) for hit in body["results"] for light in hit["highlights"])


@pytest.mark.parametrize("char", string.punctuation)
def test_signs_are_no_syntax(client: TestClient, char: str) -> None:
    """Every sign may stand before, after and between words, and changes nothing."""
    for q in (f"{char}luna{char} {char} {char}26{char}{char}", f"luna 26{char}"):
        body = search(client, q, limit=1)
        assert refs_of(body) == ["missions/luna-26"], q
        assert body["meta"]["interpreted"] == "luna 26"


@pytest.mark.parametrize("char", string.punctuation.replace(",", ""))
def test_signs_alone_find_nothing(client: TestClient, char: str) -> None:
    """Signs without words are looked for, as many as there are, and found nowhere."""
    assert found(client, char) == found(client, char * 200) == []


def test_commas_are_no_list(client: TestClient) -> None:
    """What is looked for is one text, and no list of values, however many commas it has."""
    for q in (",", "luna,26", "a," * 60, "," * 200, "luna" + "," * 100 + "26"):
        response = client.get("/v1/search", params={"q": q})
        assert response.status_code == 200, response.json()["detail"]


@pytest.mark.parametrize(
    "q",
    ["luna AND", "AND luna", "OR", "NOT luna", "luna NOT 26", "NEAR(luna 26)", "NEAR(luna, 5)",
     "luna NEAR/3 26", "luna*", "lu* 2*", "^luna", "^ luna + 26", "names:luna", "names : luna",
     "{names texts}: luna", "-names: luna", "- {names} : luna", '"luna', 'luna"', '"luna 26" *',
     '"lu"*', '""', '"" *', "(luna", "luna)", "((luna) OR (26))", "luna + 26", "luna . 26",
     "search_index", "rowid:1", "rank", "bm25(search_index)", "luna\\", "%", "_", "luna%26",
     "'", "''", "luna'", "' OR '1'='1", "'; DROP TABLE search_index; --", "luna/*", "luna--",
     ":search_query", "?", "$1", "@luna", "#luna", "[luna]", "`luna`", "luna\\'", '\\"luna',
     "x'00'", "{{luna}}", "%s", "{0}", "${luna}"],
)  # fmt: skip
def test_syntax_of_engines_is_text(client: TestClient, q: str) -> None:
    """What means something to a database means nothing here: its words are looked for."""
    body = search(client, q, limit=1)
    looked_for = body["meta"]["interpreted"].split()
    if "luna" in search_terms(q):
        assert "luna" in looked_for or "luna" in " ".join(body["meta"]["ignored"])
        assert body["meta"]["count"] > 0


def test_the_index_survives(client: TestClient) -> None:
    """After whatever was typed, the index is as it was."""
    before = found(client, "luna")
    for q in ("'; DELETE FROM search_index; --", "delete-all", "search_index(rebuild)"):
        search(client, q)
    assert before == found(client, "luna")


def test_q_is_given_once(client: TestClient) -> None:
    """Of two texts one would be ignored: they are refused."""
    response = client.get("/v1/search?q=luna&q=26")
    assert parameters_of(problem_of(response, 400, "bad-request")) == ["q"]


# --- What is told of the search -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("q", "interpreted", "ignored"),
    [
        ("Luna-26", "luna 26", []),
        ("LUNA26", "luna 26", []),
        ("Roskosmos", "roscosmos", []),
        ("Roscosmos", "roscosmos", []),
        ("Roskosmos Gatway", "roscosmos gateway", []),
        ("luna xyzzyq", "luna", ["xyzzyq"]),
        ("Xyzzyq LUNA Qqqqqq", "luna", ["Xyzzyq", "Qqqqqq"]),
        ("xyzzyq", "", ["xyzzyq"]),
        ("luna — xyzzyq!", "luna", ["xyzzyq!"]),
        ("Chang’e", "change", []),
        ("嫦娥七号", "嫦 娥 七 号", []),
        ("龘", "", ["龘"]),
    ],
)
def test_what_was_looked_for_is_told(
    client: TestClient, q: str, interpreted: str, ignored: Sequence[str]
) -> None:
    """The answer says what was looked for, near misses put right, and what was left out."""
    meta = search(client, q, limit=1)["meta"]
    assert (meta["interpreted"], meta["ignored"]) == (interpreted, ignored)


@pytest.mark.parametrize("q", ["xyzzyq-26", "xyzzyq26", "Luna/Xyzzyq", "嫦龘"])
def test_what_was_left_out_of_a_word_is_told(client: TestClient, q: str) -> None:
    """Where only a part of what stands without blanks is anywhere, the rest is told as ignored."""
    meta = search(client, q)["meta"]
    looked_for = set(meta["interpreted"].split())
    assert meta["count"] > 0
    assert set(search_terms(q)) - looked_for
    left_out = {term for word in meta["ignored"] for term in search_terms(word)}
    assert set(search_terms(q)) - looked_for <= left_out


def test_all_words_before_any(small: TestClient) -> None:
    """What has all words is found; only where nothing has, what has any of them."""
    assert found(small, "alpha beta", kind="missions") == ["missions/both"]
    assert found(small, "beta alpha", kind="missions") == ["missions/both"]
    assert found(small, "alpha beta xyzzyq", kind="missions") == ["missions/both"]
    assert set(found(small, "beta gamma", kind="missions")) == {"missions/both", "missions/other"}


def test_words_without_a_blank_stand_in_a_row(small: TestClient) -> None:
    """Zond-8 is not a text with a Zond here and an 8 there."""
    assert found(small, "zond8", kind="missions") == ["missions/row"]
    assert set(found(small, "zond 8", kind="missions")) == {"missions/row", "missions/apart"}


# --- Effort -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "q", ["luna", "luna-26", "嫦娥七号", "roscosmos", "roskosmos", "xyzzyq", "l"]
)
def test_a_word_takes_few_statements(app: FastAPI, client: TestClient, q: str) -> None:
    """One word takes a few statements, however much is found."""
    with count_statements(app) as statements:
        search(client, q, limit=10_000)
    assert len(statements) <= 10


@pytest.mark.parametrize(
    "piece", ["嫦", "月", "ท", "a ", "zq1", "zq ", "luna26", "roskosmos ", "xyzzyq "]
)
def test_statements_grow_no_faster_than_the_text(
    app: FastAPI, client: TestClient, piece: str
) -> None:
    """A text takes a few statements for each word, and no more for what is found."""
    for length in (10, 200):
        q = (piece * length)[:length]
        with count_statements(app) as statements:
            search(client, q, limit=5)
        assert len(statements) <= 6 + 8 * len(search_terms(q)), q


@pytest.fixture
def few_are_ranked(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Five hits are so many that they are not ranked, as if the facts were very many."""
    statements = ranking._more, ranking._some
    monkeypatch.setattr(ranking, "_RANKED", 5)
    monkeypatch.setattr(ranking, "_RANKED_OF_MORE", 4)
    for statement in statements:
        statement.cache_clear()
    forget(app)
    yield
    for statement in statements:
        statement.cache_clear()
    forget(app)


@pytest.mark.usefixtures("few_are_ranked")
def test_words_that_very_many_have(client: TestClient) -> None:
    """Of very many hits some are looked at: names as they were typed first, then other records."""
    for q in ("Roscosmos", "Luna-26", "luna gateway"):
        body = search(client, q, limit=3)
        count = body["meta"]["count"]
        assert (body["meta"]["count_is"], 0 < count <= 4) == ("at_least", True), q
        assert sum(body["meta"]["kinds"].values()) == count
        is_said = [hit["kind"] in ("sources", "claims") for hit in body["results"]]
        assert is_said == sorted(is_said)
        assert all(hit["highlights"] for hit in body["results"])
        assert len(found(client, q)) == count
    assert search(client, "Roscosmos", kind="agencies")["meta"]["count_is"] == "at_least"
    assert search(client, "Deep Space Gatewayy")["meta"]["count"] > 0


@pytest.mark.usefixtures("few_are_ranked")
def test_a_word_that_very_many_have_does_not_go_on(
    app: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole word that very many have is looked for as it is; a beginning stays a beginning."""
    asked: list[Query] = []
    values = fulltext.values
    monkeypatch.setattr(fulltext, "values", lambda query: asked.append(query) or values(query))
    for q, goes_on in (("roscosmos", False), ("roscosmo", True)):
        forget(app)
        search(client, q)
        assert any(phrase.is_prefix for phrase in phrases_of(asked[-1])) == goes_on


def test_on_the_last_day_there_is(client: TestClient) -> None:
    """What holds until something else becomes known is found on every later day."""
    now = search(client, "luna", as_of="2030")["results"]
    assert now
    assert search(client, "luna", as_of="9999-12-31")["results"] == now


def test_addresses_can_be_written_by_hand(client: TestClient) -> None:
    """Blanks as plus signs or %20, and letters as they are or as bytes, are the same search."""
    whole = client.get("/v1/search?q=Луна+26").json()["results"]
    for q in ("Луна%2026", quote("Луна 26"), quote("Луна") + "+26"):
        assert client.get(f"/v1/search?q={q}").json()["results"] == whole
