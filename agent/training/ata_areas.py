"""What hides part of a simulated ATA drive: host protected area, accessible max address, configuration overlay.

HPA: ACS-3, 4.12 and ATA/ATAPI-7; AMAC: ACS-4, 4.6; DCO: ACS-2, 4.8. All addresses are those of logical sectors.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from agent.model.ports import AtaResult
from agent.training.ata_task import Abort, Error, Handler, Task, good, require
from agent.training.description import Description
from agent.training.kept import Kept, State

_TOP_28 = 0x0FFFFFFF
"""The last address of 28 bits."""


class Areas(IntEnum):
    """Command codes."""

    READ_NATIVE_MAX_EXT = 0x27
    SET_MAX_EXT = 0x37
    AMAC = 0x78
    DCO = 0xB1
    READ_NATIVE_MAX = 0xF8
    SET_MAX = 0xF9


@dataclass
class Limits(State):
    """Kept without current; bytes."""

    accessible: int = 0
    native: int = 0
    """What the overlay leaves."""


@dataclass
class Switches(State):
    """Known only while the drive is on."""

    volatile: int = 0
    """An accessible size until the drive is switched off; 0: none."""
    set_for_good: bool = False
    """A maximum to be kept was set since power-on; a second needs another."""
    native_read: int = 0
    """The command before, where it was one of those that read the native maximum."""
    max_frozen: bool = False
    overlay_frozen: bool = False


class HiddenAreas:
    """How large the drive says it is, and the commands that change it."""

    def __init__(self, drive: Description, kept: Kept, session: Any) -> None:
        self._about = drive.ata
        self._kept = kept
        self._media = drive.media_bytes
        self._sector = drive.logical_sector_bytes
        self._limits = Limits(drive.size_bytes, drive.size_bytes + drive.hidden_bytes)
        if (saved := kept.get("areas")) is not None:
            self._limits = Limits.load(saved)
        self.switches = Switches.load(session)
        commands: dict[int, Handler] = {}
        if self._about.hpa:
            commands |= {
                Areas.READ_NATIVE_MAX_EXT: self._read_native_max,
                Areas.READ_NATIVE_MAX: self._read_native_max,
                Areas.SET_MAX_EXT: self._set_max,
                Areas.SET_MAX: self._set_max,
            }
        if self._about.amac:
            commands[Areas.AMAC] = self._amac
        if self._about.dco:
            commands[Areas.DCO] = self._overlay
        self.commands = commands

    @property
    def accessible_bytes(self) -> int:
        return self.switches.volatile or self._limits.accessible

    @property
    def native_bytes(self) -> int:
        """As far as HPA and AMAC reach."""
        return self._limits.native

    def next_command(self, command: int) -> None:
        """SET MAX needs the matching READ NATIVE MAX right before it."""
        if command not in {Areas.SET_MAX, Areas.SET_MAX_EXT}:
            self.switches.native_read = 0

    def _read_native_max(self, task: Task) -> AtaResult:
        self.switches.native_read = task.command.command
        last = self._limits.native // self._sector - 1
        if task.command.command == Areas.READ_NATIVE_MAX_EXT:
            return good(lba=last)
        last = min(last, _TOP_28)
        return good(lba=last, device=0x40 | last >> 24)

    def _set_max(self, task: Task) -> AtaResult:
        extended = task.command.command == Areas.SET_MAX_EXT
        before, self.switches.native_read = self.switches.native_read, 0
        if not extended and task.command.feature:
            require(task.command.feature == 4)  # SET MAX FREEZE LOCK; passwords for it are long obsolete
            self.switches.max_frozen = True
            return good()
        require(before == (Areas.READ_NATIVE_MAX_EXT if extended else Areas.READ_NATIVE_MAX))
        require(not self.switches.max_frozen)
        size = (task.lba + 1) * self._sector
        require(size <= self._limits.native, Error.IDNF)
        if task.command.count & 1:
            self._keep_size(size)
        else:
            self.switches.volatile = size
        return good(lba=task.lba)

    def _keep_size(self, size: int) -> None:
        """Make this size the one that survives; once between two power-ons."""
        require(not self.switches.set_for_good, Error.IDNF)
        self.switches.set_for_good = True
        self.switches.volatile = 0
        self._limits.accessible = size
        self._keep()

    def _amac(self, task: Task) -> AtaResult:
        match task.command.feature:
            case 0:  # GET NATIVE MAX ADDRESS EXT
                return good(lba=self._limits.native // self._sector - 1)
            case 1:  # SET ACCESSIBLE MAX ADDRESS EXT
                require(not self.switches.max_frozen)
                require((task.lba + 1) * self._sector <= self._limits.native, Error.IDNF)
                require(not self.switches.set_for_good)
                self._keep_size((task.lba + 1) * self._sector)
            case 2:  # FREEZE ACCESSIBLE MAX ADDRESS EXT
                self.switches.max_frozen = True
            case _:
                raise Abort
        return good()

    def _overlay(self, task: Task) -> AtaResult:
        require(not self.switches.overlay_frozen)
        match task.command.feature & 0xFF:
            case 0xC0:  # RESTORE; not while a host protected area is set (ACS-2, 7.9.4)
                require(self.accessible_bytes == self._limits.native)
                self._limits = Limits(self._media, self._media)
                self._keep()
            case 0xC1:  # FREEZE LOCK
                self.switches.overlay_frozen = True
            case 0xC2:  # IDENTIFY
                require(task.blocks == 1)
                return good(data=self.overlay())
            case _:
                raise Abort
        return good()

    def overlay(self) -> bytes:
        """DEVICE CONFIGURATION IDENTIFY: 512 bytes, with the true last sector in words 3 to 6."""
        block = bytearray(512)
        struct.pack_into("<HHHQ", block, 0, 2, 0x0007, 0x007F, self._media // self._sector - 1)
        block[510] = 0xA5
        block[511] = -sum(block) & 0xFF
        return bytes(block)

    def _keep(self) -> None:
        self._kept.update(areas=self._limits.save())
