"""dmidecode's text of all versions, whole, torn and hostile; the firmware's date."""

import re

import pytest
from fake_tree import Tree
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.inventory import dmidecode, firmware
from agent.inventory.dmidecode import Record

NEW = """# dmidecode 3.6
Getting SMBIOS data from sysfs.
SMBIOS 3.3.0 present.

Handle 0x0001, DMI type 1, 27 bytes
System Information
\tManufacturer: LENOVO
\tWake-up Type: Power Switch
\t
\tFamily: ThinkPad

Handle 0x0002, DMI type 11, 5 bytes
OEM Strings
\tString 1: one: two
\tFlags:
\t\tfirst
\t\tsecond

"""
OLD = """# dmidecode 2.4
SMBIOS 2.3 present.
Handle 0x0001
\tDMI type 1, 27 bytes.
\tSystem Information
\t\tManufacturer: LENOVO
\t\tWake-up Type: Power Switch
\t\tFamily: ThinkPad
Handle 0x0002
\tDMI type 11, 5 bytes.
\tOEM Strings
\t\tString 1: one: two
\t\tFlags:
\t\t\tfirst
\t\t\tsecond
"""


@pytest.mark.parametrize("text", [NEW, OLD, NEW.replace("\n", "\r\n"), NEW + NEW, "torn\tbefore\n" + NEW, NEW[:-1]])
def test_every_form_reads_the_same(text: str) -> None:
    system, strings = dmidecode.parse(text)
    assert (system.type, system.title, system.handle) == (1, "System Information", 1)
    assert system.fields == {"Manufacturer": "LENOVO", "Wake-up Type": "Power Switch", "Family": "ThinkPad"}
    assert (strings.get("String 1"), strings.lists) == ("one: two", {"Flags": ["first", "second"]})


def test_a_table_torn_anywhere() -> None:
    whole = dmidecode.parse(NEW)
    for end in range(len(NEW)):
        for record, known in zip(dmidecode.parse(NEW[:end]), whole, strict=False):
            assert (record.handle, record.type) == (known.handle, known.type)
            assert all(known.fields[name].startswith(value) for name, value in record.fields.items() if value)


def test_what_follows_a_torn_head_belongs_to_nobody() -> None:
    assert dmidecode.parse("Handle 0x0001, DMI ty\nTitle\n\tUUID: 1\n") == []
    assert dmidecode.parse("Handle 0x0001\nTitle\n\tUUID: 1\n") == []


def test_strange_line_ends_stay_inside_their_value() -> None:
    text = "Handle 0x0001, DMI type 1, 27 bytes\nX\n\tFamily: a\u2028Handle 0x0002, DMI type 2, 8 bytes\x0c\x85\n"
    assert [record.type for record in dmidecode.parse(text)] == [1]


def test_one_handle_of_two_structures() -> None:
    text = "Handle 0x0001, DMI type 17, 8 bytes\nX\n\tSize: {} GB\n\n"
    assert len(dmidecode.parse(text.format(1) + text.format(2) + text.format(1))) == 2


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([*NEW.splitlines(), *OLD.splitlines()]) | st.text(max_size=30), max_size=80), st.binary()
)
def test_rubbish(lines: list[str], binary: bytes) -> None:
    for record in dmidecode.parse("\n".join(lines) + binary.decode("utf-8", "replace")):
        assert all(name and "\n" not in name for name in record.fields)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("03/10/2020", "2020-03-10"), ("03/05/08", "2008-03-05"), ("07/15/97", "1997-07-15"),
        ("5/7/2020", "2020-05-07"),
        ("04.20.2021", "2021-04-20"), ("25/03/2015", "2015-03-25"), ("12/04/20 11:22:03", "2020-12-04"),
        ("2019-12-31", "2019-12-31"), ("32/22/2015", "32/22/2015"), ("02/30/2015", "02/30/2015"),
        ("01/01/0001", "01/01/0001"), ("٣٣/٣٣/٣٣٣٣", "٣٣/٣٣/٣٣٣٣"), ("<BAD INDEX>", None), ("", None),
    ],
)  # fmt: skip
def test_dates(tree: Tree, told: str, expected: str | None) -> None:
    assert firmware.read(tree, [Record(0, 0, fields={"Release Date": told})]).date == expected


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=30) | st.from_regex(r"[0-9]{1,4}[/.-][0-9]{1,4}[/.-][0-9]{1,6}", fullmatch=True))
def test_any_date(tmp_path_factory: pytest.TempPathFactory, told: str) -> None:
    tree = Tree(tmp_path_factory.getbasetemp() / "nothing")
    found = firmware.read(tree, [Record(0, 0, fields=dict.fromkeys(("Release Date", "Version", "Vendor"), told))])
    assert found.date is None or not re.search(r"[\x00-\x1f\x7f]", found.date)
