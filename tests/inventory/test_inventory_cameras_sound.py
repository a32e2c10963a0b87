"""Cameras, sound cards and optical drives."""

import pytest
from fake_tree import PCI, Tree
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent.inventory import cameras, optical, sound
from agent.model.inventory import Camera, OpticalDrive, Sound

VIDEO = "/sys/class/video4linux"


def node(tree: Tree, name: str, device: str, called: str, index: int = 0) -> None:
    tree.file(f"{VIDEO}/{name}/name", called)
    tree.file(f"{VIDEO}/{name}/index", index)
    tree.folder(device)
    tree.links(f"{VIDEO}/{name}/device", device)


def test_a_camera_with_four_nodes_is_one(tree: Tree) -> None:
    folder = tree.usb("1-8", "0e01", "uvcvideo", removable="fixed")
    other = folder.replace(":1.0", ":1.2")
    tree.folder(other)
    for number in range(4):
        place = folder if number < 2 else other
        node(tree, f"video{number}", place, f"Integrated Camera: Integrated {'CCII'[number]}", number % 2)
    assert cameras.read(tree) == [Camera(name="Integrated Camera", driver="uvcvideo", internal=True)]


def test_a_camera_for_faces_of_its_own_says_so(tree: Tree) -> None:
    for place, name in (("1-8", "HP HD Camera: HP HD Camera"), ("1-9", "HP IR Camera: HP IR Camera")):
        node(tree, f"video{place[-1]}", tree.usb(place, "0e01", "uvcvideo", removable="removable"), name)
    assert [(one.name, one.internal) for one in cameras.read(tree)] == [
        ("HP HD Camera", False), ("HP IR Camera", False)
    ]  # fmt: skip


def test_a_camera_without_a_driver(tree: Tree) -> None:
    tree.usb("1-8", "0e01", product="USB2.0 HD UVC WebCam", removable="unknown")
    tree.usb("1-9", "0e02", product="no control interface")
    assert cameras.read(tree) == [Camera(name="USB2.0 HD UVC WebCam")]


def test_sensors_behind_intels_camera_unit(tree: Tree) -> None:
    unit = tree.pci("0000:00:14.3", "0x048000", "8086:9d32", "ipu3-cio2")
    for number in range(3):
        node(tree, f"video{number}", unit, f"ipu3-cio2 {number}")
    node(tree, "v4l-subdev1", "/sys/devices/pci0000:00/0000:00:15.2/i2c-3/i2c-INT33BE:00", "ov5693 3-0036")
    node(tree, "v4l-subdev2", "/sys/devices/pci0000:00/0000:00:15.2/i2c-3/i2c-VCM:00", "dw9719 3-000c")
    assert cameras.read(tree) == [Camera(name="ov5693", internal=True)]


def test_what_is_no_camera(tree: Tree) -> None:
    node(tree, "video0", "/sys/devices/virtual/video4linux/loop", "Dummy video device")
    node(tree, "video1", tree.pci("0000:04:00.0", "0x040000", "1131:7133", "saa7134"), "television")
    node(tree, "video2", "/sys/devices/platform/codec", "hantro-vpu")
    assert cameras.read(tree) == []


# Sound

CARDS = """\
 0 [HDMI           ]: HDA-Intel - HDA Intel HDMI
                      HDA Intel HDMI at 0xf7e34000 irq 49
 1 [PCH            ]: HDA-Intel - HDA Intel PCH
                      HDA Intel PCH at 0xf7e30000 irq 47
29 [ThinkPadEC     ]: ThinkPad EC - ThinkPad Console Audio Control
                      ThinkPad Console Audio Control at EC reg 0x30, fw GJHT28WW
"""
STREAMS = """\
00-03: HDMI 0 : HDMI 0 : playback 1
00-07: HDMI 1 : HDMI 1 : playback 1
01-00: ALC3232 Analog : ALC3232 Analog : playback 1 : capture 1
"""


