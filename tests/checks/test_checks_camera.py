"""The camera: one picture, black, of one tone, or good; taken by v4l2-ctl, and kept nowhere."""

import contextlib
import io
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_tree import Tree
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from agent.checks import camera
from agent.checks.picture import Blocks, Broken, blocks
from agent.host import video
from agent.host.video import FORMATS, Frame, NoPicture, UnknownFormat
from agent.model.inventory import Camera, Inventory, Machine
from agent.model.part_checks import CameraCheck
from agent.model.words import Chassis, Outcome

WIDTH, HEIGHT = 64, 36
Grey = Callable[[int, int], int]


def slope(x: int, _y: int) -> int:
    return 40 + 3 * x


def picture(kind: str = "YUYV", grey: Grey = slope, stride: int = 0) -> Frame:
    """A made-up picture; lines end with bytes of no meaning where `stride` says so."""
    luma = [bytes(grey(x, y) for x in range(WIDTH)) for y in range(HEIGHT)]
    if kind == "MJPG":
        file = io.BytesIO()
        Image.frombytes("L", (WIDTH, HEIGHT), b"".join(luma)).convert("RGB").save(file, "JPEG", quality=95)
        return Frame(kind, WIDTH, HEIGHT, 0, file.getvalue())
    pairs = {"YUYV": lambda y: bytes((y, 128)), "UYVY": lambda y: bytes((128, y))}.get(kind, lambda y: bytes((y,)))
    lines = [b"".join(pairs(y) for y in line) for line in luma]
    length = max(stride, len(lines[0]))
    return Frame(kind, WIDTH, HEIGHT, length, b"".join(line.ljust(length, b"\xee") for line in lines))


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("stride", [0, 200])
def test_every_format_gives_the_same_blocks(kind: str, stride: int) -> None:
    seen = blocks(picture(kind, stride=stride))
    assert len(seen.levels) == 32 * 18
    for row in (0, 17):
        line = seen.levels[row * 32 : row * 32 + 32]
        assert all(abs(level - (41 + 6 * column)) <= 2 for column, level in enumerate(line))


def test_a_picture_without_tables_as_cameras_give_it() -> None:
    """Motion JPEG leaves out the usual Huffman tables (DHT)."""
    whole = picture("MJPG").data
    at, bare = 2, whole[:2]
    while whole[at + 1] != 0xDA:
        length = 2 + int.from_bytes(whole[at + 2 : at + 4])
        bare += b"" if whole[at + 1] == 0xC4 else whole[at : at + length]
        at += length
    bare += whole[at:]
    assert len(bare) < len(whole)
    assert blocks(Frame("MJPG", WIDTH, HEIGHT, 0, bare)) == blocks(picture("MJPG"))


@pytest.mark.parametrize(
    "frame",
    [
        Frame("YUYV", 64, 36, 128, bytes(127 * 36)),
        Frame("YUYV", 64, 36, 100, bytes(10_000)),
        Frame("GREY", 8, 8, 8, bytes(64)),
        Frame("H264", 64, 36, 128, bytes(10_000)),
        Frame("MJPG", 64, 36, 0, b""),
        Frame("MJPG", 64, 36, 0, b"\xff\xd8\xff\xe0 nonsense"),
        Frame("MJPG", 64, 36, 0, picture("MJPG").data[:200]),
    ],
)
def test_what_is_no_whole_picture(frame: Frame) -> None:
    with pytest.raises(Broken):
        blocks(frame)


@given(
    st.sampled_from([*FORMATS, "H264"]), st.integers(-1, 200), st.integers(-1, 80), st.integers(-1, 400), st.binary()
)
@settings(max_examples=100)
def test_any_bytes_are_a_picture_or_broken(kind: str, width: int, height: int, stride: int, data: bytes) -> None:
    with contextlib.suppress(Broken):
        assert len(blocks(Frame(kind, width, height, stride, data * 40)).levels) == 32 * 18


# ---- the verdict


def flat(level: int) -> Blocks:
    return Blocks(bytes([level]) * 576)


