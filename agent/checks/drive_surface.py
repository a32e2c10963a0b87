"""What reading a drive showed of its surface: places that cannot be read, and places that are slow.

The thresholds are ours, since no standard names any. A read is slow if it takes more than ten medians and more than
100 ms on a hard disk (50 ms on an SSD), at its first reading and again at a second. Ten medians: whatever the drive and
its cable do with every read is no fault of the place. 100 ms: a sound disk of 5,400 turns needs at most two turns and
two full seeks for a read that it must try again, some 70 ms; only repeated attempts at a weak place take longer. 50 ms:
flash has no mechanics, but tidies up now and then. Three slow places of 256 are let go by: the computer itself may have
held up that many twice. A place that cannot be read at all is a fault at once.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from agent.checks.base import figures
from agent.checks.drive_tests import subject
from agent.inventory.rates import rate
from agent.model.base import Bytes, Count, Model, Seconds
from agent.model.check import CheckResult, Figure, Series
from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.profile import Checks, DriveSurfaceCheck
from agent.model.sanitization import BlockRange
from agent.model.surface import CLASSES_MS, ZONES
from agent.model.words import Outcome, Surface

ID = "drive_surface"
TITLE = say("Reading the drive")

_REGION_SECONDS_HDD, _REGION_SECONDS = 0.02, 0.001
"""The way to one place of a sample, besides its reading."""
_REGION_BYTES = 2 * 1024 * 1024
_TOLD = 16
"""Unreadable stretches that are listed in a figure."""
_SLOWER = 20_000.0
"""ms; what stands in the series for the class of reads that took longer than all others."""

_Ms = Annotated[float, Field(ge=0)]


class Zone(Model):
    """One of the parts of the drive, where something was read."""

    number: Annotated[int, Field(ge=0, lt=ZONES)]
    worst_ms: _Ms
    again_ms: _Ms | None
    mb_per_second: _Ms
    ended: Seconds


class Found(Model):
    """What the worker tells: see agent.sanitize.surface.facts."""

    size_bytes: Bytes
    read_bytes: Bytes
    to_read_bytes: Bytes
    late: bool
    block_bytes: Annotated[int, Field(ge=1)]
    unreadable: Annotated[list[BlockRange], Field(max_length=1024)]
    unreadable_bytes: Bytes
    seconds: Seconds
    reads: Count
    median_ms: _Ms
    p99_ms: _Ms
    worst_ms: _Ms
    classes: Annotated[list[Count], Field(min_length=len(CLASSES_MS) + 1, max_length=len(CLASSES_MS) + 1)]
    zones: Annotated[list[tuple[int, _Ms, _Ms | None, _Ms, Seconds]], Field(max_length=ZONES)]

    @property
    def whole(self) -> bool:
        return self.read_bytes >= self.to_read_bytes

    @property
    def places(self) -> list[Zone]:
        return [Zone(**dict(zip(Zone.model_fields, zone, strict=True))) for zone in self.zones]


def expected_seconds(checks: Checks, drive: Drive) -> float:
    """Of a reading of its own; where an erase's reading back takes its place, none."""
    settings = checks.drive_surface
    if settings.extent is Surface.FULL:
        return drive.size_bytes / rate(drive)
    way = _REGION_SECONDS if drive.rotational is False else _REGION_SECONDS_HDD
    return min(settings.regions * (way + _REGION_BYTES / rate(drive)), drive.size_bytes / rate(drive))


def settings(checks: Checks) -> dict[str, object]:
    return {"extent": checks.drive_surface.extent.value, "regions": checks.drive_surface.regions}


