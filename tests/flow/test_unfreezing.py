"""Frozen drives: when anything is offered, what each answer does, and what the plan says where nothing helped."""

import asyncio
import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from bench_place import QUIET, Listener, a_drive, place

from agent.intake import Intake
from agent.model.inventory import Drive, EraseOffer
from agent.model.message import Message, say
from agent.model.messages import Answer, IntakeRequest
from agent.model.sanitization import Plan, SanitizationRequest
from agent.model.state import AnyQuestion, FrozenDrivesQuestion
from agent.model.words import Level, Method, Mode, Outcome, SanitizationStatus, Technique, Transport, Verify
from agent.sanitize.plan import plan
from agent.training import sleep as training_sleep
from agent.training.ata_about import AtaAbout
from agent.unfreezing import LOOK_SECONDS, REPLUG_SECONDS, Means, Unfreezing, Unfrozen, explained, gains

FROZEN = say("frozen")
NO = say("The computer cannot sleep: for this test.")


def offer(**changes: object) -> EraseOffer:
    fields = {"technique": Technique.ATA_SANITIZE, "method": Method.BLOCK, "blocked": FROZEN, **changes}
    return EraseOffer.model_validate(fields)


def drive(number: int = 1, **changes: object) -> Drive:
    """A SATA SSD that the computer has frozen."""
    facts = {
        "path": f"/dev/sd{'xabc'[number]}", "transport": Transport.ATA, "model": "SSD", "serial": f"S{number}",
        "size_bytes": 1 << 30, "diskseq": number, "rotational": False, "firmware_asked": True, "frozen": True,
        "erase_offers": [offer()],
    }  # fmt: skip
    return Drive.model_validate({**facts, **changes})


def planned(one: Drive) -> Plan:
    return plan(one, SanitizationRequest(level=Level.PURGE))


def freed(one: Drive, **changes: object) -> Drive:
    update = {"frozen": False, "erase_offers": [offer(blocked=None)], "firmware_asked": True, **changes}
    return one.model_copy(update=update)


class World:
    """Plays the drives, the computer's sleep, the time and the person."""

    def __init__(self, *drives: Drive, answers: Sequence[str] = (), no_sleep: Message | None = None) -> None:
        self.start = list(drives)
        self.present: list[Drive] | None = list(drives)
        self.answers = list(answers)
        self.no_sleep = no_sleep
        self.questions: list[FrozenDrivesQuestion] = []
        self.sleeps = 0
        self.seconds = 0.0
        self.told: list[tuple[str, float | None]] = []
        self.asked: list[str] = []
        self.wakes: Callable[[Drive], Drive] = freed
        self.sleep_fails: Message | None = None
        self.at: dict[float, Callable[[], None]] = {}

    def sleep(self) -> Message | None:
        self.sleeps += 1
        if self.sleep_fails is None and self.present is not None:
            self.present = [self.wakes(one) for one in self.present]
        return self.sleep_fails

    async def pause(self, seconds: float) -> None:
        self.seconds += seconds
        self.at.pop(self.seconds, lambda: None)()

    async def look(self) -> list[Drive] | None:
        # A listing tells nothing that only the drive itself knows.
        bare = {"firmware_asked": False, "frozen": None, "erase_offers": []}
        return None if self.present is None else [one.model_copy(update=bare) for one in self.present]

    async def ask_drives(self, drives: Sequence[Drive]) -> list[Drive]:
        self.asked += [one.path for one in drives]
        return [next(one for one in self.present or () if one.path == bare.path) for bare in drives]

    async def ask(self, question: AnyQuestion) -> Answer:
        assert isinstance(question, FrozenDrivesQuestion)
        self.questions.append(question)
        return Answer(mode=Mode.TRAINING, question_id=question.id, text=self.answers.pop(0))

    async def run(self, *, attended: bool = True, alone: bool = False) -> Unfrozen:
        means = Means(
            planned=planned,
            list_drives=self.look,
            ask_drives=self.ask_drives,
            no_sleep=lambda: self.no_sleep,
            sleep=self.sleep,
            tell=lambda what, left: self.told.append((str(what), left)),
            pause=self.pause,
        )
        self.unfreezing = Unfreezing(means, self.ask if attended else None, alone=alone)
        return await self.unfreezing.run(self.start)


