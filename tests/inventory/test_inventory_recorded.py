"""Reading recorded machines: whatever somebody sends, what can be read is read, and the rest is named."""

import json
import os
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whole_machine import a_display  # beside this file

from agent.host.recorded import FORMAT, NotRecorded, Recorded, packed
from agent.inventory import collect

DMI = "Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tManufacturer: LENOVO\n\tVersion: ThinkPad T440s\n"
FILES = (
    "dmidecode.txt", "system.json", "recording.json", "edid/a.bin", "smartctl/sda.json", "nvme/nvme0n1.id-ctrl.json",
    "firmware/sda.json",
)  # fmt: skip
KINDS = ("smartctl", "nvme", "firmware")


def put(folder: Path, name: str, content: bytes | str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def system(folder: Path, **parts: object) -> None:
    put(folder, "system.json", json.dumps(parts))


def read_all(folder: Path) -> Recorded:
    """Ask for everything that can be asked, and make an inventory of it."""
    recorded = Recorded(folder)
    collect.recorded(recorded)
    for kind in KINDS:
        recorded.documents(kind)
    for path in ("/sys/block", "/", "", "relative", "/sys/../sys//block/", "/proc/self", "/sys/class/drm/a/edid"):
        recorded.text(path)
        recorded.raw(path, 3)
        recorded.names(path)
        recorded.link(path)
    return recorded


def test_a_folder_with_only_dmidecode(tmp_path: Path) -> None:
    put(tmp_path, "dmidecode.txt", DMI)
    recorded = Recorded(tmp_path)
    found = collect.recorded(recorded)
    assert (found.machine.vendor, found.machine.model) == ("Lenovo", "ThinkPad T440s")
    assert recorded.broken == {}


def test_what_a_folder_tells_is_not_called_unrecorded(tmp_path: Path) -> None:
    """An answer is one also where it is no, and where it came from a single file."""
    security = "\nHandle 0x0002, DMI type 24, 5 bytes\nHardware Security\n\tPower-On Password Status: Disabled\n"
    put(tmp_path, "dmidecode.txt", DMI + security)
    put(tmp_path, "smartctl/sda.json", '{"model_name": "ST500DM002-1BD142", "serial_number": "Z6E1"}')
    put(tmp_path, "edid/panel.bin", a_display())
    found = collect.recorded(Recorded(tmp_path))
    assert found.firmware_password is False
    assert len(found.drives) == len(found.displays) == 1
    silent = {one.part for one in found.unreadable}
    assert not silent & {"firmware_password", "drives", "displays", "machine", "smbios"}
    # Nobody looked for these, and for drives that cannot be seen neither.
    assert {"unseen_drives", "cameras", "network", "windows_key_present", "tpm_version", "mains_connected"} <= silent


def test_an_empty_folder(tmp_path: Path) -> None:
    recorded = read_all(tmp_path)
    assert recorded.broken == {}
    assert recorded.text("/proc/cpuinfo") is None
    assert recorded.names("/sys/block") == []
    assert recorded.link("/sys/block/sda") is None
    with pytest.raises(NotRecorded):
        recorded.tool(["dmidecode"], timeout=1)


@pytest.mark.parametrize("name", ["missing", "file/below", "x" * 5000, "with\0zero"])
def test_no_folder(tmp_path: Path, name: str) -> None:
    put(tmp_path, "file", "")
    with pytest.raises(FileNotFoundError):
        Recorded(tmp_path / name)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    put(tmp_path, "file", "")
    with pytest.raises(NotADirectoryError):
        Recorded(tmp_path / "file")


def test_a_fact_is_found_by_every_path_to_it(tmp_path: Path) -> None:
    node = "/sys/devices/pci0000:00/0000:00:17.0/ata1/host0/0:0:0:0/block/sda"
    device = node.removesuffix("/block/sda")
    system(
        tmp_path,
        files={f"{node}/size": "1000\n", f"{device}/vendor": "ATA  \n", "/proc/empty": ""},
        folders={node: ["size", "device"]},
        links={"/sys/block/sda": node, "/sys/class/block/sda": node, f"{node}/device": device},
    )
    recorded = Recorded(tmp_path)
    for way in ("/sys/block/sda", "/sys/class/block/sda", node):
        assert recorded.text(f"{way}/size") == "1000"
        assert recorded.text(f"{way}/device/vendor") == "ATA"
        assert recorded.names(way) == ["device", "size"]
        assert recorded.link(way) == node
        assert recorded.link(f"{way}/device") == device
        assert recorded.link(f"{way}/device/..") == device.rpartition("/")[0]
    assert recorded.raw("/sys/block/sda/size", 2) == b"10"
    assert recorded.raw("/proc/empty") == b""
    assert recorded.raw("/proc/absent") is None
    assert recorded.link("/sys/block/sdb") is None
    assert recorded.text("/sys/block/sda/device/device/vendor") is None


def test_links_in_a_circle(tmp_path: Path) -> None:
    links = {"/sys/a": "/sys/b", "/sys/b": "/sys/a", "/sys/c": "/sys/c/c/c", "/sys": "/sys"}
    system(tmp_path, files={"/sys/a/x": "1"}, links=links)
    started = time.monotonic()
    recorded = Recorded(tmp_path)
    for path in ("/sys/a/x", "/sys/b/x", "/sys/c/c/c/c", "/sys/a/" + "b/" * 5000):
        recorded.text(path)
        recorded.link(path)
    assert time.monotonic() - started < 1


def test_a_recording_never_passes_for_the_running_machine(tmp_path: Path) -> None:
    me = f"/proc/{os.getpid()}"
    system(tmp_path, files={f"{me}/comm": "x"}, links={"/proc/self": me})
    assert Recorded(tmp_path).link("/proc/self") is None


def test_edids_of_all_displays(tmp_path: Path) -> None:
    put(tmp_path, "edid/card0-eDP-1.bin", b"\0\xff")
    put(tmp_path, "edid/CARD1.BIN", b"1")
    put(tmp_path, "edid/.hidden.bin", b"2")
    put(tmp_path, "edid/notes.txt", b"3")
    system(tmp_path, links={"/sys/class/drm/card0-eDP-1": "/sys/devices/x/drm/card0/card0-eDP-1"})
    recorded = Recorded(tmp_path)
    assert recorded.edids == {"card0-eDP-1": b"\0\xff", "CARD1": b"1"}
    assert recorded.raw("/sys/class/drm/card0-eDP-1/edid") == b"\0\xff"
    assert recorded.raw("/sys/devices/x/drm/card0/card0-eDP-1/edid") == b"\0\xff"
    assert recorded.raw("/sys/class/drm/card0-eDP-1/status") is None


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    data = bytes(range(256))
    system(tmp_path, files={"/a": packed(data), "/b": packed(b"text"), "/c": {"base64": "?"}, "/d": {}, "/e": 5})
    recorded = Recorded(tmp_path)
    assert recorded.raw("/a") == data
    assert recorded.raw("/b") == b"text"
    assert [recorded.raw(path) for path in ("/c", "/d", "/e")] == [None, None, None]


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({"format": FORMAT, "complete": True}, None),
        ({"format": FORMAT, "complete": False}, "cut off"),
        ({"format": FORMAT}, "cut off"),
        ({"format": "ordis/recording/99", "complete": True}, "another format"),
        ([], "not a JSON object"),
    ],
)
def test_what_a_recording_says_about_itself(tmp_path: Path, about: object, why: str | None) -> None:
    put(tmp_path, "dmidecode.txt", DMI)
    put(tmp_path, "recording.json", json.dumps(about))
    recorded = Recorded(tmp_path)
    assert why in recorded.broken["recording.json"] if why else recorded.broken == {}
    assert collect.recorded(recorded).machine.vendor == "Lenovo"


