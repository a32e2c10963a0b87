"""The Security feature set of a simulated ATA drive (ACS-4, 4.18): its states SEC0 to SEC6 and their commands.

SEC0 and SEC3 are the drive without power. SEC1: no password; SEC2: no password, frozen; SEC4: locked;
SEC5: password set, unlocked; SEC6: the same, frozen.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from agent.model.ports import AtaResult
from agent.training.ata_about import AtaAbout
from agent.training.ata_task import Abort, Handler, Task, good, require
from agent.training.erasing import Erase, Outcome
from agent.training.kept import Kept, State

ATTEMPTS = 5
"""Wrong passwords that SECURITY UNLOCK takes before it refuses every one (ACS-4, 4.18.9)."""


class Security(IntEnum):
    """Command codes."""

    SET_PASSWORD = 0xF1
    UNLOCK = 0xF2
    ERASE_PREPARE = 0xF3
    ERASE_UNIT = 0xF4
    FREEZE_LOCK = 0xF5
    DISABLE_PASSWORD = 0xF6


@dataclass
class Passwords(State):
    """Kept without current. Passwords are the 32 bytes in hexadecimal."""

    user: str = ""
    master: str = ""
    """Empty: the maker's own, which nobody knows."""
    master_identifier: int = 0xFFFE
    maximum: bool = False
    """Security level: the master password only erases."""


@dataclass
class Guard(State):
    """Known only while the drive is on."""

    locked: bool = False
    frozen: bool = False
    attempts: int = ATTEMPTS
    prepared: bool = False
    """The command before was SECURITY ERASE PREPARE."""
    erasing: bool = False
    """An erase goes on, whether its host still waits or not."""


Wipe = Callable[[Task, bool], bool]
"""(task, enhanced) → whether the erase, which takes its time, has succeeded."""


class SecuritySet:
    """The state machine. What an erase does is the firmware's business (`wipe`)."""

    def __init__(self, about: AtaAbout, kept: Kept, session: Any, wipe: Wipe, *, at_start: bool) -> None:
        """At power-on (`session` is None) a drive with a password locks itself, and the firmware of a computer that
        starts (`at_start`) freezes the others."""
        self._about = about
        self._kept = kept
        self._wipe = wipe
        self.passwords = Passwords.load(kept.get("security"))
        if kept.get("security") is None and about.foreign_password:
            self.passwords.user = about.foreign_password.encode("ascii").ljust(32, b"\0").hex()
            self.passwords.maximum = about.foreign_maximum
            self._keep()
        self.guard = Guard.load(session)
        if session is None:
            self.guard.locked = self.enabled
            self.guard.frozen = about.security and about.bios_freezes and at_start and not self.enabled
        commands: dict[int, Handler] = {
            Security.SET_PASSWORD: self._set_password,
            Security.UNLOCK: self._unlock,
            Security.ERASE_PREPARE: self._prepare,
            Security.ERASE_UNIT: self._erase,
            Security.FREEZE_LOCK: self._freeze,
            Security.DISABLE_PASSWORD: self._disable,
        }
        self.commands = commands if about.security else {}

    @property
    def enabled(self) -> bool:
        """A user password is set."""
        return bool(self.passwords.user)

    @property
    def state(self) -> int:
        """The number of the state, as in SEC1."""
        if self.guard.locked:
            return 4
        return (5 if self.enabled else 1) + self.guard.frozen * 1

    @property
    def word(self) -> int:
        """Word 128 of IDENTIFY DEVICE."""
        if not self._about.security:
            return 0
        return (
            0x01
            | self.enabled << 1
            | self.guard.locked << 2
            | self.guard.frozen << 3
            | (self.guard.attempts == 0) << 4
            | self._about.enhanced_erase << 5
            | self.passwords.maximum << 8
        )

    @property
    def minutes_word(self) -> int:
        """Words 89 and 90: units of two minutes; the extended format (bit 15) has room for long ones."""
        units = -(-self._about.erase_minutes // 2)
        return units if units < 0xFF else 0x8000 | units

    def next_command(self, command: int) -> None:
        """SECURITY ERASE PREPARE counts for the very next command only."""
        if command != Security.ERASE_UNIT:
            self.guard.prepared = False

    def settle(self, job: Erase) -> None:
        """Take note of an erase that is over: a drive that has nothing to guard any more opens itself."""
        if self.guard.erasing and not job.running:
            self.guard.erasing = False
            if job.outcome == Outcome.DONE:
                self.guard.locked = False
                self._forget_password()

    def _forget_password(self) -> None:
        self.passwords.user, self.passwords.maximum = "", False
        self._keep()

    def _keep(self) -> None:
        self._kept.update(security=self.passwords.save())

    def _matches(self, task: Task, *, erase: bool = False) -> bool:
        """Whether the password in the data is the one that is asked for, and may be used."""
        require(len(task.data) == 512)
        given = task.data[2:34].hex()
        if task.data[0] & 1:
            return given == self.passwords.master and (erase or not self.passwords.maximum)
        return self.enabled and given == self.passwords.user

    def _set_password(self, task: Task) -> AtaResult:
        require(not self.guard.locked and not self.guard.frozen and len(task.data) == 512)
        control, password, identifier = struct.unpack_from("<H32sH", task.data)
        if control & 1:
            self.passwords.master = password.hex()
            if identifier not in {0, 0xFFFF}:
                self.passwords.master_identifier = identifier
        else:
            self.passwords.user = password.hex()
            self.passwords.maximum = bool(control & 0x100)
        self._keep()
        return good()

    def _unlock(self, task: Task) -> AtaResult:
        require(not self.guard.frozen and self.enabled and self.guard.attempts)
        if not self._matches(task):
            self.guard.attempts -= self.guard.locked
            raise Abort
        self.guard.locked = False
        return good()

    def _prepare(self, _: Task) -> AtaResult:
        require(not self.guard.frozen)
        self.guard.prepared = True
        return good()

    def _erase(self, task: Task) -> AtaResult:
        prepared, self.guard.prepared = self.guard.prepared, False
        enhanced = len(task.data) == 512 and bool(task.data[0] & 2)
        require(prepared and not self.guard.frozen and self.guard.attempts)
        require(self._matches(task, erase=True) and (self._about.enhanced_erase or not enhanced))
        require(self._wipe(task, enhanced))
        return good()

    def _freeze(self, _: Task) -> AtaResult:
        require(not self.guard.locked)
        self.guard.frozen = True
        return good()

    def _disable(self, task: Task) -> AtaResult:
        require(not self.guard.locked and not self.guard.frozen)
        require(self._matches(task))
        self._forget_password()
        return good()