@pytest.mark.parametrize(
    ("seen", "outcome", "words"),
    [
        (blocks(picture()), Outcome.PASSED, "gives a picture"),
        (flat(0), Outcome.DEGRADED, "Open its shutter"),
        (flat(32), Outcome.DEGRADED, "Open its shutter"),
        (flat(33), Outcome.DEGRADED, "of one tone"),
        (flat(255), Outcome.DEGRADED, "of one tone"),
        (Blocks(bytes([100, 104]) * 288), Outcome.PASSED, "gives a picture"),
        (Blocks(bytes([100, 103]) * 288), Outcome.DEGRADED, "of one tone"),
    ],
)
def test_both_sides_of_black_and_of_one_tone(seen: Blocks, outcome: Outcome, words: str) -> None:
    found = camera.judge(seen, CameraCheck(dark_level=32, least_spread=2))
    assert found[0] is outcome
    assert words in str(found[1])


def test_noise_is_no_picture() -> None:
    chance = random.Random(7)
    noisy = picture(grey=lambda _x, _y: max(0, min(255, round(chance.gauss(90, 2.5)))))
    assert camera.judge(blocks(noisy), CameraCheck())[0] is Outcome.DEGRADED


# ---- the check


def node(tree: Tree, name: str = "video0", called: str = "Integrated Camera: Integrated C") -> None:
    folder = tree.usb("1-8", "0e01", "uvcvideo", removable="fixed") if name == "video0" else ""
    folder = folder or "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-8/1-8:1.0"
    tree.file(f"/sys/class/video4linux/{name}/name", called)
    tree.file(f"/sys/class/video4linux/{name}/index", 0)
    tree.links(f"/sys/class/video4linux/{name}/device", folder)


def test_a_good_camera_is_shown_and_not_kept(part_bench, tree: Tree, seen) -> None:
    node(tree)
    taken: list[str] = []
    result = camera.check(part_bench("Integrated Camera"), lambda path: taken.append(path) or picture())
    assert (result.outcome, result.subject, taken) == (Outcome.PASSED, "Integrated Camera", ["/dev/video0"])
    shown = [each[1].values["levels"] for each in seen if each[1] and each[1].text == "glance"]
    assert [len(levels) for levels in shown] == [2 * 32 * 18]
    assert {one.name for one in result.figures} == {"brightest_level", "mean_level", "spread_levels", "cameras"}
    assert len(result.model_dump_json()) < 1000


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(NoPicture("no picture came"), Outcome.FAILED), (UnknownFormat("H264"), Outcome.SKIPPED)],
)
def test_no_picture(part_bench, tree: Tree, error: Exception, outcome: Outcome) -> None:
    def none(_path: str) -> Frame:
        raise error

    node(tree)
    result = camera.check(part_bench("Integrated Camera"), none)
    assert result.outcome is outcome
    assert str(error) in str(result.reason)


@pytest.mark.parametrize(("kind", "outcome"), [("GREY", Outcome.PASSED), ("YUYV", Outcome.DEGRADED)])
def test_a_dark_sensor_for_faces_does_not_count(part_bench, tree: Tree, kind: str, outcome: Outcome) -> None:
    node(tree)
    node(tree, "video2", "Integrated Camera: Integrated I")
    pictures = {"/dev/video0": picture(), "/dev/video2": picture(kind, lambda _x, _y: 0)}
    assert camera.check(part_bench("Integrated Camera"), pictures.__getitem__).outcome is outcome


def test_only_a_sensor_for_faces(part_bench, tree: Tree) -> None:
    node(tree)
    result = camera.check(part_bench("Integrated Camera"), lambda _: picture("GREY", lambda _x, _y: 0))
    assert result.outcome is Outcome.SKIPPED


def test_cameras_without_a_node(part_bench, tree: Tree) -> None:
    tree.usb("1-8", "0e01", product="HD WebCam", removable="unknown")
    never = {}.__getitem__
    assert camera.check(part_bench("HD WebCam"), never).outcome is Outcome.FAILED
    assert camera.check(part_bench("another"), never).outcome is Outcome.ERROR
    tree.file("/sys/class/video4linux/v4l-subdev1/name", "ov5693 3-0036")
    tree.folder("/sys/devices/pci0000:00/0000:00:15.2/i2c-3/i2c-INT33BE:00")
    tree.links("/sys/class/video4linux/v4l-subdev1/device", "/sys/devices/pci0000:00/0000:00:15.2/i2c-3/i2c-INT33BE:00")
    assert camera.check(part_bench("ov5693"), never).outcome is Outcome.SKIPPED


