"""ATA, NVMe and SAS drives through the whole procedure: what reaches the drive, when, and what is claimed."""

from collections.abc import Callable
from dataclasses import replace
from mmap import mmap
from typing import Any

import pytest
from plain_talk import PlainTalk, ToldClock
from simulated_ata import Ata
from simulated_nvme import SIZE, Bench, Nvme
from simulated_sas import Sas

from agent.model.ports import AtaCommand, NvmeCommand, Ports
from agent.model.words import Level, Method, SanitizationStatus, Technique, Verify
from agent.sanitize.chunks import Stopped
from agent.sanitize.firmware import Record
from agent.sanitize.medium import Identity
from agent.sanitize.order import Order, Step
from agent.sanitize.procedure import erase

Way = tuple[Technique, Method]
MAKE: dict[str, Callable[..., Bench]] = {"ata": Ata, "nvme": Nvme, "sas": Sas}
WAYS: dict[Way, str] = {
    (Technique.ATA_SANITIZE, Method.BLOCK): "ata",
    (Technique.ATA_SECURITY_ERASE, Method.ENHANCED): "ata",
    (Technique.NVME_SANITIZE, Method.BLOCK): "nvme",
    (Technique.NVME_FORMAT, Method.USER_DATA): "nvme",
    (Technique.SCSI_SANITIZE, Method.BLOCK): "sas",
    (Technique.SCSI_FORMAT, Method.USER_DATA): "sas",
}
ONE_OF_EACH = {kind: way for way, kind in reversed(WAYS.items())}
OVERWRITE = Step(Technique.OVERWRITE, passes=("random",))
SANITIZED, EXCEPTIONS, FAILED = (
    SanitizationStatus.SANITIZED, SanitizationStatus.SANITIZED_WITH_EXCEPTIONS, SanitizationStatus.FAILED,
)  # fmt: skip
ATA_CHANGES = {0xF1: "password", 0xF4: "erase", 0x37: "set max", 0xF9: "set max", 0xB1: "overlay", 0x78: "amac"}


