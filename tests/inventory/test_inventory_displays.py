"""The displays of a machine: its connectors, and what stands on them."""

import pytest
from fake_tree import Tree
from hypothesis import given, settings
from hypothesis import strategies as st
from made_edid import data_block, display_id, monitor, text, timing

from agent.inventory import displays
from agent.inventory.displays import panel_makers
from agent.model.inventory import Display

PANEL = monitor(timing(1600, 900, (382, 214)), maker="CMN", cm=(38, 21), year=2014)
NUMBERED = monitor(
    timing(1920, 1080, (531, 299)), text(0xFF, "H4ZK700123"), text(0xFC, "S24D330"), maker="SAM", cm=(53, 30)
)


def connect(tree: Tree, connector: str, data: bytes, status: str = "connected") -> None:
    tree.file(f"/sys/class/drm/{connector}/status", status)
    tree.file(f"/sys/class/drm/{connector}/edid", data)


def connectors(tree: Tree) -> list[str | None]:
    return [display.connector for display in displays.read(tree)]


def test_connectors(tree: Tree) -> None:
    connect(tree, "card0-eDP-1", PANEL)
    connect(tree, "card0-HDMI-A-1", NUMBERED, "disconnected")
    connect(tree, "card1-DP-2", b"")
    tree.folder("/sys/class/drm/renderD128")
    tree.file("/sys/class/drm/version", "drm 1.1.0 20060810")
    assert displays.read(tree) == [
        Display(
            connector="eDP-1", manufacturer="CMN", manufacturer_name="Chimei Innolux", model="CMN1742", year=2014,
            diagonal_inches=17.2, width_px=1600, height_px=900, internal=True,
        ),
        Display(connector="DP-2", internal=False),
    ]  # fmt: skip


def test_no_graphics(tree: Tree) -> None:
    assert displays.read(tree) == []


def test_a_broken_description_is_still_a_display(tree: Tree) -> None:
    connect(tree, "card0-LVDS-1", PANEL[:100])
    connect(tree, "card0-Virtual-1", b"\xff" * 128)
    assert displays.read(tree) == [Display(connector="LVDS-1", internal=True), Display(connector="Virtual-1")]


def test_a_socket_that_cannot_feel_its_plug(tree: Tree) -> None:
    connect(tree, "card0-VGA-1", NUMBERED, "unknown")
    connect(tree, "card0-TV-1", b"", "unknown")
    assert connectors(tree) == ["VGA-1"]


class TestOnce:
    def test_one_monitor_on_two_cables(self, tree: Tree) -> None:
        connect(tree, "card0-DP-1", NUMBERED)
        connect(tree, "card0-HDMI-A-1", NUMBERED)
        assert connectors(tree) == ["DP-1"]

    def test_the_panel_of_a_laptop_with_two_adapters(self, tree: Tree) -> None:
        connect(tree, "card0-eDP-1", PANEL)
        connect(tree, "card1-eDP-2", PANEL)
        assert connectors(tree) == ["eDP-1"]

    def test_a_laptop_with_two_screens_has_two(self, tree: Tree) -> None:
        connect(tree, "card0-eDP-1", PANEL)
        connect(tree, "card0-eDP-2", PANEL)
        assert connectors(tree) == ["eDP-1", "eDP-2"]

    def test_two_monitors_without_a_number_are_two(self, tree: Tree) -> None:
        connect(tree, "card0-DP-1", monitor())
        connect(tree, "card0-DP-2", monitor())
        assert connectors(tree) == ["DP-1", "DP-2"]

    def test_two_numbers_are_two(self, tree: Tree) -> None:
        connect(tree, "card0-DP-1", monitor(number=810373715))
        connect(tree, "card0-DP-2", monitor(number=810373716))
        assert connectors(tree) == ["DP-1", "DP-2"]

    def test_a_panel_in_tiles(self, tree: Tree) -> None:
        for connector, place in (("card0-DP-1", 0x00), ("card0-DP-2", 0x10)):
            tile = (2559).to_bytes(2, "little") + (2879).to_bytes(2, "little")
            tiles = data_block(0x12, bytes([0x80, 0x10, place, 0x00]) + tile + bytes(13))
            connect(tree, connector, monitor(timing(3840, 2160), extensions=(display_id(tiles),)))
        found = displays.read(tree)
        assert [(one.width_px, one.height_px) for one in found] == [(5120, 2880)]

    def test_two_broken_ones_are_two(self, tree: Tree) -> None:
        connect(tree, "card0-DP-1", b"")
        connect(tree, "card0-DP-2", b"")
        assert connectors(tree) == ["DP-1", "DP-2"]


