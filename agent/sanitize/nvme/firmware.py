"""The firmware of an open NVMe drive, which is a whole subsystem: who it is, what it can do, how it stands."""

import errno
from collections.abc import Iterator
from dataclasses import replace

from agent.model.message import Message, say
from agent.model.ports import NoAnswer, NvmePort
from agent.model.words import Method, Technique
from agent.sanitize.firmware import About, Checkpoint, Erase, HiddenArea, NotAccepted, Offer, Said
from agent.sanitize.medium import Medium
from agent.sanitize.nvme import sanitize
from agent.sanitize.nvme.format import DIFFERENT_FORMATS, HAS_CRYPTO, SETTINGS, Format, at_once, layout
from agent.sanitize.nvme.identify import Subsystem, read
from agent.sanitize.nvme.logs import Log, Stand, newest_error, read_log
from agent.sanitize.nvme.sanitize import CAPABILITIES, UNREADABLE_LOG, Sanitize
from agent.sanitize.nvme.status import FAILED_BEFORE, LOCKED, RUNNING, Status
from agent.sanitize.opal.discovery import Opal, discovery


class NvmeFirmware:
    """Satisfies firmware.DriveFirmware."""

    def __init__(self, medium: Medium) -> None:
        """Raises OSError. Raises ValueError where the medium has no NVMe port."""
        self._medium = medium
        if medium.ports.nvme is None:
            raise ValueError("no NVMe drive")
        self._opened = medium.ports.nvme

    @property
    def _port(self) -> NvmePort:
        """A simulated drive's ports end with its power."""
        return self._medium.ports.nvme or self._opened

    def said(self) -> Said:
        """`size_bytes` is that of all namespaces that a host sees, one behind the other, as the medium has them."""
        subsystem = read(self._port)
        return Said(subsystem.controller.serial, subsystem.controller.model, subsystem.size_bytes)

    def about(self) -> About:
        subsystem = read(self._port)
        log = self._log(subsystem)
        running = log is not None and log.stand == Stand.RUNNING
        failed = log is not None and log.stand == Stand.FAILED and not self._reads()
        lock = discovery(self._medium.ports) or Opal()
        locked = lock.locked or (not running and not failed and self._denied())
        against = LOCKED if locked else RUNNING if running else None
        return About(
            said=Said(subsystem.controller.serial, subsystem.controller.model, subsystem.size_bytes),
            offers=tuple(_offers(subsystem, log, against, failed=failed)),
            locked=locked,
            shadowed=lock.shadowed,
            psid_revert=lock.psid_revert,
            hidden=tuple(_hidden(subsystem)),
            native_size_bytes=subsystem.native_bytes,
            boundaries=_boundaries(subsystem),
            untouched=tuple(_untouched(subsystem)),
            running=running,
            failed_before=failed,
        )

    def erase(self, technique: Technique, method: Method) -> Erase:
        subsystem = read(self._port)
        log = self._log(subsystem)
        if not any((one.technique, one.method) == (technique, method) for one in _announced(subsystem, log)):
            raise NotAccepted(say("The drive does not offer this way of erasing."))
        if technique is Technique.NVME_FORMAT:
            if at_once(subsystem) and _formats_differ(subsystem):
                raise NotAccepted(DIFFERENT_FORMATS)
            return Format(self._port, method, subsystem)
        return Sanitize(self._port, method, subsystem, _estimate(subsystem, log, method))

    def reveal(self, checkpoint: Checkpoint) -> None:
        """There is nothing to reveal: making namespaces of unallocated capacity would not bring old data closer, and a
        sanitize reaches all of it."""

    def tidy(self, checkpoint: Checkpoint) -> None:
        """Leave the failed state of an earlier sanitize. Out of one that was ordered without a way out (AUSE) only
        another sanitize leads: that is offered, and nothing else is tried here."""
        log = self._log(read(self._port))
        if log is None or log.stand != Stand.FAILED or not log.exit_allowed or self._reads():
            return
        checkpoint({"kind": "nvme_exit_failure"})
        if not sanitize.leave_failed_state(self._port):
            raise NotAccepted(FAILED_BEFORE)

    def _log(self, subsystem: Subsystem) -> Log | None:
        """None where the drive does not sanitize, or does not tell how far it is."""
        if not any(subsystem.controller.sanicap & bit for bit in CAPABILITIES.values()):
            return None
        try:
            return read_log(self._port)
        except NoAnswer:
            return None

    def _reads(self) -> bool:
        """The log tells of a failure for ever; only while its state lasts are reads refused."""
        return self._refusal(0) is None

    def _denied(self) -> bool:
        """A read is refused because of a lock. Linux has one error for that and for unreadable media (ENODATA), so the
        drive's error log decides; without its word nothing is taken for locked."""
        return self._refusal(0) == errno.ENODATA and newest_error(self._port) == Status.ACCESS_DENIED

    def _refusal(self, offset: int) -> int | None:
        """Error number of a read there; None where it can be read."""
        try:
            self._medium.window(offset, 1)
        except OSError as error:
            return error.errno
        return None


