"""The words by which texts are found: the same ones however somebody types them."""

import itertools
import json
import unicodedata
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app import fulltext
from app.backends.phrases import Query
from app.db import Database, Writer
from app.queries.highlights import shown
from app.text import fold, grams, joined_texts, search_terms, search_words
from tests.conftest import REPO
from tests.databases import indexed, url_in

APOSTROPHES = "'’‘‛ʼʹʻʾʿ`´′＇"

# --- Tables -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # Latin: case and accents do not count, whichever way they were typed
        ("Luna", "luna"),
        ("LUNA", "luna"),
        ("Luna Programme", "luna programme"),
        ("Économie", "economie"),
        ("E\u0301conomie", "economie"),
        ("\u00c9\u0301tude", "etude"),  # one accent too many
        ("naïve café", "naive cafe"),
        ("Ångström", "angstrom"),
        ("\u212bngström", "angstrom"),  # the sign of the unit
        ("Việt Nam", "viet nam"),
        ("x\u0301\u0302y", "xy"),  # two accents on one letter
        ("İstanbul", "istanbul"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("\u1e9e", "ss"),
        ("Łódź Ørsted Þór", "łodz ørsted þor"),  # letters of their own, and no accents
        # Other alphabets
        ("Роскосмос", "роскосмос"),
        ("РОСКОСМОС", "роскосмос"),
        ("Ёлка", "елка"),
        ("Е\u0308лка", "елка"),
        ("Чанъэ-7", "чанъэ 7"),
        ("Ἀθῆναι", "αθηναι"),
        ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
        ("العربية", "العربية"),
        ("עִבְרִית", "עברית"),
        ("한국 우주", "한국 우주"),
        # Scripts without blanks: a character is a word
        ("嫦娥七号", "嫦 娥 七 号"),
        ("嫦娥", "嫦 娥"),
        ("嫦娥7号", "嫦 娥 7 号"),
        ("CZ-5长征", "cz 5 长 征"),
        (
            "\U00020000\U0002f800",
            "\U00020000 丽",
        ),  # beyond the basic plane, and a compatibility form
        ("かぐや", "か く や"),
        ("かく\u3099や", "か く や"),
        ("カグヤ", "カ ク ヤ"),
        ("ｶｸﾞﾔ", "カ ク ヤ"),  # half width
        ("ルナー", "ル ナ ー"),
        ("月面・探査", "月 面 探 査"),
        ("ไทย", "ไ ท ย"),
        ("ที่", "ท"),
        ("ລາວ", "ລ າ ວ"),
        # Characters that stand for others
        ("ﬁnal eﬃcient", "final efficient"),
        ("Ｌｕｎａ２６", "luna 26"),
        ("２０２６年", "2026 年"),
        ("x² H₂O", "x 2 h 2 o"),
        ("Apollo Ⅺ", "apollo xi"),
        ("ⅷ Ⅷ", "viii viii"),
        ("ǅ", "dz"),
        ("№5", "no 5"),
        ("㎏", "kg"),
        ("①②", "12"),
        ("𝔏𝔲𝔫𝔞 𝟚𝟞", "luna 26"),
        # Letters and digits
        ("luna26", "luna 26"),
        ("Luna-26", "luna 26"),
        ("26luna", "26 luna"),
        ("CE7a1", "ce 7 a 1"),
        ("2026-11-22", "2026 11 22"),
        ("1,000.5", "1 000 5"),
        ("٢٠٢٦ २०२६", "٢٠٢٦ २०२६"),
        ("луна26嫦7", "луна 26 嫦 7"),
        # Between words
        ("", ""),
        ("   \t\n\u3000\u2028", ""),
        ("a_b-c/d\\e.f,g", "a b c d e f g"),
        ("C++ & $5 (N°7)", "c 5 n 7"),
        ("“Luna” «Луна» 「月」", "luna луна 月"),
        ("a—b–c‐d…e", "a b c d e"),
        ("🚀", ""),
        ("luna🚀26", "luna 26"),
        ("🇨🇳👩\u200d🚀❤\ufe0f", ""),
        ("a\x00b\x1bc\x7fd", "a b c d"),
        ("a\u00a0b\u200bc\ufeffd", "a b c d"),
        ("\ud800a\udfffb\ufffdc", "a b c"),  # halves of characters
        ("\u0301\u0308", ""),  # accents on nothing
        ("\u0301a", "a"),
        ("\ue000\uffff\U0010ffff", ""),  # private, and no characters
    ],
)
def test_words(text: str, words: str) -> None:
    """A text is found by its words; case, accents, widths, ligatures and punctuation are not."""
    assert words.split() == search_terms(text)


