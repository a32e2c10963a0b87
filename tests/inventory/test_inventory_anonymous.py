"""What tells one machine from all others is gone from an anonymous recording, in every form; everything else stays."""

import base64
import json
import re
import struct
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest
from fake_tree import Tree
from hidden_forms import all_forms, forms
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whole_machine import a_display, a_machine

from agent.host.recorded import Recorded
from agent.host.recording import Record, Recording
from agent.inventory import collect, dmidecode, record
from agent.inventory.anonymous import anonymous
from agent.inventory.anonymous.standins import Kind, StandIns, projected
from agent.inventory.values import real

MACHINE, UUID, TAG, MODULE = "PF0ABC12", "4c4c4544-0042-3510-8052-b4c04f564433", "NANTES-0815", "1A2B3C4D"
DRIVE, WWN, NVME, EUI = "S3Z8NB0K1234567", "5002538d41e2f3a1", "58FS103HTP7Q", "0025385b71b04c2e"
MAC, MONITOR, MONITOR_NUMBER = "54:ee:75:12:a4:56", "CN0Y1234A5", 305419896
LOW_MAC = "00:1b:21:3c:4d:5e"
KEY, HOST, CARD = "VK7JG-NPHTM-C97JM-9MPGT-3V66T", "jeans-laptop", "0x8a4f21c7"
PLANTED = (MACHINE, UUID, TAG, MODULE, DRIVE, WWN, NVME, EUI, MAC, MONITOR, str(MONITOR_NUMBER), KEY, HOST, CARD)

SYSFS = "/sys/devices/pci0000:00"
DMI = f"""# dmidecode 3.4
Handle 0x0001, DMI type 1, 27 bytes
System Information
\tManufacturer: LENOVO
\tProduct Name: 20AQ
\tVersion: ThinkPad T440s
\tSerial Number: {MACHINE}
\tUUID: {UUID}
\tSKU Number: LENOVO_MT_20AQ

Handle 0x0002, DMI type 2, 15 bytes
Base Board Information
\tProduct Name: 20AQ
\tSerial Number: /{MACHINE}/CN129634AB00C1/

Handle 0x0003, DMI type 3, 22 bytes
Chassis Information
\tType: Notebook
\tSerial Number: To be filled by O.E.M.
\tAsset Tag: {TAG}

Handle 0x0010, DMI type 17, 40 bytes
Memory Device
\tSize: 8192 MB
\tLocator: ChannelA-DIMM0
\tSerial Number: {MODULE}
\tPart Number: M471B1G73DB0-YK0

Handle 0x0011, DMI type 17, 40 bytes
Memory Device
\tSize: 2048 MB
\tLocator: ChannelB-DIMM0
\tSerial Number: 2048
\tPart Number: 2048

Handle 0x0012, DMI type 11, 5 bytes
OEM Strings
\tString 1: Dell System
\tString 2: {KEY}
\tString 3: 27[32889286659]

Handle 0x0013, DMI type 44, 40 bytes
Unknown Type
\tHeader and Data:
\t\t2C 0F 09 00 {" ".join(f"{byte:02X}" for byte in MACHINE.encode())}

Handle 0x0014, DMI type 219, 22 bytes
OEM-specific Type
\tHeader and Data:
\t\tDB 16 44 00 {" ".join(f"{byte:02X}" for byte in bytes.fromhex(MAC.replace(":", "")))} 01 02
\t\t53 45 43 52 45 54
\tStrings:
\t\tMEI1
\t\tAQ7X81Z9
\t\tJeanne Martin
"""


def swapped(text: str) -> bytes:
    data = text.encode() + b" " * (len(text) % 2)
    return bytes(byte for pair in zip(data[1::2], data[::2], strict=True) for byte in pair)


def identify() -> bytes:
    data = bytearray(512)
    data[20:40] = swapped(DRIVE.rjust(20))
    data[54:94] = swapped("Samsung SSD 850 EVO 250GB".ljust(40))
    data[216:224] = bytes.fromhex(WWN)
    return bytes(data)


