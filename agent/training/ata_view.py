"""What a host reads out of the structures of an ATA drive: who it is, how large, how well. Nothing else is asked."""

import struct

from agent.sanitize.medium import Coverage, Identity
from agent.training import self_test_view
from agent.training.ata import AtaFirmware, SmartStatus

NAMES = {
    5: "Reallocated_Sector_Ct",
    9: "Power_On_Hours",
    12: "Power_Cycle_Count",
    177: "Wear_Leveling_Count",
    187: "Reported_Uncorrect",
    188: "Command_Timeout",
    194: "Temperature_Celsius",
    197: "Current_Pending_Sector",
    198: "Offline_Uncorrectable",
    199: "UDMA_CRC_Error_Count",
    233: "Media_Wearout_Indicator",
    241: "Total_LBAs_Written",
}
"""As smartctl 7 names the attributes of drives that its database does not know."""

_FLAGS = ("prefailure", "updated_online", "performance", "error_rate", "event_count", "auto_keep")
_LETTERS = "POSRCK"
_ENTRIES = range(2, 362, 12)
"""Where the thirty attributes stand in the data and in the thresholds."""


class AtaView:
    """The drive through IDENTIFY DEVICE, READ NATIVE MAX and SMART. All raise OSError as the firmware does."""

    def __init__(self, firmware: AtaFirmware) -> None:
        self._firmware = firmware

    def identity(self) -> Identity:
        block = self._firmware.identify()
        return Identity(
            serial=_text(block, 10, 20) or None,
            model=_text(block, 27, 47) or None,
            size_bytes=_sectors(block) * _sector_bytes(block)[0],
        )

    def coverage(self) -> Coverage:
        block = self._firmware.identify()
        sector, _ = _sector_bytes(block)
        known = [_sectors(block)]
        if _words(block, 82, 1)[0] & 0x0400 or _words(block, 119, 1)[0] & 0x0100:  # HPA or AMAC
            known.append(self._firmware.read_native_max() + 1)
        if _words(block, 83, 1)[0] & 0x0800:  # words 3 to 6 of DEVICE CONFIGURATION IDENTIFY
            known.append(int(struct.unpack_from("<Q", self._firmware.areas.overlay(), 6)[0]) + 1)
        return Coverage(native_size_bytes=max(known) * sector)

    def smart(self) -> dict[str, object]:
        """The document that `smartctl --json --all` gives for such a drive, as far as the firmware tells."""
        block = self._firmware.identify()
        logical, physical = _sector_bytes(block)
        passed = self._firmware.smart_status() is SmartStatus.GOOD
        data, thresholds = self._firmware.smart_data(), self._firmware.smart_thresholds()
        tests = self._firmware.self_tests.supported
        limits = dict(struct.unpack_from("<BB", thresholds, at) for at in _ENTRIES)
        entries = [data[at : at + 12] for at in _ENTRIES if data[at]]
        raw = {entry[0]: _raw(entry) for entry in entries}
        rate = _words(block, 217, 1)[0]
        return {
            "json_format_version": [1, 0],
            "smartctl": {"exit_status": 0 if passed else 8},  # bit 3: the drive says that it is failing
            "device": {"name": "simulated", "info_name": "simulated [SAT]", "type": "sat", "protocol": "ATA"},
            "model_name": _text(block, 27, 47),
            "serial_number": _text(block, 10, 20),
            "firmware_version": _text(block, 23, 27),
            "user_capacity": {"blocks": _sectors(block), "bytes": _sectors(block) * logical},
            "logical_block_size": logical,
            "physical_block_size": physical,
            "rotation_rate": 0 if rate == 1 else rate,
            "smart_support": {"available": True, "enabled": True},
            "smart_status": {"passed": passed},
            "ata_smart_attributes": {"revision": 16, "table": [_row(entry, limits[entry[0]]) for entry in entries]},
            "power_on_time": {"hours": raw[9]},
            "power_cycle_count": raw[12],
            "temperature": {"current": _signed(raw[194])},
            **(self_test_view.ata(data, self._firmware.self_test_log()) if tests else {}),
        }


def _words(block: bytes, first: int, count: int) -> tuple[int, ...]:
    return struct.unpack_from(f"<{count}H", block, 2 * first)


def _text(block: bytes, first: int, end: int) -> str:
    return b"".join(word.to_bytes(2, "big") for word in _words(block, first, end - first)).decode("ascii").strip()


def _sectors(block: bytes) -> int:
    return int(struct.unpack_from("<Q", block, 200)[0])  # words 100 to 103


def _sector_bytes(block: bytes) -> tuple[int, int]:
    """Logical and physical sector in bytes (words 106, 117 and 118)."""
    (word,) = _words(block, 106, 1)
    logical = 2 * int(struct.unpack_from("<I", block, 234)[0]) if word & 0x1000 else 512
    return logical, logical << (word & 0xF if word & 0x2000 else 0)


def _signed(raw: int) -> int:
    return (raw & 0xFFFF ^ 0x8000) - 0x8000


def _raw(entry: bytes) -> int:
    return int.from_bytes(entry[5:11], "little")


def _row(entry: bytes, threshold: int) -> dict[str, object]:
    number, flags, value, worst = struct.unpack_from("<BHBB", entry)
    raw = _raw(entry)
    return {
        "id": number,
        "name": NAMES.get(number, "Unknown_Attribute"),
        "value": value,
        "worst": worst,
        "thresh": threshold,
        "when_failed": "now" if threshold and value <= threshold else "",
        "flags": {
            "value": flags,
            "string": "".join(c if flags >> bit & 1 else "-" for bit, c in enumerate(_LETTERS)) + " ",
            **{name: bool(flags >> bit & 1) for bit, name in enumerate(_FLAGS)},
        },
        "raw": {"value": raw, "string": str(_signed(raw) if number == 194 else raw)},
    }
