"""Who answered, and how it is attached."""

import pytest

from agent.inventory.smart import identity as smart_identity
from agent.inventory.smart import with_smart
from agent.model.inventory import Drive
from agent.model.words import Transport


def device(kind: str, protocol: str, info: str = "/dev/sda", **more: object) -> dict[str, object]:
    return {"device": {"type": kind, "protocol": protocol, "name": "/dev/sda", "info_name": info}, **more}


@pytest.mark.parametrize(
    ("document", "transport"),
    [
        (device("sat", "ATA", "/dev/sda [SAT]"), Transport.ATA),
        (device("ata", "ATA"), Transport.ATA),
        (device("nvme", "NVMe"), Transport.NVME),
        (device("scsi", "SCSI"), Transport.SCSI),
        (device("sat+megaraid,1", "ATA", "/dev/sda [megaraid_disk_01] [SAT]"), Transport.ATA),
        (device("megaraid,4", "SCSI"), Transport.SCSI),
        (device("cciss,0", "SCSI"), Transport.SCSI),
        (device("usbjmicron", "ATA", "/dev/sdb [USB JMicron]"), Transport.USB),
        (device("sntjmicron", "NVMe", "/dev/sdb [USB NVMe JMicron]"), Transport.USB),
        (device("sntrealtek", "NVMe"), Transport.USB),
        (device("sat", "ATA", "/dev/sdb [USB SAT]"), Transport.USB),
        (device("scsi", "SCSI", scsi_transport_protocol={"value": 6}), Transport.SCSI),
        (device("scsi", "SCSI", scsi_transport_protocol={"value": 1}), Transport.SCSI),
        (device("scsi", "SCSI", scsi_transport_protocol={"value": 5}), Transport.NETWORK),
        (device("scsi", "SCSI", scsi_transport_protocol={"value": 0}), Transport.NETWORK),
        (device("scsi", "SCSI", scsi_transport_protocol={"value": 9}), Transport.USB),
        ({"device": "usb"}, Transport.UNKNOWN),
        ({}, Transport.UNKNOWN),
    ],
)
def test_transport(document: dict[str, object], transport: Transport) -> None:
    assert smart_identity.transport(document) is transport


@pytest.mark.parametrize(
    ("rate", "turns", "rpm"),
    [(7200, True, 7200), (15015, True, 15015), (0, False, None), (1, False, None), (65535, None, None)],
)
def test_rotation(rate: int, turns: bool | None, rpm: int | None) -> None:
    found = with_smart(Drive(path="/dev/sda"), {"rotation_rate": rate})
    assert (found.rotational, found.rotation_rpm) == (turns, rpm)


@pytest.mark.parametrize(
    ("names", "trim", "turns"),
    [
        (("Spin_Up_Time", "Seek_Error_Rate"), False, True),
        (("Spin_Up_Time",), False, None),
        (("Spin_Up_Time", "Spin_Retry_Count", "Wear_Leveling_Count"), False, None),
        (("Spin_Up_Time", "Spin_Retry_Count"), True, None),
    ],
)
def test_drives_from_before_the_rate_was_told(names: tuple[str, ...], trim: bool, turns: bool | None) -> None:
    document = {
        "ata_smart_attributes": {"table": [{"id": 1, "name": name} for name in names]},
        "trim": {"supported": trim},
    }
    assert with_smart(Drive(path="/dev/sda"), document).rotational is turns


@pytest.mark.parametrize(
    ("document", "size"),
    [
        ({"user_capacity": {"bytes": 500107862016, "blocks": 1}}, 500107862016),
        ({"user_capacity": {"blocks": 1000}, "logical_block_size": 4096}, 4096000),
        ({"user_capacity": {"blocks": 1000}}, 512000),
        ({"nvme_total_capacity": 3840755982336}, 3840755982336),
        ({"nvme_namespaces": [{"size": {"bytes": 10}}, {"size": {"bytes": 20}}], "nvme_total_capacity": 99}, 30),
        ({"user_capacity": {"bytes": 2**60}}, None),
        ({"user_capacity": {"bytes": -1}}, None),
        ({}, None),
    ],
)
def test_size(document: dict[str, object], size: int | None) -> None:
    assert smart_identity.size_bytes(document) == size


@pytest.mark.parametrize(
    ("document", "model", "vendor"),
    [
        ({"scsi_vendor": "SEAGATE", "scsi_product": "ST373453LC"}, "SEAGATE ST373453LC", "Seagate"),
        ({"vendor": "Sun", "product": "Linux", "model_name": "Sun Linux"}, "Sun Linux", "Sun"),
        ({"scsi_vendor": "ATA", "scsi_model_name": "ATA ST3500418AS"}, "ATA ST3500418AS", None),
        ({"vendor": "Seagate"}, None, "Seagate"),
    ],
)
def test_model_and_vendor(document: dict[str, object], model: str | None, vendor: str | None) -> None:
    assert (smart_identity.model(document), smart_identity.vendor(document)) == (model, vendor)