@pytest.mark.parametrize("mark", APOSTROPHES)
def test_an_apostrophe_inside_a_word_does_not_count(mark: str) -> None:
    """Whichever apostrophe somebody has on the keyboard, it is the same word as without one."""
    assert search_terms(f"Chang{mark}e") == ["change"]
    assert search_terms(f"Chang{mark}e-7") == ["change", "7"]
    assert search_terms(f"ob{mark}{mark}ekt") == ["obekt"]
    assert search_terms(f"嫦{mark}娥") == ["嫦", "娥"]
    assert search_terms(f"e\u0301{mark}a") == ["ea"]
    assert search_terms(f"a{mark}1{mark}a") == ["a", "1", "a"]
    assert search_terms(f"luna{mark} 26") == ["luna", "26"]


@pytest.mark.parametrize("mark", "'’‘`´＇")
def test_quotes_around_words_do_not_count(mark: str) -> None:
    """What is quoted is found as without quotes."""
    assert search_terms(f"{mark}Luna{mark} {mark} {mark}26{mark}") == ["luna", "26"]
    assert search_terms(f"rock {mark}n{mark} roll") == ["rock", "n", "roll"]
    assert search_terms(mark) == search_terms(mark * 3) == []


def test_apostrophes_that_are_letters_do_not_begin_words() -> None:
    """The apostrophes that Unicode counts among letters are apostrophes at every place."""
    texts = [f"{mark}Luna{mark} {mark}" for mark in "ʼʹ"]
    assert [search_terms(text) for text in texts] == [["luna"]] * 2


def test_other_signs_typed_as_apostrophes() -> None:
    """Libraries write Chʻang-o with a turned comma, others type a prime or half a ring."""
    texts = [f"Ch{mark}ang" for mark in "\u2032\u201b\u02bb\u02bf\u02be"]
    assert [search_terms(text) for text in texts] == [["chang"]] * 5


def test_the_apostrophe_inside_a_character() -> None:
    """An n with an apostrophe before it, one character of Afrikaans, is an n."""
    assert search_terms("'n") == ["n"]
    assert search_terms("\u0149") == ["n"]


def test_noughts_and_repetitions_among_ideographs() -> None:
    """The Chinese nought and the mark for the same again are characters as the others are."""
    assert search_terms("一九〇〇年") == ["一", "九", "〇", "〇", "年"]
    assert search_terms("人々luna") == ["人", "々", "luna"]


@pytest.mark.parametrize("text", ["한국우주", "항공"])
def test_syllables_typed_as_letters(text: str) -> None:
    """Korean, as file names of a Mac have it, letter by letter, is the same as by syllables."""
    apart = unicodedata.normalize("NFD", text)
    assert apart != text
    assert search_terms(text) == search_terms(apart)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("㍿", "株式会社"),
        ("㍐", "ユアン"),
        ("㋀", "1月"),
        ("㎢", "km²"),
        ("½", "1⁄2"),
        ("㈱", "(株)"),
        ("25 ℃", "25 °C"),
        ("⑴", "(1)"),
        ("co\u0140lecció", "col·lecció"),
        ("น้ำ", "น้ํา"),
    ],
    ids=["company", "yuan", "january", "area", "half", "in brackets", "degrees", "numbered",
         "middle dot", "sara am"],
)  # fmt: skip
def test_one_character_for_several_words(text: str, typed: str) -> None:
    """A character that stands for several is found by typing them."""
    assert search_terms(typed)
    assert search_terms(text) == search_terms(typed)


