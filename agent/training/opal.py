"""The locks of a simulated self-encrypting drive: locked ranges, MBR shadow, PSID revert (TCG Opal SSC 2.01).

Untested on hardware, and in-process only: no security protocol is spoken, `opal_sedutil` plays the program.
"""

import errno
import os
from collections.abc import Callable
from enum import IntEnum

from agent.training.kept import Kept
from agent.training.opal_about import OpalAbout, RightPsid
from agent.training.store import Sectors

BOOT_IMAGE = b"Verrou du disque: mot de passe demande au demarrage. ".ljust(64, b".")
"""What stands in the shadow, over and over: the makers' boot images ask for the password in such words."""


class Method(IntEnum):
    """How a revert ends (TCG Core 2.01, table of status codes)."""

    SUCCESS = 0x00
    NOT_AUTHORIZED = 0x01
    MALFUNCTION = 0x0F
    """TPER_MALFUNCTION."""
    LOCKED_OUT = 0x12
    """AUTHORITY_LOCKED_OUT: too many tries since power-on."""
    NO_ANSWER = 0x88
    """No status at all: sedutil's own number for an empty answer."""


class Opal:
    """The locking machine. That it was reverted survives power-off; tries are counted from power-on."""

    def __init__(self, about: OpalAbout, kept: Kept) -> None:
        self._about = about
        self._kept = kept
        self.reverted = bool(kept.get("opal_reverted"))
        self._tries = about.tries

    @property
    def supported(self) -> bool:
        """The drive encrypts itself and can be locked."""
        return bool(self._about.psid)

    @property
    def enabled(self) -> bool:
        """A password was set, by whomever (LockingEnabled)."""
        return not self.reverted and (self._about.locked or self.shadowing)

    @property
    def locked(self) -> bool:
        """At least one range is locked now."""
        return not self.reverted and self._about.locked

    @property
    def shadowing(self) -> bool:
        """MBREnabled, and not MBRDone."""
        return not self.reverted and self._about.shadow_bytes > 0

    @property
    def shadow_bytes(self) -> int:
        return self._about.shadow_bytes if self.shadowing else 0

    def locks(self, start: int, end: int) -> bool:
        """Whether anything from byte `start` to before byte `end` is locked."""
        ranges = self._about.locked_ranges
        return self.locked and (not ranges or any(start < at + length and at < end for at, length in ranges))

    def revert(self, psid: str, erase: Callable[[], None]) -> Method:
        """PSID revert: AdminSP.Revert by the PSID authority. Where it succeeds, `erase` makes the data unreadable."""
        if not self._tries:
            return Method.LOCKED_OUT
        if psid != self._about.psid or self._about.right_psid is RightPsid.REFUSED:
            self._tries -= 1
            return Method.NOT_AUTHORIZED
        if self._about.right_psid is RightPsid.MALFUNCTION:
            return Method.MALFUNCTION
        if self._about.right_psid is RightPsid.EMPTY_ANSWER:
            return Method.NO_ANSWER
        if not self._about.keeps_data:
            erase()
        self.reverted = True
        self._kept.update(opal_reverted=True)
        return Method.SUCCESS


class LockedMedia:
    """Sectors behind the lock. What is locked answers with `error_number`, reading as well as writing."""

    def __init__(self, media: Sectors, opal: Opal, error_number: int = errno.EIO) -> None:
        self._media = media
        self._opal = opal
        self._error = error_number

    def read_into(self, buffer: memoryview, offset: int) -> None:
        """In the shadow the boot image, locked or not; it masks what stands there."""
        shadowed = min(len(buffer), max(0, self._opal.shadow_bytes - offset))
        if shadowed < len(buffer):
            self._require_open(offset + shadowed, offset + len(buffer))
            with buffer[shadowed:] as rest:
                self._media.read_into(rest, offset + shadowed)
        image = BOOT_IMAGE * (shadowed // len(BOOT_IMAGE))
        buffer[:shadowed] = image

    def write(self, data: memoryview, offset: int) -> None:
        if offset < self._opal.shadow_bytes:
            raise self._refused()
        self._require_open(offset, offset + len(data))
        self._media.write(data, offset)

    def sync(self) -> None:
        self._media.sync()

    def _require_open(self, start: int, end: int) -> None:
        if self._opal.locks(start, end):
            raise self._refused()

    def _refused(self) -> OSError:
        return OSError(self._error, os.strerror(self._error))
