"""Which machine it is: the same from boot to boot, never another's."""

import re
import uuid as uuids

import pytest
from fake_tree import PCI, Tree
from hypothesis import given
from hypothesis import strategies as st

from agent.inventory import dmidecode, machine
from agent.inventory.machine.identity import Numbers, machine_id, serial, uuid
from agent.model.words import Certainty

REAL = "8c9b4c01-5210-11cb-a1b6-e7d0c9e1a0b2"


@pytest.mark.parametrize(
    "text",
    [
        "03000200-0400-0500-0006-000700080009",  # AMI's example
        "00020003-0004-0005-0006-000700080009",  # the same, bytes in the other order
        "12345678-1234-5678-90AB-CDDEEFAABBCC",
        "01234567-89ab-cdef-0123-456789abcdef",
        "00010203-0405-0607-0809-0a0b0c0d0e0f",
        "11111111-2222-3333-4444-555555555555",
        "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
        "00000000-0000-0000-0000-000000000000",
        "fefefefe-fefe-fefe-fefe-fefefefefefe",
        "4C4C4544-0020-2010-8020-A0C04F202020",  # Dell without a service tag
        "Not Settable",
        "--",
        "8c9b4c01-5210-11cb-a1b6",
    ],
)  # fmt: skip
def test_numbers_that_many_machines_share_are_none(text: str) -> None:
    assert uuid(text) is None


@pytest.mark.parametrize("text", [REAL, "4C4C4544-0058-3310-8053-B4C04F4D3732", "DF000100-4A1C-11DE-9F0B-0023AE6B1234"])
def test_real_numbers_count_in_any_case(text: str) -> None:
    assert uuid(text) == uuid(text.lower()) == text.lower()


@given(st.uuids(version=4))
def test_a_random_number_counts(number: uuids.UUID) -> None:
    digits = len(set(number.hex))
    assert (uuid(str(number)) is not None) == (digits >= 7)


@pytest.mark.parametrize(
    "text",
    [
        "123456789", "00000000", "N/A", "1", "To be filled by O.E.M.", "Default string123", "No Serial Number",
        "Serial Not Set", "Null String", "(none)", "Mainboard Serial Number", "Type3 - Chassis Serial Number", "T.B.D.",
        "Dummy Serial", "Engineering Sample", "GSN12345678", "12345", "MS-0000000001", "PF-000000", "12121212", "EVAL",
        "Insyde", "Rev 1.0",
    ],
)  # fmt: skip
def test_serials_that_say_nothing(text: str) -> None:
    assert serial(text) is None


@pytest.mark.parametrize(
    "text",
    ["PC01ABCD", "CZC1234ABC", "4AD9J5V", "/4AD9J5V/CU9576167N87KX/", "R90-12345", "1S20AQ006HFR", "00012345"],
)  # fmt: skip
def test_serials_that_makers_give(text: str) -> None:
    """Also those in which a part counts: makers do count."""
    assert serial(text) == text


@pytest.mark.parametrize(
    ("numbers", "certainty", "rests_on"),
    [
        (Numbers(REAL, "PC01ABCD", "L1HF"), Certainty.CERTAIN, ("uuid", "system_serial", "board_serial")),
        (Numbers(REAL, "PC01ABCD", None, ["aa:0"]), Certainty.CERTAIN, ("uuid", "system_serial")),
        (Numbers(REAL, None, None, ["aa:0"]), Certainty.CERTAIN, ("uuid", "macs")),
        (Numbers(REAL), Certainty.LIKELY, ("uuid",)),
        (Numbers(None, None, "L1HF", board="ASRock"), Certainty.LIKELY, ("board_serial", "board")),
        (Numbers(macs=["aa:0"], board="ASRock"), Certainty.LIKELY, ("macs", "board")),
        (Numbers(radios=["ab:0"], board="ASRock"), Certainty.LIKELY, ("macs", "board")),
        (Numbers(REAL, radios=["ab:0"]), Certainty.LIKELY, ("uuid",)),
        (Numbers(board="ASRock"), Certainty.NONE, ()),
        (Numbers(), Certainty.NONE, ()),
        (Numbers(None, None, None, ["aa:0"], hidden=True), Certainty.NONE, ()),
    ],
)
def test_how_sure_it_is(numbers: Numbers, certainty: Certainty, rests_on: tuple[str, ...]) -> None:
    found = machine_id(numbers)
    assert (found.certainty, found.rests_on) == (certainty, rests_on)
    assert (found.value is None) == (certainty is Certainty.NONE)


