"""Having one entry of a journal kept by the workshop."""

import hashlib
from pathlib import Path

from pydantic import ValidationError

from agent.delivery.answers import ANSWER_LIMIT, nonsense, refusal
from agent.delivery.errors import DeliveryError
from agent.delivery.workshop import put
from agent.model.ledger import Entry, EntryReceipt
from agent.model.message import say
from agent.report.canonical import Malformed, load
from agent.report.entry import seal
from agent.report.keys import SigningKey

SECONDS = 15.0
"""For one entry, everything included: somebody waits for it."""


def acknowledge(entry: Entry, key: SigningKey, url: str, ca_file: Path | None = None, timeout: float = SECONDS) -> None:
    """Returns once the workshop at `url` keeps the entry; may be repeated, it is kept once.

    Only a receipt for these very bytes counts. Raises DeliveryError.
    """
    try:
        data = seal(entry, key)
    except Malformed as problem:
        raise DeliveryError(problem.reason, problem.hint, retry=False) from problem
    answer = put(f"journals/{entry.journal}/{entry.number}", data, url, ca_file, timeout)
    if answer.status not in (200, 201):
        raise refusal(answer, str(key.public))
    try:
        receipt = EntryReceipt.model_validate(load(answer.body, ANSWER_LIMIT))
    except (Malformed, ValidationError) as error:
        raise nonsense(answer) from error
    if (receipt.journal, receipt.number) != (entry.journal, entry.number) or (
        receipt.sha256 != hashlib.sha256(data).hexdigest()
    ):
        raise DeliveryError(
            say("The workshop confirmed something else than this entry of the journal."),
            say("Check that the address in ordis.toml is that of the workshop server."),
            retry=True,
        )
