"""Technique: SECURITY ERASE UNIT (ACS-4, 4.18 and 7.45), and the password that it needs.

A drive erases itself this way only while a user password is set. Ours is fixed and documented (docs/ata-password.md):
it guards nothing, and whoever finds a drive with it after a power cut must be able to take it away. It has the security
level high, so that a master password opens the drive as well. The master password itself is never set: it cannot be
taken away afterwards, so the next owner would find ours in place of the maker's.

A true erase takes the password away with the data, so that is the transition to look for: set before, seen by IDENTIFY
DEVICE, and gone after a command that ended well. An end without an answer never counts, whatever stands there later.
"""

import contextlib
import struct
from collections.abc import Iterator

from agent.model.message import Message, say
from agent.model.ports import AtaCommand, AtaPort, AtaResult, NoAnswer
from agent.model.words import Method, Technique
from agent.sanitize.ata import identify
from agent.sanitize.ata.identify import Identify
from agent.sanitize.ata.refusals import ANOTHER_DRIVE, FOREIGN_PASSWORD
from agent.sanitize.firmware import Checkpoint, NotAccepted, Offer, State, Status
from agent.sanitize.pilot import patience

PASSWORD = b"ordis".ljust(32, b"\0")
"""hdparm fills up with zeros as well."""

_SET_PASSWORD, _UNLOCK, _ERASE_PREPARE, _ERASE_UNIT, _DISABLE_PASSWORD = 0xF1, 0xF2, 0xF3, 0xF4, 0xF6
_ENHANCED = 0x0002
"""Word 0 of the data of SECURITY ERASE UNIT. All else stays 0 there and for the other commands: user password, level
high (ACS-4, tables 162, 170 and 172)."""
_METHODS = (Method.ENHANCED, Method.NORMAL)
_LONGEST_OF_OLD = 508 * 60.0
"""From here on the announcement may only be a lower bound ("longer than 508 minutes")."""


def offers(about: Identify, against: Message | None, *, bridge: bool, leftover: bool) -> Iterator[Offer]:
    """What the drive announces. `against` is what hinders every erase of it now; `leftover`: the journal says that the
    password that stands there is ours."""
    security = about.security
    for method in _METHODS:
        if not security.supported or (method is Method.ENHANCED and not security.enhanced):
            continue
        yield Offer(
            Technique.ATA_SECURITY_ERASE,
            method,
            seconds=_announced(about, method),
            blocked=blocked(about, bridge=bridge, leftover=leftover) or against,
            # In normal mode it ends at the native maximum, and sectors that were replaced stay as they are.
            whole=method is Method.ENHANCED,
        )


def blocked(about: Identify, *, bridge: bool, leftover: bool) -> Message | None:
    """Why no password can be set, or no erase be started, as the drive stands; None where it can."""
    security = about.security
    if bridge:
        return say(
            "No password is ever set through a USB adapter or a RAID controller: some set it and then refuse the "
            "erase. Connect the drive directly."
        )
    if not about.registers:
        return say("The controller does not pass on the drive's answers. Connect the drive to another one.")
    if security.expired:
        return say("The drive takes no more passwords until it is switched off. Switch it off and on.")
    if security.frozen:
        return say(
            "The drive's security commands are frozen until it is switched off. Let the computer sleep and wake it, or "
            "pull out the drive's cable and plug it in again."
        )
    if security.enabled and not leftover:
        return FOREIGN_PASSWORD
    return None


def remove_password(port: AtaPort) -> bool:
    """Take our password away: try it once where the drive is locked, and no other ever. True where IDENTIFY DEVICE says
    afterwards that none is set. Raises NoAnswer, OSError."""
    security = identify.ask(port).security
    if not security.enabled:
        return True
    # The commands' own answers are not asked for: a bridge may keep them, and IDENTIFY tells what counts.
    if security.locked:
        _send(port, _UNLOCK)
        if identify.ask(port).security.locked:
            return False
    _send(port, _DISABLE_PASSWORD)
    return not identify.ask(port).security.enabled


