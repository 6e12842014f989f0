"""What is shown of hits: their documents, with the texts in which words were found."""

import html
from collections.abc import Collection, Sequence
from typing import Any

from app.text import quoted, split_texts

_HIGHLIGHTS = 3
_AROUND = 120  # characters of a text that are shown around what was found


def shown(hits: Sequence[Any], signs: Collection[str]) -> list[str]:
    """Hits as they are sent, with what was found in them marked.

    Args:
        hits: with their documents, and their texts as `app.text.joined_texts` has them.
        signs: what is in the words of a text that was found.
    """
    return [_document(hit.document, hit.found_by, signs) for hit in hits]


def _document(stored: str, texts: str, signs: Collection[str]) -> str:
    """What is shown of a hit, with the first texts in which something was found."""
    highlights = []
    for name, terms, places, text in split_texts(texts, signs):
        found = _found_in(terms, signs)
        if not found:
            continue
        marked = quoted(_marked(text, found, places.split()))
        highlights.append(f'{{"field":"{name}","text":{marked}}}')
        if len(highlights) == _HIGHLIGHTS:
            break
    return f'{stored[:-1]},"highlights":[{",".join(highlights)}]}}'


def _found_in(terms: str, signs: Collection[str]) -> list[int]:
    """Which words of a text were found, in their order."""
    found: list[int] = []
    for sign in signs:
        place = terms.find(sign)
        while place >= 0:
            found.append(terms.count(" ", 0, place))
            place = terms.find(sign, place + 1)
    return found if len(found) < 2 else sorted(set(found))


def _marked(text: str, found: Sequence[int], places: Sequence[str]) -> str:
    """A text with words marked, and of a long one what stands around the first of them."""
    first = 2 * found[0]
    begin = max(0, int(places[first]) - _AROUND)
    end = min(len(text), int(places[first + 1]) + _AROUND)
    escaped = _escaped if "&" in text or "<" in text or ">" in text else str
    shown, place = "…" if begin else "", begin
    for word in found:
        word_begin, word_end = int(places[2 * word]), int(places[2 * word + 1])
        if word_end > end:
            break
        if word_begin < place:
            continue  # of a character that stands for several words
        before, itself = escaped(text[place:word_begin]), escaped(text[word_begin:word_end])
        shown += f"{before}<mark>{itself}</mark>"
        place = word_end
    return shown + escaped(text[place:end]) + ("…" if end < len(text) else "")


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)
