"""What a journal, an interruption or a flicker of the drive must never turn into a certificate, or into scrap."""

import errno
from collections.abc import Callable
from typing import Any

import pytest
from plain_talk import PlainTalk, ToldClock
from simulated_nvme import Bench, Nvme

from agent.model.words import Level, Method, SanitizationStatus, Technique, Verify
from agent.sanitize import past, pilot
from agent.sanitize.chunks import Stopped
from agent.sanitize.firmware import Record
from agent.sanitize.medium import Identity
from agent.sanitize.order import Order, Step
from agent.sanitize.procedure import erase

MIB = 1 << 20
SIZE = 2 * MIB
BLOCK = Step(Technique.NVME_SANITIZE, Method.BLOCK)
RANDOM = Step(Technique.OVERWRITE, passes=("random",))


def order(*steps: Step, level: Level = Level.PURGE, verify: Verify = Verify.FULL) -> Order:
    return Order(level=level, verify=verify, steps=steps)


class Heard(PlainTalk):
    """Tells every record to a function of the test, which may raise; each sign of life takes some seconds."""

    def __init__(self, bench: Bench, hear: Callable[[Record], None] = lambda record: None) -> None:
        super().__init__(ToldClock(bench.clock))
        self._hear = hear

    def checkpoint(self, record: Record) -> None:
        super().checkpoint(record)
        self._hear(record)

    def progress(self, phase: str, done: int, total: int) -> None:
        super().progress(phase, done, total)
        if phase == "write":
            self.clock.sleep(40)


def run(bench: Bench, wanted: Order, earlier: list[Record] | None = None, **heard: Any) -> dict[str, Any]:
    talk = Heard(bench, **heard)
    return erase(bench.drive, bench.drive.identity(), wanted, talk, tuple(earlier or ()))


def cut_off(bench: Bench, wanted: Order, at: Callable[[Record], bool]) -> list[Record]:
    """The journal of an erase that ended right after the record for which `at` is true."""

    def hear(record: Record) -> None:
        if at(record):
            raise Stopped

    talk = Heard(bench, hear)
    with pytest.raises(Stopped):
        erase(bench.drive, bench.drive.identity(), wanted, talk)
    return talk.records


def free_place(records: list[Record]) -> int:
    """The first block that no sample of the proved erase stands at."""
    [done] = [record for record in records if record["kind"] == "step_done"]
    places = {int(at) for at in done["told"]["after"]}  # type: ignore[index]
    return next(at for at in range(0, SIZE, 4096) if at not in places)