def designators() -> bytes:
    naa = bytes([1, 3, 0, 8]) + bytes.fromhex(WWN)
    words = f"ATA     Samsung SSD 850 EVO 250GB               {DRIVE}     ".encode()
    return b"\0\x83" + struct.pack(">H", len(naa) + 4 + len(words)) + bytes([2, 1, 0, len(words)]) + words + naa


def planted() -> Record:
    """A recording with each secret in all the places where real ones are."""
    sda, hid = f"{SYSFS}/0000:00:1f.2/ata1", f"hid-{MAC}-battery"
    return Record(
        files={
            f"{sda}/vpd_pg80": b"\0\x80\0\x14" + DRIVE.rjust(20).encode(),
            f"{sda}/vpd_pg83": designators(),
            f"{sda}/vpd_pg89": b"\0\x89\2\x38" + bytes(56) + identify(),
            f"{sda}/wwid": f"naa.{WWN}\n".encode(),
            f"{sda}/model": b"Samsung SSD 850 \n",
            f"{sda}/size": b"488397168\n",
            f"{SYSFS}/nvme0/serial": NVME.encode(),
            f"{SYSFS}/nvme0/subsysnqn": f"nqn.2014.08.org.nvmexpress:80868086{NVME.ljust(20)}KXG50ZNV".encode(),
            f"{SYSFS}/nvme0/wwid": f"nvme.1179-{NVME.encode().hex()}-4b584735-00000001\n".encode(),
            f"{SYSFS}/nvme0/eui": " ".join(re.findall("..", EUI)).encode(),
            f"{SYSFS}/mmc0/serial": f"{CARD}\n".encode(),
            f"{SYSFS}/mmc0/cid": f"1501004247344d3252{CARD[2:]}5700\n".encode(),
            "/sys/class/net/eth0/address": f"{MAC}\n".encode(),
            f"/sys/class/power_supply/{hid}/serial_number": b" 42\n",
            "/sys/class/power_supply/BAT0/serial_number": b"    1\n",
            "/sys/class/power_supply/BAT0/cycle_count": b"42\n",
            "/sys/class/dmi/id/product_uuid": f"{UUID}\n".encode(),
            "/sys/devices/usb1/serial": b"0000:00:14.0\n",
            "/run/udev/data/b8:0": (
                f"E:ID_SERIAL=Samsung_SSD_850_EVO_250GB_{DRIVE}\nE:ID_SERIAL_SHORT={DRIVE}\nE:ID_WWN=0x{WWN}\n"
                f"E:ID_REVISION=EMT02B6Q\nE:SWAPPED={swapped(DRIVE).decode()}\n"
            ).encode(),
            "/run/udev/data/n2": f"E:ID_NET_NAME_MAC=enx{MAC.replace(':', '')}\n".encode(),
            "/sys/block/dm-0/dm/name": f"{HOST}--vg-root\n".encode(),
            "/sys/a/utf16": DRIVE.encode("utf-16-le") + b"\xff\xff" + UUID.upper().encode("utf-16-be"),
            "/sys/a/raw": b"\xfe" + bytes.fromhex(MAC.replace(":", ""))[::-1] + bytes.fromhex(WWN) + b"\xfe",
            "/sys/a/ascii": b"raw " + bytes.fromhex(LOW_MAC.replace(":", "")),
            "/sys/class/net/wlan0/address": f"{LOW_MAC}\n".encode(),
            f"{SYSFS}/host6/sas_address": b"0x5000c500a1b2c3d5\n",
            "/sys/a/smbios": b"\xfe" + mixed(UUID) + swapped("x" + DRIVE),
        },
        folders={"/sys/class/power_supply": ["BAT0", hid], "/sys/fs/btrfs": [UUID.upper(), "features"]},
        links={f"/sys/class/power_supply/{hid}": f"/sys/devices/virtual/{hid}", "/sys/block/sda": sda},
        dmidecode=DMI,
        edids={"card0-eDP-1": a_display(MONITOR, MONITOR_NUMBER)},
        documents={
            "smartctl": {
                "sda": {
                    "model_name": "Samsung SSD 850 EVO 250GB", "serial_number": DRIVE, "power_on_time": {"hours": 8192},
                    "wwn": {"naa": 5, "oui": 0x002538, "id": int(WWN[7:], 16)},
                    "user_capacity": {"bytes": 250059350016}, "local_time": {"asctime": "Tue Nov 24 04:28:23 2026"},
                },
                "nvme0n1": {
                    "serial_number": f"{NVME}  ", "logical_unit_id": f"0x{WWN}",
                    "nvme_namespaces": [{"eui64": {"oui": 0x002538, "ext_id": int(EUI[6:], 16)}}],
                },
            },
            "nvme": {"nvme0n1.id-ctrl": {"sn": NVME.ljust(20), "mn": "KXG50ZNV", "subnqn": f"nqn:{NVME}", "fguid": 7}},
            "firmware": {"sda": {"said": {"serial": DRIVE, "size_bytes": 250059350016}, "frozen": False,
                                 "raw": base64.b64encode(identify()).decode(), "page": identify().hex().upper(),
                                 "monitor": MONITOR_NUMBER, "note": f"{HOST} {TAG.lower()} {MODULE} {KEY} 0815"}},
        },
        people=[HOST],
    )  # fmt: skip