def judge(drive: Drive, found: Mapping[str, object], checks: Checks, *, from_erase: bool = False) -> CheckResult:
    """Judge what a reading showed; `from_erase`: the full reading back of an erase. Raises pydantic.ValidationError."""
    told, limits = Found.model_validate(found), checks.drive_surface
    limit = slow_limit_ms(told.median_ms, drive, limits)
    slow = [zone for zone in told.places if zone.worst_ms > limit]
    lasting = sum(zone.again_ms is None or zone.again_ms > limit for zone in slow)
    extent = Surface.FULL if from_erase else limits.extent
    outcome, reason = _verdict(told, lasting, limits.most_slow_zones, extent)
    return CheckResult(
        id=ID,
        subject=subject(drive),
        title=TITLE,
        outcome=outcome,
        reason=reason,
        seconds=told.seconds,
        figures=[
            *figures(extent=extent.value, read_by="erase" if from_erase else "check"),
            *figures(read_bytes=told.read_bytes, read_percent=_percent(told.read_bytes, told.to_read_bytes)),
            Figure(name="unreadable_blocks", value=told.unreadable_bytes // told.block_bytes, threshold=0),
            *figures(unreadable_at=_listed(told.unreadable)),
            Figure(name="slow_zones", value=lasting, threshold=limits.most_slow_zones),
            *figures(slow_zones_at_first=len(slow), zones=len(told.zones)),
            *figures(read_median_ms=told.median_ms, read_p99_ms=told.p99_ms),
            Figure(name="read_worst_ms", value=told.worst_ms, threshold=limit),
            Figure(name="slow_times_median", value=_times(told), threshold=limits.slow_times_median),
        ],
        series=_series(told),
    )


def curves(found: Mapping[str, object]) -> list[Series]:
    """What a reading has shown so far, to be drawn. Raises pydantic.ValidationError."""
    return _along(Found.model_validate(found))


def slow_limit_ms(median_ms: float, drive: Drive, limits: DriveSurfaceCheck) -> float:
    """What a read must take longer than to be slow. A drive that does not say whether it turns may be a hard disk."""
    least = limits.slow_ssd_ms if drive.rotational is False else limits.slow_hdd_ms
    return round(max(float(least), limits.slow_times_median * median_ms), 1)


def _verdict(told: Found, slow: int, most: int, extent: Surface) -> tuple[Outcome, Message]:
    if told.unreadable_bytes:
        first = told.unreadable[0].first if told.unreadable else 0
        return Outcome.FAILED, say(
            "{bytes:bytes} of the drive cannot be read (the first at block {block}). Replace it.",
            bytes=told.unreadable_bytes,
            block=first,
        )
    if not told.reads:
        return Outcome.ERROR, say("Nothing of the drive was read. Repeat this.")
    if not told.whole and not told.late:
        return Outcome.ERROR, say("The reading of the drive was broken off before its end. Repeat this.")
    if not told.whole:
        return Outcome.DEGRADED, say(
            "The drive is so slow that only {part:percent} of what was to be read could be read in time. Use it for "
            "nothing important.",
            part=_percent(told.read_bytes, told.to_read_bytes),
        )
    if slow > most:
        return Outcome.DEGRADED, say(
            "{count} places of the drive are much slower than the others. It may fail: use it for nothing important.",
            count=slow,
        )
    if extent is Surface.FULL:
        return Outcome.PASSED, say("All of the drive can be read, without places that are much slower than others.")
    return Outcome.PASSED, say(
        "Samples from all over the drive can be read, without places that are much slower than others."
    )


def _percent(part: int, whole: int) -> float:
    """Rounded down: what is not whole never reads 100."""
    return min(100.0, part * 1000 // whole / 10) if whole else 0.0


def _times(told: Found) -> float | None:
    return round(told.worst_ms / told.median_ms, 1) if told.median_ms else 0.0


def _listed(unreadable: list[BlockRange]) -> str | None:
    """The first stretches as "first+count"; the last sign says whether there are more."""
    if not unreadable:
        return None
    words = [f"{stretch.first}+{stretch.count}" for stretch in unreadable[:_TOLD]]
    return " ".join([*words, *(["…"] if len(unreadable) > _TOLD else [])])


def _series(told: Found) -> list[Series]:
    """The histogram, with the upper ends of its classes in place of moments; and along the drive, its beginning first:
    the slowest read of each part, and the speed."""
    bounds = [most / 1000 for most in (*CLASSES_MS, _SLOWER)]
    histogram = Series(name="read_time_histogram", seconds=bounds, values=[float(count) for count in told.classes])
    return [histogram, *_along(told)]


def _along(told: Found) -> list[Series]:
    moments = [zone.ended for zone in told.places]
    return [
        Series(name="read_worst_ms", seconds=moments, values=[zone.worst_ms for zone in told.places]),
        Series(name="read_mb_per_second", seconds=moments, values=[zone.mb_per_second for zone in told.places]),
    ]
