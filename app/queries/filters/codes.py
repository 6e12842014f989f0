"""Countries and languages, by whichever code or name they are given."""

import pycountry

from app.queries.filters.base import unknown_value
from app.text import fold


def country_code(name: str, text: str) -> str:
    """A country's alpha-2 code (ISO 3166-1), from either code, its name, or how that begins.

    Raises:
        BadRequest: naming the nearest.
    """
    try:
        code: str = pycountry.countries.lookup(text).alpha_2
    except LookupError:
        # Some are listed under a longer name than anybody uses: Russian Federation.
        names = {country.name: country.alpha_2 for country in pycountry.countries}
        longer = [code for full, code in names.items() if full.casefold().startswith(fold(text))]
        if len(longer) != 1:
            raise unknown_value(name, text, list(names)) from None
        code = longer[0]
    return code


def language_code(name: str, text: str) -> str:
    """A language as BCP 47 begins a tag: two letters where there are two, else three."""
    code = text.casefold()
    language = pycountry.languages.get(alpha_2=code) or pycountry.languages.get(alpha_3=code)
    if language is None:
        codes = [known.alpha_2 for known in pycountry.languages if hasattr(known, "alpha_2")]
        raise unknown_value(name, text, codes)
    found: str = getattr(language, "alpha_2", language.alpha_3)
    return found
