"""A tone on one side, the level of a voice, the camera's picture: what the aids do with what the programs give."""

import contextlib
import io
import math
import wave
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from agent.host import sound as host
from agent.host.run import ToolMissing, ToolTimeout
from agent.host.source import Live
from agent.host.video import Frame, NoPicture
from agent.manual import senses
from agent.manual.felt import Felt, Order
from agent.manual.senses import FrameAid, LevelAid, ToneAid, Useless, loudness
from agent.manual.tints import nearest
from agent.model.inventory import Camera
from agent.model.manual import Aid, FrameView, ToneView

TONE = Order(aid=Aid.TONE, do="left", before=ToneView(played=["right"]))
BROKEN = [ToolMissing("aplay"), ToolTimeout("aplay"), OSError("no"), host.CannotPlay("busy")]


@pytest.fixture(autouse=True)
def volume(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done to the volume."""
    done: list[str] = []

    @contextlib.contextmanager
    def turned_up(card: int, percent: int) -> Iterator[None]:
        done.append(f"{card} up {percent}")
        yield
        done.append(f"{card} back")

    monkeypatch.setattr(host, "turned_up", turned_up)
    monkeypatch.setattr(senses.sound, "devices", lambda _: (["hw:1,0", "hw:2,0"], ["hw:1,0", "hw:2,0", "hw:3,0"]))
    return done


def wave_of(height: float, offset: int = 0) -> array:
    return array("h", (round(offset + height * math.sin(at / 5)) for at in range(16_000)))


# ---- tone


def test_a_tone_is_announced_played_and_remembered(monkeypatch: pytest.MonkeyPatch, volume: list[str]) -> None:
    played: list[tuple[object, ...]] = []
    monkeypatch.setattr(host, "play", lambda *what: played.append(what))
    aid = senses.tone(Live(), TONE)
    assert isinstance(aid, ToneAid)
    with aid:
        assert volume == ["1 up 60"]
        assert aid.view() == ToneView(playing="left", played=["right"])
        assert (played, aid.ended()) == ([], False)
        assert aid.view() == ToneView(played=["left", "right"])
        assert aid.ended()
        aid.view()
    assert played == [("hw:1,0", senses.HERTZ, senses.TONE_SECONDS, "left")]
    assert volume == ["1 up 60", "1 back"]


@pytest.mark.parametrize("error", BROKEN)
def test_a_tone_that_cannot_be_played_does_not_count(
    error: Exception, monkeypatch: pytest.MonkeyPatch, volume: list[str]
) -> None:
    def play(*_: object) -> None:
        raise error

    monkeypatch.setattr(host, "play", play)
    with contextlib.ExitStack() as stack:
        aid = stack.enter_context(ToneAid("hw:1,0", "left", None))
        aid.view()
        with pytest.raises(Useless) as useless:
            aid.view()
    assert useless.value.why == senses.NO_SPEAKER
    assert volume[-1] == "1 back"


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_other_side_is_silent(side: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sides: dict[str, array] = {}

    def play(speaker: str, tone: Path, seconds: int) -> None:
        with wave.open(str(tone)) as file:
            assert (speaker, seconds, file.getnchannels(), file.getnframes()) == ("hw:0,0", 1, 2, host.RATE)
            samples = array("h", file.readframes(host.RATE))
        sides.update(left=samples[::2], right=samples[1::2])

    monkeypatch.setattr(host, "_play", play)
    host.play("hw:0,0", 440, 1, side)
    loud = sides.pop(side)
    [silent] = sides.values()
    assert max(loud) > 16_000
    assert not any(silent)


# ---- level


def test_the_level_of_the_louder_microphone(monkeypatch: pytest.MonkeyPatch, volume: list[str]) -> None:
    rooms = iter([[wave_of(10), array("h")], [wave_of(10), wave_of(3000)], [wave_of(33), wave_of(5)]])
    asked: list[object] = []

    def listen(microphones: list[str], seconds: int) -> list[array]:
        asked.append((microphones, seconds))
        return next(rooms)

    monkeypatch.setattr(host, "listen", listen)
    aid = senses.level(Live(), Order(aid=Aid.LEVEL, do="start"))
    assert isinstance(aid, LevelAid)
    with aid:
        quiet, loud, last = aid.view(), aid.view(), aid.view()
        assert not aid.ended()
    assert asked == [(["hw:1,0", "hw:2,0"], 1)] * 3
    assert quiet.percent < last.percent < loud.percent
    assert (last.lowest_percent, last.highest_percent) == (quiet.percent, loud.percent)
    assert volume == ["1 up 60", "1 back"]


def test_microphones_that_give_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "listen", lambda *_: [array("h")])
    with pytest.raises(Useless), LevelAid(["hw:1,0"]) as aid:
        aid.view()


def test_the_scale_of_loudness() -> None:
    """A tone of the greatest height is 100; each tenth of it takes 20 of 60 dB, a third."""
    assert loudness(wave_of(32767)) == pytest.approx(100, abs=0.2)
    assert loudness(wave_of(3277)) == pytest.approx(66.7, abs=0.3)
    assert loudness(wave_of(328)) == pytest.approx(33.3, abs=0.3)
    assert loudness(wave_of(3)) == 0
    assert loudness([7] * 10) == 0  # a constant voltage is no sound
    assert loudness(wave_of(328, offset=9000)) == loudness(wave_of(328))


@given(st.lists(st.integers(-32768, 32767), min_size=1, max_size=50))
def test_loudness_is_always_a_percentage(samples: list[int]) -> None:
    assert 0 <= loudness(samples) <= 100


# ---- picture


def test_the_built_in_camera_is_shown_as_squares(monkeypatch: pytest.MonkeyPatch) -> None:
    cameras = [Camera(name="on USB", internal=False), Camera(name="built in", internal=True)]
    monkeypatch.setattr(senses.cameras, "read", lambda _: cameras)
    monkeypatch.setattr(
        senses.cameras, "nodes", lambda _, name: {"built in": ["/dev/video2"]}.get(name, ["/dev/video0"])
    )
    taken: list[str] = []

    def take(node: str) -> Frame:
        taken.append(node)
        half = bytes([0] * 32 + [200] * 32)
        return Frame("GREY", 64, 36, 64, half * 36)

    monkeypatch.setattr(senses.video, "frame", take)
    aid = senses.frame(Live(), Order(aid=Aid.FRAME, do="start"))
    assert isinstance(aid, FrameAid)
    with aid:
        view = aid.view()
    assert taken == ["/dev/video2"]
    assert view == FrameView(columns=32, greys=([0] * 16 + [200] * 16) * 18)


@pytest.mark.parametrize("error", [NoPicture("black"), ToolMissing("v4l2-ctl"), OSError("gone")])
def test_a_camera_without_a_picture(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def take(_: str) -> Frame:
        raise error

    monkeypatch.setattr(senses.video, "frame", take)
    with pytest.raises(Useless) as useless, FrameAid("/dev/video0") as aid:
        aid.view()
    assert useless.value.why == senses.NO_CAMERA


GREY, RED = (100, 128, 128), (81, 90, 240)
"""Brightness and colour differences, as BT.601 has them."""


def coloured(kind: str, left: tuple[int, int, int], right: tuple[int, int, int]) -> Frame:
    """128 x 72 points, the left half of one colour."""
    half = [left] * 32 + [right] * 32  # pairs of points share their colour differences
    luma = bytes(y for y, _, _ in half for _ in range(2))
    blue, red = bytes(u for _, u, _ in half), bytes(v for _, _, v in half)
    match kind:
        case "YUYV":
            line = bytes(byte for y, u, v in half for byte in (y, u, y, v))
            return Frame(kind, 128, 72, 256, line * 72)
        case "UYVY":
            line = bytes(byte for y, u, v in half for byte in (u, y, v, y))
            return Frame(kind, 128, 72, 256, line * 72)
        case "NV12":
            pairs = bytes(byte for _, u, v in half for byte in (u, v))
            return Frame(kind, 128, 72, 128, luma * 72 + pairs * 36)
        case "YU12":
            return Frame(kind, 128, 72, 128, luma * 72 + blue * 36 + red * 36)
    told = io.BytesIO()
    planes = [Image.frombytes("L", (64, 1), plane).resize((128, 72)) for plane in (luma[::2], blue, red)]
    Image.merge("YCbCr", planes).save(told, "JPEG", quality=95)
    return Frame("MJPG", 128, 72, 0, told.getvalue())


@pytest.mark.parametrize("kind", ["YUYV", "UYVY", "NV12", "YU12", "MJPG"])
def test_the_picture_in_the_consoles_colours(kind: str) -> None:
    view = senses.seen(coloured(kind, RED, GREY))
    assert len(view.colours) == len(view.greys) == 32 * 18
    lines = [view.colours[at : at + 32] for at in range(0, 32 * 18, 32)]
    assert {(line[2], line[29]) for line in lines} == {(1, 8)}


@pytest.mark.parametrize(
    "frame",
    [
        Frame("GREY", 64, 36, 64, bytes(64 * 36)),
        Frame("NV12", 128, 72, 128, bytes(128 * 72)),  # without its colours
        Frame("YUYV", 40, 20, 80, bytes(80 * 20)),  # too few of them
    ],
)
def test_a_picture_without_colours_is_grey(frame: Frame) -> None:
    view = senses.seen(frame)
    assert (set(view.greys), view.colours) == ({0}, [])


def test_the_nearest_colour() -> None:
    asked = [(0, 0, 0), (255, 255, 255), (300, -20, 0), (0, 20, 180), (100, 100, 100)]
    assert [nearest(*each) for each in asked] == [0, 15, 1, 4, 8]


def test_a_picture_that_is_not_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senses.video, "frame", lambda _: Frame("GREY", 64, 36, 64, b"short"))
    with pytest.raises(Useless), FrameAid("/dev/video0") as aid:
        aid.view()


# ---- none there


def test_what_a_machine_has_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senses.sound, "devices", lambda _: ([], []))
    monkeypatch.setattr(senses.cameras, "read", lambda _: [])
    assert senses.tone(Live(), TONE) == Felt(problem=senses.NO_SPEAKER)
    assert senses.level(Live(), TONE) == Felt(problem=senses.NO_MICROPHONE)
    assert senses.frame(Live(), TONE) == Felt(problem=senses.NO_CAMERA)
