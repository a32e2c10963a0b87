"""A simulated NVMe drive under any sequence of erases, writes, waits, power cuts and re-openings."""

import struct

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from simulated_nvme import (
    AUSE,
    BLOCK_ERASE,
    CRYPTO_ERASE,
    EXIT_FAILURE,
    NO_DEALLOCATE,
    OLD,
    OVERWRITE,
    SIZE,
    Nvme,
)

from agent.model.ports import NoAnswer

SECTOR = 512
NEVER, DONE, RUNNING, FAILED = range(4)
SECONDS = {BLOCK_ERASE: 20.0, CRYPTO_ERASE: 2.0, OVERWRITE: 120.0}
FAILS_AT = 0.5


class Drive(RuleBasedStateMachine):
    """What the drive must say and hold, by a model of its own."""

    @initialize(fails=st.booleans())
    def switch_on(self, fails: bool) -> None:
        self.fails = fails
        self.bench = Nvme(faults={"erase_fails_at_percent": 50} if fails else {})
        self.status, self.dword10, self.exited, self.unwritten = NEVER, 0, False, False
        self.ran = 0.0
        """Seconds of the running sanitize."""
        self.clean = set[int]()
        """Sectors that were written or erased since the donor."""
        self.whole = False
        """Everything was truly erased once, what has no address included."""
        self.ready = True
        """No format of the namespace was cut off."""

    @property
    def usable(self) -> bool:
        return self.status != RUNNING and (self.status != FAILED or self.exited)

    def passes(self, seconds: float) -> None:
        if self.status != RUNNING:
            return
        needed = SECONDS[self.dword10 & 7]
        self.ran += seconds
        end = FAILS_AT if self.fails else 1.0
        reached = min(self.ran / needed, end)
        self.clean |= set(range(int(SIZE // SECTOR * reached + 1e-6)))
        if reached >= end:
            self.status = FAILED if self.fails else DONE
            self.unwritten = self.unwritten if self.fails else True
            self.whole = self.whole or not self.fails

    @rule(
        action=st.sampled_from([BLOCK_ERASE, CRYPTO_ERASE, OVERWRITE | 2 << 4]),
        flags=st.sampled_from([0, AUSE, NO_DEALLOCATE, AUSE | NO_DEALLOCATE]),
    )
    def sanitize(self, action: int, flags: int) -> None:
        status = self.bench.sanitize(action | flags)
        restricted = self.status == FAILED and not self.exited and not self.dword10 & AUSE
        if self.status == RUNNING:
            assert status == 0x1D
        elif restricted and flags & AUSE:
            assert status == 0x1C
        else:
            assert status == 0
            self.status, self.dword10, self.exited, self.ran = RUNNING, action | flags, False, 0.0
            self.unwritten = False

    @rule()
    def leave_a_failure(self) -> None:
        status = self.bench.sanitize(EXIT_FAILURE)
        if self.status == RUNNING:
            assert status == 0x1D
        elif self.status == FAILED and not self.exited and not self.dword10 & AUSE:
            assert status == 0x1C
        else:
            assert status == 0
            self.exited = True

    @rule(settings=st.sampled_from([0, 1, 2]), patience=st.sampled_from([2.5, 100.0]))
    def format(self, settings: int, patience: float) -> None:
        if not self.usable:
            assert self.bench.format(settings, timeout=patience) == (0x1D if self.status == RUNNING else 0x1C)
            return
        fraction = min(patience / 5, FAILS_AT if self.fails else 1.0)
        try:
            status = self.bench.format(settings, timeout=patience)
            assert (status == 0x06) == self.fails
        except NoAnswer:
            assert patience < 5
            self.bench.power_cycle()
        if settings:
            self.clean |= set(range(int(SIZE // SECTOR * fraction + 1e-6)))
            self.whole = self.whole or fraction == 1.0
        self.ready = fraction == 1.0

    @precondition(lambda self: self.usable and self.ready)
    @rule(sector=st.integers(0, SIZE // SECTOR - 1), count=st.integers(1, 8))
    def write(self, sector: int, count: int) -> None:
        count = min(count, SIZE // SECTOR - sector)
        self.bench.write(sector * SECTOR, count * SECTOR)
        assert self.bench.read(sector * SECTOR, count * SECTOR).startswith(b"new")
        self.clean |= set(range(sector, sector + count))
        self.unwritten = False

    @rule(seconds=st.sampled_from([0.5, 3.0, 12.0, 200.0]))
    def wait(self, seconds: float) -> None:
        self.bench.clock.advance(seconds)
        self.passes(seconds)

    @rule()
    def lose_power(self) -> None:
        self.bench.power_cycle()

    @rule()
    def hand_over(self) -> None:
        self.bench.reopen()

    @invariant()
    def the_log_tells_the_truth(self) -> None:
        progress, status, dword10 = struct.unpack_from("<HHI", self.bench.log_page(0x81))
        assert (status & 7, dword10) == (self.status, self.dword10)
        assert bool(status & 0x100) == self.unwritten
        if self.status == RUNNING:
            assert abs(progress / 65536 - self.ran / SECONDS[self.dword10 & 7]) < 0.001
        else:
            assert progress == 0xFFFF

    @invariant()
    def nothing_from_before_is_left_where_it_was_erased(self) -> None:
        left = self.bench.drive.residue()
        old = {sector for start, end in left.visible for sector in range(start // SECTOR, end // SECTOR)}
        assert old == set(range(SIZE // SECTOR)) - self.clean
        assert left.unseen == ()
        assert bool(left.spare) != self.whole

    @invariant()
    def reads_answer_when_they_may(self) -> None:
        if self.usable and self.ready:
            assert (OLD in self.bench.read()) == (len(self.clean) < SIZE // SECTOR)
            return
        try:
            self.bench.read()
        except OSError:
            return
        raise AssertionError


Drive.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestDrive = Drive.TestCase