class Watched:
    """A simulated drive as sanitize.medium.Medium that notes everything that could change it, in order."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.log: list[str] = []
        self.kernel: Identity | None = None
        """What the system says of the drive, where that is not what the drive says."""
        self.bridge = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.bench.drive, name)

    @property
    def ports(self) -> Ports:
        found = self.bench.drive.ports
        return replace(
            found,
            ata=found.ata and _Ata(found.ata, self.log),
            nvme=found.nvme and _Nvme(found.nvme, self.log),
            scsi=found.scsi and _Scsi(found.scsi, self.log),
            bridge=self.bridge,
        )

    def identity(self) -> Identity:
        return self.kernel or self.bench.drive.identity()

    def read_into(self, buffer: mmap, length: int, offset: int) -> int:
        self.log.append("read")
        return self.bench.drive.read_into(buffer, length, offset)

    def write(self, buffer: mmap, length: int, offset: int) -> int:
        self.log.append("write")
        return self.bench.drive.write(buffer, length, offset)

    def discard(self) -> bool:
        self.log.append("discard")
        return self.bench.drive.discard()


class _Port:
    def __init__(self, port: Any, log: list[str]) -> None:
        self._port = port
        self._log = log


class _Ata(_Port):
    def _note(self, command: AtaCommand) -> None:
        asks = command.command == 0xB1 and command.feature == 0xC2
        if command.command == 0xB4 and command.feature in (0x11, 0x12, 0x14):
            self._log.append("erase")
        elif command.command in ATA_CHANGES and not asks:
            self._log.append(ATA_CHANGES[command.command])

    def no_data(self, command: AtaCommand, timeout: float) -> Any:
        self._note(command)
        return self._port.no_data(command, timeout)

    def data_in(self, command: AtaCommand, blocks: int, timeout: float) -> Any:
        return self._port.data_in(command, blocks, timeout)

    def data_out(self, command: AtaCommand, data: bytes, timeout: float) -> Any:
        self._note(command)
        return self._port.data_out(command, data, timeout)


class _Nvme(_Port):
    def admin(self, command: NvmeCommand, data_in: int, timeout: float) -> Any:
        if command.opcode in (0x80, 0x84):
            self._log.append("erase")
        return self._port.admin(command, data_in, timeout)


class _Scsi(_Port):
    def execute(self, cdb: bytes, **more: Any) -> Any:
        if cdb[0] in (0x04, 0x48):
            self._log.append("erase")
        return self._port.execute(cdb, **more)


class Telling(PlainTalk):
    """Puts its records, its silences and its phases into the log of the drive."""

    def __init__(self, medium: Watched) -> None:
        super().__init__(ToldClock(medium.bench.clock))
        self._log = medium.log
        self.most: int | None = None
        """After so many records the journal takes no more."""

    def checkpoint(self, record: Record) -> None:
        if self.most is not None and len(self.records) >= self.most:
            self._log.append("no journal")
            raise Stopped
        super().checkpoint(record)
        self._log.append(f"journal: {record['kind']}")

    def silent(self, seconds: float) -> None:
        super().silent(seconds)
        self._log.append("silent" if seconds else "silent no more")

    def progress(self, phase: str, done: int, total: int) -> None:
        self._log.append(f"phase: {phase}")
        super().progress(phase, done, total)


CHANGES = {"write", "erase", "discard", *ATA_CHANGES.values()}


def drive(kind: str, **more: Any) -> Watched:
    return Watched(MAKE[kind](**more))


def order_of(*steps: Way | Step, **more: Any) -> Order:
    made = tuple(step if isinstance(step, Step) else Step(*step) for step in steps)
    return Order(**{"verify": Verify.SAMPLED, "steps": made, **more})


def run(medium: Watched, order: Order, talk: Telling | None = None, earlier: tuple[Record, ...] = ()) -> dict[str, Any]:
    return erase(medium, medium.identity(), order, talk or Telling(medium), earlier)  # type: ignore[arg-type]


def changed(log: list[str]) -> bool:
    return any(entry in CHANGES for entry in log)


def content(medium: Watched) -> bytes:
    return bytes(medium.bench.store.content)


# ---- the journal comes first


@pytest.mark.parametrize(("way", "kind"), WAYS.items())
def test_the_journal_is_ahead_of_every_command(way: Way, kind: str) -> None:
    medium = drive(kind)
    told = run(medium, order_of(way))
    assert told["status"] == SANITIZED
    log = medium.log
    assert log[0] == "journal: begin"
    step, command = log.index("journal: step"), log.index("erase")
    assert step < command
    # The marks stand on the drive, and are in the journal, before the drive is told to erase itself.
    assert log.index("write") < step
    assert "write" not in log[step:]
    assert command < log.index("journal: step_done")
    if "password" in log:
        assert log.index("journal: step") < log.index("journal: password") < log.index("password") < command
    assert ("password" in log) == (way[0] is Technique.ATA_SECURITY_ERASE)


@pytest.mark.parametrize(("way", "kind"), WAYS.items())
def test_wherever_the_journal_ends_nothing_more_reaches_the_drive(way: Way, kind: str) -> None:
    steps = order_of(way, OVERWRITE)
    first = drive(kind)
    whole = Telling(first)
    run(first, steps, whole)
    for most in range(len(whole.records)):
        medium = drive(kind)
        talk = Telling(medium)
        talk.most = most
        with pytest.raises(Stopped):
            run(medium, steps, talk)
        end = medium.log.index("no journal")
        assert not changed(medium.log[end:])
        if most == 0:
            assert not changed(medium.log)


# ---- hidden areas


def test_a_hidden_area_is_revealed_and_erased_and_named() -> None:
    for way in (ONE_OF_EACH["ata"], None):
        medium = drive("ata", facts={"hidden_bytes": 8192})
        told = run(medium, order_of(way or OVERWRITE, verify=Verify.FULL))
        assert told["status"] == SANITIZED
        assert told["bytes_total"] == SIZE + 8192
        assert told["evidence"]["revealed"] == [{"kind": "hpa", "bytes": 8192}]
        assert medium.bench.residue[:2] == (0, 0)
        assert medium.log.index("journal: begin") < medium.log.index("set max")
        assert medium.log.index("journal: areas") < medium.log.index("set max") < medium.log.index("write")


def test_without_consent_a_hidden_area_is_left_and_named() -> None:
    medium = drive("ata", facts={"hidden_bytes": 8192})
    told = run(medium, order_of(OVERWRITE, reveal=False))
    assert told["status"] == EXCEPTIONS
    assert told["bytes_total"] == SIZE
    assert told["evidence"]["native_size_bytes"] == SIZE + 8192
    assert told["evidence"]["revealed"] == []
    assert any("hpa" in str(message["values"]) for message in told["exceptions"])
    assert "set max" not in medium.log


def test_unallocated_capacity_is_an_exception_unless_an_erase_of_the_whole_reached_it() -> None:
    for steps, status in (((OVERWRITE,), EXCEPTIONS), ((ONE_OF_EACH["nvme"],), SANITIZED)):
        medium = drive("nvme", facts={"hidden_bytes": 8192}, manages_namespaces=True)
        assert run(medium, order_of(*steps))["status"] == status


# ---- drives that are not erased


@pytest.mark.parametrize(
    ("kind", "locked"), [("ata", {"foreign_password": "theirs"}), ("nvme", {"denies_access": True})]
)
def test_locked_by_a_stranger_is_failed_with_nothing_written(kind: str, locked: dict[str, Any]) -> None:
    for steps in ((OVERWRITE,), (ONE_OF_EACH[kind], OVERWRITE)):
        medium = drive(kind, **locked)
        before = content(medium)
        told = run(medium, order_of(*steps))
        assert (told["status"], told["level"]) == (FAILED, None)
        assert told["reason"]
        assert not changed(medium.log)
        assert content(medium) == before


@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize("wrong", [{"serial": "OTHER"}, {"size_bytes": SIZE // 2}, {"size_bytes": SIZE * 2}], ids=str)
def test_a_drive_whose_own_word_is_another_is_not_erased(kind: str, wrong: dict[str, Any]) -> None:
    medium = drive(kind)
    medium.kernel = replace(medium.bench.drive.identity(), **wrong)
    before = content(medium)
    told = run(medium, order_of(ONE_OF_EACH[kind], OVERWRITE))
    assert (told["status"], told["level"]) == (FAILED, None)
    assert told["reason"]["text"].startswith("The drive itself")
    assert told["steps"] == []
    assert not changed(medium.log)
    assert content(medium) == before


@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize("wrong", [{"changed_serial": "OTHER"}, {"changed_size_bytes": SIZE // 2}], ids=str)
def test_a_drive_that_is_another_after_its_erase_gets_no_further_step(kind: str, wrong: dict[str, Any]) -> None:
    medium = drive(kind, faults={"changes_after_erase": True, **wrong})
    told = run(medium, order_of(ONE_OF_EACH[kind], OVERWRITE))
    assert (told["status"], told["level"]) == (FAILED, None)
    after = medium.log[medium.log.index("erase") + 1 :]
    assert not changed(after)
    assert not any("step_done" in entry for entry in after)


@pytest.mark.parametrize("kind", MAKE)
def test_a_drive_that_the_system_has_replaced_meanwhile_gets_no_further_step(kind: str) -> None:
    """The number of the appearance is the kernel's alone: the drive itself says what it always said."""
    medium = drive(kind)
    confirmed = medium.identity()

    class Replacing(Telling):
        def silent(self, seconds: float) -> None:
            super().silent(seconds)
            medium.kernel = replace(confirmed, diskseq=9)

    told = run(medium, order_of(ONE_OF_EACH[kind], OVERWRITE), Replacing(medium))
    assert (told["status"], told["level"]) == (FAILED, None)
    after = medium.log[medium.log.index("silent no more") :]
    assert not {"read", "write", "erase", "discard"} & set(after)


