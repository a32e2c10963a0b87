"""Monitors' descriptions of themselves."""

import re
from collections.abc import Callable, Iterator

from fake_tree import Tree
from hypothesis import given
from hypothesis import strategies as st

from agent.inventory import displays
from agent.inventory.edid import parse
from agent.model.inventory import Display


def edid(
    name: str = "", *, maker: str = "DEL", tag: int = 0xFC, cm: tuple[int, int] = (48, 27),
    mm: tuple[int, int] = (478, 269), pixels: tuple[int, int] = (1920, 1080), interlaced: bool = False,
) -> bytes:  # fmt: skip
    """A base block as a monitor would give it."""
    block = bytearray(128)
    block[:8] = bytes.fromhex("00ffffffffffff00")
    letters = 0
    for letter in maker:
        letters = letters << 5 | (ord(letter) - 64)
    block[8:10] = letters.to_bytes(2, "big")
    block[10:12] = (0x1742).to_bytes(2, "little")
    block[21], block[22] = cm
    (wide, high), (width, height) = mm, pixels
    timing = bytearray(18)
    timing[0] = 1
    timing[2], timing[4] = width & 0xFF, width >> 8 << 4
    timing[5], timing[7] = height & 0xFF, height >> 8 << 4
    timing[12], timing[13], timing[14] = wide & 0xFF, high & 0xFF, wide >> 8 << 4 | high >> 8
    timing[17] = 0x80 if interlaced else 0
    block[54:72] = timing
    if name:
        block[72:90] = bytes([0, 0, 0, tag, 0]) + (name.encode("latin-1") + b"\n").ljust(13)[:13]
    block[127] = -sum(block) % 256
    return bytes(block)


def test_a_monitor() -> None:
    found = parse(edid("DELL U2412M") + bytes(128))
    assert found is not None
    assert (found.manufacturer, found.product, found.name) == ("DEL", 0x1742, "DELL U2412M")
    assert (found.width_px, found.height_px, found.diagonal_inches) == (1920, 1080, 21.6)


def test_a_panel_says_its_type_in_free_text() -> None:
    found = parse(edid("LP156WH4", tag=0xFE))
    assert found is not None
    assert found.name == "LP156WH4"


def test_text_that_is_none() -> None:
    found = parse(edid("VM8 R\x80156", tag=0xFE))
    assert found is not None
    assert found.name is None


def test_a_timing_with_the_pictures_ratio() -> None:
    found = parse(edid(mm=(16, 9)))
    assert found is not None
    assert (found.width_mm, found.height_mm) == (480, 270)


def test_a_projector_has_no_size() -> None:
    found = parse(edid(cm=(0, 0), mm=(0, 0)))
    assert found is not None
    assert found.diagonal_inches is None


def test_interlaced_lines_are_counted_whole() -> None:
    found = parse(edid(pixels=(1920, 540), interlaced=True))
    assert found is not None
    assert found.height_px == 1080


def test_what_is_no_edid() -> None:
    good = edid()
    assert parse(b"") is None
    assert parse(good[:127]) is None
    assert parse(b"\1" + good[1:]) is None
    assert parse(good[:60] + bytes([good[60] ^ 1]) + good[61:]) is None


@given(st.binary(max_size=300))
def test_random_bytes(data: bytes) -> None:
    parse(data)


@given(st.binary(min_size=119, max_size=119))
def test_random_content(data: bytes) -> None:
    block = bytes.fromhex("00ffffffffffff00") + data
    found = parse(block + bytes([-sum(block) % 256]))
    assert found is not None
    assert len(found.manufacturer) == 3
    assert found.name is None or found.name.isprintable()


def test_connectors(tree: Tree) -> None:
    for connector, status in (
        ("card0-eDP-1", "connected"),
        ("card0-HDMI-A-1", "disconnected"),
        ("card1-DP-2", "connected"),
    ):
        tree.file(f"/sys/class/drm/{connector}/status", status)
    tree.file("/sys/class/drm/card0-eDP-1/edid", edid(maker="CMN", cm=(38, 21), mm=(382, 214), pixels=(1600, 900)))
    tree.file("/sys/class/drm/card1-DP-2/edid", b"")
    tree.folder("/sys/class/drm/renderD128")
    assert displays.read(tree) == [
        Display(
            connector="eDP-1", manufacturer="Chimei Innolux", model="CMN1742", diagonal_inches=17.2, width_px=1600,
            height_px=900, internal=True,
        ),
        Display(connector="DP-2", internal=False),
    ]  # fmt: skip


def test_recorded_monitors(corpus: Callable[[str], Iterator[tuple[str, bytes]]]) -> None:
    """Against edid-decode's own reading of each."""
    seen = named = 0
    for name, content in corpus("edid.tar.xz"):
        text = content.decode("utf-8", "replace")
        rows = re.findall(r"^(?:[0-9a-f]{2} ){15}[0-9a-f]{2}$", text.split("-----")[0], re.MULTILINE)
        found = parse(bytes.fromhex("".join(rows)))
        assert found is not None, name
        seen += 1
        told = re.search(r"Display Product Name: '(.*?)'", text)
        named += told is None or found.name == (told[1].strip() or None)
        mode = re.search(r"DTD 1: +(\d+)x(\d+)", text)
        if mode:
            assert (found.width_px, found.height_px) == (int(mode[1]), int(mode[2])), name
        size = re.search(r"Maximum image size: (\d+) cm x (\d+) cm", text)
        if size:
            assert abs((found.width_mm or 0) - int(size[1]) * 10) <= 10, name
    assert seen == 800
    assert named > 790
