"""Which drive a document belongs to, and drives of which nothing but documents tell."""

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.inventory.told_drives import completed, from_documents
from agent.model.inventory import Drive
from agent.model.words import Health, Transport

LISTED = Drive(path="/dev/sda", transport=Transport.ATA, model="ST500DM002", serial="Z2AABBCC", size_bytes=1000)


def told(serial: str | None = "Z2AABBCC", hours: int = 7, name: str = "/dev/sda", **more: object) -> dict[str, object]:
    return {
        "device": {"name": name, "type": "sat", "protocol": "ATA"}, "model_name": "ST500DM002-1BD142",
        "serial_number": serial, "power_on_time": {"hours": hours}, "smart_status": {"passed": True}, **more,
    }  # fmt: skip


def test_the_listed_drive_is_completed() -> None:
    (found,) = completed([LISTED], {"sda": told()}, {}, {})
    assert found == LISTED.model_copy(
        update={
            "vendor": "Seagate", "model": "ST500DM002-1BD142", "power_on_hours": 7, "health": Health.PASSED,
            "smart_supported": True,
        }
    )  # fmt: skip


def test_a_listed_drive_that_gives_no_serial_number_takes_the_answer_of_its_name() -> None:
    (found,) = completed([LISTED.model_copy(update={"serial": None})], {"sda": told()}, {}, {})
    assert found.serial == "Z2AABBCC"


def test_without_documents_nothing_changes() -> None:
    assert completed([LISTED], {}, {}, {}) == [LISTED]


def test_each_document_without_a_listed_drive_is_one() -> None:
    found = from_documents({"one": told("A1"), "two": told("B2"), "again": told("B2")})
    assert [(drive.path, drive.serial) for drive in found] == [
        ("/dev/sda", "A1"),
        ("/dev/sda", "B2"),
        ("/dev/sda", "B2"),
    ]


def test_what_a_document_alone_tells() -> None:
    document = told(
        user_capacity={"bytes": 500107862016}, logical_block_size=512, physical_block_size=4096, rotation_rate=7200,
        form_factor={"name": "3.5 inches"}, firmware_version="KC45",
    )  # fmt: skip
    assert from_documents({"x": document}) == [
        Drive(
            path="/dev/sda", transport=Transport.ATA, vendor="Seagate", model="ST500DM002-1BD142", serial="Z2AABBCC",
            firmware_version="KC45", size_bytes=500107862016, logical_sector_bytes=512, physical_sector_bytes=4096,
            rotational=True, rotation_rpm=7200, form_factor="3.5 inches", smart_supported=True, health=Health.PASSED,
            power_on_hours=7,
        )
    ]  # fmt: skip


def test_behind_a_usb_bridge_it_is_outside() -> None:
    (found,) = from_documents({"x": {**told(), "device": {"name": "/dev/sdb", "type": "usbjmicron"}}})
    assert (found.transport, found.external) == (Transport.USB, True)


def test_what_describes_no_drive_is_none() -> None:
    assert from_documents({"a": {}, "b": {"device": {"name": "/dev/sda"}, "smart_status": {"passed": True}}}) == []
    assert from_documents({"dvd": told(device_type={"scsi_value": 5})}) == []
    assert len(from_documents({"disk": told(device_type={"scsi_value": 0})})) == 1
    assert from_documents({"a": {"user_capacity": {"bytes": 512}}})[0].path == "a"
    assert from_documents({"sdb": {"user_capacity": {"bytes": 512}}})[0].path == "/dev/sdb"


def test_another_serial_number_is_another_drive() -> None:
    found = completed([LISTED], {"sda": told("OTHER")}, {}, {})
    assert [drive.serial for drive in found] == ["Z2AABBCC", "OTHER"]
    assert found[0].health is Health.UNKNOWN


def test_serial_numbers_that_do_not_contradict() -> None:
    for serial in ("z2aa-bbcc", "Z2AABBCC0000C1234", "REDACTED", None, "00000000"):
        assert len(completed([LISTED], {"sda": told(serial)}, {}, {})) == 1, serial
    adapter = LISTED.model_copy(update={"transport": Transport.USB, "serial": "0123ABCDEF"})
    assert len(completed([adapter], {"sda": told("Z2AABBCC")}, {}, {})) == 1


def test_a_document_of_any_name_finds_its_drive_by_the_serial_number() -> None:
    (found,) = completed([LISTED], {"disk in the bay": told()}, {}, {})
    assert found.power_on_hours == 7


def test_but_not_where_two_drives_have_it() -> None:
    twins = [LISTED, LISTED.model_copy(update={"path": "/dev/sdb"})]
    assert len(completed(twins, {"disk": told()}, {}, {})) == 3


def test_nvme_by_controller_or_namespace() -> None:
    drive = Drive(path="/dev/nvme0n1", transport=Transport.NVME, namespaces=["/dev/nvme0n2"])
    other = Drive(path="/dev/nvme10n1", transport=Transport.NVME)
    for name in ("nvme0", "nvme0n1", "nvme0n2", "nvme0c0n1"):
        found = completed([drive, other], {name: {"power_on_time": {"hours": 5}}}, {}, {})
        assert [each.power_on_hours for each in found] == [5, None], name


SAID = {"said": {"serial": "S1", "model": "Samsung SSD 870", "size_bytes": 4096}, "frozen": True}


def test_what_ordis_itself_was_told() -> None:
    (found,) = completed([LISTED], {}, {}, {"sda": {"frozen": True}})
    assert (found.firmware_asked, found.frozen) == (True, True)
    (alone,) = from_documents({}, {}, {"sda": SAID})
    assert (alone.path, alone.vendor, alone.serial, alone.size_bytes) == ("/dev/sda", "Samsung", "S1", 4096)
    assert (alone.firmware_asked, alone.frozen, alone.obstacles) == (True, True, [])
    assert from_documents({}, {}, {"sda": {"frozen": True}}) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                [
                    "name",
                    "type",
                    "protocol",
                    "info_name",
                    "bytes",
                    "blocks",
                    "value",
                    "hours",
                    "said",
                    "serial",
                    "model",
                ]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
KEYS = [
    "device", "model_name", "serial_number", "user_capacity", "logical_block_size", "physical_block_size", "vendor",
    "product", "scsi_vendor", "scsi_transport_protocol", "rotation_rate", "form_factor", "nvme_namespaces", "said",
    "nvme_total_capacity", "power_on_time", "sn", "mn", "tnvmcap", "offers", "hidden", "native_size_bytes",
]  # fmt: skip
DOCUMENT = st.dictionaries(st.sampled_from(KEYS), JSON, max_size=8)
NAME = st.sampled_from(["sda", "sdb", "nvme0n1", "nvme0", "nvme0n1.smart-log", "", "../etc", "x" * 300, "\x1b[31m"])
NAMED = st.dictionaries(NAME, DOCUMENT, max_size=3)


@given(NAMED, NAMED, NAMED)
@settings(max_examples=100)
def test_nonsense(
    smartctl: dict[str, dict[str, object]],
    nvme: dict[str, dict[str, object]],
    firmware: dict[str, dict[str, object]],
) -> None:
    listed = [LISTED, Drive(path="/dev/nvme0n1", transport=Transport.NVME)]
    found = completed(listed, smartctl, nvme, firmware)
    assert [drive.path for drive in found[:2]] == ["/dev/sda", "/dev/nvme0n1"]
    assert found[0].serial == LISTED.serial
    for drive in found:
        assert drive == Drive.model_validate(drive.model_dump())
