"""Scans: the kernel's key events in the scanner's layout, whatever the console of the computer makes of them."""

import os
import struct
from collections.abc import Callable, Iterator

import pytest
import tui_cases as cases
from hypothesis import given, settings
from hypothesis import strategies as st
from tui_cases import press, screen_text, settled, showing, type_keys

from agent.host import evdev
from agent.inventory.inputs import keyboard_nodes
from agent.model.messages import Answer
from agent.model.state import PsidQuestion
from agent.tui.keycodes import LAYOUTS, Decoder
from agent.tui.scanner import Heard, Scanner

TRAINING = cases.WORKING.mode
ASKED = cases.WORKING.model_copy(update={"question": cases.TAG_QUESTION, "asset_tag": None})
QUICK = 0.004
SHIFT, ALTGR, ENTER = 42, 100, 28
# Written down here once more, place by place, from the pictures of the two keyboards.
US = {"P": (25, SHIFT), "C": (46, SHIFT), "-": (12,), "0": (11,), "4": (5,), "2": (3,), "a": (30,), "q": (16,),
      "A": (30, SHIFT), "/": (53,), "_": (12, SHIFT), ".": (52,)}  # fmt: skip
FR = {"P": (25, SHIFT), "C": (46, SHIFT), "-": (7,), "0": (11, SHIFT), "4": (5, SHIFT), "2": (3, SHIFT), "a": (16,),
      "q": (30,), "A": (16, SHIFT), "/": (52, SHIFT), "_": (9,), ".": (51, SHIFT), "@": (11, ALTGR)}  # fmt: skip
KEYBOARDS = {"us": US, "fr": FR}
AZERTY_SAYS = {"us": {"PC-0042": "PC)àà'é", "PC-42aq": "PC)'éqa"}, "fr": {"PC-0042": "PC-0042", "PC-42aq": "PC-42aq"}}
"""What a French console shows of these scans."""


def packed(kind: int, code: int, value: int) -> bytes:
    return struct.pack("@llHHi", 0, 0, kind, code, value)


def keys(text: str, layout: str, end: int | None = ENTER) -> bytes:
    """What a scanner in this layout sends."""
    data = b""
    for places in [*(KEYBOARDS[layout][char] for char in text), *([(end,)] if end else [])]:
        for code in reversed(places):
            data += packed(4, 4, 0x70000 + code) + packed(1, code, 1) + packed(0, 0, 0)
        for code in places:
            data += packed(1, code, 0) + packed(0, 0, 0)
    return data


class Piped:
    """A keyboard whose events come through a pipe."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._read, self.write = os.pipe2(os.O_NONBLOCK)
        self.open = True

    def fileno(self) -> int:
        return self._read

    def events(self) -> Iterator[evdev.Event]:
        try:
            data = os.read(self._read, 65536)
        except BlockingIOError:
            return
        if not data:
            raise OSError("gone")
        yield from evdev.unpacked(data)

    def unplug(self) -> None:
        os.close(self.write)
        self.write = -1

    def close(self) -> None:
        if self.open:
            self.open = False
            os.close(self._read)
        if self.write >= 0:
            self.unplug()


class Bench:
    """A scanner's listening without its thread, with keyboards that can be plugged in, and a clock of its own."""

    def __init__(self, layout: str = "us") -> None:
        self.layout = layout
        self.plugged = {name: Piped(name) for name in ("event0", "event1")}
        self.now = 100.0
        self.scanner = Scanner(
            lambda: self.layout, lambda: list(self.plugged), self.plugged.__getitem__, lambda: self.now
        )
        self.scanner.look()

    def type(self, name: str, data: bytes) -> None:
        os.write(self.plugged[name].write, data)
        self.scanner.take(0)


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    pipes = list(made.plugged.values())
    yield made
    for pipe in (*pipes, *made.plugged.values()):
        pipe.close()
    os.close(made.scanner._wake)
    os.close(made.scanner._woken)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("text", ["PC-0042", "aqAP", "4/2_0.C"])
def test_a_scan_means_what_the_scanner_meant(bench: Bench, layout: str, text: str) -> None:
    bench.layout = layout
    bench.type("event1", keys(text, layout))
    assert bench.scanner.heard(99.0) == Heard(text, whole=True)


def test_the_wrong_layout_gives_something_else(bench: Bench) -> None:
    bench.type("event1", keys("PC-0042", "us"))
    bench.layout = "fr"
    assert bench.scanner.heard(99.0) == Heard("PC)àà'é", whole=True)


def test_signs_behind_altgr_and_capitals_by_caps_lock() -> None:
    decoder = Decoder("fr")
    text = keys("@", "fr", None) + packed(1, 58, 1) + packed(1, 58, 0) + keys("aq", "fr", None)
    assert "".join(map(decoder.hear, evdev.unpacked(text))) == "@AQ"


