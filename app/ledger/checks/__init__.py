"""What makes seed files a ledger: every rule, every breach at once, with file and line."""

from collections.abc import Sequence
from pathlib import Path

from app.ledger.checks.claims import claims_of
from app.ledger.checks.files import record_of
from app.ledger.checks.found import Findings, Record
from app.ledger.checks.plausible import check_plausible
from app.ledger.checks.sources import source_of
from app.ledger.checks.together import (
    Selection,
    check_duplicates,
    check_named_in_time,
    check_preferred,
    check_said_about,
    check_said_before_publication,
    check_unique,
    coverage_of,
    dispute_of,
    former_ids_of,
)
from app.ledger.records import Ledger, Place
from app.ledger.seedfiles import Problem, read_folder
from app.ledger.seedschema import COVERAGE, DISPUTES


def check_folder(root: Path) -> tuple[Ledger, list[Problem]]:
    """Read and check the seed files below a folder.

    The ledger is complete only if there are no problems.
    """
    root = root.resolve()
    documents, problems = read_folder(root)
    found = Findings(problems)
    records = [
        record for path, value in documents if (record := record_of(path, value, root.name, found))
    ]
    if not documents:
        found.add(Place(root.name, 1), "no seed files", "name a folder that has some")
    # What a broken file is about exists all the same: to say otherwise would only confuse.
    found.refs = frozenset(path.with_suffix("").as_posix() for path, _ in documents)
    ledger = _ledger(records, found)
    found.problems.sort(key=lambda problem: (problem.place.file, problem.place.line, problem.what))
    return ledger, found.problems


def _ledger(records: Sequence[Record], found: Findings) -> Ledger:
    entities = [record.ref for record in records if record.folder not in (DISPUTES, COVERAGE)]
    found.refs |= frozenset(entities)
    check_unique(records, found)
    sources = {
        record.model.id: source for record in records if (source := source_of(record, found))
    }
    placed = [
        (claim, place) for record in records for claim, place in claims_of(record, sources, found)
    ]
    claims = [claim for claim, _ in placed]
    check_duplicates(placed, found)
    check_preferred(placed, found)
    check_said_about(records, found)
    check_named_in_time(placed, sources, found)
    selection = Selection(claims)
    disputes = [
        dispute
        for record in records
        if (dispute := dispute_of(record, selection, found)) is not None
    ]
    check_said_before_publication(placed, sources, disputes, found)
    check_plausible(placed, disputes, found)
    return Ledger(
        entities=entities,
        sources=sources,
        claims=claims,
        disputes=disputes,
        coverage=[item for record in records if (item := coverage_of(record, found))],
        former_ids=former_ids_of(records, found),
    )