@pytest.mark.parametrize(
    ("text", "slices"),
    [
        ("Luna-26", ["Luna", "26"]),
        ("  Luna  26  ", ["Luna", "26"]),
        ("Chang'e-7!", ["Chang'e", "7"]),
        ("E\u0301conomie de\u0301.", ["E\u0301conomie", "de\u0301"]),
        ("嫦娥7号", ["嫦", "娥", "7", "号"]),
        ("กาแฟ", ["ก", "า", "แ", "ฟ"]),
        ("Straße, ﬁnal", ["Straße", "ﬁnal"]),
        ("🚀luna🚀", ["luna"]),
        ("CE7a1", ["CE", "7", "a", "1"]),
    ],
)
def test_where_words_stand(text: str, slices: list[str]) -> None:
    """A word is found where it stands, with its accents and the apostrophes inside."""
    assert slices == [text[word.begin : word.end] for word in search_words(text)]


def test_a_closing_quote_is_no_part_of_the_word() -> None:
    """Where a quoted word is marked, its quotes are not, neither of them."""
    slices = []
    for mark in "'’‘`´＇":
        text = f"the {mark}Luna{mark} of the crews{mark} dreams"
        slices.append([text[word.begin : word.end] for word in search_words(text)])
    assert slices == [["the", "Luna", "of", "the", "crews", "dreams"]] * 6


@pytest.mark.parametrize("piece", ["a", "7", "é", "e\u0301", "ﬃ", "a'b"])
def test_a_very_long_word(piece: str) -> None:
    """However long a word is, it is one word from its beginning to its end."""
    text = piece * 50_000
    (word,) = search_words(text)
    assert (word.begin, word.end) == (0, len(text))
    assert word.term == fold(piece).replace("'", "") * 50_000


@pytest.mark.parametrize(
    ("piece", "count"), [("a1", 2), ("嫦", 1), ("a ", 1), ("' ", 0), ("🚀", 0)]
)
def test_very_many_words(piece: str, count: int) -> None:
    """However many words there are, each is found in its place."""
    words = search_words(piece * 20_000)
    assert len(words) == count * 20_000
    assert all(word.end - word.begin == 1 for word in words)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("luna", {"  l", " lu", "lun", "una", "na "}),
        ("LUNA", {"  l", " lu", "lun", "una", "na "}),
        ("Лу́на", {"  л", " лу", "лун", "уна", "на "}),
        ("aaaa", {"  a", " aa", "aaa", "aa "}),
        ("ab", {"  a", " ab", "ab "}),
        ("a", {"  a", " a "}),
        ("嫦", {"  嫦", " 嫦 "}),
    ],
)
def test_grams(term: str, expected: set[str]) -> None:
    """A word is compared by three letters at a time; where it begins and ends counts."""
    assert expected == grams(term)


# --- Any text -----------------------------------------------------------------------------------

SPECIAL = [
    *APOSTROPHES, *"\"*^:(){}[]+-_.,;!?/\\|&%$#@~<>=°·…—«»",
    *" \t\n\r\x00\x1b\x7f\u00a0\u200b\u200d", *"\u0301\u0308\u0327\u20dd\ufe0f",
    *"aZéßłñİıſＡ", *"яЁйЪ", *"αΣςᾳ", *"嫦娥七号月々〇", *"ぐやガーｶﾞ", *"ไทยที่ลาว", *"한국",
    *"हिन्दी", *"العربية٣", *"09２²₂①Ⅷⅷ", *"ﬁﬃǅ№㎏𝔏𝟚", *"🚀🇨👩", "\ud800", "\udfff",
    "AND", "OR", "NOT", "NEAR", "luna", "26",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(SPECIAL), st.characters()), max_size=30).map("".join)