def mixed(uuid: str) -> bytes:
    data = bytes.fromhex(uuid.replace("-", ""))
    return data[3::-1] + data[5:3:-1] + data[7:5:-1] + data[8:]


def hidden_in(folder: Path) -> set[str]:
    """Which of the planted secrets a saved recording still has."""
    wanted = {secret: re.sub(r"[^a-z0-9]", "", secret.lower().removeprefix("0x")) for secret in PLANTED}
    wanted |= {f"{UUID} mixed": mixed(UUID).hex(), "number": struct.pack("<I", MONITOR_NUMBER).hex()}
    wanted |= {"wireless": LOW_MAC.replace(":", ""), "sas": "a1b2c3d5"}
    wanted |= {"swapped": swapped(DRIVE).decode().strip().lower(), "back": bytes.fromhex(WWN)[::-1].hex()}
    return {name for form in all_forms(folder) for name, value in wanted.items() if value in form}


def saved(one: Record, folder: Path, *, nameless: bool) -> Recorded:
    record.save(one, folder, anonymous=nameless)
    again = Recorded(folder)
    assert again.broken == {}
    return again


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    saved(planted(), tmp_path / "r", nameless=False)
    assert hidden_in(tmp_path / "r") >= set(PLANTED)


def test_no_secret_is_left_in_any_form(tmp_path: Path) -> None:
    saved(planted(), tmp_path / "r", nameless=True)
    assert hidden_in(tmp_path / "r") == set()
    assert json.loads((tmp_path / "r/recording.json").read_text())["anonymous"] is True


def fields(text: str, name: str) -> list[str]:
    return re.findall(rf"{name}: (.*)", text)