def test_only_what_came_since_then_and_from_one_device(bench: Bench) -> None:
    bench.type("event0", keys("aq", "us", None))
    bench.type("event1", keys("PC-0042", "us"))
    assert bench.scanner.heard(99.9) == Heard("PC-0042", whole=True)
    assert bench.scanner.heard(100.1) is None
    bench.now += 1
    bench.type("event1", keys("PC-42", "us", 15))
    assert bench.scanner.heard(100.5) == Heard("PC-42", whole=True)


def test_two_scans_in_a_row_are_the_last_one(bench: Bench) -> None:
    bench.type("event1", keys("PC-0042", "us") + keys("PC-2", "us"))
    assert bench.scanner.heard(99.0) == Heard("PC-2", whole=True)


def test_what_the_kernel_threw_away_is_known(bench: Bench) -> None:
    bench.type("event1", keys("PC-0", "us", None) + packed(0, 3, 0) + keys("42", "us"))
    assert bench.scanner.heard(99.0) == Heard("PC-042", whole=False)
    bench.now += 1
    bench.type("event1", keys("PC-42", "us"))
    assert bench.scanner.heard(100.5) == Heard("PC-42", whole=True)


def test_no_end_of_keys_is_kept(bench: Bench) -> None:
    for _ in range(100):
        bench.type("event1", keys("PC-0042", "us", None))
    heard = bench.scanner.heard(99.0)
    assert heard is not None
    assert not heard.whole
    assert len(heard.text) <= 128


def test_scanners_come_and_go(bench: Bench) -> None:
    gone = bench.plugged.pop("event1")
    bench.scanner.look()
    assert not gone.open
    bench.plugged["event7"] = Piped("event7")
    bench.scanner.look()
    bench.type("event7", keys("PC-0042", "us"))
    assert bench.scanner.heard(99.0) == Heard("PC-0042", whole=True)
    bench.plugged["event7"].unplug()
    bench.scanner.take(0)
    assert not bench.plugged["event7"].open
    assert bench.scanner.heard(99.0) is None


def test_without_the_right_to_read_nothing_is_heard(bench: Bench) -> None:
    def refused(_name: str) -> Piped:
        raise PermissionError(13, "Permission denied")

    with Scanner(lambda: "us", lambda: ["event0"], refused) as scanner:
        assert scanner.heard(0) is None


def test_it_listens_by_itself() -> None:
    pipe = Piped("event5")
    heard = []
    with Scanner(lambda: "fr", lambda: ["event5"], lambda _: pipe) as scanner:
        os.write(pipe.write, keys("PC-0042", "fr"))
        heard.append(scanner.heard(0))
    assert heard == [Heard("PC-0042", whole=True)]
    assert not pipe.open


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from([0, 1, 4]), st.integers(0, 0x2FF), st.integers(-1, 2)), max_size=12))
def test_no_event_breaks_the_decoder(events: list[tuple[int, int, int]]) -> None:
    for layout in LAYOUTS:
        decoder = Decoder(layout)
        assert all(len(decoder.hear(evdev.Event(*event))) <= 1 for event in events)


def test_keyboards_are_found() -> None:
    letters = "B: KEY=402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe"
    told = (
        'I: Bus=0003\nN: Name="Symbol Bar Code Scanner"\nS: Sysfs=/devices/pci/usb/input/input9\nB: EV=120013\n'
        f"{letters}\n\n"
        'I: Bus=0019\nN: Name="Power Button"\nS: Sysfs=/devices/LNX/input/input1\nB: EV=3\nB: KEY=10000000000000 0\n'
    )
    source = FakeSource(
        {"/proc/bus/input/devices": told}, {"/sys/devices/pci/usb/input/input9": ["capabilities", "event9"]}
    )
    assert keyboard_nodes(source) == ["event9"]


class FakeSource:
    def __init__(self, texts: dict[str, str], folders: dict[str, list[str]]) -> None:
        self._texts, self._folders = texts, folders

    def text(self, path: str) -> str | None:
        return self._texts.get(path)

    def names(self, path: str) -> list[str]:
        return self._folders.get(path, [])


# ---- on the screen: the console is a French one, the scanner what it is set to

Setting = Callable[[float], Heard | None]


def hearing(text: str | None, *, whole: bool = True) -> Setting:
    return lambda _since: None if text is None else Heard(text, whole)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("text", ["PC-0042", "PC-42aq"])