def test_which_parts() -> None:
    machines = {one: Inventory(machine=Machine(chassis=one)) for one in Chassis}
    asked = {one for one, machine in machines.items() if camera.missed(machine) is not None}
    assert asked == {Chassis.NOTEBOOK, Chassis.CONVERTIBLE, Chassis.TABLET, Chassis.ALL_IN_ONE}
    two = Inventory(cameras=[Camera(name="a"), Camera(name="a")])
    assert camera.subjects(two) == ["a"]


# ---- v4l2-ctl

LIST = """ioctl: VIDIOC_ENUM_FMT
\tType: Video Capture

\t[0]: 'MJPG' (Motion-JPEG, compressed)
\t[1]: 'YUYV' (YUYV 4:2:2)
"""
TAKEN = """Format Video Capture:
\tWidth/Height      : 64/36
\tPixel Format      : 'YUYV' (YUYV 4:2:2)
\tField             : None
\tBytes per Line    : 128
\tSize Image        : 4608
"""


@pytest.fixture
def v4l2(stand_in, tmp_path: Path) -> Callable[..., Path]:
    """A v4l2-ctl of these answers; gives the file in which its arguments stand."""

    def make(formats: str = LIST, taken: str = TAKEN, stream: str = f"cat {tmp_path}/frame") -> Path:
        for name, content in (("list", formats), ("taken", taken)):
            (tmp_path / name).write_text(content)
        (tmp_path / "frame").write_bytes(picture().data)
        program = stand_in("").with_name("v4l2-ctl")
        program.write_text(
            f'#!/bin/sh\necho "$*" >> {tmp_path}/log\ncase "$*" in *list-formats*) cat {tmp_path}/list;; '
            f"*get-fmt*) cat {tmp_path}/taken;; *) {stream};; esac\n"
        )
        program.chmod(0o755)
        return tmp_path / "log"

    return make


@pytest.mark.runs_programs
def test_a_picture_is_taken(v4l2) -> None:
    log = v4l2()
    assert video.frame("/dev/video0") == Frame("YUYV", 64, 36, 128, picture().data)
    streaming = log.read_text().splitlines()[-1]
    assert "--stream-count=1" in streaming
    assert "--stream-to=-" in streaming


@pytest.mark.runs_programs
@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"formats": "[0]: 'H264'"}, "H264"),
        ({"formats": "Cannot open"}, "-"),
        ({"taken": "nothing"}, "does not take"),
        ({"taken": TAKEN.replace("YUYV", "MJPG")}, "does not take"),
        ({"taken": TAKEN.replace("64/36", "9999/9999")}, "9999x9999"),
        ({"stream": "echo 'VIDIOC_STREAMON returned -1 (No space left on device)' >&2; exit 1"}, "No space left"),
        ({"stream": ":"}, "-"),
    ],
)
def test_no_picture_is_taken(v4l2, answers: dict[str, str], words: str) -> None:
    v4l2(**answers)
    with pytest.raises(NoPicture, match=words):
        video.frame("/dev/video0")


@pytest.mark.runs_programs
def test_a_camera_in_use_is_no_faulty_one(v4l2, part_bench, tree: Tree) -> None:
    v4l2(stream="echo 'VIDIOC_STREAMON returned -1 (Device or resource busy)' >&2; exit 1")
    node(tree)
    result = camera.check(part_bench("Integrated Camera"))
    assert result.outcome is Outcome.ERROR
    assert "Another program" in str(result.reason)


@pytest.mark.runs_programs
def test_a_camera_that_hangs(v4l2, monkeypatch: pytest.MonkeyPatch) -> None:
    v4l2(stream="exec sleep 60")
    monkeypatch.setattr(video, "_STREAM_SECONDS", 0.3)
    with pytest.raises(NoPicture, match="no picture came"):
        video.frame("/dev/video0")