def _announced(subsystem: Subsystem, log: Log | None) -> Iterator[Offer]:
    """Every way that the drive says it has, as if nothing hindered it."""
    controller = subsystem.controller
    # Only another sanitize without a way out leads out of the failure of one without a way out.
    no_exit = log is not None and log.stand == Stand.FAILED and not log.exit_allowed
    for method, bit in CAPABILITIES.items():
        if controller.sanicap & bit:
            seconds = _estimate(subsystem, log, method)
            yield Offer(Technique.NVME_SANITIZE, method, seconds, no_fallback=no_exit)
    if controller.formats and subsystem.attached:
        # No format reaches capacity without a namespace, and what it does to one that nobody sees nobody can check.
        whole = not subsystem.unallocated_bytes and not subsystem.unattached
        for method in SETTINGS:
            if method is not Method.CRYPTO or controller.fna & HAS_CRYPTO:
                yield Offer(Technique.NVME_FORMAT, method, whole=whole)


def _offers(subsystem: Subsystem, log: Log | None, against: Message | None, *, failed: bool) -> Iterator[Offer]:
    """`against` hinders all of them; `failed` all but a sanitize."""
    differ = DIFFERENT_FORMATS if at_once(subsystem) and _formats_differ(subsystem) else None
    hinders = {
        Technique.NVME_SANITIZE: UNREADABLE_LOG if log is None else None,
        Technique.NVME_FORMAT: FAILED_BEFORE if failed else differ,
    }
    for offer in _announced(subsystem, log):
        yield replace(offer, blocked=against or hinders[offer.technique])


def _formats_differ(subsystem: Subsystem) -> bool:
    return len({layout(one) for one in subsystem.namespaces}) > 1


def _estimate(subsystem: Subsystem, log: Log | None, method: Method) -> float | None:
    if log is None:
        return None
    return log.seconds(method, keeps_mapped=sanitize.keeps_mapped(subsystem, method))


def _hidden(subsystem: Subsystem) -> Iterator[HiddenArea]:
    if subsystem.unallocated_bytes:
        yield HiddenArea(
            "unallocated",
            subsystem.unallocated_bytes,
            removable=False,
            why=say("This capacity belongs to no namespace. Only a sanitize of the whole drive reaches it."),
        )
    if subsystem.unattached:
        yield HiddenArea(
            "unattached",
            sum(one.size_bytes for one in subsystem.unattached),
            removable=False,
            why=say(
                "{count} of the drive's parts (namespaces) are attached to nothing. Only a sanitize of the whole drive "
                "surely reaches them.",
                count=len(subsystem.unattached),
            ),
        )


def _boundaries(subsystem: Subsystem) -> tuple[int, ...]:
    ends, at = [], 0
    for one in subsystem.attached[:-1]:
        at += one.size_bytes
        ends.append(at)
    return tuple(ends)


def _untouched(subsystem: Subsystem) -> Iterator[Message]:
    if subsystem.controller.rpmb_bytes:
        yield say(
            "A protected memory of {size:bytes} for keys and counters (RPMB) stays as it is: no erase reaches it.",
            size=subsystem.controller.rpmb_bytes,
        )
    if subsystem.controller.boot_partitions:
        yield say("The drive's boot partitions, which hold start programs, stay as they are: no erase reaches them.")
