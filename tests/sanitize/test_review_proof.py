"""What counts as proof of a drive's own erase, and what it may not leave behind."""

import errno
from dataclasses import replace
from typing import Any

import pytest
from plain_talk import PlainTalk, ToldClock
from simulated_ata import DISABLE, ERASE, Ata
from simulated_nvme import Bench, Nvme

from agent.model.ports import AtaCommand, AtaPort, AtaResult, NoAnswer, Ports
from agent.model.words import Level, Method, SanitizationStatus, Technique, Verify
from agent.sanitize import canary, told
from agent.sanitize.ata.firmware import AtaFirmware
from agent.sanitize.evidence import residue
from agent.sanitize.firmware import About, HiddenArea, Record
from agent.sanitize.nvme.firmware import NvmeFirmware
from agent.sanitize.order import Order, Step
from agent.sanitize.overwriting import Overwriting
from agent.sanitize.own_password import LEFT
from agent.sanitize.pilot import Ran
from agent.sanitize.procedure import erase
from agent.sanitize.steps import FirmwareErased
from agent.sanitize.verify import Extent

MIB = 1 << 20
SIZE = 2 * MIB
BLOCK = Step(Technique.NVME_SANITIZE, Method.BLOCK)


def run(bench: Bench, wanted: Order, talk: PlainTalk | None = None) -> dict[str, Any]:
    return erase(bench.drive, bench.drive.identity(), wanted, talk or PlainTalk(ToldClock(bench.clock)))


