"""What a report says of a drive, held against the file behind that drive."""

from collections.abc import Mapping
from typing import Any

from stick_machine.drives import Drive

PROVED = "sanitized"


def by_serial(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What became of each drive; of several entries for one drive the last counts."""
    return {one["drive"]["serial"]: one for one in report["sanitizations"]}


def check(report: dict[str, Any], drives: list[Drive], before: Mapping[str, str]) -> dict[str, str]:
    """Hold every drive's file against what the report says of it; returns each one's status by its serial.

    `before`: SHA-256 of each file as it was, by its name.

    Nothing of the old data is left where it says sanitized, with exceptions or without; where it was not asked for,
    or refused, every byte is as before.
    """
    found = by_serial(report)
    for drive in drives:
        one, left = found[drive.serial], drive.left(drive.file.stem)
        match one["status"]:
            case "sanitized":
                assert left == [], (drive.serial, one)
                assert one["bytes_verified"] in (drive.size_bytes, 0) or one["verification"] == "sampled"
                assert one["reason"]["text"], one
            case "sanitized_with_exceptions":
                assert left == [] or one["evidence"]["unwritable"], (drive.serial, one)
                assert one["exceptions"], one
            case "not_requested" | "refused":
                assert drive.digest() == before[drive.file.name], (drive.serial, one)
                assert one["bytes_written"] == 0, one
            case "failed" | "interrupted":
                assert one["reason"]["text"], one
            case other:
                raise AssertionError(other)
    return {serial: one["status"] for serial, one in found.items()}
