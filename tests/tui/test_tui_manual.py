"""The questions of manual checks: what is shown, what each key sends, and what a scanner or a hasty Enter does not."""

from collections.abc import Iterator

import pytest
import tui_cases as cases
from tui_cases import press, screen_rows, screen_text, settled, showing, type_keys

from agent.manual import registry
from agent.manual.base import Around
from agent.model.check import CheckResult
from agent.model.inventory import Camera, Port
from agent.model.manual import (
    TRACE_COLUMNS,
    TRACE_ROWS,
    AidState,
    AnyView,
    FrameView,
    LevelView,
    ManualCheck,
    ManualReply,
    PortsView,
    ToneView,
    TouchpadView,
)
from agent.model.message import say
from agent.model.messages import AidEvent, Answer, Command, QuestionEvent, SnapshotEvent, UseAid
from agent.model.state import IntakeState, ManualQuestion
from agent.model.words import Outcome
from agent.report.wording import tell
from agent.tui.charset import ALLOWED, fit
from agent.tui.screens.manual import ManualScreen

TRAINING = cases.IDLE.mode
MACHINE = cases.INVENTORY.model_copy(update={"cameras": [Camera(name="c")]})
QUICK = 0.005


def check(name: str) -> ManualCheck:
    first = registry.BY_ID[name].proceed([], Around(MACHINE))
    assert isinstance(first, ManualCheck)
    return first


def question(name: str, id_: str = "m1", **changes: object) -> ManualQuestion:
    one = check(name)
    return ManualQuestion(id=id_, text=one.instruction, check=one).model_copy(update=changes)


def asked(name: str, view: AnyView | None = None, **changes: object) -> IntakeState:
    aid = AidState.model_validate({"question_id": "m1", "view": view, **changes}) if view or changes else None
    return cases.WORKING.model_copy(update={"question": question(name, may_go_back=True), "aid": aid})


def said(text: str, remark: str | None = None) -> Command:
    return Answer(mode=TRAINING, question_id="m1", text=text, remark=remark)


