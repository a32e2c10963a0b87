"""A journal's records in the workshop's keeping, for where no stick keeps them."""

import functools
import logging
import threading
import time
from collections.abc import Callable
from uuid import UUID

from agent.delivery.errors import DeliveryError, UnknownKey, Unreachable
from agent.delivery.ledger import acknowledge
from agent.delivery.where import find_workshop
from agent.journal import Journal, JournalError
from agent.model.ledger import MOST_ENTRIES, Entry
from agent.model.message import Message, say
from agent.model.words import Mode
from agent.report.keys import KeyProblem, SigningKey
from agent.workplace import Workplace

log = logging.getLogger("ordis.ledger")

PATIENCE_SECONDS = 30.0
"""How long the workshop is asked again and again for one record: a network that has just come up needs some."""
PAUSE_SECONDS = 2.0

NOBODY_KEEPS_IT = say("Neither an Ordis stick nor the workshop keeps the journal, so nothing will be erased.")

Send = Callable[[Entry], None]
"""Returns once the entry is kept. Raises DeliveryError, KeyProblem."""


class Ledger:
    """Numbers the records and has them kept in their order; what was sent once is sent again unchanged."""

    def __init__(
        self, journal: UUID, send: Send, *, training: bool, explain: Callable[[DeliveryError], Message]
    ) -> None:
        """`explain` says what to do about a workshop that does not keep an entry."""
        self._journal = journal
        self._send = send
        self._training = training
        self._explain = explain
        self._queuing = threading.Lock()
        self._sending = threading.Lock()
        self._waiting: list[dict[str, object]] = []
        self._sent = 0
        self._failed_at = -PATIENCE_SECONDS

    def queue(self, record: dict[str, object]) -> None:
        with self._queuing:
            self._waiting.append(record)

    def keep(self, record: dict[str, object]) -> None:
        """Raises JournalError."""
        self.queue(record)
        try:
            self._empty()
        except KeyProblem as problem:
            raise JournalError(problem.reason) from problem
        except DeliveryError as error:
            log.warning("the workshop does not keep the journal: %s", error)
            raise JournalError(NOBODY_KEEPS_IT, self._explain(error)) from error

    def _empty(self) -> None:
        with self._sending:
            # Where it has just been waited for in vain, the other drives need not wait as well.
            until = time.monotonic() + PATIENCE_SECONDS
            if time.monotonic() - self._failed_at < PATIENCE_SECONDS:
                until = 0.0
            while self._waiting:
                try:
                    self._send(self._entry(self._waiting[0]))
                except DeliveryError as error:
                    if not error.retry or time.monotonic() + PAUSE_SECONDS > until:
                        self._failed_at = time.monotonic()
                        raise
                    time.sleep(PAUSE_SECONDS)
                    continue
                self._sent += 1
                with self._queuing:
                    del self._waiting[0]

    def _entry(self, record: dict[str, object]) -> Entry:
        if self._sent >= MOST_ENTRIES:
            raise DeliveryError(
                say("The journal has become too long for the workshop."),
                say("Plug in an Ordis stick, then start the intake again."),
                retry=False,
            )
        return Entry(journal=self._journal, number=self._sent, training=self._training, record=record)


def ledger(place: Workplace, journal: UUID) -> Ledger | None:
    """The workshop's keeping for an intake here; None where no workshop is named."""
    workshop = place.settings.workshop
    if workshop.url is None and workshop.discover == "no":
        return None

    def explain(error: DeliveryError) -> Message:
        if isinstance(error, UnknownKey):
            enrol = f"ordis-workshop enrol {key().public}"
            return say("Plug in the Ordis stick, or run on the workshop server: {command}. Then start again.",
                       command=enrol)  # fmt: skip
        if workshop.url is None:
            return say("Plug in the Ordis stick, or see to the connection to the workshop; then start again.")
        return say("Plug in the Ordis stick, or see to the connection to {url}; then start again.", url=workshop.url)

    @functools.cache
    def key() -> SigningKey:
        """The same to the end, whichever stick is there by then: the workshop takes a journal from one key alone."""
        return place.signer.key(place.mode)

    def send(entry: Entry) -> None:
        found = find_workshop(place.settings)
        if found.url is None:
            raise Unreachable(
                found.remark or say("No workshop was found in this network."),
                say("Check the network cable or Wi-Fi, and that the workshop server is running."),
            )
        acknowledge(entry, key(), found.url, workshop.ca_file)

    return Ledger(
        journal,
        send,
        training=place.mode is Mode.TRAINING,
        explain=explain,
    )


def open_journal(place: Workplace, name: UUID) -> Journal:
    """A new journal, as safe as this place can make it. Raises JournalError."""
    return Journal.create(place.settings.journal(place.mode), str(name), place.keeps, ledger(place, name))
