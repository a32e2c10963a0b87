"""What `smartctl --json --all` makes of the self-test logs of simulated drives, read out of their structures."""

import struct

_ATA_WORDS = {
    0x0: "Completed without error", 0x1: "Aborted by host", 0x2: "Interrupted (host reset)",
    0x3: "Fatal or unknown error", 0x4: "Completed: unknown failure", 0x5: "Completed: electrical failure",
    0x6: "Completed: servo/seek failure", 0x7: "Completed: read failure", 0x8: "Completed: handling damage",
    0xF: "Self-test routine in progress",
}  # fmt: skip
_NAMES = {1: "Short", 2: "Extended"}
_NO_ADDRESS = 0xFFFFFFFF
Json = dict[str, object]


def ata(data: bytes, log: bytes) -> Json:
    """From SMART READ DATA and SMART READ LOG 06h."""
    newest = log[508]
    places = [(newest - 1 - age) % 21 for age in range(21)] if newest else []
    entries = [log[2 + 24 * place : 26 + 24 * place] for place in places]
    table = [_ata_entry(entry) for entry in entries if entry[0]]
    minutes = data[373] if data[373] < 0xFF else int(struct.unpack_from("<H", data, 375)[0])
    return {
        "ata_smart_data": {
            "self_test": {
                "status": _ata_status(data[363]),
                "polling_minutes": {"short": data[372], "extended": minutes},
            }
        },
        "ata_smart_self_test_log": {"standard": {"revision": 1, "table": table, "count": len(table)}},
    }


def _ata_status(status: int) -> Json:
    """A test that was broken off tells neither of a success nor of a failure."""
    result = status >> 4
    told: Json = {"value": status, "string": _ATA_WORDS.get(result, "Unknown status")}
    if result == 0xF:
        told["remaining_percent"] = 10 * (status & 0xF)
    elif result not in {0x1, 0x2}:
        told["passed"] = result == 0
    return told


def _ata_entry(entry: bytes) -> Json:
    kind, status, hours, _, address = struct.unpack_from("<BBHBI", entry)
    told: Json = {
        "type": {"value": kind, "string": f"{_NAMES.get(kind, 'Vendor')} offline"},
        "status": _ata_status(status),
        "lifetime_hours": hours,
    }
    return told if address == _NO_ADDRESS else {**told, "lba": address}


def nvme(page: bytes) -> Json:
    """From log page 06h."""
    entries = [page[4 + 28 * place : 32 + 28 * place] for place in range(20)]
    table = [_nvme_entry(entry) for entry in entries if entry[0] & 0xF != 0xF]
    current = {"value": page[0] & 0xF, "string": _NAMES.get(page[0] & 0xF, "No self-test in progress")}
    return {"nvme_self_test_log": {"current_self_test_operation": current, "table": table}}


def _nvme_entry(entry: bytes) -> Json:
    status, _, valid, _, hours, _, address = struct.unpack_from("<BBBBQIQ", entry)
    told: Json = {
        "self_test_code": {"value": status >> 4, "string": _NAMES.get(status >> 4, "Vendor")},
        "self_test_result": {"value": status & 0xF, "string": ""},
        "power_on_hours": hours,
    }
    return {**told, "lba": address} if valid & 0b10 else told


def scsi(page: bytes) -> Json:
    """From log page 10h, without its header."""
    found: Json = {}
    for number in range(20):
        entry = page[20 * number : 20 * number + 20]
        if len(entry) < 20 or not any(entry[4:]):
            continue
        (address,) = struct.unpack_from(">Q", entry, 8)
        code = entry[4] >> 5
        told: Json = {
            "code": {"value": code, "string": {1: "Background short", 2: "Background long"}.get(code, "Other")},
            "result": {"value": entry[4] & 0xF, "string": ""},
        }
        if address != (1 << 64) - 1:
            told["lba_first_failure"] = {"value": address}
        found[f"scsi_self_test_{number}"] = told
    return found
