"""REPORT SUPPORTED OPERATION CODES of a simulated SAS drive (SPC-4, 6.35)."""

import struct
from collections.abc import Iterable

from agent.training.scsi_pages import EXIT_FAILURE_MODE, SANITIZE_ACTIONS
from agent.training.scsi_sense import require

_LENGTHS = {0: 6, 1: 10, 2: 10, 4: 16, 5: 12}
"""Bytes of a CDB by the group of its operation code."""
_SUPPORTED, _NOT_SUPPORTED = 0x03, 0x01


def supported_commands(codes: Iterable[int], sanitize: Iterable[str], cdb: bytes) -> bytes:
    """The answer for a drive with these commands and these ways to sanitize. Raises Check."""
    known = set(codes)
    actions: dict[int, set[int]] = {0x9E: {0x10}, 0xA3: {0x0C}}
    if 0x48 in known:
        actions[0x48] = {EXIT_FAILURE_MODE, *(SANITIZE_ACTIONS[name] for name in sanitize)}
    option, code, action = cdb[2] & 0x07, cdb[3], int.from_bytes(cdb[4:6])
    room = int.from_bytes(cdb[6:10])
    if option == 0:
        rows = [_row(one, sub) for one in sorted(known) for sub in sorted(actions.get(one, {-1}))]
        return (struct.pack(">I", 8 * len(rows)) + b"".join(rows))[:room]
    has_actions = code in actions
    require(option in {1, 2, 3} and (option == 3 or has_actions == (option == 2)))
    there = code in known and (not has_actions or action in actions[code])
    size = _LENGTHS[code >> 5] if there and code >> 5 in _LENGTHS else 0
    usage = bytes((code,)).ljust(size, b"\xff") if size else b""
    return (struct.pack(">BBH", 0, _SUPPORTED if there else _NOT_SUPPORTED, size) + usage)[:room]


def _row(code: int, action: int) -> bytes:
    """One command descriptor; `action` -1: it has no service actions."""
    return struct.pack(">BxHxBH", code, max(action, 0), action >= 0, _LENGTHS[code >> 5])
