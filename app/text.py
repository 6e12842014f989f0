"""Text as it is compared, sorted and written."""

import json
import re
import unicodedata


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
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
