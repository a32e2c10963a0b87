"""No sequence of Enter, Space, arrows and Tab starts an erase, nor does anything that is scanned: screens are walked at
random, from many places, and whatever is sent is looked at."""

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack

import pytest
import tui_machine as machine
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tui_cases import settled
from tui_scenes import SCENES
from tui_stage import SCAN_SECONDS, Stage, stage

from agent.model.messages import Answer, Command, QuestionEvent, RepeatStep, Start
from agent.tui.rhythm import Rhythm
from agent.tui.screens import confirm

KEYS = (
    "enter", "space", "tab", "shift+tab", "up", "down", "left", "right", "home", "end", "pageup", "pagedown", "escape",
)  # fmt: skip
SCENES_OF_ERASES = ("confirm", "confirm-scanned", "confirm-wrong", "confirm-without-serial", "psid")
"""Where the right keys would start one, or help to. Walked most often."""
OTHERS = (
    "start", "start-wrong-tag", "asset-tag", "checklist", "checklist-erasing", "checklist-question", "checklist-dock",
    "confirm-nothing", "empty-bay", "frozen", "frozen-again", "date", "change-skip", "change-stop-erase", "result",
    "result-hold", "details", "qr", "problem", "power-off", "broken", "afar-your-turn", "manual-hinges",
    "manual-keyboard", "manual-colours-white", "network", "network-password", "settings", "support", "help-confirm",
)  # fmt: skip
SERIALS = [plan.drive.serial for plan in machine.CONFIRM.plans if plan.drive.serial]
LABELS = ["PC-0042", *SERIALS, *(serial[-4:] for serial in SERIALS), "44TZKAN71MQUF4TMJ96973BJZT9U32G8"]
"""What could be scanned at a bench, of all that would be the right answer if somebody typed it."""


def could_erase(command: Command) -> bool:
    """Whether the service might begin an erase, or unlock a drive for one, because of this."""
    match command:
        case Answer(question_id="confirm" | "psid"):
            return bool(command.text or command.serial_ends)
        case Start():
            return command.request.erase is not None or command.request.sanitization is not None
        case RepeatStep():
            return command.step_id.startswith("erase:")
    return False


class Walker:
    """One app for all walks. After an answer the next question comes, as from the service."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr("agent.tui.keyed.SETTLED", 0.001)
        self.stage = self._runner.run(self._open())

    async def _open(self) -> Stage:
        shown = await self._stack.enter_async_context(stage(self._patch))
        shown.app.exit = lambda *_, **__: None  # type: ignore[method-assign, assignment]  # the walk goes on
        return shown

    def close(self) -> None:
        self._runner.run(self._stack.aclose())
        self._runner.close()
        self._patch.undo()

    def walk(self, scene: str, steps: Sequence[str]) -> list[Command]:
        """What was sent. A step is a key; or, where it is no name of one, what a scanner types, with its end."""
        return self._runner.run(self._walk(scene, steps))

    async def _walk(self, scene: str, steps: Sequence[str]) -> list[Command]:
        sent = self.stage.link.sent
        sent.clear()
        await self.stage.play(SCENES[scene])
        keys: list[str] = []
        for step in steps:
            if step in KEYS:
                keys.append(step)
                continue
            await self.stage.hurry(keys)
            keys.clear()
            await self.stage.hurry([{"\n": "enter", "\t": "tab"}.get(char, char) for char in step], SCAN_SECONDS)
        await self.stage.hurry(keys)
        if any(isinstance(each, Answer | Start) for each in sent):
            self.stage.link.push(QuestionEvent(mode=self.stage.app.face.mode, question=machine.CONFIRM))
            await settled(self.stage.pilot)
            await self.stage.hurry(steps[::-1] if set(steps) <= set(KEYS) else ())
        return list(sent)


@pytest.fixture(scope="module")
def walker() -> Iterator[Walker]:
    walker = Walker()
    yield walker
    walker.close()


WALKS = st.lists(st.sampled_from(KEYS), min_size=8, max_size=24)
SCANS = st.builds(
    str.__add__,
    st.sampled_from(LABELS) | st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=4, max_size=12),
    st.sampled_from(["", "\n", "\t"]),
)
"""Of four characters at least: fewer say nothing about the speed of a hand."""


@settings(max_examples=30)
@given(scene=st.sampled_from(SCENES_OF_ERASES), steps=WALKS)
@example(scene="confirm", steps=["tab", "tab", "enter", "enter", "down", "enter"] * 3)
def test_no_keys_alone_start_an_erase_where_one_is_asked_about(walker: Walker, scene: str, steps: list[str]) -> None:
    assert not [each for each in walker.walk(scene, steps) if could_erase(each)]


@pytest.mark.parametrize("scene", OTHERS)
def test_no_keys_alone_start_an_erase_from_anywhere_else(walker: Walker, scene: str) -> None:
    steps = random.Random(scene).choices(KEYS, k=16)
    assert not [each for each in walker.walk(scene, steps) if could_erase(each)], steps


@settings(max_examples=15)
@given(st.sampled_from(["change", "change-repeat-erase"]), WALKS)
def test_what_is_changed_by_keys_alone_confirms_no_drive(walker: Walker, scene: str, steps: list[str]) -> None:
    """F8 leads there. An erase may be repeated there: of a drive whose serial number somebody has typed before; of any
    other the service asks first."""
    sent = [each for each in walker.walk(scene, steps) if not isinstance(each, RepeatStep)]
    assert not [each for each in sent if could_erase(each)]


@settings(max_examples=30)
@given(
    scene=st.sampled_from([*SCENES_OF_ERASES, "start", "asset-tag", "change-skip"]),
    steps=st.lists(st.sampled_from(KEYS) | SCANS, min_size=4, max_size=12),
)
@example(scene="confirm", steps=["up", "PC-0042\n", "tab", "tab", "enter", "down", "7K2P", "enter"])
def test_no_scan_starts_an_erase(walker: Walker, scene: str, steps: list[str]) -> None:
    """A number of a locked drive may be scanned, and a person's Enter sends it: by itself it erases nothing."""
    sent = [each for each in walker.walk(scene, steps) if not (isinstance(each, Answer) and each.question_id == "psid")]
    assert not [each for each in sent if could_erase(each)]


# ---- these walks find what they look for


def found_by(walker: Walker, steps: Callable[[random.Random], list[str]]) -> bool:
    walks = (walker.walk("confirm", steps(random.Random(seed))) for seed in range(20))
    return any(could_erase(each) for sent in walks for each in sent)


def test_a_confirmation_that_does_not_look_at_what_was_typed_is_found(
    walker: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirm.Typed, "named", lambda _: [1])
    monkeypatch.setattr(confirm.Typed, "singly", lambda _: {"/dev/sda": "2"})
    assert found_by(walker, lambda chance: chance.choices(KEYS, k=20))


def test_a_screen_that_takes_scans_for_typing_is_found(walker: Walker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Rhythm, "is_scan", lambda *_: False)
    assert found_by(walker, lambda _: ["up", "PC-0042", *["tab", "enter"] * 9])