def test_relations_stay() -> None:
    new = anonymous(planted())
    dmi, files = new.dmidecode or "", new.files
    sda = f"{SYSFS}/0000:00:1f.2/ata1"
    machine, board, case, module, small = fields(dmi, "Serial Number")
    assert re.fullmatch(f"/{machine}/[A-Z]{{2}}\\d{{6}}[A-Z]{{2}}\\d{{2}}[A-Z]\\d/", board)
    assert case == "To be filled by O.E.M."
    assert len({machine, module, small}) == 3
    assert fields(dmi, "UUID") == [files["/sys/class/dmi/id/product_uuid"].decode().strip()]
    drive = files[f"{sda}/vpd_pg80"][4:].decode().strip()
    smart = new.documents["smartctl"]
    assert drive == smart["sda"]["serial_number"] == new.documents["firmware"]["sda"]["said"]["serial"]  # type: ignore[index]
    assert re.fullmatch("[A-Z][0-9][A-Z][0-9][A-Z]{2}[0-9][A-Z][0-9]{7}", drive)
    assert f"ID_SERIAL=Samsung_SSD_850_EVO_250GB_{drive}\n" in files["/run/udev/data/b8:0"].decode()
    assert swapped(drive.rjust(20)) in files[f"{sda}/vpd_pg89"]
    assert swapped(drive.rjust(20)) in base64.b64decode(str(new.documents["firmware"]["sda"]["raw"]))
    assert drive.encode("utf-16-le") in files["/sys/a/utf16"]
    wwn = files[f"{sda}/wwid"].decode().strip().removeprefix("naa.")
    assert wwn.startswith(WWN[:7])
    assert smart["sda"]["wwn"] == {"naa": 5, "oui": 0x002538, "id": int(wwn[7:], 16)}
    assert smart["nvme0n1"]["logical_unit_id"] == f"0x{wwn}"
    assert bytes.fromhex(wwn) in files[f"{sda}/vpd_pg83"]
    assert bytes.fromhex(wwn) in files["/sys/a/raw"]
    mac = files["/sys/class/net/eth0/address"].decode().strip()
    assert mac.startswith("54:ee:75:")
    assert files["/run/udev/data/n2"].decode().strip() == f"E:ID_NET_NAME_MAC=enx{mac.replace(':', '')}"
    assert new.folders["/sys/class/power_supply"] == ["BAT0", f"hid-{mac}-battery"]
    assert f"/sys/class/power_supply/hid-{mac}-battery" in new.links
    nvme = files[f"{SYSFS}/nvme0/serial"].decode()
    assert nvme.encode().hex() in files[f"{SYSFS}/nvme0/wwid"].decode()
    assert new.documents["nvme"]["nvme0n1.id-ctrl"]["sn"] == nvme.ljust(20)
    card = files[f"{SYSFS}/mmc0/serial"].decode().strip()
    assert card[2:] in files[f"{SYSFS}/mmc0/cid"].decode()


def test_what_is_no_secret_stays() -> None:
    old, new = planted(), anonymous(planted())
    for word in ("LENOVO", "ThinkPad T440s", "20AQ", "LENOVO_MT_20AQ", "M471B1G73DB0-YK0", "8192 MB", "DIMM0"):
        assert (old.dmidecode or "").count(word) == (new.dmidecode or "").count(word)
    assert fields(new.dmidecode or "", "Size") == ["8192 MB", "2048 MB"]
    assert fields(new.dmidecode or "", "Part Number")[1] == "2048"
    for path in ("cycle_count", "/size", "/model", "usb1/serial"):
        assert [data for name, data in new.files.items() if name.endswith(path)] == [
            data for name, data in old.files.items() if name.endswith(path)
        ]
    smart = new.documents["smartctl"]["sda"]
    kept = ("model_name", "power_on_time", "user_capacity", "local_time")
    assert {name: smart[name] for name in kept} == {name: old.documents["smartctl"]["sda"][name] for name in kept}
    assert b"E:ID_REVISION=EMT02B6Q\n" in new.files["/run/udev/data/b8:0"]
    assert new.links["/sys/block/sda"] == old.links["/sys/block/sda"]
    assert {name: len(data) for name, data in old.edids.items()} == {
        name: len(data) for name, data in new.edids.items()
    }


def test_a_makers_own_structures_are_blank() -> None:
    text = anonymous(planted()).dmidecode or ""
    assert "\t\tDB 16 44 00 00 00 00 00 00 00 00 00\n\t\t00 00 00 00 00 00\n" in text
    assert "Dell System" in text
    assert not any(word in text for word in ("AQ7X81Z9", "MEI1", "Jeanne", "Martin"))


def test_each_recording_has_stand_ins_of_its_own() -> None:
    assert len({fields(anonymous(planted()).dmidecode or "", "UUID")[0] for _ in range(3)}) == 3