def plain(text: str) -> str:
    """A text without case, accents and apostrophes."""
    for mark in APOSTROPHES:
        text = text.replace(mark, "")
    return fold(text).replace("ʼ", "")


@given(TEXTS)
def test_words_stand_where_they_are_said_to(text: str) -> None:
    """What stands where a word is said to stand is the word, apostrophes and accents apart.

    A character that stands for several words is the place of each.
    """
    for word in search_words(text):
        slice_ = text[word.begin : word.end]
        if any(len(search_terms(char)) > 1 for char in slice_):
            assert plain(word.term) in plain(slice_)
        else:
            assert plain(word.term) == plain(slice_)


@given(TEXTS)
def test_words_come_in_order(text: str) -> None:
    """Words stand one after another within the text, none of them empty."""
    words = search_words(text)
    assert all(word.term and 0 <= word.begin < word.end <= len(text) for word in words)
    for one, next_one in itertools.pairwise(words):
        shared = text[next_one.begin : one.end]  # a character that stands for several words
        assert len(shared) <= (len(search_terms(shared)) > 1)
        assert one.begin <= next_one.begin
        assert one.end <= next_one.end


@given(TEXTS)
def test_nothing_is_left_out(text: str) -> None:
    """Between words stands nothing that somebody could look for."""
    within = {place for word in search_words(text) for place in range(word.begin, word.end)}
    between = [char for place, char in enumerate(text) if place not in within]
    # Some of what is typed as an apostrophe is a letter to Unicode.
    looked_for = [char for char in between if fold(char).isalnum() and char not in APOSTROPHES]
    assert looked_for == []


@given(TEXTS)
def test_words_of_words_are_the_same(text: str) -> None:
    """To look for the words of a text is to look for the text."""
    terms = search_terms(text)
    assert terms == search_terms(" ".join(terms))
    assert terms == [word.term for word in search_words(text)]


@given(TEXTS)
def test_case_does_not_count(text: str) -> None:
    """A text in capitals, where those lead back to the same letters, has the same words."""
    if fold(text.upper()) == fold(text):
        assert search_terms(text) == search_terms(text.upper())


@pytest.mark.parametrize(
    ("first", "last"),
    [("A", "ɏ"), ("Ͷ", "Ͽ"), ("Ѐ", "ӿ"), ("Ḁ", "ỿ"), ("一", "鿿"), ("ぁ", "ヿ"), ("가", "힣"),
     ("ก", "๛"), ("֐", "ۿ"), ("ऀ", "ॿ")],
    ids=["Latin", "Greek", "Cyrillic", "Vietnamese", "Chinese", "Japanese", "Korean", "Thai",
         "Hebrew and Arabic", "Hindi"],
)  # fmt: skip
def test_composed_is_decomposed(first: str, last: str) -> None:
    """Whether a letter was typed with its accent or before it, it is the same word."""
    differing = []
    for number in range(ord(first), ord(last) + 1):
        composed = f"a{chr(number)}b {chr(number)}"
        apart = unicodedata.normalize("NFD", composed)
        if search_terms(composed) != search_terms(apart):
            differing.append(chr(number))
    assert differing == []


@given(TEXTS)
def test_grams_are_three_letters(term: str) -> None:
    """Of whatever a word is made, it is compared by three characters at a time, and has some."""
    found = grams(term)
    assert {len(gram) for gram in found} == {3}
    assert len(found) <= len(fold(term)) + 1
    assert found == grams(fold(term))


@given(
    st.text(
        alphabet="abcdef",
        min_size=6,
        max_size=12,
    ),
    st.data(),
)
def test_one_error_spoils_few_grams(term: str, data: st.DataObject) -> None:
    """A letter left out spoils three groups of letters at most; the others still tell the word."""
    place = data.draw(st.integers(0, len(term) - 1))
    assert len(grams(term) - grams(term[:place] + term[place + 1 :])) <= 3