def test_what_the_freeze_costs() -> None:
    assert gains(drive(), planned) == {(Technique.ATA_SANITIZE, Method.BLOCK)}


@pytest.mark.parametrize(
    "other",
    [
        drive(frozen=False), drive(frozen=None), drive(locked=True), drive(shadowed=True), drive(erase_offers=[]),
        drive(transport=Transport.USB), drive(obstacles=[NO]),
        # Another way that is not frozen is as good.
        drive(erase_offers=[offer(blocked=None), offer(method=Method.OVERWRITE)]),
    ],
)  # fmt: skip
def test_drives_that_would_gain_nothing(other: Drive) -> None:
    assert gains(other, planned) == set()


def test_a_plan_that_wants_no_firmware_gains_nothing() -> None:
    assert gains(drive(), lambda one: plan(one, SanitizationRequest())) == set()


async def test_nothing_is_asked_where_nothing_is_gained() -> None:
    world = World(drive(frozen=False))
    assert await world.run() == Unfrozen(world.start)
    assert not world.questions
    assert not world.sleeps


async def test_a_sleep_that_helps() -> None:
    world = World(drive(1), drive(2, frozen=False), answers=["sleep"])
    end = await world.run()
    assert (world.sleeps, end.why) == (1, None)
    assert [one.frozen for one in end.drives] == [False, False]
    assert planned(end.drives[0]).steps[0].technique is Technique.ATA_SANITIZE
    assert world.asked == ["/dev/sda", "/dev/sdb"]  # all were without power, so all are asked anew
    [question] = world.questions
    assert question.may_sleep
    assert [one.serial for one in question.drives] == ["S1"]


async def test_a_sleep_in_vain_is_said_and_asked_again() -> None:
    world = World(drive(), answers=["sleep", "on"])
    world.wakes = lambda one: one
    end = await world.run()
    assert "still frozen" in str(world.questions[1].problem)
    assert end.why is not None
    assert end.drives == world.start


async def test_a_sleep_that_did_not_come_about() -> None:
    world = World(drive(), answers=["sleep", "on"])
    world.sleep_fails = say("no")
    await world.run()
    assert str(world.questions[1].problem) == "no"


async def test_a_sleep_that_is_not_offered_is_not_taken() -> None:
    world = World(drive(), answers=["sleep"], no_sleep=NO)
    end = await world.run()
    assert world.sleeps == 0
    assert end.why is not None
    assert (world.questions[0].may_sleep, world.questions[0].no_sleep) == (False, NO)


@pytest.mark.parametrize("answer", ["", "on", "yes", "SLEEP"])
async def test_any_other_answer_does_nothing(answer: str) -> None:
    world = World(drive(), answers=[answer])
    assert (await world.run()).why is not None
    assert (world.sleeps, world.seconds, world.asked) == (0, 0.0, [])


async def test_a_drive_that_is_plugged_in_again() -> None:
    """Gone, then there under another name, at first without an answer; another drive is never taken for it."""
    world = World(drive(1), drive(2, frozen=False), answers=["replug"])
    other = drive(3, frozen=False, serial="OTHER")
    again = freed(drive(1, path="/dev/sdd", diskseq=9))
    world.at = {
        6.0: lambda: setattr(world, "present", [drive(2, frozen=False)]),
        10.0: lambda: setattr(world, "present", [drive(2, frozen=False), other]),
        16.0: lambda: setattr(world, "present", [other, again.model_copy(update={"firmware_asked": False})]),
        20.0: lambda: setattr(world, "present", [other, drive(2, frozen=False), again]),
    }
    end = await world.run()
    assert end == Unfrozen([again, drive(2, frozen=False)])
    assert world.seconds == 20
    assert world.told[0][1] == REPLUG_SECONDS
    assert world.told[-1][1] == REPLUG_SECONDS - 20 + LOOK_SECONDS


