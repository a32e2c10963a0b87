"""What a host reads out of the answers of a SAS drive: who it is, how large, how well. Nothing else is asked."""

import struct

from agent.sanitize.medium import Coverage, Identity
from agent.training import self_test_view
from agent.training.scsi import ScsiFirmware
from agent.training.scsi_logs import BACKGROUND_SCAN, ENDURANCE, TEMPERATURE, VERDICT
from agent.training.scsi_pages import Unit, capacity_16, inquiry, mode_sense, vital
from agent.training.scsi_self_test import RESULTS

_DEFAULTS = 0x80
"""Page control of MODE SENSE: default values."""


class ScsiView:
    """The drive through INQUIRY, READ CAPACITY, MODE SENSE and LOG SENSE. All raise OSError as the firmware does.

    As Linux does, it takes the capacity as known also while the drive is busy with itself.
    """

    def __init__(self, firmware: ScsiFirmware) -> None:
        self._firmware = firmware

    def identity(self) -> Identity:
        unit = self._unit()
        sectors, sector = self._capacity()
        return Identity(
            serial=_text(vital(unit, 0x80)[4:]) or None,
            model=_text(inquiry(unit)[16:32]) or None,
            size_bytes=sectors * sector,
        )

    def coverage(self) -> Coverage:
        blocks = mode_sense(self._unit(), bytes((0x5A, 0x10, _DEFAULTS, 0, 0, 0, 0, 0, 0xFF, 0)))[8:24]
        default, sector = struct.unpack(">Q4xI", blocks)
        return Coverage(native_size_bytes=default * sector)

    def smart(self) -> dict[str, object]:
        """The document that `smartctl --json --all` gives for such a drive, as far as the firmware tells."""
        unit = self._unit()
        said, (sectors, sector) = inquiry(unit), self._capacity()
        pages = {page: self._firmware.log_page(page) for page in self._firmware.log_page(0x00)[4:]}
        minutes = int.from_bytes(pages[BACKGROUND_SCAN][8:12])
        verdict, qualifier = pages[VERDICT][8:10]
        document: dict[str, object] = {
            "json_format_version": [1, 0],
            "smartctl": {"exit_status": 8 if verdict else 0},  # bit 3: the drive says that it is failing
            "device": {"name": "simulated", "info_name": "simulated", "type": "scsi", "protocol": "SCSI"},
            "scsi_vendor": _text(said[8:16]),
            "scsi_product": _text(said[16:32]),
            "scsi_model_name": f"{_text(said[8:16])} {_text(said[16:32])}",
            "scsi_revision": _text(said[32:36]),
            "serial_number": _text(vital(unit, 0x80)[4:]),
            "user_capacity": {"blocks": sectors, "bytes": sectors * sector},
            "logical_block_size": sector,
            "physical_block_size": unit.physical_bytes,
            "rotation_rate": 0 if unit.rotation == 1 else unit.rotation,
            "smart_support": {"available": True, "enabled": True},
            "smart_status": {"passed": not verdict, "scsi": {"asc": verdict, "ascq": qualifier}},
            "scsi_grown_defect_list": self._firmware.grown_defects,
            "power_on_time": {"hours": minutes // 60, "minutes": minutes % 60},
            "temperature": {"current": pages[TEMPERATURE][9]},
        }
        if ENDURANCE in pages:
            document["scsi_percentage_used_endurance_indicator"] = pages[ENDURANCE][11]
        if RESULTS in pages:
            document |= self_test_view.scsi(pages[RESULTS][4:])
        return document

    def _unit(self) -> Unit:
        self._firmware.require_answer()
        return self._firmware.unit

    def _capacity(self) -> tuple[int, int]:
        """Sectors, and bytes of one."""
        last, sector = struct.unpack_from(">QI", capacity_16(self._unit()))
        return last + 1, sector


def _text(field: bytes) -> str:
    return field.decode("ascii").strip()
