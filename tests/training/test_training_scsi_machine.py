"""A simulated SAS drive under any sequence of erases, waits, power cuts and re-openings, against a model of its own."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from simulated_nvme import SIZE
from simulated_sas import AUSE, BLOCK, CRYPTO, EXIT, IMMED, TUR, Sas, said

SECTOR = 512
SECTORS = SIZE // SECTOR
READY, SANITIZING, FORMATTING = (0, 0, 0), (2, 0x04, 0x1B), (2, 0x04, 0x04)
SANITIZE_FAILED, FORMAT_FAILED, CORRUPT = (3, 0x31, 3), (3, 0x31, 1), (3, 0x31, 0)
INVALID_FIELD = (5, 0x24, 0)


class Drive(RuleBasedStateMachine):
    @initialize(fails=st.booleans())
    def switch_on(self, fails: bool) -> None:
        self.fails = fails
        self.drive = Sas(faults={"erase_fails_at_percent": 50} if fails else {})
        self.state, self.corrupt, self.exits = READY, False, False
        self.ran = 0.0
        self.clean: set[int] = set()
        self.whole = False

    @property
    def now(self) -> tuple[int, int, int]:
        """What TEST UNIT READY says."""
        return CORRUPT if self.state == READY and self.corrupt else self.state

    def begin(self, state: tuple[int, int, int]) -> None:
        self.state, self.ran = state, 0.0

    def pass_time(self, seconds: float) -> None:
        if self.state not in (SANITIZING, FORMATTING):
            return
        self.ran += seconds
        end = 0.5 if self.fails else 1.0
        reached = min(self.ran / 100, end)
        self.clean |= set(range(int(SECTORS * reached + 1e-6)))
        if reached < end:
            return
        if self.fails:
            self.state = SANITIZE_FAILED if self.state == SANITIZING else FORMAT_FAILED
        else:
            self.whole = self.whole or self.state == SANITIZING
            self.state, self.corrupt = READY, False

    @rule(action=st.sampled_from([BLOCK, CRYPTO]), exits=st.booleans())
    def sanitize(self, action: int, exits: bool) -> None:
        result = said(self.drive.sanitize(action, IMMED | AUSE * exits))
        if self.state in (SANITIZING, FORMATTING):
            assert result == self.state
        elif self.state == SANITIZE_FAILED and exits and not self.exits:
            assert result == INVALID_FIELD
        else:
            assert result == READY
            self.begin(SANITIZING)
            self.exits = exits

    @rule()
    def leave(self) -> None:
        result = said(self.drive.sanitize(EXIT, 0))
        if self.state in (SANITIZING, FORMATTING):
            assert result == self.state
        elif self.state == SANITIZE_FAILED:
            assert result == (READY if self.exits else INVALID_FIELD)
            self.state = READY if self.exits else self.state
        else:
            assert result == READY

    @rule()
    def format(self) -> None:
        result = said(self.drive.format())
        if self.state in (SANITIZING, FORMATTING, SANITIZE_FAILED):
            assert result == self.state
        else:
            assert result == READY
            self.begin(FORMATTING)

    @rule(seconds=st.sampled_from([0.5, 20.0, 60.0, 400.0]))
    def wait(self, seconds: float) -> None:
        self.drive.clock.advance(seconds)
        self.pass_time(seconds)

    @rule()
    def lose_power(self) -> None:
        self.drive.power_cycle()
        if self.state == FORMATTING:
            self.state, self.corrupt = READY, True

    @rule()
    def reopen(self) -> None:
        self.drive.reopen()

    @precondition(lambda self: self.now == READY)
    @rule(sector=st.integers(0, SECTORS - 1))
    def write(self, sector: int) -> None:
        self.drive.write(sector * SECTOR, SECTOR)
        self.clean.add(sector)

    @invariant()
    def says_and_holds(self) -> None:
        result = self.drive.send(TUR)
        assert said(result) == self.now
        assert (result.progress is not None) == (self.state in (SANITIZING, FORMATTING))
        if result.progress is not None:
            assert abs(result.progress - 0x10000 * self.ran / 100) <= 2
        try:
            self.drive.read(0, SECTOR)
            reads = True
        except OSError:
            reads = False
        assert reads == (self.now == READY)
        left = self.drive.drive.residue()
        assert {sector for sector in range(SECTORS) if not left.holds(sector * SECTOR)} == self.clean
        assert bool(left.spare) != self.whole


TestDrive = Drive.TestCase
TestDrive.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