class TestRecorded:
    @pytest.mark.parametrize(
        ("name", "connector", "internal"),
        [
            ("card0-eDP-1", "eDP-1", True),
            ("card1-HDMI-A-1", "HDMI-A-1", False),
            ("DP-1-2", "DP-1-2", False),
            ("LVDS1", "LVDS1", True),
            ("DVI-D-1", "DVI-D-1", False),
            ("69C0A3B588F4", None, True),  # letters that stand on panels only
            ("monitor", None, True),
            ("<script>", None, True),
            ("DP-1\n", None, True),
            (None, None, True),
        ],
    )
    def test_names(self, name: str | None, connector: str | None, internal: bool) -> None:
        found = displays.from_edid(name, PANEL)
        assert found is not None
        assert (found.connector, found.internal) == (connector, internal)

    def test_a_monitor_of_no_known_connector(self) -> None:
        found = displays.from_edid("monitor", NUMBERED)
        assert found is not None
        assert found.internal is None
        assert (found.manufacturer_name, found.serial) == ("Samsung", "H4ZK700123")

    def test_broken(self) -> None:
        assert displays.from_edid("card0-eDP-1", b"") == Display(connector="eDP-1", internal=True)
        assert displays.from_edid("monitor", PANEL[:90]) is None
        assert displays.from_edid(None, b"") is None


def test_a_description_with_one_wrong_bit() -> None:
    found = displays.from_edid("card0-DP-1", NUMBERED[:12] + b"\1" + NUMBERED[13:])
    assert found == Display(
        connector="DP-1", manufacturer="SAM", manufacturer_name="Samsung", diagonal_inches=24.0, width_px=1920,
        height_px=1080, internal=False,
    )  # fmt: skip


def test_a_year_to_come_is_none() -> None:
    found = displays.from_edid(None, monitor(year=2245))
    assert found is not None
    assert found.year is None


def test_letters_that_nobody_knows() -> None:
    found = displays.from_edid(None, monitor(maker="QQQ"))
    assert found is not None
    assert (found.manufacturer, found.manufacturer_name, found.model) == ("QQQ", None, "QQQ1742")


def test_makers_names() -> None:
    said = {"GSM": "LG", "ACI": "ASUS", "LGD": "LG Display", "AUO": "AU Optronics", "HWP": "HP", "IVM": "Iiyama"}
    assert {letters: panel_makers.name(letters) for letters in said} == said
    assert panel_makers.name(None) is None


@settings(max_examples=60)
@given(st.text(max_size=40), st.binary(max_size=300))
def test_any_file(name: str, data: bytes) -> None:
    found = displays.from_edid(name, data)
    assert found is None or found.connector is None or found.connector in name


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(8, 125), st.integers(0, 255)), max_size=8))
def test_any_description_becomes_a_model(changes: list[tuple[int, int]]) -> None:
    data = bytearray(NUMBERED)
    for at, value in changes:
        data[at] = value
    data[127] = (data[127] - sum(data)) % 256
    found = displays.from_edid("card0-DP-1", bytes(data))
    assert found is not None
    assert Display.model_validate_json(found.model_dump_json()) == found