async def test_the_tag_is_what_the_scanner_read_though_the_console_is_french(
    bench: Bench, layout: str, text: str
) -> None:
    bench.layout = layout
    open_ = ASKED.model_copy(update={"question": cases.TAG_QUESTION.model_copy(update={"pattern": "[A-Za-z0-9-]+"})})
    async with showing(open_, listen=lambda _since: bench.scanner.heard(99.0)) as screen:
        bench.type("event1", keys(text, layout))
        await type_keys(screen.pilot, AZERTY_SAYS[layout][text] + "\n", gap=QUICK)
        await scanned(screen)
    assert screen.link.sent == [Answer(mode=TRAINING, question_id="q1", text=text)]


async def scanned(screen: object) -> None:
    """Wait until the scan is over."""
    for _ in range(200):
        await settled(screen.pilot)  # type: ignore[attr-defined]
        if screen.app._scanning is None:  # type: ignore[attr-defined]
            break
        await screen.pilot.pause(0.01)  # type: ignore[attr-defined]
    await settled(screen.pilot)  # type: ignore[attr-defined]


async def test_a_scan_without_enter_waits_for_a_person() -> None:
    async with showing(ASKED, listen=hearing("PC-0042")) as screen:
        await type_keys(screen.pilot, "PC)àà'é", gap=QUICK)
        await scanned(screen)
        assert "[PC-0042 " in screen_text(screen.app)
        assert screen.link.sent == []
        await press(screen.pilot, "enter")
    assert screen.link.sent == [Answer(mode=TRAINING, question_id="q1", text="PC-0042")]


async def test_a_scan_takes_the_place_of_what_was_typed_before() -> None:
    async with showing(ASKED, listen=hearing("PC-0042")) as screen:
        await type_keys(screen.pilot, "XY")
        await type_keys(screen.pilot, "PC)àà'é\n", gap=QUICK)
        await scanned(screen)
    assert screen.link.sent == [Answer(mode=TRAINING, question_id="q1", text="PC-0042")]


@pytest.mark.parametrize(("heard", "whole"), [("3017620422003", True), ("PC-00", False), ("PC-00423", True)])
async def test_another_code_than_a_tag_is_refused_and_leaves_nothing(heard: str, *, whole: bool) -> None:
    async with showing(ASKED, listen=hearing(heard, whole=whole)) as screen:
        await type_keys(screen.pilot, '"à&è-éà\'ééàà"\n', gap=QUICK)
        await scanned(screen)
        shown = screen_text(screen.app)
        assert "[      " in shown
        assert ("n'est pas une étiquette" if whole else "incomplète") in shown
        await type_keys(screen.pilot, "PC-0042\n")
    assert screen.link.sent == [Answer(mode=TRAINING, question_id="q1", text="PC-0042")]


async def test_where_no_device_is_heard_the_terminals_text_counts() -> None:
    async with showing(ASKED, listen=hearing(None)) as screen:
        await type_keys(screen.pilot, "PC-0042\n", gap=QUICK)
        await scanned(screen)
    assert screen.link.sent == [Answer(mode=TRAINING, question_id="q1", text="PC-0042")]


async def test_a_scan_wakes_the_screen_and_is_taken_whole() -> None:
    async with showing(ASKED, listen=hearing("PC-0042")) as screen:
        screen.app._away.show()
        await settled(screen.pilot)
        await type_keys(screen.pilot, "PC)àà'é\n", gap=QUICK)
        await scanned(screen)
    assert screen.link.sent == [Answer(mode=TRAINING, question_id="q1", text="PC-0042")]


async def test_where_none_is_welcome_the_devices_are_not_asked() -> None:
    asked: list[float] = []
    for question in (cases.BAY, cases.CONFIRM):
        async with showing(cases.WORKING.model_copy(update={"question": question}), listen=asked.append) as screen:
            await type_keys(screen.pilot, "PC-0042\n", gap=QUICK)
            await scanned(screen)
        assert screen.link.sent == []
    assert asked == []


@pytest.mark.parametrize("text", ["4\n", "42\n", "421\n", "4212\n"])
async def test_no_scan_confirms_an_erase_however_short(text: str) -> None:
    async with showing(cases.WORKING.model_copy(update={"question": cases.CONFIRM})) as screen:
        await press(screen.pilot, "tab")
        await type_keys(screen.pilot, "7K2P")
        screen.app.screen.query_one("#erase").focus()
        await settled(screen.pilot)
        await type_keys(screen.pilot, text, gap=QUICK)
        assert screen.link.sent == []


async def test_a_number_of_a_locked_drive_is_filled_in_and_not_sent() -> None:
    psid = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
    question = PsidQuestion(id="q4", text=cases.say("Which number?"), drive=cases.identity(cases.DRIVES[0]))
    async with showing(cases.WORKING.model_copy(update={"question": question}), listen=hearing(psid)) as screen:
        await type_keys(screen.pilot, psid.swapcase() + "\n", gap=QUICK)
        await scanned(screen)
        assert psid in screen_text(screen.app)
    assert screen.link.sent == []