class SecurityErase:
    """Satisfies firmware.Erase. `start` blocks until the erase ends."""

    technique = Technique.ATA_SECURITY_ERASE

    def __init__(self, port: AtaPort, about: Identify, method: Method, *, bridge: bool, leftover: bool) -> None:
        """`about` is who the drive said it was when it was chosen, and offers `method`. `leftover`: the journal says
        that a password of ours may stand there."""
        self._port = port
        self._about = about
        self._method = method
        self._bridge = bridge
        self._ours = leftover
        """The password that stands there may be ours."""
        self._finished = False
        """SECURITY ERASE UNIT was sent here and ended without error."""

    @property
    def method(self) -> Method:
        return self._method

    @property
    def seconds(self) -> float:
        announced = _announced(self._about, self._method)
        if announced is not None and announced < _LONGEST_OF_OLD:
            return announced
        return max(announced or 0.0, self._about.cautious_seconds)

    def start(self, checkpoint: Checkpoint) -> None:
        """Before it raises NotAccepted, our password is taken away again as far as the drive lets it be. After NoAnswer
        the drive may still be at it: `status` tells once it answers, and then `leave_failure` takes it away."""
        self._finished = False
        about = identify.ask(self._port)
        if not about.same_drive(self._about):
            raise NotAccepted(ANOTHER_DRIVE)
        if (reason := blocked(about, bridge=self._bridge, leftover=self._ours)) is not None:
            raise NotAccepted(reason)
        checkpoint({
            "kind": "password", "password": PASSWORD.rstrip(b"\0").decode(), "serial": about.serial or "",
            "model": about.model or "", "method": str(self._method),
        })  # fmt: skip
        self._ours = True
        try:
            if not about.security.enabled:
                self._set_password()
            self._erase()
        except NotAccepted:
            with contextlib.suppress(NoAnswer):
                remove_password(self._port)
            raise

    def status(self) -> Status:
        security = identify.ask(self._port).security
        if security.enabled:
            return Status(
                State.FAILED,
                reason=say(
                    "The drive's erase did not come to its end: its password is still set, as before the erase."
                ),
            )
        if self._finished:
            return Status(State.DONE)
        return Status(
            State.IDLE,
            reason=say("Nobody saw the drive's erase end well, so it does not count. No password is set."),
        )

    def leave_failure(self) -> bool:
        return not self._ours or remove_password(self._port)

    def _set_password(self) -> None:
        result = _send(self._port, _SET_PASSWORD)
        security = identify.ask(self._port).security
        if not result.succeeded or not security.enabled or security.locked:
            raise NotAccepted(say("The drive did not take the password that its erase needs, so nothing was erased."))

    def _erase(self) -> None:
        # The very next command must be the erase.
        if not self._port.no_data(AtaCommand(_ERASE_PREPARE), identify.SECONDS).succeeded:
            raise NotAccepted(say("The drive refused to be prepared for its erase, so nothing was erased."))
        control = _ENHANCED if self._method is Method.ENHANCED else 0
        result = _send(self._port, _ERASE_UNIT, control, timeout=patience(self))
        if not result.succeeded:
            raise NotAccepted(
                say(
                    "The drive refused to erase itself, or failed at it (status {status}, error {error}).",
                    status=f"{result.status:02X}h",
                    error=f"{result.error:02X}h",
                )
            )
        self._finished = True


def _announced(about: Identify, method: Method) -> float | None:
    return about.security.enhanced_seconds if method is Method.ENHANCED else about.security.seconds


def _send(port: AtaPort, command: int, control: int = 0, *, timeout: float = identify.SECONDS) -> AtaResult:
    """A security command with our password. Raises NoAnswer, OSError."""
    block = struct.pack("<H32s", control, PASSWORD).ljust(512, b"\0")
    return port.data_out(AtaCommand(command), block, timeout)
