"""A profile: which checks, how long, which sanitization, which grade thresholds."""

from typing import Annotated

from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from agent.model.base import Bytes, Count, Model, Percent, Text
from agent.model.message import say
from agent.model.part_checks import CameraCheck, NetworkCheck, SoundCheck, WifiCheck
from agent.model.sanitization import SanitizationRequest
from agent.model.words import Chassis, Level, Origin, PassSet, Pattern, SelfTest, Subject, Surface, Verify

GIB = 1 << 30
CheckSeconds = Annotated[int, Field(ge=1, le=86_400)]


class ProcessorCheck(Model):
    enabled: bool = True
    seconds: CheckSeconds = 60
    speed: bool = True
    """Whether a speed figure is measured first (see agent.checks.speed)."""
    least_clock_percent: Annotated[int, Field(ge=0, le=100)] = 80
    """Of the base clock: what a processor under load must reach on the average."""


class MemoryCheck(Model):
    enabled: bool = True
    seconds: CheckSeconds = 60
    percent: Annotated[int, Field(ge=1, le=95)] = 80
    """How much of the memory that is free may be taken."""


class Toggle(Model):
    enabled: bool = True


class DriveSelfTestCheck(Model):
    test: SelfTest = SelfTest.SHORT

    @property
    def enabled(self) -> bool:
        return self.test is not SelfTest.OFF


class DriveSurfaceCheck(Model):
    """The thresholds are ours: no standard names any. See agent.checks.drive_surface for why they are what they are."""

    extent: Surface = Surface.SAMPLE
    regions: Annotated[int, Field(ge=10, le=100_000)] = 1000
    """How many places a sample looks at, 2 MiB each, evenly spread."""
    slow_hdd_ms: Annotated[int, Field(ge=1, le=60_000)] = 100
    slow_ssd_ms: Annotated[int, Field(ge=1, le=60_000)] = 50
    slow_times_median: Annotated[int, Field(ge=2, le=1000)] = 10
    most_slow_zones: Annotated[int, Field(ge=0, le=256)] = 3

    @property
    def enabled(self) -> bool:
        return self.extent is not Surface.OFF


class DriveSpeedCheck(Model):
    """The thresholds are ours: see agent.checks.drive_speed."""

    enabled: bool = True
    seconds: Annotated[int, Field(ge=1, le=60)] = 3
    """For each of the four measurements."""
    least_hdd_mb_per_second: Annotated[int, Field(ge=0, le=100_000)] = 30
    least_ssd_mb_per_second: Annotated[int, Field(ge=0, le=100_000)] = 100


class DischargeCheck(Model):
    enabled: bool = True
    seconds: CheckSeconds = 60
    """Under full load on the battery."""
    least_minutes: Annotated[int, Field(ge=0, le=10_000)] = 45
    """What a full battery must last under full load; ordinary work takes a half to a third of that power."""


class ChargingCheck(Model):
    enabled: bool = True
    seconds: Annotated[int, Field(ge=1, le=600)] = 20
    """How long at most it is waited for power to flow."""


class SensorsCheck(Model):
    enabled: bool = True
    hot_celsius: Annotated[int, Field(ge=40, le=120)] = 80
    """From here on a fan must turn, and a processor without work is too hot."""


class ClockBatteryCheck(Model):
    enabled: bool = True
    most_hours_off: Annotated[int, Field(ge=15, le=10_000)] = 26
    """Windows keeps local time in the clock: up to 14 hours off are its way."""


class KernelLogCheck(Model):
    enabled: bool = True
    most_corrected: Annotated[int, Field(ge=0, le=100_000)] = 10
    """Errors of one part that the hardware has corrected itself and that are no fault yet."""


class ManualChecks(Model):
    """What a person is asked to try; `enabled` = false: nothing at all."""

    enabled: bool = True
    display: bool = True
    keyboard: bool = True
    touchpad: bool = True
    speakers: bool = True
    microphone: bool = True
    webcam: bool = True
    ports: bool = True
    charger: bool = True
    firmware_lock: bool = True
    hinges: bool = True
    completeness: bool = True
    cosmetic: bool = True


