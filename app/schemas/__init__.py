"""Every public shape, as the OpenAPI document shows it.

Answers are put together from documents prepared when the data was loaded, not from instances of
these models; the tests hold each against the other.
"""

from app.schemas.envelope import (
    LICENSE,
    LICENSE_URL,
    Item,
    ListMeta,
    Meta,
    Page,
    Problem,
    ScorecardMeta,
    Shaped,
    item_of,
    page_of,
)
from app.schemas.parts import (
    Claim,
    Dataset,
    Dispute,
    Health,
    Promise,
    Scorecard,
    StandingClaim,
    Vintage,
    VocabularyProperty,
)
from app.schemas.records import ALWAYS, SINGULAR, record_model

__all__ = [
    "ALWAYS",
    "LICENSE",
    "LICENSE_URL",
    "SINGULAR",
    "Claim",
    "Dataset",
    "Dispute",
    "Health",
    "Item",
    "ListMeta",
    "Meta",
    "Page",
    "Problem",
    "Promise",
    "Scorecard",
    "ScorecardMeta",
    "Shaped",
    "StandingClaim",
    "Vintage",
    "VocabularyProperty",
    "item_of",
    "page_of",
    "record_model",
]