def test_the_inventory_stays_but_for_the_numbers(tree: Tree, tmp_path: Path) -> None:
    recording = Recording(a_machine(tree))
    found = collect.fast(recording)
    new = collect.recorded(saved(recording.record, tmp_path / "r", nameless=True))

    def nameless(value: object) -> object:
        if isinstance(value, dict):
            hidden = {"serial", "uuid", "mac", "machine_id", "asset_tag", "board_serial"}
            return {name: bool(one) if name in hidden else nameless(one) for name, one in value.items()}
        return [nameless(one) for one in value] if isinstance(value, list) else value

    # The drives themselves were not asked here.
    assert [one.part for one in new.unreadable] == ["health of nvme0n1", "health of sda"]
    as_found = new.model_copy(update={"unreadable": found.unreadable})
    assert nameless(as_found.model_dump(mode="json")) == nameless(found.model_dump(mode="json"))
    assert new.machine.serial != found.machine.serial
    assert new.drives[0].serial != found.drives[0].serial
    assert new.displays[0].width_px == found.displays[0].width_px


@pytest.mark.parametrize("good", [True, False])
def test_a_monitors_checksum(good: bool) -> None:
    """A right one stays right, and what was broken is not mended."""
    data = bytearray(a_display(MONITOR, MONITOR_NUMBER))
    data[127] = (data[127] + (0 if good else 1)) % 256
    new = anonymous(Record(edids={"a": bytes(data)})).edids["a"]
    assert (sum(new) % 256 == 0) is good
    assert new[:12] == bytes(data[:12])
    assert new[16:72] == bytes(data[16:72])
    assert new[12:16] != bytes(data[12:16])
    assert MONITOR.encode() not in new


def test_numbers_in_the_extensions_of_a_monitor() -> None:
    base = a_display(MONITOR, 0)
    cta = bytearray(128)
    cta[:4] = bytes([2, 3, 4 + 22, 0])
    cta[4:26] = bytes([3 << 5 | 21]) + bytes.fromhex("ca125c") + bytes([2, 0]) + bytes.fromhex(UUID.replace("-", ""))
    cta[127] = -sum(cta) % 256
    display_id = bytearray(128)
    display_id[:5] = bytes([0x70, 0x13, 15, 0, 0])
    display_id[5:20] = (
        bytes([0, 0, 12]) + b"DEL" + bytes([1, 2]) + struct.pack("<I", MONITOR_NUMBER) + bytes([1, 25, 0])
    )
    display_id[20] = -sum(display_id[1:20]) % 256
    display_id[127] = -sum(display_id[:127]) % 256
    new = anonymous(Record(edids={"a": base + bytes(cta) + bytes(display_id)})).edids["a"]
    assert [sum(new[start : start + 128]) % 256 for start in (0, 128, 256)] == [0, 0, 0]
    assert sum(new[257 : 256 + 21]) % 256 == 0
    assert new[12:16] == bytes(4)
    assert bytes.fromhex(UUID.replace("-", "")) not in new
    assert struct.pack("<I", MONITOR_NUMBER) not in new


def test_short_numbers_are_replaced_only_where_they_stand() -> None:
    text = "Handle 0x1, DMI type 17, 1 bytes\nMemory Device\n\tSize: 512 MB\n\tSerial Number: 512\n\tSpeed: 1333 MT/s\n"
    text += "\nHandle 0x2, DMI type 17, 1 bytes\nMemory Device\n\tSerial Number: 1333\n\tLocator: DIMM\n"
    text += "\nHandle 0x3, DMI type 17, 1 bytes\nMemory Device\n\tSerial Number: DIMM\n"
    new = anonymous(Record(dmidecode=text)).dmidecode or ""
    assert "Size: 512 MB" in new
    assert "Speed: 1333 MT/s" in new
    assert "Locator: DIMM\n" in new
    assert not {"512", "1333", "DIMM"} & set(fields(new, "Serial Number"))