class Checks(Model):
    processor: ProcessorCheck = ProcessorCheck()
    memory: MemoryCheck = MemoryCheck()
    drive_health: Toggle = Toggle()
    drive_self_test: DriveSelfTestCheck = DriveSelfTestCheck()
    drive_surface: DriveSurfaceCheck = DriveSurfaceCheck()
    drive_speed: DriveSpeedCheck = DriveSpeedCheck()
    battery: Toggle = Toggle()
    battery_discharge: DischargeCheck = DischargeCheck()
    charging: ChargingCheck = ChargingCheck()
    sensors: SensorsCheck = SensorsCheck()
    clock_battery: ClockBatteryCheck = ClockBatteryCheck()
    kernel_log: KernelLogCheck = KernelLogCheck()
    network: NetworkCheck = NetworkCheck()
    wifi: WifiCheck = WifiCheck()
    bluetooth: Toggle = Toggle()
    camera: CameraCheck = CameraCheck()
    sound: SoundCheck = SoundCheck()
    gpu: Toggle = Toggle()
    tpm: Toggle = Toggle()
    usb_ports: Toggle = Toggle()
    manual: ManualChecks = ManualChecks()


class SanitizationPolicy(Model):
    level: Level = Level.CLEAR
    pattern: Pattern = Pattern.ZERO
    passes: PassSet = PassSet.SINGLE
    verify: Verify = Verify.FULL
    hidden_areas: bool = True
    """Consent: hidden areas (HPA, AMAC, DCO) are removed, so that they are erased with the rest."""
    discard: bool = False
    """In the end tell the drive that its blocks are free."""

    def request(self) -> SanitizationRequest:
        """What an intake with this profile asks for of every drive."""
        return SanitizationRequest(
            level=self.level,
            pattern=self.pattern,
            passes=self.passes,
            verify=self.verify,
            reveal=self.hidden_areas,
            discard=self.discard,
        )


def _previous(info: ValidationInfo) -> tuple[str, float] | None:
    """The threshold of the next better letter (`a_bytes` for `b_bytes`); None where it is itself wrong."""
    letter, _, unit = (info.field_name or "").partition("_")
    name = f"{chr(ord(letter) - 1)}_{unit}"
    return (name, info.data[name]) if name in info.data else None


def _not_above_previous(value: float, info: ValidationInfo) -> float:
    if (better := _previous(info)) and value > better[1]:
        raise ValueError(say("Expected: at most {key}, {limit}.", key=better[0], limit=better[1]))
    return value


def _not_below_previous(value: float, info: ValidationInfo) -> float:
    if (better := _previous(info)) and value < better[1]:
        raise ValueError(say("Expected: at least {key}, {limit}.", key=better[0], limit=better[1]))
    return value


class Steps(Model):
    """Thresholds that must not cross: otherwise a better machine could get a worse letter."""

    model_config = ConfigDict(validate_default=True)  # one that is not written may be crossed by one that is


class ProcessorThresholds(Steps):
    """Levels of the x86-64 psABI, 1 to 4."""

    a_level: Annotated[int, Field(ge=1, le=4)] = 3
    b_level: Annotated[int, Field(ge=1, le=4)] = 3
    c_level: Annotated[int, Field(ge=1, le=4)] = 2
    a_threads: Count = 4
    c_cores: Count = 2
    a_windows_11: bool = True
    """Whether A asks for a processor on Microsoft's lists for Windows 11."""

    _fall = field_validator("b_level", "c_level")(_not_above_previous)


class MemoryThresholds(Steps):
    a_bytes: Bytes = 8 * GIB
    b_bytes: Bytes = 6 * GIB
    c_bytes: Bytes = 4 * GIB
    d_bytes: Bytes = 2 * GIB

    _fall = field_validator("b_bytes", "c_bytes", "d_bytes")(_not_above_previous)