def test_a_list_around_the_document(tmp_path: Path) -> None:
    put(tmp_path, "smartctl/sda.json", '[{"model_name": "X"}, {"model_name": "Y"}]')
    put(tmp_path, "smartctl/sdb.json", "[]")
    put(tmp_path, "smartctl/sdc.json", "[7]")
    recorded = Recorded(tmp_path)
    assert recorded.documents("smartctl") == {"sda": {"model_name": "X"}, "sda.2": {"model_name": "Y"}}
    assert sorted(recorded.broken) == ["smartctl/sdb.json", "smartctl/sdc.json"]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "dangling", "circle", "huge"])
def test_what_is_no_file(tmp_path: Path, name: str, kind: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "huge":
        path.touch()
        os.truncate(path, 1 << 40)
    else:
        path.symlink_to({"device": "/dev/zero", "dangling": "nowhere", "circle": path.name}[kind])
    started = time.monotonic()
    recorded = read_all(tmp_path)
    assert time.monotonic() - started < 2
    assert list(recorded.broken) == ([] if kind == "dangling" else [name])


@pytest.mark.parametrize("name", ["edid", "smartctl", "nvme", "firmware"])
def test_a_file_in_place_of_a_folder(tmp_path: Path, name: str) -> None:
    put(tmp_path, name, "")
    assert list(read_all(tmp_path).broken) == [name]


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".json")])
@pytest.mark.parametrize(
    "content",
    ["[" * 100_000, '{"a":' * 50_000, '{"a": ' + "9" * 10_000 + "}", '"text"', "7", "{", '{"a": NaN', "\ufeff{}"],
    ids=["deep", "deeper", "number", "text", "seven", "cut", "nan", "mark"],
)
def test_json_that_is_none(tmp_path: Path, name: str, content: str) -> None:
    put(tmp_path, name, content)
    assert set(read_all(tmp_path).broken) <= {name}


def test_large_but_many(tmp_path: Path) -> None:
    """A recording's files together are bounded too."""
    (tmp_path / "smartctl").mkdir()
    content = json.dumps({"model_name": "x" * 3_900_000})
    for number in range(20):
        put(tmp_path, f"smartctl/sd{number}.json", content)
    recorded = Recorded(tmp_path)
    assert 10 < len(recorded.documents("smartctl")) < 18
    assert recorded.broken


names = st.sampled_from(FILES)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
paths = st.sampled_from(
    ["/sys/block", "/sys/block/sda", "/sys/block/sda/size", "/sys/class/drm", "/proc/cpuinfo", "/sys", "/x"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(names, st.binary(max_size=400), max_size=4))
def test_rubbish_in_any_file(contents: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in contents.items():
            put(Path(folder), name, content)
        assert set(read_all(Path(folder)).broken) <= set(contents)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    files=values | st.dictionaries(paths, values | st.text(), max_size=5),
    folders=values | st.dictionaries(paths, values | st.lists(st.sampled_from(["sda", "..", "", "a/b"])), max_size=5),
    links=values | st.dictionaries(paths, values | paths, max_size=5),
)
def test_wrong_types_in_the_system(files: object, folders: object, links: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        system(Path(folder), files=files, folders=folders, links=links)
        read_all(Path(folder))


def test_two_thousand_folders_are_quick(tmp_path: Path) -> None:
    put(tmp_path, "dmidecode.txt", DMI * 100)
    started = time.process_time()
    for _ in range(200):
        Recorded(tmp_path)
    assert (time.process_time() - started) / 200 < 0.002
