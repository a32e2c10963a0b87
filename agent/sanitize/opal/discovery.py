"""TCG Level 0 Discovery: what a drive tells about its own locks, before any session and without a password.

Received with security protocol 01h, ComID 0001h (TCG Storage Architecture Core 2.01, 3.3.6), by ATA TRUSTED RECEIVE
(ACS-4, 7.52) or NVMe Security Receive (Base 2.0, 5.25). What comes is hostile until parsed: a structure that does not
add up says nothing at all.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

from agent.model.message import Message, say
from agent.model.ports import AtaCommand, AtaPort, NoAnswer, NvmeCommand, NvmePort, Ports

TIMEOUT = 15.0
"""Seconds. A drive answers this at once; one that wakes its discs for it needs some ten seconds."""
LENGTH = 2048
"""Bytes asked for; today's longest answers are below 512."""

_IDENTIFY_DEVICE, _TRUSTED_RECEIVE = 0xEC, 0x5C
_IDENTIFY, _SECURITY_RECEIVE = 0x06, 0x82
_PROTOCOL, _COM_ID = 0x01, 0x0001
_HEADER = 48
_LOCKING = 0x0002


class Ssc(IntEnum):
    """Feature codes by which a drive tells the rules that it follows (its security subsystem class)."""

    ENTERPRISE = 0x0100
    OPAL_1 = 0x0200
    OPAL_2 = 0x0203
    OPALITE = 0x0301
    PYRITE_1 = 0x0302
    PYRITE_2 = 0x0303
    RUBY = 0x0304


@dataclass(frozen=True)
class Opal:
    """The locks of a drive that has such. All False in one that is open, as it leaves the factory."""

    classes: tuple[Ssc, ...] = ()
    enabled: bool = False
    """Somebody has taken the locking into use (LockingEnabled): the drive comes up locked, or can."""
    locked: bool = False
    """At least one range can neither be read nor written now."""
    encrypts: bool = False
    """What lies on the media is encrypted. Never so for Pyrite, which only locks."""
    mbr_enabled: bool = False
    mbr_done: bool = False
    unread: Message | None = None
    """The drive says that it has locks, and nobody could read in which state they are. Then all the rest is unknown."""

    @property
    def shadowed(self) -> bool:
        """In place of the drive's first blocks a boot area of its own is shown."""
        return self.mbr_enabled and not self.mbr_done

    @property
    def open(self) -> bool:
        """Seen to be without any lock."""
        return self.unread is None and not (self.enabled or self.locked or self.shadowed)

    @property
    def psid_revert(self) -> bool:
        """There is a lock that the number on the label could take back. Discovery does not tell whether the drive
        has a PSID; those of the classes known here do, but for some of the oldest."""
        return not self.open and (self.unread is not None or bool(self.classes))


def discovery(ports: Ports) -> Opal | None:
    """What the drive tells of its locks; None for one that says itself that it has none, and where nobody can ask.

    Changes nothing. Raises NoAnswer, OSError.
    """
    if ports.nvme is not None:
        return _by_nvme(ports.nvme)
    return _by_ata(ports.ata) if ports.ata is not None else None


def _by_ata(port: AtaPort) -> Opal | None:
    about = port.data_in(AtaCommand(_IDENTIFY_DEVICE), 1, TIMEOUT).data
    # Word 48: bits 15:14 are 01 where the word means anything, bit 0 is the Trusted Computing feature set.
    if len(about) < 512 or struct.unpack_from("<H", about, 96)[0] & 0xC001 != 0x4001:
        return None
    # FEATURE: protocol; LBA 7:0: upper byte of the number of blocks; LBA 23:8: ComID.
    answer = port.data_in(AtaCommand(_TRUSTED_RECEIVE, feature=_PROTOCOL, lba=_COM_ID << 8), LENGTH // 512, TIMEOUT)
    if not answer.data or (answer.registers and not answer.succeeded):
        return Opal(unread=say("The drive can be locked, but the system does not let Ordis ask how its lock stands."))
    return parse(answer.data)


def _by_nvme(port: NvmePort) -> Opal | None:
    about = port.admin(NvmeCommand(_IDENTIFY, cdw10=1), 4096, TIMEOUT)
    if not about.succeeded or len(about.data) < 258 or not about.data[256] & 1:  # OACS: Security Send and Receive
        return None
    command = NvmeCommand(_SECURITY_RECEIVE, cdw10=_PROTOCOL << 24 | _COM_ID << 8, cdw11=LENGTH)
    answer = port.admin(command, LENGTH, TIMEOUT)
    # Security Receive also serves other protocols (RPMB, passwords of ATA): a refusal means that TCG's is not there.
    return parse(answer.data) if answer.succeeded else None


def parse(data: bytes) -> Opal | None:
    """The locks that a Level 0 answer describes; None for a drive without any."""
    try:
        features = _features(data)
    except ValueError:
        return _nonsense()
    classes = tuple(one for one in Ssc if one in features)
    locking = features.get(_LOCKING)
    if locking is None:
        return _nonsense() if classes else None
    if not locking:
        return _nonsense()
    flags = locking[0]
    if not flags & 0x01 and not classes:  # LockingSupported
        return None
    return Opal(
        classes=classes,
        enabled=bool(flags & 0x02),
        locked=bool(flags & 0x04),
        encrypts=bool(flags & 0x08),
        mbr_enabled=bool(flags & 0x10),
        mbr_done=bool(flags & 0x20),
    )


def _nonsense() -> Opal:
    return Opal(unread=say("The drive can be locked, but what it says about its lock makes no sense."))


def _features(data: bytes) -> dict[int, bytes]:
    """Content of each descriptor by its feature code. Raises ValueError."""
    if len(data) < _HEADER:
        raise ValueError("no header")
    length, _ = struct.unpack_from(">II", data)
    end = length + 4  # the length does not count itself
    if not _HEADER <= end <= len(data):
        raise ValueError("length of the answer")
    found: dict[int, bytes] = {}
    at = _HEADER
    while at < end:
        if at + 4 > end:
            raise ValueError("cut off within a descriptor's head")
        code, _, size = struct.unpack_from(">HBB", data, at)
        if at + 4 + size > end:
            raise ValueError("cut off within a descriptor")
        if code in found:
            raise ValueError("a descriptor comes twice")
        if code:  # 0 is reserved, and fills what some drives leave empty
            found[code] = data[at + 4 : at + 4 + size]
        at += 4 + size
    return found


def still_locked(ports: Ports) -> Opal | None:
    """As `discovery`, for who must know whether a lock is left: a drive that gives no answer counts as unread."""
    try:
        return discovery(ports)
    except NoAnswer:
        return Opal(unread=say("The drive gave no answer when it was asked how its lock stands."))
