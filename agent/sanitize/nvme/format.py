"""Format NVM with a secure erase setting (NVMe Base 2.0, 5.14): erases namespaces, never what no namespace has.

A format shows nothing of itself but the end of its command: no transition can be seen. `done` therefore means only that
every command of ours was completed without error; the canary decides the rest. After an interruption some drives tell
that a format still goes on (FPI), but none tells that one was carried out, so it is started again. SES=0 erases
nothing, though tools have taken its success for an erase (FOGProject/fos#125): it is never sent.
"""

from collections.abc import Iterator

from agent.model.message import Message, say
from agent.model.ports import NvmeCommand, NvmePort
from agent.model.words import Method, Technique
from agent.sanitize.firmware import Checkpoint, NotAccepted, State
from agent.sanitize.firmware import Status as Told
from agent.sanitize.nvme.identify import Namespace, Subsystem, read
from agent.sanitize.nvme.status import Status, cautious_seconds, refusal

_FORMAT = 0x80
_EVERYTHING = 0xFFFFFFFF
SETTINGS = {Method.USER_DATA: 1, Method.CRYPTO: 2}
"""SES, secure erase settings."""
FORMATS_ALL, ERASES_ALL, HAS_CRYPTO, NO_BROADCAST = 1, 2, 4, 8
"""Bits of FNA."""

DIFFERENT_FORMATS = say(
    "The parts (namespaces) of this drive have different block sizes, and this command would give all of them one."
)


def at_once(subsystem: Subsystem) -> bool:
    """One command reaches, or changes, more than the namespace that it names."""
    return bool(subsystem.controller.fna & (FORMATS_ALL | ERASES_ALL))


def layout(one: Namespace) -> int:
    """The bits of dword 10 that keep a namespace's blocks as they are: LBAF, MSET, PI, PIL."""
    kept = one.format & 0xF | (one.format >> 4) << 12 | one.extended << 4
    return kept | (one.protection & 0b111) << 5 | (one.protection >> 3) << 8


class Format:
    """Satisfies firmware.Erase."""

    technique = Technique.NVME_FORMAT

    def __init__(self, port: NvmePort, method: Method, subsystem: Subsystem) -> None:
        self._port = port
        self._method = method
        self._subsystem = subsystem
        self._done = False
        self._failed: Message | None = None

    @property
    def method(self) -> Method:
        return self._method

    @property
    def seconds(self) -> float:
        return sum(cautious_seconds(one.size_bytes) for one in self._subsystem.namespaces)

    def start(self, checkpoint: Checkpoint) -> None:
        """Returns when the last command has ended."""
        self._done, self._failed = False, None
        checkpoint({"kind": "nvme_format", "namespaces": [one.nsid for one in self._subsystem.namespaces]})
        begun = False
        for nsid, named in self._targets():
            status = self._send(nsid, named)
            if status == 0:
                begun = True
            elif named.attached:
                if not begun and status != Status.INTERNAL_ERROR:
                    raise NotAccepted(refusal(status))
                # Something was taken and is perhaps half erased: that is a failure and no refusal.
                self._failed = say("The drive broke its erase off. {what}", what=str(refusal(status)))
                return
        self._done = begun

    def _targets(self) -> Iterator[tuple[int, Namespace]]:
        """NSIDs to name, each with the namespace whose layout is kept: those that hosts see first. Of the others a
        drive may refuse some; they stay named as hidden, and the offer does not claim them (`whole`)."""
        attached, others = self._subsystem.attached, self._subsystem.unattached
        if at_once(self._subsystem) and not self._subsystem.controller.fna & NO_BROADCAST:
            yield _EVERYTHING, attached[0]
        elif self._subsystem.controller.fna & ERASES_ALL:
            yield attached[0].nsid, attached[0]
        else:
            yield from ((one.nsid, one) for one in (*attached, *others))

    def _send(self, nsid: int, named: Namespace) -> int:
        timeout = self.seconds if nsid == _EVERYTHING else cautious_seconds(named.size_bytes)
        dword10 = layout(named) | SETTINGS[self._method] << 9
        return self._port.admin(NvmeCommand(_FORMAT, nsid, cdw10=dword10), 0, timeout).status

    def status(self) -> Told:
        if self._done:
            return Told(State.DONE, 1.0)
        if self._failed is not None:
            return Told(State.FAILED, reason=self._failed)
        if left := max((one.format_left for one in read(self._port).namespaces), default=0.0):
            return Told(State.RUNNING, 1.0 - left)
        return Told(State.IDLE, reason=say("Nothing shows whether the drive has carried out its erase."))

    def leave_failure(self) -> bool:
        """A namespace whose format was broken off is out of use until it is formatted again: once more, then. Not after
        a lost answer, where the first may still be at work."""
        if self._failed is None:
            return False
        return all(self._send(nsid, named) == 0 for nsid, named in self._targets() if named.attached)
