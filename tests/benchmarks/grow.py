"""A ledger many times as large, written by the loader: missions under other names.

One part is 200 missions with five claims each, and ×2000 is 400,000 missions with two million
claims, beside the facts that ship. Each is made after one of those facts' missions: with its first
name, and with what else was said of it first, all a little later. The same arguments make the same
rows.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import update

from app.dates import parse_date
from app.db import Database, Writer
from app.ledger.checks import check_folder
from app.ledger.loading import Progress
from app.ledger.records import Claim, Ledger
from app.ledger.seedpaths import fingerprint_of
from app.ledger.writing import write
from app.settings import Settings
from app.tables import RELEASES
from tests.conftest import SHIPPED

MISSIONS = 200  # of one part
_CLAIMS = 4  # of one mission besides its name
_LEFT_OUT = ("name", "native_name", "identified_with")
_LATER = 800  # days over which what is said of copies is spread


def grow(path: Path, times: int, progress: Progress = lambda *_: None) -> int:
    """Make a database with so many parts; says how many claims it has."""
    ledger = grown(times)
    with _writing(path) as writer:
        write(writer, ledger, "", progress)
    make_current(path)
    return len(ledger.claims)


def make_current(path: Path) -> None:
    """Have the service take a database for one that it has loaded itself."""
    with _writing(path) as writer:
        writer.execute(update(RELEASES).values(fingerprint=fingerprint_of(SHIPPED)))


@contextmanager
def _writing(path: Path) -> Iterator[Writer]:
    settings = Settings(database_url=f"sqlite:///{path}", seed_dir=SHIPPED)
    database = Database(settings.database_url, settings.migrations_dir)
    with database.write() as writer:
        database.migrate(writer)
        yield writer
    database.close()


def grown(times: int) -> Ledger:
    """The facts that ship, and so many parts of missions beside them."""
    ledger, problems = check_folder(SHIPPED)
    assert not problems
    models = _models(ledger)
    entities, claims = list(ledger.entities), list(ledger.claims)
    for number in range(times * MISSIONS if times > 1 else 0):
        model = models[number % len(models)]
        entities.append(f"{model[0].subject}-x{number}")
        claims += _copies(model, number)
    return replace(ledger, entities=entities, claims=claims)


def _models(ledger: Ledger) -> list[Sequence[Claim]]:
    """Missions with enough claims: of each its name, and those that tell most of it."""
    about: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in ledger.claims:
        if claim.subject.startswith("missions/") and claim.counts:
            about[claim.subject].append(claim)
    models = []
    for ref in sorted(about):
        known = sorted(about[ref], key=lambda claim: (claim.known_from, claim.precedence))
        name = next(claim for claim in known if claim.property == "name")
        others = [claim for claim in known if claim.property not in _LEFT_OUT]
        if len(others) >= _CLAIMS:
            models.append([name, *others[:_CLAIMS]])
    return models


def _copies(model: Sequence[Claim], number: int) -> Iterator[Claim]:
    ref = f"{model[0].subject}-x{number}"
    for claim in model:
        later = claim.known_from + dt.timedelta(days=number % _LATER)
        value = f"{claim.value} {number}" if claim.property == "name" else claim.value
        yield replace(claim, subject=ref, value=value, said_on=parse_date(later.isoformat()))