def test_a_drive_that_is_another_for_a_moment_has_not_had_all_its_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The overwriting with its full verification was ordered, and left out: nothing may say `sanitized`."""
    bench = Nvme(facts={"size_bytes": SIZE})
    known, away = bench.drive.identity(), [False]

    def identity() -> Identity:
        if away[0]:
            away[0] = False
            raise OSError(errno.EIO, "for a moment")
        return known

    def hear(record: Record) -> None:
        away[0] = record["kind"] == "step_done"

    monkeypatch.setattr(bench.drive, "identity", identity)
    result = run(bench, order(BLOCK, RANDOM), hear=hear)
    assert result["status"] == SanitizationStatus.FAILED
    assert result["level"] is None


@pytest.mark.parametrize("used", ["all of it", "one place"])
def test_an_erase_that_ended_right_before_the_cut_is_not_taken_for_today(used: str) -> None:
    """Between then and now the drive was used, perhaps where no sample stood: that must be erased, not certified."""
    bench = Nvme(facts={"size_bytes": SIZE})
    wanted = order(BLOCK, verify=Verify.SAMPLED)
    earlier = cut_off(bench, wanted, lambda record: record["kind"] == "step_done")
    bench.write(*((0, SIZE) if used == "all of it" else (free_place(earlier), 4096)))
    bench.drive.flush()
    bench.drive.age()
    result = run(bench, wanted, earlier)
    assert result["status"] == SanitizationStatus.SANITIZED
    assert bench.residue == (0, 0, 0)


@pytest.mark.parametrize(("number", "far"), [(0, 0), (0, 4 * MIB), (0, 8 * MIB), (1, 4 * MIB)])
def test_a_proved_erase_is_not_done_again_where_the_drive_is_as_it_was_left(number: int, far: int) -> None:
    bench = Nvme(facts={"size_bytes": 12 * MIB})
    wanted = order(BLOCK, Step(Technique.OVERWRITE, passes=("zero", "random")))
    earlier = cut_off(bench, wanted, lambda r: r["kind"] == "offset" and (r["pass"], r["bytes"]) == (number, far))
    talk = Heard(bench)
    result = erase(bench.drive, bench.drive.identity(), wanted, talk, tuple(earlier))
    assert (result["status"], result["level"]) == (SanitizationStatus.SANITIZED, Level.PURGE)
    assert "step" not in talk.kinds()


@pytest.mark.parametrize("last", [("step_done", None), ("offset", 0), ("offset", 4 * MIB)])
@pytest.mark.parametrize("passes", [("random",), ("zero", "ff", "random")])
def test_a_twin_or_a_drive_that_was_used_since_does_not_inherit_an_erase(
    last: tuple[str, int | None], passes: tuple[str, ...]
) -> None:
    """Same serial number, other content: the level rests on the drive's own erase, which this one has never had. What
    was written before the cut is of no use either."""
    size = 8 * MIB
    bench = Nvme(facts={"size_bytes": size})
    wanted = order(BLOCK, Step(Technique.OVERWRITE, passes=passes))
    earlier = cut_off(bench, wanted, lambda record: (record["kind"], record.get("bytes")) == last)
    bench.write(0, size)
    bench.drive.flush()
    bench.drive.age()
    talk = Heard(bench)
    result = erase(bench.drive, bench.drive.identity(), wanted, talk, tuple(earlier))
    assert (result["status"], result["level"]) == (SanitizationStatus.SANITIZED, Level.PURGE)
    assert "nvme_sanitize" in talk.kinds()
    assert bench.residue == (0, 0, 0)


def test_where_the_pass_before_the_cut_is_not_what_it_was_the_level_does_not_rest_on_the_journal() -> None:
    """Only a place that no sample met was changed: the full reading back meets it."""
    bench = Nvme(facts={"size_bytes": 12 * MIB})
    wanted = order(BLOCK, RANDOM)
    earlier = cut_off(bench, wanted, lambda record: record["kind"] == "offset" and bool(record["bytes"]))
    bench.write(free_place(earlier), 4096)
    result = run(bench, wanted, earlier)
    assert (result["status"], result["level"]) == (SanitizationStatus.SANITIZED_WITH_EXCEPTIONS, Level.CLEAR)


@pytest.mark.parametrize("steps", [(BLOCK,), (BLOCK, RANDOM)])
def test_a_pass_is_not_gone_on_with_after_another_erase_under_it(steps: tuple[Step, ...]) -> None:
    """The firmware leaves a tenth, so all is overwritten; after a cut it is tried again, marks and all. What the pass
    had written is spoilt then, and a sound drive would fail its own verification."""
    bench = Nvme({"erase_covers_percent": 90}, {"size_bytes": 12 * MIB})
    wanted = order(*steps, level=Level.CLEAR)
    earlier = cut_off(bench, wanted, lambda record: record["kind"] == "offset" and bool(record["bytes"]))
    result = run(bench, wanted, earlier)
    assert (result["status"], result["level"]) == (SanitizationStatus.SANITIZED, Level.CLEAR)
    assert result["evidence"]["resumed_at_bytes"] is None


def test_marks_and_erases_end_a_pass_in_the_journal_too() -> None:
    wanted = order(BLOCK, RANDOM)
    offset = {
        "kind": "offset",
        "number": 1,
        "pass": 0,
        "key": "00" * 32,
        "size_bytes": SIZE,
        "bytes": 4096,
        "failed": [],
    }
    begin = {"kind": "begin", "steps": past.plain(wanted)}
    planted = {"block_bytes": 4096, "marks": {"0": "00"}, "found": {}, "unplanted": 0, "fixed": 0}
    step = {"kind": "step", "number": 0, "planted": planted}
    assert past.read([begin, offset], wanted, SIZE).begun is not None
    assert past.read([begin, offset, begin, step], wanted, SIZE).begun is None
    assert past.read([begin, offset, begin, {**step, "planted": "spoilt"}], wanted, SIZE).begun is None


@pytest.mark.parametrize(
    "odd",
    [
        {"key": ""},
        {"key": "00" * 16},
        {"bytes": 100},
        {"pass": -1},
        {"bytes": True},
        {"failed": [[0, 7]]},
        {"failed": [[8192, 4096]]},
        {"bytes": SIZE},
        {"bytes": SIZE, "failed": [[0, 512]]},
    ],
)
def test_an_offset_that_is_not_true_costs_a_sound_drive_time_and_no_more(odd: dict[str, object]) -> None:
    """So it is where somebody has written to the drive since then."""
    bench = Nvme(facts={"size_bytes": SIZE})
    wanted = order(RANDOM, level=Level.CLEAR)
    offset = {
        "kind": "offset", "number": 0, "pass": 0, "key": "00" * 32, "size_bytes": SIZE, "bytes": 4096, "failed": [],
        **odd,
    }  # fmt: skip
    result = run(bench, wanted, [{"kind": "begin", "steps": past.plain(wanted)}, offset])
    assert result["status"] == SanitizationStatus.SANITIZED
    assert bench.residue[0] == 0


def test_the_second_attempt_counts_its_own_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first life's erase went well, which nobody saw; the drive then breaks off the second and ignores the third.
    Gone are only the marks of the first life: they prove nothing of the others."""
    bench = Nvme(facts={"size_bytes": SIZE})
    wanted = order(BLOCK, verify=Verify.SAMPLED)
    earlier = cut_off(bench, wanted, lambda record: record["kind"] == "step")
    for at in range(0, SIZE, MIB):  # the marks of the first life are away
        bench.write(at, MIB)
    runs = iter([pilot.Ran(cut_off=True, accepted=True), pilot.Ran(accepted=True, done=True, seen=True)])
    seen: list[bool] = []

    def carry_out(way: object, talk: object, *, running: bool = False) -> pilot.Ran:
        seen.append(running)
        # From now on the drive says that it is at work.
        monkeypatch.setattr("agent.sanitize.procedure._runs", lambda way: True)
        return next(runs, pilot.Ran())

    monkeypatch.setattr(pilot, "carry_out", carry_out)
    result = run(bench, wanted, earlier)
    assert seen == [False, True]
    assert not result["steps"][0]["succeeded"]
    assert result["steps"][0]["marks_left"] == result["steps"][0]["marks_planted"] > 0