def test_marks_on_a_small_part_of_a_drive_prove_nothing_of_the_rest() -> None:
    """All but the first 128 KiB take no writes, as behind a lock: what was looked at is no sample of the drive."""
    bench = Nvme({"unwritable": tuple(range(256, SIZE // 512))}, {"size_bytes": SIZE})
    result = run(bench, Order(Level.PURGE, Verify.SAMPLED, (BLOCK,)))
    [first, *_] = result["steps"]
    assert first["marks_planted"] > 0
    assert not first["succeeded"]
    assert result["status"] == SanitizationStatus.FAILED


def test_places_that_are_always_marked_do_not_count_as_drawn() -> None:
    bench = Nvme(facts={"size_bytes": SIZE})
    planted = canary.plant(bench.drive, SIZE, tuple(range(0, SIZE, SIZE // 64)))
    draws = 2 * SIZE // canary.BLOCK // canary.SHARE
    assert planted.drawn <= draws < planted.sampled
    assert canary.Planted.from_dict(planted.as_dict()) == planted
    assert residue(planted.drawn) > residue(planted.sampled)


def test_the_statement_counts_what_was_drawn() -> None:
    bench = Nvme(facts={"size_bytes": SIZE})
    result = run(bench, Order(Level.PURGE, Verify.SAMPLED, (BLOCK,)))
    [step] = result["steps"]
    draws = 2 * SIZE // canary.BLOCK // canary.SHARE
    stated = result["evidence"]["statement"]["values"]
    assert stated["count"] <= draws
    assert stated["count"] < step["marks_planted"] + step["found_hashed"] or stated["count"] == draws
    assert stated["residue"] == 100 * residue(stated["count"])


@pytest.mark.parametrize(
    "odd",
    [{"marks": 0}, {"found": -1}, {"fixed": 99}, {"fixed": -1}, {"after": {}}, {"after": []}, {"block_bytes": 1 << 40}],
)
def test_a_spoilt_record_of_an_erase_is_none(odd: dict[str, object]) -> None:
    planted = canary.Planted(4096, {0: b"a", 4096: b"b"}, {}, fixed=1)
    seen = canary.Seen(looked_at=2, after={0: b"c", 4096: b"d"})
    record = told.remembered(FirmwareErased(BLOCK, Ran(accepted=True, done=True), planted, seen, whole=True))
    assert told.erased(BLOCK, record).proved
    with pytest.raises((AttributeError, KeyError, TypeError, ValueError)):
        told.erased(BLOCK, {**record, **odd})


@pytest.mark.parametrize("kind", ["verified", "marked"])
def test_where_a_removed_hidden_area_began_is_looked_at(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Afterwards no drive tells any more that there was one."""
    bench = Ata(facts={"size_bytes": SIZE, "hidden_bytes": MIB})
    edges: list[tuple[int, ...]] = []
    plant, passes = canary.plant, Overwriting.run

    def planting(medium: Any, size: int, boundaries: Any, *rest: Any) -> canary.Planted:
        edges.append(tuple(boundaries))
        return plant(medium, size, boundaries, *rest)

    def writing(self: Overwriting, number: int, step: Step, extent: Extent, begun: Any) -> Any:
        edges.append(extent.boundaries)
        return passes(self, number, step, extent, begun)

    monkeypatch.setattr(canary, "plant", planting)
    monkeypatch.setattr(Overwriting, "run", writing)
    steps = (Step(Technique.OVERWRITE, passes=("zero",)),)
    if kind == "marked":
        steps = (Step(Technique.ATA_SANITIZE, Method.BLOCK),)
    result = run(bench, Order(Level.CLEAR, Verify.SAMPLED, steps))
    assert result["status"] == SanitizationStatus.SANITIZED
    assert result["bytes_total"] == SIZE + MIB
    assert edges == [(SIZE,)]


class Stubborn:
    """An ATA drive that answers some commands with data as a test wants it."""

    def __init__(self, port: AtaPort, answers: dict[int, AtaResult | Exception]) -> None:
        self._port = port
        self.answers = answers

    def no_data(self, command: AtaCommand, timeout: float) -> AtaResult:
        return self._port.no_data(command, timeout)

    def data_in(self, command: AtaCommand, blocks: int, timeout: float) -> AtaResult:
        return self._port.data_in(command, blocks, timeout)

    def data_out(self, command: AtaCommand, data: bytes, timeout: float) -> AtaResult:
        answer = self.answers.get(command.command)
        if isinstance(answer, Exception):
            raise answer
        return self._port.data_out(command, data, timeout) if answer is None else answer


ABORTED = AtaResult(status=0x51, error=0x04)
SECURITY = Order(Level.CLEAR, Verify.FULL, (Step(Technique.ATA_SECURITY_ERASE, Method.NORMAL),))


@pytest.mark.parametrize("erasing", [ABORTED, NoAnswer("lost")])
@pytest.mark.parametrize("disabling", [ABORTED, NoAnswer("lost"), OSError(errno.EIO, "io")])
def test_a_drive_that_keeps_our_password_is_no_clean_drive(
    erasing: AtaResult | Exception, disabling: AtaResult | Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is overwritten and read back, and will be locked from its next start on."""
    bench = Ata(facts={"size_bytes": SIZE})
    port = Stubborn(bench._port, {ERASE: erasing, DISABLE: disabling})
    monkeypatch.setattr(bench.drive, "_ports", Ports(ata=port))
    result = run(bench, SECURITY)
    assert bench.security & 2
    assert result["status"] == SanitizationStatus.SANITIZED_WITH_EXCEPTIONS
    assert LEFT.as_dict() in result["exceptions"]


def test_our_password_is_tried_once_more_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Ata(facts={"size_bytes": SIZE})
    answers: dict[int, AtaResult | Exception] = {ERASE: ABORTED, DISABLE: NoAnswer("a reset in between")}
    monkeypatch.setattr(bench.drive, "_ports", Ports(ata=Stubborn(bench._port, answers)))

    class Later(PlainTalk):
        def progress(self, phase: str, done: int, total: int) -> None:
            if phase == "verify":
                answers.pop(DISABLE, None)

    result = run(bench, SECURITY, Later(ToldClock(bench.clock)))
    assert not bench.security & 2
    assert result["status"] == SanitizationStatus.SANITIZED


def test_a_password_of_somebody_else_is_never_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set and opened by the computer's firmware: the erase is not begun, and nothing is guessed at the end."""
    bench = Ata(facts={"size_bytes": SIZE})
    assert bench.password(0xF1, b"theirs").succeeded
    sent: list[int] = []
    out = bench._port.data_out
    monkeypatch.setattr(
        bench._port, "data_out", lambda command, *rest: (sent.append(command.command), out(command, *rest))[1]
    )
    run(bench, SECURITY)
    assert sent == []


def test_a_format_reaches_nothing_that_had_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """It covered all of a drive without unallocated capacity; at its end the drive tells of some."""
    bench = Nvme(facts={"size_bytes": SIZE})
    told_now: list[HiddenArea] = []
    ask = NvmeFirmware.about

    def about(self: NvmeFirmware) -> About:
        native = SIZE + sum(area.bytes for area in told_now)
        return replace(ask(self), hidden=tuple(told_now), native_size_bytes=native)

    monkeypatch.setattr(NvmeFirmware, "about", about)

    class Later(PlainTalk):
        def checkpoint(self, record: Record) -> None:
            if record["kind"] == "step_done":
                told_now.append(HiddenArea("unallocated", MIB, removable=False))

    wanted = Order(Level.CLEAR, Verify.SAMPLED, (Step(Technique.NVME_FORMAT, Method.USER_DATA),))
    result = run(bench, wanted, Later(ToldClock(bench.clock)))
    assert result["steps"][0]["succeeded"]
    assert result["status"] == SanitizationStatus.SANITIZED_WITH_EXCEPTIONS


def test_capacity_that_no_area_explains_is_an_exception_though_a_sanitize_reached_the_areas(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Nvme(facts={"size_bytes": SIZE, "hidden_bytes": MIB})
    assert run(bench, Order(Level.PURGE, Verify.SAMPLED, (BLOCK,)))["status"] == SanitizationStatus.SANITIZED
    ask, native = NvmeFirmware.about, SIZE + 2 * MIB
    monkeypatch.setattr(NvmeFirmware, "about", lambda self: replace(ask(self), native_size_bytes=native))
    result = run(bench, Order(Level.PURGE, Verify.SAMPLED, (BLOCK,)))
    assert result["status"] == SanitizationStatus.SANITIZED_WITH_EXCEPTIONS


@pytest.mark.parametrize("state", ["locked", "shadowed"])
def test_a_drive_that_is_still_locked_at_the_end_is_no_clean_drive(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A revert was ordered and refused. What is read back then may be the lock's own boot area."""
    bench = Ata(facts={"size_bytes": SIZE})
    ask = AtaFirmware.about
    monkeypatch.setattr(AtaFirmware, "about", lambda self: replace(ask(self), **{state: True}))
    steps = (Step(Technique.OPAL_REVERT, Method.CRYPTO), Step(Technique.OVERWRITE, passes=("zero",)))
    result = run(bench, Order(Level.CLEAR, Verify.FULL, steps, psid="A" * 32))
    assert result["steps"][1]["succeeded"]
    assert result["status"] == SanitizationStatus.SANITIZED_WITH_EXCEPTIONS
