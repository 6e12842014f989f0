"""Text as it is compared, sorted and written."""

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring


def fold(text: str) -> str:
    """Text as it is compared: no case, no accents, whichever way they were typed."""
    decomposed = unicodedata.normalize("NFKD", text)
    kept = "".join(char for char in decomposed if not unicodedata.combining(char))
    return unicodedata.normalize("NFKC", kept).casefold()


def natural_order(text: str) -> str:
    """Text that sorts as people count: paragraph 9 before paragraph 11."""
    return re.sub(r"[0-9]+", lambda number: number[0].zfill(6), text)


def to_json(value: object) -> str:
    """Compact JSON with the keys in the order given; equal input, equal bytes."""
    return _ENCODER.encode(value)


def quoted(text: str) -> str:
    """A text as `to_json` has it, at half the cost."""
    return encode_basestring(text)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str)


# --- Words that are searched for ----------------------------------------------------------------

_APOSTROPHES = frozenset("'’‘‛ʼʹʻʾʿ`´′＇")
_IDEOGRAPH = "ideograph"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: as it is compared, and where it stands."""

    term: str
    begin: int
    end: int


def search_words(text: str) -> list[Word]:
    """A text as the words by which it is found.

    Case and accents do not count, nor do apostrophes inside a word (Chang'e is change); letters and
    digits are different words (luna26 is luna 26), and so is every character of a script that
    writes no blanks.
    """
    if text.isascii():  # most are, and need no look at every letter
        found = _ASCII_WORDS.finditer(text.lower())
        return [Word(m[0].translate(_NO_APOSTROPHES), m.start(), m.end()) for m in found]
    words: list[Word] = []
    sort = ""  # of the character before; nothing, if no word can go on
    for place, char in enumerate(text):
        folded = _folded(char)
        if sort and char in _APOSTROPHES:
            continue
        if sort and not folded:  # an accent by itself
            words[-1] = Word(words[-1].term, words[-1].begin, place + 1)
        for piece in folded:
            now = _sort_of(piece)
            if now and now == sort and now != _IDEOGRAPH:
                words[-1] = Word(words[-1].term + piece, words[-1].begin, place + 1)
            elif now:
                words.append(Word(piece, place, place + 1))
            sort = now
    # Parts of a syllable that stood apart (Hangul) are one again.
    return [Word(unicodedata.normalize("NFKC", w.term), w.begin, w.end) for w in words]


def search_terms(text: str) -> list[str]:
    """The words of a text as they are compared."""
    return list(_search_terms(text))


@lru_cache(maxsize=10_000)  # names and titles come again and again
def _search_terms(text: str) -> tuple[str, ...]:
    if text.isascii():
        return tuple(_ASCII_WORDS.findall(text.lower().translate(_NO_APOSTROPHES)))
    return tuple(word.term for word in search_words(text))


@lru_cache(maxsize=10_000)
def words_in(text: str) -> tuple[str, str]:
    """The words of a text, with blanks around each, and where they begin and end.

    Whoever looks for a word need not take the text apart: the blanks before it tell which it is.
    """
    words = search_words(text)
    terms = " ".join(word.term for word in words)
    return f" {terms} ", " ".join(f"{word.begin} {word.end}" for word in words)


_BETWEEN, _WITHIN = "\x1e", "\x1f"  # texts, what is said of each


def joined_texts(texts: Iterable[tuple[str, str]]) -> str:
    """Texts, each with a name, as they are stored: what is in them is found without taking apart.

    Args:
        texts: (name, text)
    """
    return _BETWEEN.join(
        _WITHIN.join((name, *words_in(text), text.replace(_BETWEEN, " "))) for name, text in texts
    )


def with_article(noun: str) -> str:
    """`a mission`, `an agency`."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def split_texts(joined: str, signs: Collection[str]) -> Iterator[Sequence[str]]:
    """Those of them that have any sign in them: (name, words, places, text), see `words_in`."""
    for one in joined.split(_BETWEEN):
        for sign in signs:
            if sign in one:
                yield one.split(_WITHIN, 3)
                break


_ASCII_WORDS = re.compile("[a-z](?:['`]*[a-z])*|[0-9](?:['`]*[0-9])*")
_NO_APOSTROPHES = {ord(char): None for char in _APOSTROPHES}
_folded = lru_cache(maxsize=4_096)(fold)  # of characters, of which there are not many


@lru_cache(maxsize=4_096)
def _sort_of(char: str) -> str:
    """What a folded character is to a search; nothing, if it stands between words."""
    if not char.isalnum() or char in _APOSTROPHES:
        return ""
    if _is_ideograph(char):
        return _IDEOGRAPH
    return "digit" if char.isnumeric() else "letter"


def _is_ideograph(char: str) -> bool:
    """Whether words are written without blanks in a character's script."""
    return (
        "\u3005" <= char <= "\u3007"  # repeated, closed, nought
        or "\u3040" <= char <= "\u30ff"  # kana
        or "\u3400" <= char <= "\u9fff"
        or "\uf900" <= char <= "\ufaff"
        or "\U00020000" <= char <= "\U0003ffff"
        or "\u0e00" <= char <= "\u0eff"  # Thai, Lao
    )


def grams(term: str) -> set[str]:
    """Three letters of a word at a time, its beginning and end marked by blanks."""
    padded = f"  {fold(term)} "
    return {padded[place : place + 3] for place in range(len(padded) - 2)}


def titles_of(names: Sequence[str]) -> str:
    """Names as whole, so that one can be asked for: each between bars."""
    folded = dict.fromkeys(" ".join(search_terms(name)) for name in names)
    return f"|{'|'.join(folded)}|"
