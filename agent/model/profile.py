"""A profile: which checks, how long, which sanitization, which grade thresholds."""

from typing import Annotated

from pydantic import Field

from agent.model.base import Bytes, Count, Model, Percent, Text
from agent.model.words import Level, Pattern, Verify

GIB = 1 << 30
CheckSeconds = Annotated[int, Field(ge=1, le=86_400)]


class ProcessorCheck(Model):
    enabled: bool = True
    seconds: CheckSeconds = 60


class MemoryCheck(Model):
    enabled: bool = True
    seconds: CheckSeconds = 60
    percent: Annotated[int, Field(ge=1, le=95)] = 80
    """How much of the memory that is free may be taken."""


class Toggle(Model):
    enabled: bool = True


class Checks(Model):
    processor: ProcessorCheck = ProcessorCheck()
    memory: MemoryCheck = MemoryCheck()
    drive_health: Toggle = Toggle()
    battery: Toggle = Toggle()


class SanitizationPolicy(Model):
    level: Level = Level.CLEAR
    pattern: Pattern = Pattern.ZERO
    verify: Verify = Verify.FULL


class MemoryThresholds(Model):
    a_bytes: Bytes = 8 * GIB
    b_bytes: Bytes = 6 * GIB
    c_bytes: Bytes = 4 * GIB
    d_bytes: Bytes = 2 * GIB


class BatteryThresholds(Model):
    a_percent: Percent = 80
    b_percent: Percent = 65
    c_percent: Percent = 50


class DriveThresholds(Model):
    a_wear_percent: Count = 50
    b_wear_percent: Count = 80
    c_wear_percent: Count = 100
    small_ssd_bytes: Bytes = 120_000_000_000
    old_hours: Count = 37_000
    d_reallocated: Count = 3


class GradeThresholds(Model):
    """Section 7 of the design; a profile may change them."""

    memory: MemoryThresholds = MemoryThresholds()
    battery: BatteryThresholds = BatteryThresholds()
    drive: DriveThresholds = DriveThresholds()


class Profile(Model):
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    title_fr: Text
    title_en: Text
    checks: Checks = Checks()
    sanitization: SanitizationPolicy = SanitizationPolicy()
    grade: GradeThresholds = GradeThresholds()
