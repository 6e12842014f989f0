"""The tables as statements name them."""

from sqlalchemy import Table

from app.models import (
    STATE_TABLES,
    Claim,
    ClaimStanding,
    Coverage,
    Dispute,
    DisputeClaim,
    Entity,
    FormerId,
    Identifier,
    Moment,
    NetworkNode,
    NetworkPair,
    NetworkShare,
    NetworkTie,
    Promise,
    Relation,
    Release,
    SearchDocument,
    SearchTerm,
    Total,
    table_of,
)
from app.vocabulary import Kind

CLAIMS = table_of(Claim)
COVERAGE = table_of(Coverage)
DISPUTES = table_of(Dispute)
DISPUTE_CLAIMS = table_of(DisputeClaim)
ENTITIES = table_of(Entity)
FORMER_IDS = table_of(FormerId)
IDENTIFIERS = table_of(Identifier)
MOMENTS = table_of(Moment)
NETWORK_NODES = table_of(NetworkNode)
NETWORK_PAIRS = table_of(NetworkPair)
NETWORK_SHARES = table_of(NetworkShare)
NETWORK_TIES = table_of(NetworkTie)
PROMISES = table_of(Promise)
RELATIONS = table_of(Relation)
RELEASES = table_of(Release)
SEARCH_DOCUMENTS = table_of(SearchDocument)
SEARCH_TERMS = table_of(SearchTerm)
STANDINGS = table_of(ClaimStanding)
TOTALS = table_of(Total)
STATES: dict[Kind, Table] = {kind: table_of(model) for kind, model in STATE_TABLES.items()}