# ---- what is sent


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits to be sure that a letter stands alone waits a hundredth of a second. Letters in tests are 0.2 s apart
    by their own clock."""
    monkeypatch.setattr(ManualScreen, "ALONE_SECONDS", 0.01)


@pytest.mark.parametrize(
    ("keys", "sent"),
    [
        (["b", "enter"], [("touchpad", "passed")]),
        (["P", "enter"], [("touchpad", "failed")]),
        (["s", "enter"], [("touchpad", "skip")]),
        (["down", "down", "enter"], [("touchpad", "passed")]),
        (["b"], []),
        (["z", "enter"], []),
        (["escape"], []),
    ],
)
async def test_beside_an_aid_a_letter_leads_to_a_choice_and_enter_takes_it(
    keys: list[str], sent: list[tuple[str, str]], quick: None
) -> None:
    async with showing(asked("touchpad")) as screen:
        await press(screen.pilot, *keys)
        await screen.pilot.pause(0.03)
    assert screen.link.sent == [said(text) for _, text in sent]


@pytest.mark.parametrize(
    ("keys", "sent"),
    [
        (["b"], [said("passed")]),
        (["P"], [said("failed")]),
        (["s"], [said("skip")]),
        (["t"], []),  # what cannot be taken back takes more than a letter
        (["t", "enter"], [said("skip_all")]),
        (["v"], [said("back")]),
        (["down", "enter"], [said("passed")]),
        (["z"], []),
        (["escape"], []),
    ],
)
async def test_where_words_are_enough_a_letter_answers(keys: list[str], sent: list[Command], quick: None) -> None:
    async with showing(asked("hinges")) as screen:
        await press(screen.pilot, *keys)
        await screen.pilot.pause(0.03)
    assert screen.link.sent == sent


@pytest.mark.parametrize("name", ["hinges", "touchpad"])
async def test_from_the_first_question_there_is_no_way_back(name: str, quick: None) -> None:
    state = cases.WORKING.model_copy(update={"question": question(name)})
    async with showing(state, "en") as screen:
        assert "v: Go back" not in screen_text(screen.app)
        await press(screen.pilot, "v", "enter")
        await screen.pilot.pause(0.03)
    assert screen.link.sent == []


async def test_a_letter_that_is_held_down_or_one_of_many_answers_nothing() -> None:
    """With its real time: 0.033 s between the keys is what the console repeats."""
    async with showing(asked("hinges")) as screen:
        await press(screen.pilot, *"bbbbbbbb", gap=0.033)
        await press(screen.pilot, *"bp", gap=0.01)
        assert screen.app.screen._sure is None
    assert screen.link.sent == []


async def test_enter_pressed_too_often_answers_no_question_that_follows() -> None:
    async with showing(asked("hinges")) as screen:
        await press(screen.pilot, "down", "enter")
        screen.link.push(QuestionEvent(mode=TRAINING, question=question("completeness", "m2")))
        await settled(screen.pilot)
        await press(screen.pilot, "enter", "enter")
    assert screen.link.sent == [said("passed")]


async def test_a_remark_goes_along_and_its_letters_choose_nothing(quick: None) -> None:
    async with showing(asked("hinges")) as screen:
        await press(screen.pilot, "down", "up")  # from the first thing to the last
        await type_keys(screen.pilot, "bps: left hinge\n\n")
        assert screen.link.sent == []
        await press(screen.pilot, "p")
        await screen.pilot.pause(0.03)
    assert screen.link.sent == [said("failed", "bps: left hinge")]


async def test_a_scan_answers_nothing() -> None:
    async with showing(asked("hinges")) as screen:
        await press(screen.pilot, "down")
        await type_keys(screen.pilot, "PC-0042b\n", gap=QUICK)
        assert screen.app.screen._sure is None
    assert screen.link.sent == []


@pytest.mark.parametrize(("name", "key", "do"), [("keyboard", "f", "azerty"), ("keyboard", "u", "qwerty"),
                                                 ("speakers", "g", "left"), ("webcam", "e", "start")])  # fmt: skip
async def test_what_helps_is_started_by_the_service(name: str, key: str, do: str) -> None:
    async with showing(asked(name)) as screen:
        await press(screen.pilot, key, "enter")
    assert screen.link.sent == [UseAid(mode=TRAINING, question_id="m1", do=do)]


# ---- what is shown

VIEWS = {
    "touchpad": TouchpadView(
        moved=["left"], clicked=["right"], down=["left"], buttons=["left", "right"], trace=[0, 49, 959], at=24
    ),
    "ports": PortsView(seen=["1-1", "1-4"], sockets=["1-1", "1-2"]),
    "speakers": ToneView(playing="left", played=["right"]),
    "microphone": LevelView(percent=50, highest_percent=75, lowest_percent=20),
    "webcam": FrameView(columns=40, greys=[0, 255] * 20 + [255, 255, 0, 0] * 10),
}
SHOWN = {
    "touchpad": ["│▀▀", " O ", "▄│", "left ✓ right up down", "left < right ✓"],
    "ports": ["USB 1 ✓ USB 2 USB 3 ✓", "USB sockets felt: 2 of 3", "Look at these, too: HDMI, Ethernet x 2"],
    "speakers": ["left < right ✓", "plays on the left now", "own test: no error"],
    "microphone": ["[" + "█" * 29, "│", "✓ The level has risen by 55 %", "own test: no error"],
    "webcam": ["▄██▀"],
}
PORTS = [
    Port(kind="usb_a", count=2),
    Port(kind="hdmi", count=1),
    Port(kind="ethernet", count=2),
    Port(kind="x", count=9),
]
_BACK = {"fr": "v: Question précédente", "en": "v: Go back"}
SOUND = CheckResult(id="sound", title=say("Sound"), outcome=Outcome.PASSED, reason=say("no error"))


def felt(name: str, view: AnyView | None, **changes: object) -> IntakeState:
    """With what the computer itself knows of sound and sockets."""
    inventory = MACHINE.model_copy(update={"ports": PORTS})
    return asked(name, view, **changes).model_copy(update={"inventory": inventory, "checks": [SOUND]})


@pytest.mark.parametrize("name", VIEWS)
async def test_what_was_felt(name: str) -> None:
    async with showing(felt(name, VIEWS[name]), "en") as screen:
        shown = " ".join(screen_text(screen.app).split())
        for text in SHOWN[name]:
            assert text in shown


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_absurd_numbers_are_shown_without_harm(size: tuple[int, int]) -> None:
    """As large as the model lets them be, and sizes that do not fit together."""
    cells = TRACE_COLUMNS * TRACE_ROWS
    views: dict[str, list[AnyView]] = {
        "touchpad": [TouchpadView(trace=list(range(cells)), at=cells - 1, buttons=["middle", "x"], clicked=["y"])],
        "ports": [
            PortsView(seen=[str(n) for n in range(400)], sockets=["→"]),
            PortsView(sockets=[str(n) for n in range(24)]),
        ],
        "speakers": [ToneView(playing="above", played=["x"])],
        "microphone": [LevelView(percent=100, highest_percent=0, lowest_percent=100), LevelView(highest_percent=100)],
        "webcam": [
            FrameView(columns=400, greys=[255] * 20_000, colours=[15, 0] * 10_000),
            FrameView(columns=7, greys=[1, 2, 3], colours=[1]),
            FrameView(columns=1, greys=[]),
        ],
    }
    async with showing(felt("hinges", None), "fr", size) as screen:
        for name, given in views.items():
            for view in given:
                state = felt(name, view, running=True)
                screen.link.push(SnapshotEvent(mode=TRAINING, state=state))
                await settled(screen.pilot)
                rows = screen_rows(screen.app)
                assert ALLOWED.issuperset("".join(rows))
                assert {len(row) for row in rows} == {size[0]}
                assert any("Remarque" in row or "Page suiv." in row for row in rows), name


async def test_what_was_felt_in_french() -> None:
    async with showing(felt("touchpad", VIEWS["touchpad"])) as screen:
        shown = " ".join(screen_text(screen.app).split())
        assert "Gestes : gauche ✓ droite haut bas" in shown
        assert "Boutons : gauche < droite ✓" in shown


async def test_it_follows_what_the_service_feels() -> None:
    async with showing(asked("touchpad"), "en") as screen:
        await press(screen.pilot, "down", "down", "down")
        focused = screen.app.screen.focused
        screen.link.push(AidEvent(mode=TRAINING, aid=AidState(question_id="m1", starting=True)))
        await settled(screen.pilot)
        assert "Starting..." in screen_text(screen.app)
        running = AidState(question_id="m1", running=True, view=TouchpadView(moved=["left"]))
        screen.link.push(AidEvent(mode=TRAINING, aid=running))
        await settled(screen.pilot)
        shown = screen_text(screen.app)
        assert " left ✓" in shown
        assert "The test is running." in shown
        assert screen.app.screen.focused is focused
        deaf = AidState(question_id="m1", problem=say("Nothing can be heard."))
        screen.link.push(AidEvent(mode=TRAINING, aid=deaf))
        await settled(screen.pilot)
        assert "! Nothing can be heard." in screen_text(screen.app)
        other = AidState(question_id="m0", problem=say("Of another question."))
        screen.link.push(AidEvent(mode=TRAINING, aid=other))
        await settled(screen.pilot)
        assert "Of another question" not in screen_text(screen.app)


async def test_why_an_answer_does_not_count() -> None:
    refused = question("keyboard", problem=say("These keys were not felt: A."))
    state = cases.WORKING.model_copy(update={"question": refused})
    async with showing(state, "en") as screen:
        assert "! These keys were not felt: A." in screen_text(screen.app)


def every_question() -> Iterator[ManualCheck]:
    """All that can be asked of a notebook with everything, whatever is answered."""
    told = AidState(question_id="m1", problem=say("no"))  # the person's word alone counts
    for module in registry.MODULES:
        ways: list[list[ManualReply]] = [[]]
        for replies in ways:
            following = module.proceed(replies, Around(MACHINE, told))
            if isinstance(following, ManualCheck):
                yield following
                ways += [[*replies, ManualReply(value=choice.value)] for choice in following.answers]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_answer_is_cut_off(language: str) -> None:
    room = 80 - 6 - len("> b: ") - len(" <")  # the frame, and what stands round the label
    for check_ in every_question():
        for choice in check_.answers:
            assert len(fit(tell(choice.label, language))) <= room, (check_.id, choice.value)
        actions = sum(len(fit(tell(choice.label, language))) + len("> b:  <") for choice in check_.actions)
        assert actions <= 80 - 6, check_.id