# --- What the index makes of them ---------------------------------------------------------------


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    """An empty index as the service makes it, in one transaction."""
    database = Database(url_in(tmp_path_factory.mktemp("index")), REPO / "migrations")
    with database.write() as writer:
        fulltext.create(writer)
        yield writer
    database.close()


def fill(index: Writer, terms: list[str]) -> None:
    """Have the index hold one document, of some words."""
    fulltext.clear(index)
    fulltext.add(index, [(1, " ".join(terms), "")])


FOUND = select(fulltext.NUMBER).select_from(fulltext.INDEX).where(fulltext.matches())


def found_by(index: Writer, query: Query) -> list[int]:
    """The documents that a query finds."""
    return list(index.scalars(FOUND, fulltext.values(query)))


def kept_by(index: Writer) -> list[str]:
    """The words that it keeps, in their order."""
    return [term for term, *_ in sorted(indexed(index), key=lambda row: row[3])]


@given(TEXTS)
def test_the_index_finds_every_text_by_its_words(index: Writer, text: str) -> None:
    """A text that was put in is found by its words, all of them in a row; no text is an error."""
    terms = search_terms(text)
    if not terms:
        return
    fill(index, terms)
    assert found_by(index, fulltext.phrase(terms)) == [1]
    assert found_by(index, fulltext.phrase(terms, only_names=True)) == [1]
    assert found_by(index, fulltext.phrase(terms, is_prefix=True)) == [1]
    assert found_by(index, fulltext.phrase([*terms[:-1], terms[-1][:1]], is_prefix=True)) == [1]
    each = [fulltext.phrase([term]) for term in terms]
    assert found_by(index, fulltext.all_of(each)) == [1]
    assert found_by(index, fulltext.any_of(each)) == [1]
    assert found_by(index, fulltext.phrase([*terms, "x" * 40])) == []


@given(TEXTS)
def test_the_index_keeps_words_as_they_are(index: Writer, text: str) -> None:
    """The index takes no word apart, drops none and changes no letter."""
    terms = search_terms(text)
    fill(index, terms)
    assert terms == kept_by(index)


@pytest.fixture(scope="module")
def characters() -> list[str]:
    """Every character, of the large scripts only the first thousand."""
    large = [range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xAC00, 0xD7A4),
             range(0x17000, 0x18D09), range(0x20000, 0x110000)]  # fmt: skip
    numbers = set(range(0x110000)).difference(*large)
    numbers |= {number for some in large for number in some[:1000]}
    return [
        chr(number)
        for number in sorted(numbers)
        if unicodedata.category(chr(number)) not in ("Cn", "Co", "Cs")
    ]


def test_every_character_keeps_its_place_in_the_index(index: Writer, characters: list[str]) -> None:
    """There is no letter that the search takes for one and the index does not."""
    terms = sorted({term for char in characters for term in search_terms(char)})
    assert len(terms) > 20_000
    fill(index, terms)
    kept = set(kept_by(index))
    assert [term for term in terms if term not in kept] == []
    assert len(kept) == len(terms)


def test_every_character_is_found_by_what_it_means(characters: list[str]) -> None:
    """There is no character whose words are other ones when they are looked for again."""
    unlike = [
        char
        for char in characters
        if (terms := search_terms(char)) != search_terms(" ".join(terms))
    ]
    assert unlike == []


def test_a_character_that_is_several_words_is_marked_once() -> None:
    """Of the half both words are found, at the one place that there is to mark."""
    found_by = joined_texts([("note", "½ kilometre")])
    [told] = shown([SimpleNamespace(document='{"id":1}', found_by=found_by)], {" 1 ", " 2 "})
    [found] = json.loads(told)["highlights"]
    assert found == {"field": "note", "text": "<mark>½</mark> kilometre"}
