"""Simulated ATA drives under any sequence of commands, waits, power cuts and re-openings, against models."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from simulated_ata import (
    ANTIFREEZE,
    ANTIFROZEN,
    BLOCK,
    CRYPTO,
    DISABLE,
    DONE,
    ERASE,
    FAILURE_MODE,
    FREEZE,
    FROZEN,
    OVERWRITE,
    PREPARE,
    RUNNING,
    SANITIZE_FREEZE,
    SET_PASSWORD,
    UNLOCK,
    Ata,
)  # fmt: skip
from simulated_nvme import OLD, SIZE

SECTOR = 512
SECTORS = SIZE // SECTOR
Passwords = st.sampled_from([b"ours".ljust(32, b"\0"), b"theirs".ljust(32, b"\0")])


def readable(drive: Ata) -> bool:
    try:
        drive.read(0, SECTOR)
    except OSError:
        return False
    return True


class Security(RuleBasedStateMachine):
    """SEC0 to SEC6."""

    @initialize(freezes=st.booleans())
    def switch_on(self, freezes: bool) -> None:
        self.freezes = freezes
        self.drive = Ata(bios_freezes=freezes)
        self.user = self.master = b""
        self.maximum = self.locked = self.prepared = False
        self.frozen, self.attempts = freezes, 5
        self.erased = self.erased_all = False

    def matches(self, password: bytes, master: bool, *, erase: bool = False) -> bool:
        if master:
            return bool(self.master) and password == self.master and (erase or not self.maximum)
        return bool(self.user) and password == self.user

    @rule(password=Passwords, master=st.booleans(), maximum=st.booleans())
    def set_password(self, password: bytes, master: bool, maximum: bool) -> None:
        result = self.drive.password(SET_PASSWORD, password, master=master, maximum=maximum)
        self.prepared = False
        assert result.succeeded == (not self.locked and not self.frozen)
        if result.succeeded and master:
            self.master = password
        elif result.succeeded:
            self.user, self.maximum = password, maximum

    @rule(password=Passwords, master=st.booleans())
    def unlock(self, password: bytes, master: bool) -> None:
        result = self.drive.password(UNLOCK, password, master=master)
        self.prepared = False
        judged = bool(self.user) and not self.frozen and self.attempts > 0
        right = judged and self.matches(password, master)
        assert result.succeeded == right
        if judged and not right and self.locked:
            self.attempts -= 1
        self.locked = self.locked and not right

    @rule()
    def prepare(self) -> None:
        self.prepared = self.drive.short(PREPARE).succeeded
        assert self.prepared == (not self.frozen)

    @rule(password=Passwords, master=st.booleans(), enhanced=st.booleans())
    def erase(self, password: bytes, master: bool, enhanced: bool) -> None:
        result = self.drive.password(ERASE, password, master=master, enhanced=enhanced)
        ready = self.prepared and not self.frozen and self.attempts > 0
        assert result.succeeded == (ready and self.matches(password, master, erase=True))
        self.prepared = False
        if result.succeeded:
            self.user, self.maximum, self.locked, self.erased = b"", False, False, True
            self.erased_all = self.erased_all or enhanced

    @rule()
    def freeze(self) -> None:
        assert self.drive.short(FREEZE).succeeded == (not self.locked)
        self.prepared = False
        self.frozen = self.frozen or not self.locked

    @rule(password=Passwords, master=st.booleans())
    def disable(self, password: bytes, master: bool) -> None:
        result = self.drive.password(DISABLE, password, master=master)
        self.prepared = False
        assert result.succeeded == (not self.locked and not self.frozen and self.matches(password, master))
        if result.succeeded:
            self.user, self.maximum = b"", False

    @rule(computer_starts=st.booleans())
    def lose_power(self, computer_starts: bool) -> None:
        self.drive.drive.power_cut()
        self.drive.drive.power_on(computer_starts=computer_starts)
        self.locked, self.attempts, self.prepared = bool(self.user), 5, False
        self.frozen = self.freezes and computer_starts and not self.locked

    @rule()
    def reopen(self) -> None:
        self.drive.reopen()

    @invariant()
    def says_and_holds(self) -> None:
        prepared = self.prepared  # the look itself is a command
        word = (
            0x21 | bool(self.user) << 1 | self.locked << 2 | self.frozen << 3 | (self.attempts == 0) << 4
            | self.maximum << 8
        )  # fmt: skip
        assert int.from_bytes(self.drive.drive._firmware.identify()[256:258], "little") == word
        assert readable(self.drive) == (not self.locked)
        assert self.drive.residue == (0 if self.erased else SIZE, 0, 0 if self.erased_all else 4096)
        assert self.prepared == prepared


class Sanitize(RuleBasedStateMachine):
    """SD0 to SD3."""

    SECONDS = 100

    @initialize(fails=st.booleans(), before=st.booleans())
    def switch_on(self, fails: bool, before: bool) -> None:
        self.fails = fails
        self.drive = Ata(faults={"erase_fails_at_percent": 50} if fails else {}, sanitized_before=before)
        self.done, self.running, self.failed, self.exits = before, False, False, False
        self.frozen = self.antifrozen = False
        self.ran, self.needs = 0.0, 0.0
        self.clean: set[int] = set()
        self.whole = False

    def pass_time(self, seconds: float) -> None:
        if not self.running:
            return
        self.ran += seconds
        end = 0.5 if self.fails else 1.0
        reached = min(self.ran / self.needs, end)
        self.clean |= set(range(int(SECTORS * reached + 1e-6)))
        if reached >= end:
            self.running, self.failed, self.done = False, self.fails, not self.fails
            self.whole = self.whole or self.done

    @rule(feature=st.sampled_from([CRYPTO, BLOCK, OVERWRITE]), exits=st.booleans(), passes=st.integers(1, 3))
    def sanitize(self, feature: int, exits: bool, passes: int) -> None:
        result = self.drive.sanitize(feature, count=FAILURE_MODE * exits | passes)
        assert result.succeeded == (not self.running and not self.frozen)
        if result.succeeded:
            self.running, self.failed, self.done, self.exits = True, False, False, exits
            self.ran, self.needs = 0.0, float(self.SECONDS * (passes if feature == OVERWRITE else 1))
        elif self.frozen and not self.running:
            assert result.lba == 3

    @rule()
    def freeze(self) -> None:
        result = self.drive.sanitize(SANITIZE_FREEZE)
        assert result.succeeded == (not self.running and not self.failed and not self.antifrozen)
        self.frozen = self.frozen or result.succeeded

    @rule()
    def antifreeze(self) -> None:
        result = self.drive.sanitize(ANTIFREEZE)
        assert result.succeeded == (not self.running and not self.failed and not self.frozen)
        self.antifrozen = self.antifrozen or result.succeeded

    @rule(seconds=st.sampled_from([0.5, 20.0, 60.0, 400.0]))
    def wait(self, seconds: float) -> None:
        self.drive.clock.advance(seconds)
        self.pass_time(seconds)

    @rule()
    def leave(self) -> None:
        result = self.drive.status(clear=True)
        assert result.succeeded == (not self.failed or self.exits)
        self.failed = self.failed and not self.exits

    @rule()
    def lose_power(self) -> None:
        self.drive.power_cycle()
        self.frozen = self.antifrozen = False

    @rule()
    def reopen(self) -> None:
        self.drive.reopen()

    @precondition(lambda self: not self.running and not self.failed)
    @rule(sector=st.integers(0, SECTORS - 1))
    def write(self, sector: int) -> None:
        self.drive.write(sector * SECTOR, SECTOR)
        self.clean.add(sector)

    @invariant()
    def says_and_holds(self) -> None:
        status = self.drive.status()
        if self.failed:
            assert (status.succeeded, status.lba) == (False, 1)
        else:
            bits = DONE * self.done | RUNNING * self.running | FROZEN * self.frozen | ANTIFROZEN * self.antifrozen
            assert (status.succeeded, status.count) == (True, bits)
            assert status.lba == 0xFFFF or abs(status.lba - 0x10000 * self.ran / self.needs) <= 2
            assert (status.lba == 0xFFFF) == (not self.running)
        assert readable(self.drive) == (not self.running and not self.failed)
        left = self.drive.drive.residue()
        assert {sector for sector in range(SECTORS) if not left.holds(sector * SECTOR)} == self.clean
        assert bool(left.spare) != self.whole
        for sector in set(range(SECTORS)) - self.clean:
            at = sector * SECTOR
            assert self.drive.store.content[at : at + SECTOR] == (OLD * SIZE)[at : at + SECTOR]


TestSecurity = Security.TestCase
TestSanitize = Sanitize.TestCase
TestSecurity.settings = TestSanitize.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