class BatteryThresholds(Steps):
    a_percent: Percent = 80
    b_percent: Percent = 65
    c_percent: Percent = 50

    _fall = field_validator("b_percent", "c_percent")(_not_above_previous)


class DriveThresholds(Steps):
    a_wear_percent: Count = 50
    b_wear_percent: Count = 80
    c_wear_percent: Count = 100
    small_ssd_bytes: Bytes = 120_000_000_000
    old_hours: Count = 37_000
    d_reallocated: Count = 3

    _rise = field_validator("b_wear_percent", "c_wear_percent")(_not_below_previous)


class FunctionThresholds(Model):
    b_secondary: Annotated[int, Field(ge=1, le=20)] = 1
    """How many secondary functions (Bluetooth, a port …) may fail for B; with more it is C."""


class CosmeticThresholds(Steps):
    """Cosmetic categories of the R2v3 REC, 1 (damaged) to 9 (as new). C1 is always for recycling."""

    a_category: Annotated[int, Field(ge=2, le=9)] = 6
    b_category: Annotated[int, Field(ge=2, le=9)] = 4
    c_category: Annotated[int, Field(ge=2, le=9)] = 3

    _fall = field_validator("b_category", "c_category")(_not_above_previous)


class Effort(Model):
    """What a repair costs a workshop. Estimates of ours: a workshop puts in what it pays."""

    euros: Count
    minutes: Count


class MemoryEffort(Model):
    euros_per_gib: Count = 2
    minutes: Count = 10


class DriveEffort(Effort):
    gigabytes: Annotated[int, Field(ge=120, le=16_000)] = 240
    """Size of the SSD that the workshop fits, in GB (1,000,000,000 bytes)."""


class Repairs(Model):
    memory: MemoryEffort = MemoryEffort()
    ssd: DriveEffort = DriveEffort(euros=20, minutes=20)
    battery: Effort = Effort(euros=35, minutes=15)
    cooling: Effort = Effort(euros=3, minutes=30)
    display: Effort = Effort(euros=45, minutes=40)
    charging: Effort = Effort(euros=12, minutes=45)
    keyboard: Effort = Effort(euros=20, minutes=30)
    touchpad: Effort = Effort(euros=15, minutes=40)
    wifi: Effort = Effort(euros=8, minutes=15)
    sound: Effort = Effort(euros=10, minutes=30)
    secondary: Effort = Effort(euros=10, minutes=30)


class GradeThresholds(Model):
    """Section 7 of the design; a profile may change them."""

    processor: ProcessorThresholds = ProcessorThresholds()
    memory: MemoryThresholds = MemoryThresholds()
    battery: BatteryThresholds = BatteryThresholds()
    drive: DriveThresholds = DriveThresholds()
    functions: FunctionThresholds = FunctionThresholds()
    cosmetic: CosmeticThresholds = CosmeticThresholds()
    repairs: Repairs = Repairs()


class ProfileSource(Model):
    """Which profile of that name it was: without it nobody can tell later what a grade rests on."""

    origin: Origin
    sha256: Text
    """Of the file's bytes, lower-case hex."""


ProfileName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
PROFILE_LIMIT = 64 * 1024
"""Bytes of one file."""
MOST_PROFILES = 32
"""That one workshop serves."""


class Listed(Model):
    """A profile that a workshop serves, as its list names it."""

    name: ProfileName
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class ProfileList(Model):
    profiles: Annotated[list[Listed], Field(max_length=MOST_PROFILES)]


class Profile(Model):
    name: ProfileName
    title_fr: Text
    title_en: Text
    subject: Subject = Subject.MACHINE
    """`drive`: bare drives on a bench PC (see agent.dock)."""
    proposed_for: Annotated[list[Chassis], Field(max_length=len(Chassis))] = []
    """The kinds of computers that this profile is proposed for at the start; everybody may choose another."""
    checks: Checks = Checks()
    sanitization: SanitizationPolicy = SanitizationPolicy()
    grade: GradeThresholds = GradeThresholds()
