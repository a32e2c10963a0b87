"""PSID revert: the number on the label gives a drive with a foreign lock back, open and with new keys.

`sedutil-cli` opens the session with the drive. It opens the node without O_EXCL (sedutil 1.20, DtaDevLinuxSata::init
and DtaDevLinuxNvme::init), so our own exclusive hold of the drive does not keep it out. Neither its exit code nor its
words are believed: what counts is what the drive tells afterwards on our own descriptor. Whether the data are gone,
that tells only the overwrite with verification that always follows.
"""

import re
from collections.abc import Callable

from agent.host.libata import forbids_trusted_commands
from agent.host.run import Run, ToolMissing, ToolTimeout, run
from agent.model.message import Message, say
from agent.model.ports import NoAnswer, Ports
from agent.model.words import Method, Technique
from agent.sanitize.firmware import Checkpoint, NotAccepted, State, Status
from agent.sanitize.opal.discovery import Opal, still_locked

SECONDS = 300.0
"""A revert takes seconds; one that also erases (Pyrite, Data Removal Mechanism) may take minutes."""

_FORBIDDEN = say(
    "The system does not let Ordis speak to the lock of SATA drives. "
    "Start it with libata.allow_tpm=1 on the kernel's command line, then try again."
)
_PSID = re.compile(r"[0-9A-Z]{32}")
_LAYOUT = re.compile(r"[\s\-\u2010-\u2015]+")


def checked_psid(typed: str) -> str | None:
    """The PSID as sedutil wants it: 32 capitals and digits, without the label's dashes and blanks. None: it is none."""
    found = _LAYOUT.sub("", typed[:200])
    return found.upper() if found.isascii() and _PSID.fullmatch(found.upper()) else None


class PsidRevert:
    """Satisfies sanitize.firmware.Erase. The lock that goes away is the only sign of success, so a drive that has none
    is not accepted: there nothing could show that anything happened."""

    technique = Technique.OPAL_REVERT
    method = Method.CRYPTO
    seconds = SECONDS

    def __init__(
        self,
        ports: Callable[[], Ports],
        node: Callable[[], str],
        psid: str,
        *,
        program: Run = run,
        forbids: Callable[[], bool] = forbids_trusted_commands,
    ) -> None:
        """`ports` are those of the open drive, asked anew each time; `node` is the path of just that drive (raises
        OSError where the name belongs to another one by now); `psid` is what was typed."""
        self._ports = ports
        self._node = node
        self._typed = psid
        self._program = program
        self._forbids = forbids
        self._begun = False

    def start(self, checkpoint: Checkpoint) -> None:
        psid = checked_psid(self._typed)
        if psid is None:
            raise NotAccepted(say("That is no PSID: on the drive's label it has 32 capitals and digits."))
        ports = self._ports()
        before = still_locked(ports)
        if before is None:
            raise NotAccepted(say("The drive has no lock that a PSID could take back."))
        if before.unread is not None:
            raise NotAccepted(_FORBIDDEN if ports.ata is not None and self._forbids() else before.unread)
        if before.open:
            raise NotAccepted(say("The drive is not locked, so a PSID revert would prove nothing."))
        checkpoint({"kind": "psid_revert", "locked": before.locked, "enabled": before.enabled})
        self._begun = True
        try:
            self._program(["sedutil-cli", "--PSIDrevert", psid, self._node()], timeout=SECONDS)
        except ToolMissing as error:
            raise NotAccepted(say("The program {tool} is missing on this system.", tool="sedutil-cli")) from error
        except ToolTimeout as error:
            raise NoAnswer(str(error)) from error
        if (reason := _why_not(still_locked(self._ports()))) is not None:
            raise NotAccepted(reason)

    def status(self) -> Status:
        after = still_locked(self._ports())
        reason = _why_not(after)
        if reason is not None:
            return Status(State.FAILED, reason=reason)
        if not self._begun:
            # It may have been reverted by us before a power cut, or never have been locked: nothing tells.
            return Status(State.IDLE, reason=say("The drive is not locked, and does not tell whether it ever was."))
        return Status(State.DONE, 1.0)

    def leave_failure(self) -> bool:
        """A refused revert changes nothing: the drive is as locked as before, or not."""
        return _why_not(still_locked(self._ports())) is None


def _why_not(after: Opal | None) -> Message | None:
    """Why the lock cannot be said to be gone; None where it is."""
    if after is None:
        return say("After the PSID revert the drive says no more that it has a lock at all.")
    if after.unread is not None:
        return after.unread
    if not after.open:
        return say(
            "The drive is still locked: it did not take the PSID. Compare it with the label, letter by letter; "
            "after some wrong ones the drive takes none before it was without power."
        )
    return None