def test_a_computer_named_like_its_model() -> None:
    one = planted()
    one.people[:] = ["ThinkPad", "evo", "x", "localhost"]
    new = anonymous(one)
    assert "ThinkPad T440s" in (new.dmidecode or "")
    assert new.documents["smartctl"]["sda"]["model_name"] == "Samsung SSD 850 EVO 250GB"


def test_a_short_name_of_a_computer() -> None:
    files = {"/sys/block/dm-0/dm/name": b"jean--vg-root\n", "/sys/note": b"Jean's jeans"}
    new = anonymous(Record(files=files, people=["jean"])).files
    assert b"jean" not in new["/sys/block/dm-0/dm/name"]
    assert re.fullmatch(b"[A-Z][a-z]{3}'s jeans", new["/sys/note"])
    assert b"Jean" not in new["/sys/note"]


def test_what_cannot_be_replaced_is_left_out() -> None:
    """Too far apart for what replaces, and found by what searches."""
    apart = "      ".join(DRIVE)
    one = planted()
    one.files["/sys/far"] = apart.encode()
    one.documents["smartctl"]["sda"]["note"] = apart
    one.dmidecode = (one.dmidecode or "") + f"\tNote: {apart}\n"
    new = anonymous(one)
    assert "/sys/far" not in new.files
    assert new.documents["smartctl"]["sda"]["note"] == ""
    assert "Note:" not in (new.dmidecode or "")


def test_a_model_in_the_place_of_a_serial_number() -> None:
    text = "Handle 0x1, DMI type 1, 1 bytes\nS\n\tProduct Name: MD21851\n\tSerial Number: MD21851\n"
    text += "\nHandle 0x2, DMI type 2, 1 bytes\nB\n\tVersion: 5CD1234XYZ\n\tSerial Number: 5CD1234XYZ\n"
    new = anonymous(Record(dmidecode=text)).dmidecode or ""
    assert fields(new, "Product Name") == ["MD21851"]
    assert "MD21851" not in fields(new, "Serial Number")
    assert fields(new, "Version") == [fields(new, "Serial Number")[1]] != ["5CD1234XYZ"]


@pytest.mark.parametrize(
    "value",
    ["03000200-0400-0500-0006-000700080009", "ffffffff-ffff-ffff-ffff-ffffffffffff", "Default string", "0000:00:14.0",
     "0123456789", "00:00:00:00:00:00", "--", "System Serial Number", ""],
)  # fmt: skip
def test_what_tells_nothing_stays(value: str) -> None:
    text = f"Handle 0x1, DMI type 1, 1 bytes\nS\n\tSerial Number: {value}\n\tUUID: {value}\n\tNote: {value}\n"
    assert anonymous(Record(dmidecode=text)).dmidecode == text


def test_many_small_numbers_stay_different() -> None:
    found = {str(number): Kind.SERIAL for number in range(10, 60)}
    standins = StandIns(found, b"key")
    assert len({standins.of(one, Kind.SERIAL) for one in found}) == 50


def test_it_is_quick_enough() -> None:
    one = planted()
    one.files |= {f"/sys/f{number}": b"0123 abcd\n" * 3 for number in range(3000)}
    one.documents["smartctl"]["sdb"] = {"table": [{"name": "x", "value": number} for number in range(3000)]}
    started = time.process_time()
    anonymous(one)
    assert time.process_time() - started < 5


def test_reports_of_real_machines_stay(corpus: Callable[[str], Iterator[tuple[str, bytes]]]) -> None:
    """Of every 60th, each field but the numbers of pieces is what it was."""
    numbers = re.compile(r".*(serial|uuid|asset tag|service tag).*", re.IGNORECASE)
    for name, data in islice(corpus("dmi.tar.xz"), 0, None, 60):
        text = data.decode("utf-8", "replace")
        old, new = (dmidecode.parse(one) for one in (text, anonymous(Record(dmidecode=text)).dmidecode or ""))
        assert [one.type for one in new] == [one.type for one in old]
        for before, after in zip(old, new, strict=True):
            if before.type not in (11, 12) and before.type < 128:
                told = {key: value for key, value in after.fields.items() if not numbers.fullmatch(key)}
                assert told == {key: before.fields[key] for key in told}, name