@pytest.mark.parametrize("kind", MAKE)
def test_another_than_the_confirmed_one_is_not_erased(kind: str) -> None:
    medium = drive(kind)
    confirmed = replace(medium.identity(), serial="OTHER")
    told = erase(medium, confirmed, order_of(ONE_OF_EACH[kind], OVERWRITE), Telling(medium))  # type: ignore[arg-type]
    assert told["status"] == FAILED
    assert not changed(medium.log)


# ---- drives that lie


@pytest.mark.parametrize(("way", "kind"), WAYS.items())
@pytest.mark.parametrize("covers", [0, 90])
def test_after_a_lie_everything_is_overwritten_and_the_level_is_clear(way: Way, kind: str, covers: int) -> None:
    medium = drive(kind, faults={"erase_covers_percent": covers})
    told = run(medium, order_of(way, level=Level.CLEAR))
    assert (told["status"], told["level"], told["verification"]) == (SANITIZED, Level.CLEAR, Verify.FULL)
    assert told["technique"] == Technique.OVERWRITE
    assert [step["succeeded"] for step in told["steps"]] == [False, True]
    assert medium.bench.residue[0] == 0
    told = run(drive(kind, faults={"erase_covers_percent": covers}), order_of(way, level=Level.PURGE))
    assert (told["status"], told["level"]) == (EXCEPTIONS, Level.CLEAR)


@pytest.mark.parametrize("kind", MAKE)
def test_cut_off_in_the_overwriting_after_a_lie_it_still_comes_to_a_good_end(kind: str) -> None:
    """The second life plants marks and erases again: what the first had written under them no longer stands."""
    medium = drive(kind, faults={"erase_covers_percent": 50})
    talk = Telling(medium)
    talk.stop_at = "verify"
    with pytest.raises(Stopped):
        run(medium, order_of(ONE_OF_EACH[kind]), talk)
    # As after a pass of hours: its last record stands at the end.
    kept = [record for record in talk.records if record["kind"] == "offset"][-1]
    told = run(medium, order_of(ONE_OF_EACH[kind]), None, (*talk.records, {**kept, "bytes": SIZE}))
    assert (told["status"], told["level"], told["verification"]) == (SANITIZED, Level.CLEAR, Verify.FULL)
    assert medium.bench.residue[0] == 0