_SOME = st.none() | st.text("ABC123", min_size=4, max_size=6)
_MANY = st.builds(
    Numbers,
    uuid=st.none() | st.uuids(version=4).map(str),
    system_serial=_SOME,
    board_serial=_SOME,
    macs=st.lists(st.sampled_from(["02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:03"]), unique=True),
    board=st.sampled_from([None, "ASRock B450M", "LENOVO 20AQ006HFR"]),
)


@given(_MANY, _MANY)
def test_machines_that_differ_in_their_numbers_share_no_identity(one: Numbers, other: Numbers) -> None:
    def telling(numbers: Numbers) -> tuple[object, ...]:
        return (numbers.uuid, numbers.system_serial, numbers.board_serial)

    first, second = machine_id(one).value, machine_id(other).value
    if telling(one) != telling(other) and first and second:
        assert first != second
    if telling(one) == telling(other) == (None, None, None) and first and second:
        assert (first == second) == ((sorted(one.macs), one.board) == (sorted(other.macs), other.board))


@given(_MANY, st.lists(st.just("ac:00:00:00:00:01")))
def test_wifi_is_no_matter_where_there_is_better(numbers: Numbers, radios: list[str]) -> None:
    other = Numbers(**{**vars(numbers), "radios": radios})
    if numbers.uuid or numbers.macs:
        assert machine_id(other) == machine_id(numbers)


@given(_MANY)
def test_the_order_of_the_network_cards_is_no_matter(numbers: Numbers) -> None:
    turned = Numbers(**{**vars(numbers), "macs": list(reversed(numbers.macs))})
    assert machine_id(turned) == machine_id(numbers)


PLACEHOLDERS = """
Handle 0x0001, DMI type 1, 27 bytes
System Information
\tManufacturer: To Be Filled By O.E.M.
\tProduct Name: To Be Filled By O.E.M.
\tSerial Number: To Be Filled By O.E.M.
\tUUID: 03000200-0400-0500-0006-000700080009

Handle 0x0002, DMI type 2, 15 bytes
Base Board Information
\tManufacturer: ASRock
\tProduct Name: B450M Pro4
\tSerial Number: Default string

Handle 0x0011, DMI type 17, 34 bytes
Memory Device
\tSize: 8192 MB
\tSerial Number: 11223344
"""


def a_machine(tree: Tree, mac: str) -> None:
    device = f"{PCI}/0000:00:19.0"
    tree.folder(device)
    for file, value in {"address": mac, "type": 1, "addr_assign_type": 0}.items():
        tree.file(f"/sys/class/net/eth0/{file}", value)
    tree.links("/sys/class/net/eth0/device", device)


def test_twins_with_placeholders_are_told_apart_by_their_network_cards(tree: Tree) -> None:
    records = dmidecode.parse(PLACEHOLDERS)
    a_machine(tree, "70:85:c2:00:00:01")
    twin = Tree(tree.root.parent / "twin")
    a_machine(twin, "70:85:c2:00:00:02")
    one, other = machine.read(tree, records), machine.read(twin, records)
    assert one.machine_id
    assert other.machine_id
    assert one.machine_id != other.machine_id
    assert one.machine_id_certainty is Certainty.LIKELY


def test_another_memory_module_or_drive_makes_no_other_machine(tree: Tree) -> None:
    a_machine(tree, "70:85:c2:00:00:01")
    known = machine.read(tree, dmidecode.parse(PLACEHOLDERS)).machine_id
    tree.disk("sda")
    swapped = re.sub("8192 MB", "16384 MB", PLACEHOLDERS).replace("11223344", "99887766")
    assert machine.read(tree, dmidecode.parse(swapped)).machine_id == known
