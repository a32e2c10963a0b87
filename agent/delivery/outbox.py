"""Emptying the spool: one attempt for each report, by one process at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from agent.delivery.errors import DeliveryError, Unreachable
from agent.delivery.spool import Spool, SpoolError, Waiting
from agent.delivery.workshop import SECONDS, deliver
from agent.host.files import locked, read_bounded
from agent.model.message import Message, say
from agent.model.report import Receipt
from agent.report.canonical import LIMIT


class Busy(SpoolError):
    """Another process is delivering from this spool right now."""


@dataclass(frozen=True)
class DeliveryOutcome:
    """What became of one file of the spool. With a receipt it is delivered, whatever `problem` adds."""

    path: Path
    report_id: UUID | None
    receipt: Receipt | None = None
    problem: Message | None = None
    hint: Message | None = None
    retry: bool = False
    """Trying again later may succeed without anybody doing anything."""


def deliver_all(spool: Spool, url: str, ca_file: Path | None = None, timeout: float = SECONDS) -> list[DeliveryOutcome]:
    """Try to deliver everything that waits, the oldest first; `timeout` is in seconds, for each report.

    Stops trying when the workshop cannot be reached; the outcomes name every file all the same.
    Raises Busy, and SpoolError when the spool cannot be read.
    """
    try:
        with locked(spool.folder, wait=False):
            return list(_outcomes(spool, url, ca_file, timeout))
    except FileNotFoundError:
        return []
    except BlockingIOError as error:
        raise Busy(
            say("Another program is delivering the reports right now."), say("Wait a moment, then look again.")
        ) from error
    except OSError as error:
        raise SpoolError(
            say("The saved reports in {folder} cannot be read: {detail}.",
                folder=str(spool.folder), detail=error.strerror or str(error)),
            say("Plug the stick in again. If it stays so, copy the folder “reports” to another computer."),
        ) from error  # fmt: skip


def delays(first: float = 5.0, cap: float = 300.0) -> Iterator[float]:
    """Seconds to wait after each failed round, doubling up to `cap`, without end."""
    delay = first
    while True:
        yield min(delay, cap)
        delay = min(delay * 2, cap)


def _outcomes(spool: Spool, url: str, ca_file: Path | None, timeout: float) -> Iterator[DeliveryOutcome]:
    reached = True
    for waiting in spool.pending():
        if waiting.report_id is None:
            yield DeliveryOutcome(waiting.path, None, problem=waiting.problem)
            continue
        if not reached:
            yield DeliveryOutcome(waiting.path, waiting.report_id, retry=True,
                                  problem=say("Not tried, since the workshop could not be reached."))  # fmt: skip
            continue
        try:
            yield _one(spool, waiting, url, ca_file, timeout)
        except DeliveryError as error:
            reached = not isinstance(error, Unreachable)
            yield DeliveryOutcome(waiting.path, waiting.report_id, None, error.reason, error.hint, error.retry)


def _one(spool: Spool, waiting: Waiting, url: str, ca_file: Path | None, timeout: float) -> DeliveryOutcome:
    try:
        data = read_bounded(waiting.path, LIMIT)
    except OSError as error:
        detail = error.strerror or str(error)
        return DeliveryOutcome(
            waiting.path, waiting.report_id, problem=say("The file cannot be read: {detail}.", detail=detail)
        )
    receipt = deliver(data, url, ca_file, timeout)
    try:
        return DeliveryOutcome(spool.delivered(waiting.path, receipt), waiting.report_id, receipt)
    except SpoolError as error:
        # Delivered, but still in the spool: the next round sends it again and the workshop recognises it.
        return DeliveryOutcome(waiting.path, waiting.report_id, receipt, error.reason, error.hint)