def test_an_error_of_the_link_is_no_reason_to_call_the_drive_scrap(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is as good as no answer: overwriting goes on, and what nobody could ask is an exception."""

    def fails(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    bench = Nvme(facts={"size_bytes": SIZE})
    monkeypatch.setattr("agent.sanitize.nvme.firmware.NvmeFirmware.about", fails)
    result = run(bench, order(RANDOM, level=Level.CLEAR))
    assert (result["status"], result["level"]) == (SanitizationStatus.SANITIZED_WITH_EXCEPTIONS, Level.CLEAR)


def test_a_drive_that_is_gone_is_told_as_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise OSError(errno.ENODEV, "No such device")

    bench = Nvme(facts={"size_bytes": SIZE})
    monkeypatch.setattr("agent.sanitize.nvme.firmware.NvmeFirmware.about", gone)
    with pytest.raises(OSError, match="No such device"):
        run(bench, order(RANDOM))


def test_after_the_wait_for_an_erase_of_before_everything_can_be_stopped_again() -> None:
    bench = Nvme(facts={"size_bytes": SIZE})
    assert bench.sanitize() == 0
    talk = Heard(bench)
    result = erase(bench.drive, bench.drive.identity(), order(RANDOM, level=Level.CLEAR), talk)
    assert result["status"] == SanitizationStatus.SANITIZED
    assert talk.phases[0][0] == "firmware"
    assert talk.silences[-1] == 0