values = st.text(st.characters(codec="utf-8"), max_size=30) | st.from_regex(r"[A-Z0-9:-]{1,20}", fullmatch=True)


@settings(max_examples=100, deadline=None)
@given(values, st.sampled_from(list(Kind)))
def test_a_stand_in_is_like_its_value(value: str, kind: Kind) -> None:
    new = StandIns({}, b"key").written(value, kind)
    assert len(new) == len(value)
    for old, made in zip(value, new, strict=True):
        assert old == made or (old.isdigit() and made.isdigit()) or (old.isupper() == made.isupper() and made.isalpha())
    assert real(value) is not None or new == value
    assert (real(new) is None) == (real(value) is None)
    assert StandIns({}, b"key").written(value.upper(), kind).lower() == new.lower() or not value.isascii()


def test_written_like_the_value() -> None:
    assert projected("0x12-aB", "345c") == "0x34-5C"


WAYS: tuple[Callable[[bytes], bytes], ...] = (
    bytes,
    bytes.lower,
    lambda text: swapped(text.decode()),
    lambda text: b"x" + swapped("y" + text.decode()),
    lambda text: text.decode().encode("utf-16-le"),
    lambda text: text.decode().encode("utf-16-be"),
    base64.b64encode,
    lambda text: base64.b64encode(b"\0\xff" + swapped(text.decode()) + b"\0"),
    lambda text: text.hex().encode(),
    lambda text: text.hex(" ").upper().encode(),
    lambda text: b"-".join(text[at : at + 4] for at in range(0, len(text), 4)),
    lambda text: base64.b64encode(text.hex().encode()),
)


@settings(max_examples=100, deadline=None)
@given(
    serial=st.from_regex(r"[A-Z0-9]{4,10}[A-Z][0-9]{3,10}", fullmatch=True).filter(lambda text: real(text) is not None),
    ways=st.lists(st.tuples(st.sampled_from(WAYS), st.binary(max_size=7), st.binary(max_size=7)), max_size=4),
)
def test_a_number_is_found_in_whatever_form(serial: str, ways: list) -> None:
    files = {
        f"/sys/{at}": b"%b %b %b" % (head, way(serial.encode()), tail) for at, (way, head, tail) in enumerate(ways)
    }
    new = anonymous(Record(files=files | {"/sys/x/serial": serial.encode()})).files
    for data in new.values():
        assert not [form for form in forms(data) if serial.lower() in form]


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["wwn", "eui64", "serial_number", "id", "oui", "sn", "uuid", "x"]), inner)
    ),
    max_leaves=10,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.binary(max_size=300),
    st.text(max_size=200),
    st.dictionaries(st.sampled_from(["a", "wwn", "serial"]), documents, max_size=3),
)
def test_rubbish_is_no_trouble(data: bytes, text: str, document: dict[str, object]) -> None:
    places = ("/s/vpd_pg80", "/s/vpd_pg83", "/s/vpd_pg89", "/s/serial", "/s/wwid", "/run/udev/data/b8:0", "/s/x")
    header = bytes.fromhex("00ffffffffffff00")
    new = anonymous(
        Record(
            files=dict.fromkeys(places, data) | {"/t/vpd_pg83": b"\0\x83\0\0" + data, "/t/serial": text.encode()},
            folders={"/s": [text]},
            dmidecode=f"Handle 0x1, DMI type 11, 1 bytes\nX\n\tSerial Number: {text}\n",
            edids={"a": data, "b": (header + data).ljust(384, b"\x70"), "c": (header + data).ljust(384, b"\2")},
            documents={"smartctl": {"sda": document}},
        )
    )
    assert set(new.edids) <= {"a", "b", "c"}
    assert all(len(new.edids[name]) in (len(data), 384) or name != "a" for name in new.edids)
    json.dumps(new.documents)