async def test_nobody_re_plugs_in_time() -> None:
    world = World(drive(), answers=["replug", "on"])
    end = await world.run()
    assert world.seconds == REPLUG_SECONDS
    assert "in time" in str(world.questions[1].problem)
    assert end.why is not None


@pytest.mark.parametrize("serial", [None, "S9"])
async def test_what_comes_instead_is_another_drive(serial: str | None) -> None:
    world = World(drive(), answers=["replug", "on"])
    world.at = {4.0: lambda: setattr(world, "present", [freed(drive(serial=serial, diskseq=7))])}
    end = await world.run()
    assert end.drives == world.start


async def test_looks_that_fail_are_made_again() -> None:
    world = World(drive(), answers=["replug"])
    world.at = {
        2.0: lambda: setattr(world, "present", None),
        4.0: lambda: setattr(world, "present", [freed(drive(diskseq=7))]),
    }
    assert (await world.run()).why is None


async def test_nobody_there_and_not_allowed() -> None:
    world = World(drive())
    end = await world.run(attended=False)
    assert (world.sleeps, end.drives) == (0, world.start)
    assert "unattended_sleep" in str(end.why)


async def test_nobody_there_and_allowed() -> None:
    world = World(drive())
    assert (await world.run(attended=False, alone=True)).why is None
    cannot = World(drive(), no_sleep=NO)
    assert (await cannot.run(attended=False, alone=True)).why == NO
    vain = World(drive())
    vain.wakes = lambda one: one
    end = await vain.run(attended=False, alone=True)
    assert vain.sleeps == 1
    assert end.why is not None


async def test_it_is_stopped_while_somebody_is_asked() -> None:
    class Silent(World):
        async def ask(self, question: AnyQuestion) -> Answer:
            self.unfreezing.stop()
            await asyncio.Event().wait()
            raise AssertionError("nobody answers")

    world = Silent(drive())
    end = await world.run()
    assert "without it" in str(end.why)
    assert end.drives == world.start


async def test_it_is_stopped_while_a_drive_is_waited_for() -> None:
    world = World(drive(), answers=["replug"])
    world.at[4] = lambda: world.unfreezing.stop()  # noqa: PLW0108 - it is made only by `run`
    end = await world.run()
    assert world.seconds == 4
    assert "without it" in str(end.why)


def test_the_plan_names_what_the_freeze_cost() -> None:
    frozen = drive()
    found = explained(frozen, planned(frozen), NO, planned)
    reasons = {(out.technique, out.method): out.reason for out in found.ruled_out}
    assert reasons[Technique.ATA_SANITIZE, Method.BLOCK] == NO
    assert list(reasons.values()).count(NO) == 1
    assert found.steps == planned(frozen).steps
    for same in (
        explained(frozen, planned(frozen), None, planned),
        explained(freed(frozen), planned(frozen), NO, planned),
    ):
        assert same == planned(frozen)


@pytest.mark.runs_programs
async def test_a_training_drive_is_freed_by_a_played_sleep_and_then_erases_itself(tmp_path: Path) -> None:
    about = AtaAbout(sanitize=("block",), sanitize_seconds=1, bios_freezes=True, bios_freezes_sanitize=True)
    where = dataclasses.replace(
        place(tmp_path, a_drive(1, ata=about)),
        no_sleep=lambda: None,
        sleep=lambda: training_sleep.sleep(tmp_path / "drives"),
    )
    request = IntakeRequest(
        profile="quiet", asset_tag="T-1", sanitization=SanitizationRequest(level=Level.PURGE, verify=Verify.SAMPLED)
    )
    listener = Listener({"text": "sleep"}, {"text": "T-1"})
    await Intake(where, QUIET, request, listener.emit, listener.ask).run()
    assert listener.problem is None
    assert [question.kind for question in listener.questions] == ["frozen_drives", "confirm_erase"]
    [result] = listener.state.sanitizations
    assert (result.status, result.level) == (SanitizationStatus.SANITIZED, Level.PURGE)
    assert result.technique is Technique.ATA_SANITIZE
    assert next(step.outcome for step in listener.state.steps if step.id == "unfreeze") is Outcome.PASSED