@pytest.mark.parametrize("kind", MAKE)
def test_a_refused_erase_is_followed_by_the_overwriting(kind: str) -> None:
    medium = drive(kind, faults={"erase_refused": True})
    told = run(medium, order_of(ONE_OF_EACH[kind]))
    assert (told["status"], told["level"]) == (SANITIZED, Level.CLEAR)
    assert not told["steps"][0]["accepted"]
    assert told["steps"][0]["reason"]


# ---- stopping and silence


@pytest.mark.parametrize("kind", MAKE)
def test_the_overwriting_can_be_stopped(kind: str) -> None:
    medium = drive(kind)
    talk = Telling(medium)
    talk.stop_at = "write"
    with pytest.raises(Stopped):
        run(medium, order_of(OVERWRITE), talk)


@pytest.mark.parametrize(("way", "kind"), WAYS.items())
def test_while_the_drive_erases_itself_nothing_could_stop_it_and_nothing_is_read(way: Way, kind: str) -> None:
    medium = drive(kind)
    run(medium, order_of(way))
    start = medium.log.index("silent")
    during = medium.log[start : medium.log.index("silent no more", start)]
    assert "erase" in during
    assert "erase" not in medium.log[:start]
    sent = {entry for entry in during if not entry.startswith("journal: ")}
    assert sent <= {"silent", "erase", "phase: firmware", "password"}


# ---- what follows the evidence


@pytest.mark.parametrize("kind", MAKE)
def test_blocks_are_given_free_only_once_everything_is_proved(kind: str) -> None:
    medium = drive(kind)
    told = run(medium, order_of(ONE_OF_EACH[kind], discard=True))
    assert (told["status"], told["evidence"]["discarded"]) == (SANITIZED, True)
    assert medium.log.count("discard") == 1
    # Only status polls of the drive may follow; nothing is read of what is gone by then.
    assert not {"read", "write", "erase"} & set(medium.log[medium.log.index("discard") :])


@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize(
    ("faults", "order"),
    [
        ({}, {"verify": Verify.NONE}),
        ({}, {"level": Level.PURGE}),
        ({"flush_fails": True}, {}),
        ({"forgetful": (3,)}, {"verify": Verify.FULL}),
    ],
    ids=["not read back", "less than asked", "not flushed", "not written"],
)
def test_otherwise_they_stay_for_whoever_looks_into_it(
    kind: str, faults: dict[str, Any], order: dict[str, Any]
) -> None:
    medium = drive(kind, faults=faults)
    told = run(medium, order_of(OVERWRITE, discard=True, **order))
    assert told["status"] != SANITIZED
    assert told["evidence"]["discarded"] is False
    assert "discard" not in medium.log


@pytest.mark.parametrize("kind", MAKE)
def test_nothing_is_given_free_unasked(kind: str) -> None:
    medium = drive(kind)
    told = run(medium, order_of(ONE_OF_EACH[kind]))
    assert told["evidence"]["discarded"] is False
    assert "discard" not in medium.log


# ---- taken up again


@pytest.mark.parametrize("kind", MAKE)
def test_an_erase_that_goes_on_after_a_power_cut_is_followed_and_not_begun_again(kind: str) -> None:
    medium = drive(kind, faults={"erase_cuts_power_at_percent": 50})
    order, talk = order_of(ONE_OF_EACH[kind]), Telling(medium)
    with pytest.raises(OSError, match="No such device"):
        run(medium, order, talk)
    medium.bench.clock.advance(60)
    medium.bench.drive.power_on()
    begun = len(medium.log)
    told = run(medium, order, None, tuple(talk.records))
    assert (told["status"], told["technique"]) == (SANITIZED, ONE_OF_EACH[kind][0])
    log = medium.log[begun:]
    assert "erase" not in log
    # After an interruption everything is read back: for that it is overwritten, but only once the drive is done.
    assert told["verification"] == Verify.FULL
    assert not changed(log[: log.index("journal: step_done")])
    assert told["steps"][0]["transition_seen"]
    assert medium.bench.residue[0] == 0


@pytest.mark.parametrize("kind", MAKE)
def test_an_erase_that_runs_without_a_record_of_ours_is_waited_for_and_proves_nothing(kind: str) -> None:
    """Nobody knows who began it, and no mark of ours stood there."""
    medium = drive(kind)
    bench: Any = medium.bench
    bench.sanitize({"ata": 0x12, "nvme": 2, "sas": 0x02}[kind])  # block erase, by somebody else
    told = run(medium, order_of(ONE_OF_EACH[kind]))
    log = medium.log
    assert told["status"] == SANITIZED
    assert log.index("phase: firmware") < log.index("write") < log.index("journal: step") < log.index("erase")