def test_sound(tree: Tree) -> None:
    tree.file("/proc/asound/cards", CARDS)
    tree.file("/proc/asound/pcm", STREAMS)
    tree.file("/proc/asound/card0/codec#0", "Codec: Intel Haswell HDMI\nAddress: 0\n" + "x" * 9000)
    tree.file("/proc/asound/card1/codec#0", "Codec: Realtek ALC3232\nAddress: 0\n")
    tree.folder("/sys/class/sound/card1/device")
    tree.driven("/sys/class/sound/card1/device", "snd_hda_intel")
    assert sound.read(tree) == [
        Sound(name="HDA Intel HDMI", codec="Intel Haswell HDMI", playback=True, capture=False),
        Sound(name="HDA Intel PCH", driver="snd_hda_intel", codec="Realtek ALC3232", playback=True, capture=True),
    ]


def test_of_two_codecs_the_one_with_sockets_counts_and_no_modem(tree: Tree) -> None:
    tree.file("/proc/asound/cards", CARDS.splitlines()[0])
    for number, name in enumerate(["LSI ID 1040 Modem", "Intel Broxton HDMI", "Conexant CX8200"]):
        tree.file(f"/proc/asound/card0/codec#{number}", f"Codec: {name}\n")
    (found,) = sound.read(tree)
    assert (found.codec, found.playback, found.capture) == ("Conexant CX8200", None, None)


@pytest.mark.parametrize("line", ["--- no soundcards ---", " 0 [Loopback       ]: Loopback - Loopback", ""])
def test_no_sound(tree: Tree, line: str) -> None:
    tree.file("/proc/asound/cards", line)
    assert sound.read(tree) == []


@settings(max_examples=60)
@given(st.lists(st.sampled_from([*CARDS.splitlines(), *STREAMS.splitlines(), "\x1b[31m", "٣٣-٣: a : playback 1"])
                | st.text(max_size=40), max_size=8))  # fmt: skip
def test_any_list_of_cards_is_read(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = sound.parse_cards(text)
    assert len({card.number for card in found}) == len(found) <= 32
    assert all(Sound(name=card.name).name for card in found)
    assert all(0 <= number < 1000 for number in sound.parse_streams(text))


# Optical drives

INFO = """\
CD-ROM information, Id: cdrom.c 3.20 2003/12/17

drive name:\t\tsr1\tsr0
drive speed:\t\t24\t24
Can read DVD:\t\t1\t1
Can write CD-R:\t\t0\t1
Can write CD-RW:\t0\t1
Can write DVD-R:\t0\t0
"""


def test_optical_drives(tree: Tree) -> None:
    for name, model in (("sr0", "DVDRAM GU90N"), ("sr1", "DVD-ROM DH60N"), ("sr2", "Virtual CDROM")):
        device = f"{PCI}/0000:00:1f.2/ata{name[-1]}/host1/target1:0:0/{name[-1]}:0:0:0"
        tree.disk(name, device)
        for file, value in {"type": "5", "vendor": "HL-DT-ST", "model": model}.items():
            tree.file(f"{device}/{file}", value)
        tree.links(f"/sys/bus/scsi/devices/{name[-1]}:0:0:0", device)
    tree.disk("sda", f"{PCI}/disk")
    tree.file("/proc/sys/dev/cdrom/info", INFO)
    assert optical.read(tree) == [
        OpticalDrive(name="sr0", vendor="HL-DT-ST", model="DVDRAM GU90N", writes=True),
        OpticalDrive(name="sr1", vendor="HL-DT-ST", model="DVD-ROM DH60N", writes=False),
    ]


def test_an_optical_drive_without_a_driver(tree: Tree) -> None:
    for number, kind in (("1:0:0:0", 5), ("2:0:0:0", 0)):
        tree.file(f"{PCI}/{number}/type", kind)
        tree.file(f"{PCI}/{number}/model", "iHAS124")
        tree.links(f"/sys/bus/scsi/devices/{number}", f"{PCI}/{number}")
    assert optical.read(tree) == [OpticalDrive(name="1:0:0:0", model="iHAS124")]


@settings(max_examples=60)
@example(["drive name:\tsr0\tsr1", "Can write CD-R:\t1"])
@given(st.lists(st.sampled_from(INFO.splitlines()) | st.text(max_size=30), max_size=12))
def test_any_table_of_drives_is_read(lines: list[str]) -> None:
    assert all(isinstance(writes, bool) for writes in optical.parse_writers("\n".join(lines)).values())
