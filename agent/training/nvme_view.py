"""What a host reads out of the structures of an NVMe drive: who it is, how large, how well. Nothing else is asked."""

import struct

from agent.sanitize.medium import Coverage, Identity
from agent.training import nvme_self_test, self_test_view
from agent.training.nvme import NvmeFirmware
from agent.training.nvme_identify import KELVIN


class NvmeView:
    """The drive through Identify and the health log. All raise OSError as the firmware does."""

    def __init__(self, firmware: NvmeFirmware) -> None:
        self._firmware = firmware

    def identity(self) -> Identity:
        """The size is that of all namespaces that a host sees."""
        controller = self._firmware.identify_controller()
        sizes = [_size(self._firmware.identify_namespace(nsid)) for nsid in self._firmware.active_namespaces()]
        return Identity(
            serial=_text(controller[4:24]) or None,
            model=_text(controller[24:64]) or None,
            size_bytes=sum(blocks * sector for blocks, sector in sizes),
        )

    def coverage(self) -> Coverage:
        """All of the media, whether a namespace has it or not."""
        return Coverage(native_size_bytes=_number(self._firmware.identify_controller(), 280))

    def smart(self) -> dict[str, object]:
        """The document that `smartctl --json --all` gives for such a drive, as far as the firmware tells."""
        controller = self._firmware.identify_controller()
        blocks, sector = _size(self._firmware.identify_namespace())
        log = self._firmware.health_log()
        capacity = {"blocks": blocks, "bytes": blocks * sector}
        health = _health(log)
        tests = self._firmware.self_tests
        return {
            "json_format_version": [1, 0],
            "smartctl": {"exit_status": 8 if log[0] else 0},  # bit 3: the drive says that it is failing
            "device": {"name": "simulated", "info_name": "simulated", "type": "nvme", "protocol": "NVMe"},
            "model_name": _text(controller[24:64]),
            "serial_number": _text(controller[4:24]),
            "firmware_version": _text(controller[64:72]),
            "nvme_total_capacity": _number(controller, 280),
            "nvme_unallocated_capacity": _number(controller, 296),
            "nvme_number_of_namespaces": int(struct.unpack_from("<I", controller, 516)[0]),
            "nvme_namespaces": [{"id": 1, "size": capacity, "capacity": capacity, "formatted_lba_size": sector}],
            "user_capacity": capacity,
            "logical_block_size": sector,
            "smart_support": {"available": True, "enabled": True},
            "smart_status": {"passed": not log[0], "nvme": {"value": log[0]}},
            "nvme_smart_health_information_log": health,
            "power_on_time": {"hours": health["power_on_hours"]},
            "power_cycle_count": health["power_cycles"],
            "temperature": {"current": health["temperature"]},
            **(self_test_view.nvme(nvme_self_test.page(tests)) if tests.supported else {}),
        }


def _text(field: bytes) -> str:
    return field.decode("ascii").strip()


def _number(block: bytes, at: int) -> int:
    return int.from_bytes(block[at : at + 16], "little")


def _size(namespace: bytes) -> tuple[int, int]:
    """Blocks (NSZE) and bytes of a block (LBADS of the format that FLBAS names)."""
    (blocks,) = struct.unpack_from("<Q", namespace, 0)
    lba_format = namespace[26] & 0xF
    return blocks, 1 << namespace[128 + 4 * lba_format + 2]


def _health(log: bytes) -> dict[str, int]:
    return {
        "critical_warning": log[0],
        "temperature": int(struct.unpack_from("<H", log, 1)[0]) - KELVIN,
        "available_spare": log[3],
        "available_spare_threshold": log[4],
        "percentage_used": log[5],
        "data_units_read": _number(log, 32),
        "data_units_written": _number(log, 48),
        "host_reads": _number(log, 64),
        "host_writes": _number(log, 80),
        "controller_busy_time": _number(log, 96),
        "power_cycles": _number(log, 112),
        "power_on_hours": _number(log, 128),
        "unsafe_shutdowns": _number(log, 144),
        "media_errors": _number(log, 160),
        "num_err_log_entries": _number(log, 176),
        "warning_temp_time": struct.unpack_from("<I", log, 192)[0],
        "critical_comp_time": struct.unpack_from("<I", log, 196)[0],
    }
